/** The PIN pad among the app's screens, and what is said while the digits are stretched. */
import { keys } from './keys.js';
import { word } from './stage.js';
import { enter, now, view } from './state.js';

/** @param {import('./keys.js').How} how */
export function pad(how) {
  const turn = enter(() => pad(how), 'pad');
  keys(how, (...screen) => view(turn, ...screen));
}

/** Say *one moment* when something takes longer than a second. @param {string} [hint] @returns {() => void} */
export function patience(hint = '') {
  const turn = now.turn;
  const late = setTimeout(() => view(turn, 'wait', { hint: word(hint) }), 1000);
  return () => clearTimeout(late);
}
