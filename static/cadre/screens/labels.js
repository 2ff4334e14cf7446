/** The questions as the server rendered them: their words, and a copy of one as a screen or as a part of a page. */
import { answerWith } from '../forms.js';
import { sign } from './signs.js';

const MANY = 8;
const FEW = 4;
const SHORT = 10;
const NARROW = 13;

const all = /** @type {HTMLTemplateElement} */ (document.getElementById('questions')).content;

/** @param {string} group @param {string} field @returns {HTMLElement|null} */
export const question = (group, field) => all.querySelector(`[data-group=${group}] [data-q=${field}]`);

/** The names of a group's questions, in their order. @param {string} group @returns {string[]} */
export const namesOf = (group) =>
  [...all.querySelectorAll(`[data-group=${group}] [data-q]`)].map((part) => /** @type {HTMLElement} */ (part).dataset.q ?? '');

/** The codes of a question of the report, in their order. @param {string} field @returns {string[]} */
export const codesOf = (field) => choices(/** @type {Element} */ (question('report', field))).map(({ value }) => value);

/** The word for a code. @param {string} group @param {string} field @param {string} code @returns {string} */
export function label(group, field, code) {
  if (field === 'picture') return sign(code) ?? '';
  return question(group, field)?.querySelector(`[value="${code}"]`)?.textContent ?? code;
}

/** The few words for a question in the summary. @param {string} group @param {string} field */
export const short = (group, field) => {
  const part = question(group, field);
  return part?.dataset.short ?? part?.querySelector('legend')?.textContent ?? '';
};

/** @param {string} name @param {Record<string, any>} [more] @param {...(Node|string)} inside */
export function make(name, more = {}, ...inside) {
  const node = Object.assign(document.createElement(name), more);
  node.append(...inside);
  return node;
}

/** The answers that a question offers, in their order. @param {Element|null} part @returns {{value: string, text: string}[]} */
export const choices = (part) => [...(part?.querySelectorAll('option') ?? [])].map(({ value, text }) => ({ value, text }));

/** A copy whose options are controls with their words. @param {string} group @param {string} field */
function copyOf(group, field) {
  const part = /** @type {HTMLElement} */ (question(group, field)?.cloneNode(true));
  const type = part.dataset.many === undefined ? 'radio' : 'checkbox';
  for (const option of part.querySelectorAll('option')) {
    option.replaceWith(make('label', {}, make('input', { type, name: field, value: option.value }), option.text));
  }
  return part;
}

/** One question filling the screen: big buttons for one answer, ruled rows for several. @param {string} group @param {string} field @param {any} answer */
export function asScreen(group, field, answer) {
  const part = copyOf(group, field);
  const heading = make('h1', { className: 'ask', id: 'q', textContent: part.querySelector('legend')?.textContent });
  const hint = part.querySelector('p');
  if (part.dataset.many !== undefined) {
    const rows = rowsOf(part);
    part.querySelector('legend')?.remove();
    part.setAttribute('aria-labelledby', 'q');
    part.className = 'stack';
    part.replaceChildren(...rows);
    answerWith(part, answer);
    return hint ? [heading, hint, part] : [heading, part];
  }
  const given = choices(question(group, field));
  const half = given.length > FEW && given.every(({ text }) => text.length <= SHORT) ? ' half' : '';
  const buttons = make('div', { className: `pick stack push${half}`, role: 'group' });
  buttons.setAttribute('aria-labelledby', 'q');
  for (const { value, text } of given) {
    const button = make('button', { type: 'button', value, textContent: text });
    button.dataset.do = 'pick';
    if (value === answer) button.setAttribute('aria-pressed', 'true');
    buttons.append(button);
  }
  return hint ? [heading, hint, buttons] : [heading, buttons];
}

/** Ticks on one sheet; those that stand alone on a sheet of their own. @param {HTMLElement} part */
function rowsOf(part) {
  const alone = (part.dataset.alone ?? '').split(' ').filter(Boolean);
  const sheets = [make('div', { className: 'sheet' }), make('div', { className: 'sheet' })];
  for (const row of part.querySelectorAll('label')) {
    row.className = 'tick';
    sheets[alone.includes(row.querySelector('input')?.value ?? '') ? 1 : 0].append(row);
  }
  return sheets.filter((sheet) => sheet.childElementCount);
}

/** One question among others on a page. @param {string} group @param {string} field @param {any} answer */
export function asPart(group, field, answer) {
  const part = copyOf(group, field);
  const rows = [...part.querySelectorAll('label')];
  const isOne = part.dataset.many === undefined;
  if (field === 'picture') pictures(part);
  else if (isOne && rows.length > MANY) dropDown(part, choices(question(group, field)));
  else if (rows.length && isOne && rows.length <= FEW && rows.every((row) => (row.textContent?.length ?? 0) <= NARROW)) part.append(make('div', { className: 'yn' }, ...rows));
  else if (rows.length) part.append(...rowsOf(part));
  else named(part, part.querySelector('input,textarea'));
  answerWith(part, answer);
  return part;
}

/** A question of the gate: *not known* is an answer only where it sends her elsewhere. @param {string} field */
export function atGate(field) {
  const part = asPart('gate', field, undefined);
  if (field !== 'reported_person_away') part.querySelector('[value=unknown]')?.parentElement?.remove();
  return part;
}

/** @param {HTMLElement} part @param {{value: string, text: string}[]} given */
function dropDown(part, given) {
  const list = make('select', { name: part.dataset.q }, make('option', { value: '', textContent: '—' }));
  for (const { value, text } of given) list.append(make('option', { value, textContent: text }));
  part.querySelectorAll('label').forEach((row) => row.remove());
  part.append(list);
  named(part, list);
}

/** A control that stands alone is said with its words and its hint, and these not once more before it. @param {HTMLElement} part @param {Element|null} control */
function named(part, control) {
  const words = [...part.querySelectorAll('legend,p')];
  words.forEach((one) => one.setAttribute('aria-hidden', 'true'));
  control?.setAttribute('aria-label', words.map((one) => one.textContent).join(' '));
}

/** @param {HTMLElement} part */
function pictures(part) {
  const form = /** @type {HTMLTemplateElement} */ (document.getElementById('s-sign'));
  const grid = /** @type {HTMLElement} */ (form.content.querySelector('.pics')?.cloneNode(true));
  grid.querySelectorAll('input').forEach((input) => (input.name = 'picture'));
  part.append(grid);
}
