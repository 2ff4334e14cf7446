/** The keys of the PIN pad: buttons, never an input. It lies in the page, so that digits go in before the app has come. */
import { word } from './stage.js';

const LENGTH = 6;

/** @typedef {{title?: string|null, hint?: string|null, forgot?: () => unknown, back: () => unknown, done: (digits: string) => unknown}} How */

/** It names no institution and never says that a PIN is wrong. @param {How} how @param {(name: string, texts: any, acts: any) => HTMLElement|null} draw */
export function keys(how, draw) {
  let digits = '';
  const main = draw('pin', how, {
    back: how.back,
    forgot: () => how.forgot?.(),
    key: (/** @type {string} */ digit) => typed(digits + digit),
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
