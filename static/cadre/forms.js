/** Forms without an engine: skip rules, codes that stand alone, answers in and out of controls that somebody hands over. */

import { holds } from './rules.js';

/** @typedef {Record<string, any>} Answers */

/** Hide the questions that these answers do not lead to. @param {Element} page @param {Answers} answers */
export function skip(page, answers) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll('[data-ask-when]'))) {
    part.hidden = !holds(JSON.parse(part.dataset.askWhen ?? 'null'), answers);
  }
}

/**
 * The answers of every visible question of a page. What is not answered is left out.
 * @param {Element} page
 * @returns {Answers}
 */
export function answersIn(page) {
  /** @type {Answers} */
  const answers = {};
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll('[data-q]'))) {
    if (part.hidden) continue;
    const answer = answerOf(part);
    if (answer.length) answers[part.dataset.q ?? ''] = answer;
  }
  return answers;
}

/** @param {Element} part @returns {string|string[]} */
export function answerOf(part) {
  const controls = /** @type {HTMLInputElement[]} */ ([...part.querySelectorAll('input,select,textarea')]);
  if (controls[0]?.type === 'checkbox') return controls.filter(({ checked }) => checked).map(({ value }) => value);
  const chosen = controls[0]?.type === 'radio' ? controls.find(({ checked }) => checked) : controls[0];
  return chosen?.value.trim() ?? '';
}

/** Put an answer back into the controls of a question. @param {Element} part @param {any} answer */
export function answerWith(part, answer) {
  for (const control of /** @type {HTMLInputElement[]} */ ([...part.querySelectorAll('input,select,textarea')])) {
    if (/radio|checkbox/.test(control.type)) control.checked = [answer ?? []].flat().includes(control.value);
    else control.value = answer ?? '';
  }
}

/**
 * *None* and *unknown* stand alone: ticking one clears the rest, ticking another clears them.
 * @param {HTMLInputElement} ticked
 * @param {Element} part
 */
export function keepAlone(ticked, part) {
  const alone = (/** @type {HTMLElement} */ (part).dataset.alone ?? '').split(' ');
  if (!ticked.checked || ticked.type !== 'checkbox') return;
  for (const other of /** @type {NodeListOf<HTMLInputElement>} */ (part.querySelectorAll('input'))) {
    if (other !== ticked && (alone.includes(ticked.value) || alone.includes(other.value))) other.checked = false;
  }
}
