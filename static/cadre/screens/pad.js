/** The PIN pad: buttons, never an input. It names no institution and never says that a PIN is wrong. */
import { word } from './stage.js';
import { enter, now, view } from './state.js';

const LENGTH = 6;

/**
 * @param {{title?: string|null, hint?: string|null, forgot?: () => unknown, back: () => unknown, done: (digits: string) => unknown}} how
 */
export function pad(how) {
  const turn = enter(() => pad(how), 'pad');
  let digits = '';
  const main = view(turn, 'pin', how, {
    back: how.back,
    forgot: () => how.forgot?.(),
    key: (digit) => typed(digits + digit),
    erase: () => typed(digits.slice(0, -1)),
  });
  /** @param {string} next */
  function typed(next) {
    if (digits.length === LENGTH) return;
    digits = next;
    main?.querySelectorAll('.pins i').forEach((dot, at) => dot.classList.toggle('on', at < digits.length));
    const count = main?.querySelector('[data-t=count]');
    if (count) count.textContent = word('digits', { n: digits.length });
    if (digits.length === LENGTH) how.done(digits);
  }
  main?.parentElement?.addEventListener('keydown', (event) => {
    if (/^\d$/.test(event.key)) typed(digits + event.key);
    if (event.key === 'Backspace') typed(digits.slice(0, -1));
  });
}

/** Say *one moment* when something takes longer than a second. @param {string} [hint] @returns {() => void} */
export function patience(hint = '') {
  const turn = now.turn;
  const late = setTimeout(() => view(turn, 'wait', { hint: word(hint) }), 1000);
  return () => clearTimeout(late);
}
