/** What the first view needs before anything is fetched: the cover, its numbers, the PIN pad, quick exit, blanking. The app follows. */
import { isKept } from '../store.js';
import { keys } from './keys.js';
import { empty, show, showCover, word } from './stage.js';

const TAPS_WITHIN = 900;

/** @typedef {import('../main.js').Boot} Boot */
/** @typedef {import('../main.js').App} App */

/** Set the cover alive and listen for what must work on every screen. @param {Boot} boot */
export function begin(boot) {
  const { lock } = boot;
  /** @type {App|null} */
  let app = null;
  let turn = 0;
  // Asked before anything is pressed: until the app has come, no phone is enrolled.
  const enrolled = isKept('device').catch(() => false);
  const load = async () => {
    const loaded = await boot.app();
    if (!app) (app = loaded).start(boot);
    return app;
  };
  const cover = () => {
    turn += 1;
    lock.place('cover');
    showCover();
    app?.dress();
  };
  lock.attend({ blank: empty, drop: () => app?.drop(), pad: () => (app ? app.pad() : cover()), cover });

  /** What only the app can do, when it has come; she may have gone elsewhere by then. @param {(app: App) => unknown} what */
  const go = async (what) => {
    const mine = ++turn;
    const late = setTimeout(() => mine === turn && show('wait', {}, { back: cover }), 1000);
    const loaded = await load().catch(() => null);
    clearTimeout(late);
    if (mine !== turn) return;
    if (loaded) what(loaded);
    else show('stuck', { title: word('offline'), hint: word('offline_hint'), again: true }, { back: cover, again: () => go(what) });
  };
  const open = (/** @type {string} */ door) => async () => {
    const mine = ++turn;
    if (!app && door === 'notes' && (await enrolled)) return mine === turn && pad();
    if (!app) show('wait', { title: '' });
    return go((loaded) => loaded.open(door));
  };
  /** On a phone that is enrolled the digits need not wait for the app. */
  function pad() {
    lock.place('pad');
    keys({ forgot: open('forgot'), back: cover, done: (digits) => go((loaded) => loaded.unlock(digits)) }, show);
  }
  const doors = { notes: open('notes'), date: open('date'), numbers: open('numbers'), day: open('date') };
  document.getElementById('cover')?.addEventListener('click', ({ target }) => {
    const pressed = /** @type {any} */ (/** @type {Element} */ (target).closest('[data-do]'));
    if (pressed) app?.remember(pressed.value), doors[/** @type {keyof doors} */ (pressed.dataset.do)]?.();
  });
  everywhere(lock, () => app);
  const link = () => location.hash.length > 28 && (open('link')(), true);
  addEventListener('hashchange', link);
  // After what she sees, or is about to see.
  const dressed = () => load().then(() => app?.dress(), () => {});
  if (!link()) (globalThis.requestIdleCallback ?? setTimeout)(dressed);
  lock.start();
}

/** @param {Boot['lock']} lock @param {() => import('../main.js').App|null} app */
function everywhere(lock, app) {
  /** @type {number[]} */
  let taps = [];
  document.addEventListener('submit', (event) => {
    event.preventDefault();
    /** @type {HTMLElement|null} */ (document.querySelector('.page .main'))?.click();
  });
  document.addEventListener('click', ({ target }) => {
    const on = /** @type {Element} */ (target);
    if (on.closest('[data-do=exit]')) lock.exit();
    if (on.closest('a[href^="tel:"],a[href^="sms:"]')) lock.calling();
  });
  document.addEventListener('pointerdown', ({ target, timeStamp }) => {
    lock.touched();
    const on = /** @type {Element} */ (target);
    // Going back three screens in a hurry is not an alarm.
    if (!on.closest('.top') || on.closest('[data-do=back]')) return;
    taps = [...taps.filter((at) => timeStamp - at < TAPS_WITHIN), timeStamp];
    if (taps.length >= 3) lock.exit();
  });
  document.addEventListener('keydown', () => lock.touched());
  const back = (/** @type {boolean} */ persisted) => {
    if (lock.shown(persisted) === 'same') app()?.redraw() ?? showCover();
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? lock.hidden() : back(false)));
  // A page that goes into the back-forward cache would take its keys along.
  addEventListener('pagehide', ({ persisted }) => (persisted ? lock.exit() : lock.hidden()));
  addEventListener('pageshow', ({ persisted }) => persisted && back(true));
}
