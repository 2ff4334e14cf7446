/** Everything a cadre does, sealed at once to the district's intake key; sent when it can be. */
import { moment, unb64, uuid } from './bytes.js';
import { intakeKey } from './keylist.js';
import { enqueue, flush } from './outbox.js';
import * as own from './own.js';
import { NAMING, PURPOSES } from './rules.js';
import { AFTER_DUE } from './schedule.js';
import { ACT_SIZES, envelopeInfo, seal } from './seal.js';
import { getJson } from './store.js';
import { ahead, device, makeLease } from './vault.js';

/** @typedef {import('./session.js').Session} Session */

export const SCHEMA = 1;

/** This phone was never enrolled, or was removed: there is nobody to seal to. */
export class NotEnrolled extends Error {}

/**
 * @param {Session} session @param {string} act @param {object} body @param {string} [id] of what it creates
 * @returns {Promise<import('./outbox.js').Envelope>} @throws {NotEnrolled} @throws {RangeError} if it is too large
 */
export async function sealedAct(session, act, body, id = uuid()) {
  const [known, trust] = [await device(), await getJson('trust')];
  if (known === null || trust === null) throw new NotEnrolled();
  const { kid, public_key } = intakeKey(trust);
  const content = { act, at: moment(Date.now()), by: known.device_id, unlocked: session.right, body };
  const sealed = await seal(unb64(public_key), envelopeInfo(kid, id, SCHEMA), content, ACT_SIZES);
  return { id, kid, schema: SCHEMA, sealed };
}

/**
 * Write an act of sync.md. When this returns it is on the phone for good; sending has begun.
 * @param {Session} session @param {string} act @param {Record<string, any>} body @param {{not_before?: number, quiet?: boolean, draft?: string}} [more]
 * @returns {Promise<{id: string}>}
 */
export async function write(session, act, body, more = {}) {
  const envelope = await sealedAct(session, act, body);
  await enqueue(envelope, more);
  const about = body.visit_id ?? body.alert_id;
  if (about) await own.trace(session, about, act, act === 'visit.start' ? { started_at: moment(Date.now()), check_out_in: body.check_out_in } : {});
  void flush();
  return { id: envelope.id };
}

/** Accepting gives the phone a lease. @param {Session} session @param {{visit_id: string, due_at: string}} visit @param {string} conflict */
export async function acceptVisit(session, visit, conflict) {
  const written = await write(session, 'visit.accept', { visit_id: visit.visit_id, conflict });
  await keepOpen(session, [visit]);
  return written;
}

/** A lease until a day after the last window closes: meeting places have no signal. One that ended meanwhile, or was given to her former phone, is made anew. @param {Session} session @param {{due_at: string}[]} visits accepted ones, by due time */
export async function keepOpen(session, visits) {
  const last = visits.at(-1);
  const until = last && (await makeLease(session, Date.parse(last.due_at) + AFTER_DUE - (await ahead()), Date.now()));
  if (until) session.lease_until = moment(until);
}

/** When she means to leave, chosen by the server's clock like the window, is said by this phone's, as every act. @param {Session} session @param {{visit_id: string, ahead: number}} visit @param {number} leaving @param {Record<string, any>} more */
export const planVisit = (session, visit, leaving, more) =>
  write(session, 'visit.plan', { visit_id: visit.visit_id, planned_at: moment(leaving - visit.ahead), ...more });

/** What is added to a report that went without her yes names her no more than the report did; nor where this phone knows nothing of it. @param {Session} session @param {string} report_id @param {Record<string, any>} fields */
export async function addToReport(session, report_id, fields) {
  const added = { ...fields };
  const sent = await own.read(session, 'sent', report_id);
  if (!sent || sent.bare) for (const name of NAMING) delete added[name];
  return write(session, 'report.add', { report_id, ...added });
}

/** Asked again how to reach her safely: what is new, and that it was asked. @param {Session} session @param {string} report_id @param {Record<string, any>} answers */
export async function confirmWay(session, report_id, { contact_via, ...safe }) {
  const way_at = moment(Date.now());
  const safe_contact = { ...safe, confirmed_at: way_at.slice(0, 10) };
  await addToReport(session, report_id, { ...(contact_via && { contact_via }), safe_contact });
  await own.keep('sent', report_id, { ...(await own.read(session, 'sent', report_id)), way_at });
}

/** She takes everything back; nobody asks after her any more. @param {Session} session @param {string} report_id */
export async function withdraw(session, report_id) {
  await write(session, 'consent.withdraw', { report_id, purposes: [...PURPOSES] });
  const sent = await own.read(session, 'sent', report_id);
  if (sent) await own.keep('sent', report_id, { ...sent, way_at: null });
}

/** @param {Session} session @param {string} alert_id */
export const acknowledge = (session, alert_id) => write(session, 'alert.acknowledge', { alert_id });
