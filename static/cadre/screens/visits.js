/** Visits by due time: *Terima*, *Siapkan*, *Berangkat*, the running clock, and the record later. */
import { acceptVisit, write } from '../acts.js';
import * as items from '../items.js';
import { answerOf } from '../forms.js';
import { prepare } from './prepare.js';
import { gate, running } from './leave.js';
import { asPart, choices, label, question } from './labels.js';
import { heard } from './news.js';
import { record } from './record.js';
import { complain, word } from './stage.js';
import { enter, session, view } from './state.js';
import { sign } from './signs.js';
import { span } from './times.js';
import { today } from './today.js';

/** @typedef {Awaited<ReturnType<typeof items.visits>>[number]} Visit */

/** What she can do next with a visit. @param {Visit} visit */
export function nextStep(visit) {
  const did = (/** @type {string} */ act) => visit.mine.includes(`visit.${act}`);
  if (did('record') || visit.state === 'recorded') return 'recorded';
  if (did('decline') || visit.state === 'declined') return 'declined';
  if (did('end') || visit.state === 'ended') return 'record';
  if (did('start') || visit.state === 'started') return 'running';
  if (visit.late && visit.state !== 'assigned') return 'record';
  if (did('plan')) return 'leave';
  return did('accept') || visit.state === 'accepted' ? 'prepare' : 'accept';
}

const DOORS = { accept, prepare, leave: gate, running, record };

/** @param {Visit} visit */
export const what = (visit) => `${label('visit', 'purpose', visit.purpose)} · ${placeOf(visit)}`;

/** @param {Visit} visit */
const windowOf = ({ opens_at, due_at, ahead }) => span(opens_at, due_at, Date.now() + ahead);

/** @param {Visit} visit */
export const placeOf = (visit) => {
  const place = visit.details?.place ?? visit.details?.safe_contact?.meeting_place;
  return (place && (word(`at.${place}`) ?? place)) ?? word(`at.${visit.place_kind}`) ?? '';
};

/** Her picture of the visit, or a neutral one. @param {Visit} visit */
export const signOf = (visit) => sign(visit.picture) ?? '📖';

export async function visits() {
  const turn = enter(visits, 'content');
  const open = (await items.visits(session())).filter((visit) => nextStep(visit) !== 'recorded');
  const rows = open.map((visit) => {
    const step = nextStep(visit);
    const main = step === 'leave' || step === 'running';
    return {
      id: visit.visit_id, sign: signOf(visit), when: windowOf(visit), what: what(visit),
      ready: step === 'leave', fresh: step === 'accept', said: word(`visit.${step}`),
      act: word(`do.${step}`), look: main ? 'main' : 'quiet',
    };
  });
  view(turn, 'visits', { visits: rows, empty: !rows.length }, {
    back: today,
    open: (id) => go(open.find(({ visit_id }) => visit_id === id)),
  });
  await heard(({ kind }) => ['new_visit', 'visit_changed', 'check_out'].includes(kind));
}

/** @param {Visit|undefined} visit */
function go(visit) {
  const step = visit && nextStep(visit);
  return step && step in DOORS ? DOORS[/** @type {keyof DOORS} */ (step)](visit) : visits();
}

/** @param {Visit} visit */
function accept(visit) {
  const main = view(enter(() => accept(visit), 'content'), 'accept', {
    sign: signOf(visit), when: windowOf(visit),
    purpose: label('visit', 'purpose', visit.purpose), place: placeOf(visit), alias: visit.alias,
    own: word(visit.own_report ? 'own_report' : 'not_own'),
  }, {
    back: visits,
    decline: () => decline(visit),
    accept: async () => {
      const part = /** @type {HTMLElement} */ (main?.querySelector('[data-q=conflict]'));
      const conflict = /** @type {string} */ (answerOf(part));
      if (!conflict && main) return complain(main, word('choose'), part);
      await acceptVisit(session(), visit, conflict);
      return visits();
    },
  });
  const part = asPart('report', 'conflict', undefined);
  part.querySelector('p')?.remove(); // It comforts who reports; whoever has one here may decline.
  main?.querySelector('#conflict')?.append(part);
}

/** @param {Visit} visit */
function decline(visit) {
  view(enter(() => decline(visit), 'content'), 'decline', { reasons: choices(question('visit', 'reason')) }, {
    back: () => accept(visit),
    reason: async (reason) => {
      await write(session(), 'visit.decline', { visit_id: visit.visit_id, reason });
      return visits();
    },
  });
}
