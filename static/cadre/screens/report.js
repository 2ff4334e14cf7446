/** The report, screen by screen: one question each, back always, saved by itself, a summary, and off it goes. */
import * as drafts from '../drafts.js';
import { answerOf, keepAlone } from '../forms.js';
import { asked, going, missing } from '../rules.js';
import { profile } from '../session.js';
import { getJson, putJson } from '../store.js';
import { duty } from './cover.js';
import { ending } from './ends.js';
import { asScreen } from './labels.js';
import { details } from './more.js';
import { patience } from './pad.js';
import { overlooked } from './practice.js';
import { complain, focusHeading, word } from './stage.js';
import { enter, now, session, view } from './state.js';
import { summary } from './summary.js';
import { today } from './today.js';

/** @typedef {import('../drafts.js').Draft} Draft */

const FULL_REMINDERS = 3;
/** @type {Record<string, number>} */
const STEP = {
  danger_now: 2, survivor_sex: 3, survivor_age: 3, violence: 4, last_happened: 5, danger_signs: 6,
  reported_person_near: 7, source: 8, consent: 9, child_wish: 9, contact_via: 10, conflict: 11,
};

/** @type {Draft|null} */
let writing = null;
let editing = false;
/** Pressed twice it goes once. */
let sending = false;

/** The draft that is being written is forgotten in memory; what was saved stays. */
export const dropDraft = () => void (writing = null);

/** @param {{practice?: boolean, back?: () => unknown}} [how] */
export async function start(how = {}) {
  const turn = enter(() => start(how), 'report');
  const begun = (await getJson('begun')) ?? 0;
  const full = begun < FULL_REMINDERS;
  editing = false;
  view(turn, 'start', { full, short: !full }, {
    back: how.back ?? today,
    go: async () => {
      const draft = await drafts.create(session(), { practice: how.practice });
      const villages = (await profile())?.villages ?? [];
      if (villages.length === 1) draft.body.village = villages[0].code;
      if (full && !how.practice) await putJson('begun', begun + 1);
      writing = draft;
      return ask('danger_now');
    },
  });
  drill(how.practice);
}

/** @param {Draft|undefined} draft */
export function resume(draft) {
  if (!draft) return today();
  writing = draft;
  editing = false;
  return draft.at && draft.at in STEP ? ask(draft.at) : onward();
}

/** The questions that these answers lead to, without the village, which the summary holds. */
const path = () => asked(draft().body).filter((field) => field in STEP);

/** @returns {Draft} */
const draft = () => /** @type {Draft} */ (writing);

/** @param {string} field */
export function ask(field) {
  if (!writing) return today();
  const turn = enter(() => ask(field), 'report');
  const { body } = draft();
  draft().at = field;
  const main = view(turn, 'ask', { step: STEP[field], far: word('far', { n: STEP[field] }), saved: '' }, {
    back: () => backFrom(field),
    pick: (code) => answered(field, code),
    next: () => several(main, field),
  });
  if (!main) return;
  const before = field === 'danger_signs' && body.danger_now === 'yes' && !body[field] ? ['happening_now'] : body[field];
  main.append(...asScreen('report', field, before));
  main.querySelector('progress')?.setAttribute('aria-label', word('far', { n: STEP[field] }) ?? '');
  const part = main.querySelector('[data-many]');
  if (part) dock(main, /** @type {HTMLElement} */ (part));
  drill();
  focusHeading(main);
}

/** A docked button that counts. @param {HTMLElement} main @param {HTMLElement} part */
function dock(main, part) {
  const source = /** @type {HTMLTemplateElement} */ (document.getElementById('dock'));
  main.append(source.content.cloneNode(true));
  const count = () => {
    const n = answerOf(part).length;
    const text = word(!n ? 'go_on' : part.dataset.q === 'danger_signs' ? 'go_on_signs' : 'go_on_n', { n });
    /** @type {Element} */ (main.querySelector('.dock span')).textContent = text;
  };
  part.addEventListener('change', ({ target }) => {
    keepAlone(/** @type {HTMLInputElement} */ (target), part);
    complain(main, null);
    count();
    const ticked = answerOf(part);
    if (!ticked.length) return; // What she had ticked before holds until she ticks something else.
    draft().body[part.dataset.q ?? ''] = ticked;
    keep();
  });
  count();
}

