/** *Berangkat*: the gate of three or seven questions, the running clock, and the two ends that are equally good. */
import { write } from '../acts.js';
import { answerOf } from '../forms.js';
import { gate as questions, gateMissing } from '../rules.js';
import { duty } from './cover.js';
import { hasLeft } from './fate.js';
import { atGate, label } from './labels.js';
import { record } from './record.js';
import { complain, word } from './stage.js';
import { enter, session, view } from './state.js';
import { clock } from './times.js';
import { today } from './today.js';
import { placeOf, signOf, visits } from './visits.js';

const MINUTE = 6e4;
const QUARTER = 15 * MINUTE;
const AN_HOUR = 60 * MINUTE;
const HIDE = ['check_out_in', 'companion_contact'];

/** @typedef {import('./visits.js').Visit} Visit */

/** @param {Visit} visit @param {number} [back] as it was chosen */
export function gate(visit, back = Math.ceil((Date.now() + AN_HOUR) / QUARTER) * QUARTER) {
  const asked = questions(visit.place_kind).filter((field) => !HIDE.includes(field));
  const main = view(enter(() => gate(visit, back), 'content'), 'gate', { back_at: clock(back) }, {
    back: visits,
    earlier: () => move(-QUARTER),
    later: () => move(QUARTER),
    leave: () => leave(visit, main, asked, back),
  });
  if (!main) return;
  const before = /** @type {Element} */ (main.querySelector('#back_at'));
  before.before(...asked.filter((field) => field !== 'signal_there').map((field) => atGate(field)));
  main.querySelector('[data-q=companion]')?.after(atGate('companion_contact'));
  main.querySelector('#late')?.before(atGate('signal_there'));
  main.addEventListener('change', () => {
    complain(main, null);
    /** @type {HTMLElement} */ (main.querySelector('#late')).hidden = given(main).signal_there !== 'no';
  });
  /** @param {number} by */
  function move(by) {
    if (back + by > Date.now()) back += by;
    /** @type {HTMLElement} */ (main?.querySelector('output')).textContent = clock(back);
  }
}

/** @param {HTMLElement} main @returns {Record<string, any>} */
const given = (main) =>
  Object.fromEntries(
    [.../** @type {NodeListOf<HTMLElement>} */ (main.querySelectorAll('[data-q]'))]
      .map((part) => [part.dataset.q, answerOf(part)])
      .filter(([, answer]) => answer),
  );

/** @param {Visit} visit @param {HTMLElement|null} main @param {string[]} asked @param {number} back */
async function leave(visit, main, asked, back) {
  if (!main) return;
  const answers = given(main);
  const gap = [...asked, 'signal_there'].find((field) => !answers[field]);
  if (gap) return complain(main, word('choose'), main.querySelector(`[data-q=${gap}]`));
  const body = { ...answers, check_out_in: Math.max(1, Math.round((back - Date.now()) / MINUTE)) };
  const [no] = gateMissing(visit.place_kind, body);
  if (no) {
    const advice = no === 'reported_person_away' ? 'other_place' : no === 'companion_contact' ? 'choose' : 'gate_shut';
    return complain(main, word(advice), main.querySelector(`[data-q=${no}]`));
  }
  await write(session(), 'visit.start', { visit_id: visit.visit_id, ...body });
  return running({ ...visit, started_at: new Date().toISOString(), check_out_in: body.check_out_in });
}

/** @param {Visit & {check_out_in?: number}} visit */
export function running(visit) {
  const turn = enter(() => running(visit), 'content');
  const back = Date.parse(visit.started_at ?? '') + (visit.check_out_in ?? 60) * MINUTE;
  const story = visit.details?.safe_contact?.cover_story;
  const topic = word('topic', { topic: story ? label('contact', 'cover_story', story) : word('topic_any') });
  const main = view(turn, 'running', {
    sign: signOf(visit), ...clockOf(back), back_at: clock(back), topic, where: visit.details && placeOf(visit),
  }, { done: () => end(visit, 'done'), stop: () => end(visit, 'unsafe_stopped') });
  const tick = setInterval(() => {
    if (!main?.isConnected) return clearInterval(tick);
    for (const [slot, text] of Object.entries(clockOf(back))) {
      /** @type {HTMLElement} */ (main.querySelector(`[data-t=${slot}]`)).textContent = text;
    }
  }, 5000);
}

/** @param {number} back */
function clockOf(back) {
  const left = Math.ceil((back - Date.now()) / MINUTE);
  return { minutes: String(Math.abs(left)), left: word(left >= 0 ? 'minutes_left' : 'minutes_over') };
}

/** One tap, sent alone. @param {Visit} visit @param {'done'|'unsafe_stopped'} how */
async function end(visit, how) {
  const unsafe = how === 'unsafe_stopped';
  const { id } = await write(session(), 'visit.end', { visit_id: visit.visit_id, how, need: unsafe ? 'call_me' : 'none' });
  return ended(visit, unsafe, id);
}

/** Nobody calls who does not know yet, and an officer still counts the minutes of whoever seems to be out there. @param {Visit} visit @param {boolean} unsafe @param {string} id of the end */
async function ended(visit, unsafe, id) {
  const turn = enter(() => ended(visit, unsafe, id), 'content');
  const [number, left] = [await duty(), await hasLeft(id)];
  const end = unsafe ? 'stopped' : 'visit_done';
  view(turn, 'ended', {
    title: word(end), hint: word(left ? `${end}_hint` : unsafe ? 'call_now' : 'come_back'),
    c: `end ${left && !unsafe ? 'ok' : 'wait'}`, i: unsafe ? 'warn' : left ? 'ok' : 'clock', unsafe, duty: number, sms: !left && number,
  }, { record: () => record(visit, unsafe), today });
}
