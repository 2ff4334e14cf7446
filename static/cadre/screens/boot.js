/** What the first view needs before anything is fetched: the cover, its numbers, quick exit, blanking. The app follows. */
import { empty, show, showCover, word } from './stage.js';

const TAPS_WITHIN = 900;

/** @typedef {import('../main.js').Boot} Boot */

/** Set the cover alive and listen for what must work on every screen. @param {Boot} boot */
export function begin(boot) {
  const { lock } = boot;
  /** @type {import('../main.js').App|null} */
  let app = null;
  const load = async () => {
    const loaded = await boot.app();
    if (!app) (app = loaded).start(boot);
    return app;
  };
  const cover = () => {
    lock.place('cover');
    showCover();
    app?.dress();
  };
  lock.attend({ blank: empty, drop: () => app?.drop(), pad: () => (app ? app.pad() : cover()), cover });

  const open = (/** @type {string} */ door) => async () => {
    show('wait', { title: '' });
    const late = setTimeout(() => show('wait', {}, { back: cover }), 1000);
    await load().then(
      (loaded) => loaded.open(door),
      () => show('stuck', { title: word('offline'), hint: word('offline_hint'), again: true }, { back: cover, again: open(door) }),
    );
    clearTimeout(late);
  };
  const doors = { notes: open('notes'), date: open('date'), numbers: open('numbers'), day: open('date') };
  document.getElementById('cover')?.addEventListener('click', ({ target }) => {
    const pressed = /** @type {any} */ (/** @type {Element} */ (target).closest('[data-do]'));
    if (pressed) app?.remember(pressed.value), doors[/** @type {keyof doors} */ (pressed.dataset.do)]?.();
  });
  everywhere(lock, () => app);
  const link = () => location.hash.length > 28 && (open('link')(), true);
  addEventListener('hashchange', link);
  if (!link()) load().then(() => app?.dress(), () => {});
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
