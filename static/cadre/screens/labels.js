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
  return question(group, field)?.querySelector(`[value="${code}"]`)?.parentElement?.textContent?.trim() ?? code;
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

/** @param {Element} part */
const choices = (part) =>
  [...part.querySelectorAll('label')].map((one) => ({
    value: one.querySelector('input')?.value ?? '',
    text: one.textContent?.trim() ?? '',
  }));

/** One question filling the screen: big buttons for one answer, ruled rows for several. @param {string} group @param {string} field @param {any} answer */
export function asScreen(group, field, answer) {
  const part = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (question(group, field)).cloneNode(true));
  const heading = make('h1', { className: 'ask', id: 'q', textContent: part.querySelector('legend')?.textContent });
  const hint = part.querySelector('p');
  if (part.dataset.kind === 'choices') {
    const rows = rowsOf(part);
    part.querySelector('legend')?.remove();
    part.setAttribute('aria-labelledby', 'q');
    part.className = 'stack';
    part.replaceChildren(...rows);
    answerWith(part, answer);
    return hint ? [heading, hint, part] : [heading, part];
  }
  const given = choices(part);
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
  const part = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (question(group, field)).cloneNode(true));
  const rows = [...part.querySelectorAll('label')];
  if (field === 'picture') pictures(part);
  else if (part.dataset.kind === 'choice' && rows.length > MANY) dropDown(part);
  else if (part.dataset.kind === 'choice' && rows.length <= FEW && rows.every((row) => (row.textContent?.length ?? 0) <= NARROW)) part.append(make('div', { className: 'yn' }, ...rows));
  else if (rows.length) part.append(...rowsOf(part));
  answerWith(part, answer);
  return part;
}

/** A question of the gate: *not known* is an answer only where it sends her elsewhere. @param {string} field */
export function atGate(field) {
  const part = asPart('gate', field, undefined);
  if (field !== 'reported_person_away') part.querySelector('[value=unknown]')?.parentElement?.remove();
  return part;
}

/** @param {HTMLElement} part */
function dropDown(part) {
  const list = make('select', { name: part.dataset.q }, make('option', { value: '', textContent: '—' }));
  for (const { value, text } of choices(part)) list.append(make('option', { value, textContent: text }));
  const legend = part.querySelector('legend');
  list.setAttribute('aria-label', legend?.textContent ?? '');
  part.replaceChildren(...(legend ? [legend] : []), list);
}

/** @param {HTMLElement} part */
function pictures(part) {
  const form = /** @type {HTMLTemplateElement} */ (document.getElementById('s-sign'));
  const grid = /** @type {HTMLElement} */ (form.content.querySelector('.pics')?.cloneNode(true));
  grid.querySelectorAll('input').forEach((input) => (input.name = 'picture'));
  part.append(grid);
}
