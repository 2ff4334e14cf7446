/** What the app remembers while it is open, in memory only, and which screen stands. */
import { show } from './stage.js';

/** @typedef {import('../session.js').Session} Session */

export const now = {
  /** @type {import('../main.js').Boot} */
  boot: /** @type {any} */ (null),
  /** @type {Session|null} */
  session: null,
  /** Draw the screen that stands once more, from memory. */
  again: /** @type {(() => unknown)|null} */ (null),
  place: 'cover',
  turn: 0,
  /** What was typed and ticked on the screen that stands. */
  typed: /** @type {FormData|null} */ (null),
  /** The date on the cover that was pressed. */
  pressed: '',
};

/** The open session; screens behind the PIN have one. @returns {Session} */
export const session = () => /** @type {Session} */ (now.session);

/**
 * Enter a screen: what was still being gathered for another will not be shown any more.
 * @param {() => unknown} again draws it once more
 * @param {'cover'|'pad'|'app'|'content'|'report'} [place]
 */
export function enter(again, place = 'app') {
  now.again = again;
  now.typed = null;
  now.place = place;
  return ++now.turn;
}

/** Leave every screen: quick exit, lock. */
export function leave() {
  now.turn += 1;
  now.again = now.typed = null;
  now.session?.drop();
  now.session = null;
}

/** What shows without a session; all else is over once it is, whatever was still on its way. */
const OPEN = ['pin', 'code', 'offer', 'stuck', 'wait', 'forgot', 'date', 'numbers'];

/**
 * Show a screen unless somebody has left meanwhile; then the answer is null.
 * @param {number} turn
 * @param {string} name
 * @param {import('./stage.js').Texts} [texts]
 * @param {import('./stage.js').Acts} [acts]
 */
export function view(turn, name, texts, acts) {
  if (turn !== now.turn || document.hidden || !(now.session || OPEN.includes(name))) return null;
  now.boot.lock.place(/** @type {any} */ (now.place));
  return show(name, texts, acts);
}

/** Which screen is on the stage. */
export const standing = () => /** @type {HTMLElement|null} */ (document.querySelector('.page'))?.dataset.screen;
