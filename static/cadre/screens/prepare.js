/** *Siapkan*: how to reach her safely, that she still agrees, when to leave and who knows of it. */
import { planVisit } from '../acts.js';
import { answerOf } from '../forms.js';
import { atGate, label, namesOf, short } from './labels.js';
import { complain, word } from './stage.js';
import { enter, session, view } from './state.js';
import { clock, date, day } from './times.js';
import { signOf, visits } from './visits.js';

const QUARTER = 15 * 6e4;
const AN_HOUR = 60;

/** @typedef {import('./visits.js').Visit} Visit */

/** @param {Visit} visit @param {number} [leaving] as it was chosen */
export function prepare(visit, leaving) {
  const now = () => Date.now() + visit.ahead;
  let at = leaving ?? Math.max(Date.parse(visit.opens_at), Math.ceil(now() / QUARTER) * QUARTER);
  const safe = visit.details?.safe_contact;
  const said = () => `${day(at, now())}, ${clock(at)}`;
  const move = (/** @type {number} */ by) => () => {
    const next = at + by;
    if (next >= now() - QUARTER && next <= Date.parse(visit.due_at)) at = next;
    /** @type {HTMLElement} */ (main?.querySelector('output')).textContent = said();
  };
  const main = view(enter(() => prepare(visit, at), 'content'), 'prepare', {
    sign: signOf(visit), early: !visit.details, facts: visit.details && facts(visit),
    hidden: silent(safe), ask: visit.details, ready: visit.details, leaving: said(),
  }, {
    back: visits,
    earlier: move(-QUARTER),
    later: move(QUARTER),
    ready: async () => {
      const part = /** @type {HTMLElement} */ (main?.querySelector('[data-q=still_agreed]'));
      const agreed = answerOf(part);
      if (main && agreed !== 'yes') return complain(main, word(agreed ? 'agree_first' : 'choose'), part);
      const contact = answerOf(/** @type {HTMLElement} */ (main?.querySelector('[data-q=companion_contact]')));
      await planVisit(session(), visit, at, { check_out_in: AN_HOUR, ...(contact && { companion_contact: contact }) });
      return visits();
    },
  });
  main?.querySelector('#agreed')?.append(atGate('still_agreed'));
  main?.querySelector('#contact')?.append(atGate('companion_contact'));
}

/** Whom it must not reach, said above everything else. @param {any} safe */
const silent = (safe) =>
  safe?.must_not_know?.length &&
  word('must_not_know', { who: safe.must_not_know.map((/** @type {string} */ code) => label('added', 'must_not_know', code)).join(' · ') });

/** @param {Visit} visit */
export function facts(visit) {
  const { safe_contact: safe = {}, place, look_for, agreed_at } = visit.details ?? {};
  const rows = ['contact_via', ...namesOf('contact')]
    .filter((field) => safe[field]?.length)
    .map((field) => {
      const group = field === 'contact_via' ? 'report' : 'contact';
      return { name: short(group, field), value: [safe[field]].flat().map((code) => label(group, field, code)).join(' · ') };
    });
  if (visit.alias) rows.unshift({ name: short('added', 'survivor_alias'), value: visit.alias });
  if (place) rows.push({ name: short('added', 'place'), value: word(`at.${place}`) ?? place });
  if (look_for) rows.push({ name: word('look_for') ?? '', value: look_for });
  if (agreed_at) rows.push({ name: word('agreed') ?? '', value: date(agreed_at) });
  return rows;
}
