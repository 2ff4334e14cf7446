/** The cover's own screens: the dates she keeps, and numbers to call. Nothing here needs a PIN. */
import { dates, keepDates } from '../diary.js';
import { cover, directory } from '../items.js';
import { complain, fill, put, typed, word } from './stage.js';
import { enter, now, view } from './state.js';
import { clock, month, weekday } from './times.js';

/** @typedef {{on: string, text: string}} Entry */

/** *Belum ada*, as the server wrote it. @type {Element|null} */
let empty = null;

/** Fill the calendar, the tip and the place on the cover; past dates go by themselves. */
export async function coverDates() {
  const own = await dates();
  const given = (await cover()) ?? {};
  const shared = (given.calendar ?? []).map((/** @type {any} */ { on, at, text }) => ({ on: at ? `${on}T${at}` : on, text, shared: true }));
  const since = new Date().setHours(0, 0, 0, 0);
  const all = [...own, ...shared].filter(({ on }) => Date.parse(on.length > 10 ? on : `${on}T23:59`) >= since).sort((a, b) => a.on.localeCompare(b.on));
  const list = document.getElementById('dates');
  empty ??= list?.firstElementChild ?? null;
  if (list) list.replaceChildren(...(all.length ? all.slice(0, 4).map(line) : [empty ?? '']));
  const built = /** @type {HTMLTemplateElement} */ (document.getElementById('tips')).content.children;
  const at = new Date().getMonth();
  say('tip', given.tips?.[at] || built[at % built.length].textContent);
  if (given.place) say('place', given.place);
}

/** @param {string} id @param {string} text */
const say = (id, text) => void (/** @type {HTMLElement} */ (document.getElementById(id)).textContent = text);

/** @param {Entry & {shared?: boolean}} entry */
function line(entry) {
  const [source] = /** @type {any} */ (document.getElementById('s-dates')).content.children;
  const piece = source.cloneNode(true);
  const at = new Date(entry.on.length > 10 ? entry.on : `${entry.on}T00:00`);
  const hour = entry.on.length > 10 ? `, ${clock(at)}` : '';
  fill(piece, { own: !entry.shared, shared: entry.shared, day: at.getDate(), month: month(at), text: entry.text, when: weekday(at) + hour, key: entry.on + entry.text });
  return piece;
}

/** Write a date into the book, or change the one that was pressed. @param {() => unknown} back */
export async function date(back) {
  const turn = enter(() => date(back), 'app');
  const all = await dates();
  const old = all.find((entry) => entry.on + entry.text === now.pressed);
  const main = view(turn, 'date', { old }, { back, keep, drop: () => done([]) });
  put('what', old?.text);
  put('day', old?.on.slice(0, 10));
  put('time', old?.on.slice(11, 16));
  /** @param {Entry[]} fresh */
  async function done(fresh) {
    await keepDates([...all.filter((entry) => entry !== old), ...fresh]);
    back();
  }
  function keep() {
    const [text, day, time] = [typed('what'), typed('day'), typed('time')];
    if (main && !(text && day)) {
      return complain(main, word('date_needs'), main.querySelector(text ? '[name=day]' : '[name=what]'));
    }
    return done([{ on: time ? `${day}T${time}` : day, text }]);
  }
}

const VILLAGE = ['midwife', 'clinic', 'fire'];
const OFFICE = ['duty', 'hotline'];

/** @returns {Promise<{number: string, kind: string}[]>} */
async function ownNumbers() {
  return ((await directory()) ?? {}).numbers ?? [];
}

/** The duty number of the office, if the phone knows it. */
export const duty = async () => (await ownNumbers()).find(({ kind }) => kind === 'duty')?.number;

/** @param {() => unknown} back @param {boolean} [inside] behind the PIN the office's own numbers show too */
export async function numbers(back, inside = false) {
  const turn = enter(() => numbers(back, inside), 'app');
  const known = (await ownNumbers()).filter(({ kind }) => VILLAGE.includes(kind) || (inside && OFFICE.includes(kind)));
  const named = known.map(({ kind, number }) => ({ number, name: word(`number.${kind}`) }));
  view(turn, 'numbers', { numbers: named, inside, outside: !inside }, { back });
}