/** @param {HTMLElement|null} main @param {string} field */
function several(main, field) {
  const part = /** @type {HTMLElement} */ (main?.querySelector('[data-q]'));
  const answer = answerOf(part);
  if (!answer.length && main) return complain(main, word('choose'), part);
  return answered(field, answer);
}

/** @param {string} field @param {string|string[]} answer */
async function answered(field, answer) {
  draft().body[field] = answer;
  keep();
  if (field === 'danger_now' && answer === 'yes') return calls();
  return onward(field);
}

/** Save without waiting; the page says when it is done. */
export async function keep() {
  const kept = await drafts.save(session(), draft()).then(() => true, () => false);
  const line = document.getElementById('saved');
  if (line) line.textContent = word(kept ? 'saved' : 'full');
}

/** The next question, or the end of the questions. @param {string} [from] */
function onward(from) {
  const left = path();
  const gaps = missing(draft().body).filter((field) => field in STEP);
  if (going(draft().body) === 'tally_only') return tally();
  if (editing || !from) return gaps.length ? ask(gaps[0]) : sum();
  const next = left[left.indexOf(from) + 1];
  return next ? ask(next) : sum();
}

/** @param {string} field */
function backFrom(field) {
  draft().backs += 1;
  if (editing && going(draft().body) !== 'tally_only') return sum();
  const before = path()[path().indexOf(field) - 1];
  return before ? ask(before) : today();
}

/** Somebody is in danger: the telephone comes first. @param {string} [missed] the number nobody answered */
async function calls(missed) {
  const turn = enter(() => calls(missed), 'report');
  const main = view(turn, 'calls', { duty: await duty() }, {
    back: () => ask('danger_now'),
    called: (_, pressed) => reached(pressed.getAttribute('href') ?? ''),
    next: () => (draft().body.emergency_call ??= 'not_tried', keep(), onward('danger_now')),
  });
  // Nobody is rung for a story.
  if (draft().practice) main?.addEventListener('click', (event) => event.preventDefault());
  const tried = main?.querySelector(`[href="${missed}"]`);
  if (tried) tried.parentElement?.append(tried);
  drill();
}

/** @param {string} number */
function reached(number) {
  view(enter(() => reached(number), 'report'), 'reached', {}, {
    back: () => calls(),
    reached: (code) => {
      draft().body.emergency_call = code;
      keep();
      return code === 'no_answer' ? calls(number) : onward('danger_now');
    },
  });
  drill();
}

function tally() {
  view(enter(tally, 'report'), 'tally', {}, { back: () => ask('consent'), send });
  drill();
}

export function sum() {
  editing = false;
  return summary(draft(), {
    back: () => ask(path().at(-1) ?? 'danger_now'),
    change: (field) => {
      editing = true;
      return field === 'village' ? village() : ask(field);
    },
    more: () => details(draft(), sum),
    send,
    drill,
    drop: async () => {
      await drafts.remove(session(), draft());
      writing = null;
      return today();
    },
  });
}

async function village() {
  const turn = enter(village, 'report');
  const villages = (await profile())?.villages ?? [];
  view(turn, 'village', { villages }, {
    back: sum,
    village: (code) => (draft().body.village = code, keep(), sum()),
  });
}

/** *Kirim*: after this the phone cannot read it any more. */
async function send() {
  if (!draft().body.village && going(draft().body) !== 'tally_only') return village();
  if (sending) return;
  const [done, open, over] = [draft(), session(), patience('wait_send')];
  sending = true;
  if (done.practice) done.missed_signs = overlooked(done.body);
  const sent = await drafts.send(open, done).finally(() => {
    sending = false;
    over();
  });
  if (now.session !== open) return;
  writing = null;
  return ending(sent, done);
}

/** Practice wears another colour and says so. @param {boolean} [practising] */
export function drill(practising = writing?.practice) {
  const page = /** @type {HTMLElement|null} */ (document.querySelector('.page'));
  page?.classList.toggle('drill', practising === true);
  if (page) page.dataset.drill = word('drill') ?? '';
}
