/** The app behind the cover: which door leads where, and what happens when something changes meanwhile. */
import { listen } from '../bells.js';
import { enrolled, openWith } from '../session.js';
import * as shell from '../shell.js';
import { getJson } from '../store.js';
import * as wake from '../wake.js';
import { coverDates, date, numbers } from './cover.js';
import { dropEnd } from './ends.js';
import { dropDraft } from './report.js';
import { askCode, goOn, picture } from './enrol.js';
import './filling.js';
import { hush } from './guide.js';
import { pad as drawPad, patience } from './pad.js';
import { showCover, word } from './stage.js';
import { enter, leave, now, standing, view } from './state.js';
import { showTruth, today } from './today.js';
import { step } from '../enrol.js';
import { DAY, isDue } from '../schedule.js';

/** What the app does by itself begins here, whichever door is opened first. @param {import('../main.js').Boot} boot */
export function start(boot) {
  now.boot = boot;
  const begin = () => {
    void shell.start();
    void wake.start(() => !boot.isLinked && boot.lock.where() === 'cover');
  };
  // After the screen that she waits for.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(begin, { timeout: 1000 });
  else setTimeout(begin, 300);
}

/** Why the book has a lock, as the page says it. @type {string|null} */
let plain = null;

/** Make the cover hers: the dates, the village, the size of the letters. */
export async function dress() {
  document.documentElement.dataset.size = (await getJson('size')) ?? '0';
  await coverDates();
  const drilled = (await getJson('drilled')) ?? 0;
  const reason = document.querySelector('#cover [data-t=reason]');
  if (!reason || !(await enrolled())) return;
  plain ??= reason.textContent;
  reason.textContent = isDue(drilled, 30 * DAY, Date.now()) ? word('nudge') : plain;
}

/** @param {string} door */
export async function open(door) {
  if (door === 'numbers') return numbers(toCover);
  if (door === 'date') return date(toCover);
  if (door === 'forgot') return forgot();
  if (door === 'link') return askCode(takeLink(), toCover);
  return pad();
}

/** The invite leaves the address bar at once. */
function takeLink() {
  const text = location.hash.slice(1);
  history.replaceState(null, '', '/');
  return text;
}

/** What was pressed on the cover. @param {string} value */
export const remember = (value) => void (now.pressed = value);

export function toCover() {
  enter(toCover, 'cover');
  now.boot.lock.place('cover');
  showCover();
  coverDates();
}

/** The door of the notes, and what stands after a lock: on a phone that no PIN opens yet, the step of enrolling that was left. */
export async function pad() {
  if (await enrolled()) drawPad({ forgot, back: toCover, done: unlock });
  else goOn(await step(), toCover);
}

function forgot() {
  view(enter(forgot, 'pad'), 'forgot', {}, { back: pad, code: () => askCode('', pad) });
}

/** Any six digits open the app; which they were decides what can be read. @param {string} digits */
export async function unlock(digits) {
  const turn = enter(pad, 'pad');
  const done = patience();
  const session = await openWith(digits);
  done();
  if (turn !== now.turn) return session.drop();
  now.session = session;
  if (session.right && (await step()) === 'picture') return picture(today);
  return today();
}

export function drop() {
  hush();
  dropDraft();
  dropEnd();
  leave();
}

/** Draw what stood before the phone was put down, with what was answered there. */
export function redraw() {
  const { again, typed } = now;
  const drawn = again ? again() : showCover();
  if (typed) void retype(typed, drawn);
  return true;
}

/** @param {FormData} typed @param {unknown} drawn when it is there; what is drawn from a draft has all of it */
async function retype(typed, drawn) {
  const { turn } = now;
  await drawn;
  if (turn !== now.turn) return;
  const controls = /** @type {any[]} */ ([...document.querySelectorAll('#app input,#app select,#app textarea')]);
  for (const one of controls) {
    const said = typed.getAll(one.name);
    if (/radio|checkbox/.test(one.type)) one.checked = said.includes(one.value);
    else one.value = said[0] ?? '';
  }
  controls.pop()?.dispatchEvent(new Event('change', { bubbles: true }));
}

const form = /** @type {HTMLFormElement} */ (document.getElementById('app'));
// A change comes last: what one tick takes off another is off by then.
for (const kind of ['input', 'change']) form.addEventListener(kind, () => void (now.typed = new FormData(form)));

/** What went wrong is said, with what to do; a full phone is the usual reason. @param {PromiseRejectionEvent} event */
function stumbled({ reason }) {
  if (!now.session || !now.again) return;
  const full = reason instanceof DOMException && /Quota|Abort/.test(reason.name);
  const again = now.again;
  view(enter(again), 'stuck', { title: word('failed'), hint: word(full ? 'not_kept_now' : 'failed_hint'), again: true }, { back: today, again });
}

addEventListener('unhandledrejection', stumbled);
listen('outbox', () => standing() === 'today' && showTruth());
const fresh = () => ['today', 'visits', 'reports'].includes(standing() ?? '') && now.again?.();
listen('items', fresh);
listen('session', fresh);
// This phone is being left: whatever stands open is kept and closed.
listen('ended', () => now.session && now.boot.lock.exit());
