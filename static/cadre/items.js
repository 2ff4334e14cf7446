/** Reading what was fetched: sealed kinds under the device key of a right session, open kinds by anybody. */
import { unb64 } from './bytes.js';
import { place } from './changes.js';
import * as own from './own.js';
import { shortCode } from './rules.js';
import { isDue, STATES_FOR, WAY_HOLDS } from './schedule.js';
import { itemInfo, openSealed } from './seal.js';
import * as store from './store.js';
import { ahead, secrets } from './vault.js';
import { upgraded } from './versions.js';

/** @typedef {import('./session.js').Session} Session */

/** @param {Session} session @param {string} kind @param {string} id @returns {Promise<any>} null if absent, unreadable, or not hers to read */
async function one(session, kind, id) {
  const held = secrets(session);
  const kept = await store.getJson(place(kind, id));
  if (!held?.pair || !kept?.sealed) return null;
  const info = itemInfo(kind, session.device_id, id, kept.schema);
  return openSealed(held.pair, info, unb64(kept.sealed)).then((content) => upgraded(kind, kept.schema, content), () => null);
}

/** @param {Session} session @param {string} kind @returns {Promise<any[]>} */
async function all(session, kind) {
  if (!secrets(session)?.pair) return [];
  const ids = (await store.names(place(kind, ''))).map((name) => name.slice(place(kind, '').length));
  const found = await Promise.all(ids.map(async (id) => ({ id, content: await one(session, kind, id) })));
  return found.filter(({ content }) => content !== null).map(({ id, content }) => ({ id, ...content }));
}

/** By due time, each with what she already did on this phone, how far the server's clock is `ahead`, and `late` once the window has closed by it. @param {Session} session @returns {Promise<any[]>} */
export async function visits(session) {
  const [found, off] = [await all(session, 'visit'), await ahead()];
  const whole = await Promise.all(
    found.map(async (visit) => {
      const trace = await own.read(session, 'trace', visit.visit_id);
      const { acts = [], started_at = null, check_out_in = null } = trace ?? {};
      return { ...visit, details: await one(session, 'visit_details', visit.visit_id), mine: acts, started_at, check_out_in, ahead: off, late: Date.parse(visit.due_at) < Date.now() + off };
    }),
  );
  return whole.sort((a, b) => a.due_at.localeCompare(b.due_at));
}

/** States of her reports of 30 days, the newest first. @param {Session} session @returns {Promise<any[]>} */
export async function statuses(session) {
  const seen = (await own.read(session, 'seen', session.device_id)) ?? {};
  const found = await all(session, 'report_status');
  return found
    .map((status) => ({ ...status, short: shortCode(status.report_id), is_new: seen[status.report_id] !== `${status.state} ${status.at}` }))
    .sort((a, b) => b.at.localeCompare(a.at));
}

/** @param {Session} session @param {string[]} ids of reports whose state she has now seen */
export async function statusesSeen(session, ids) {
  const seen = (await own.read(session, 'seen', session.device_id)) ?? {};
  const found = await all(session, 'report_status');
  const now = Object.fromEntries(found.filter(({ report_id }) => ids.includes(report_id)).map((s) => [s.report_id, `${s.state} ${s.at}`]));
  const still = Object.fromEntries(Object.entries(seen).filter(([id]) => found.some((s) => s.report_id === id)));
  await own.keep('seen', session.device_id, { ...still, ...now });
}

/** Reports that left from here, with what the office says of them. @param {Session} session @returns {Promise<any[]>} */
export async function sentReports(session) {
  const [sent, states] = [await own.all(session, 'sent'), await statuses(session)];
  // As long as the office says how it stands she can add to it: then it must be known what she may not add.
  const isSpokenOf = (/** @type {string} */ id) => states.some(({ report_id }) => report_id === id);
  const old = sent.filter(({ id, at }) => Date.now() - Date.parse(at) > STATES_FOR && !isSpokenOf(id));
  for (const { id } of old) await store.remove(`own/sent/${id}`);
  return sent
    .filter((report) => !old.includes(report))
    .map((report) => ({ ...report, short: shortCode(report.id), status: states.find((s) => s.report_id === report.id) ?? null }))
    .sort((a, b) => b.at.localeCompare(a.at));
}

/** The oldest report of hers after a week of which nobody has asked whether the way to reach the survivor is still safe. @param {Session} session @returns {Promise<any>} */
export async function wayDue(session) {
  const isOver = (/** @type {any} */ { status }) => ['moved_on', 'closed'].includes(status?.state);
  const sent = (await sentReports(session)).filter((report) => report.way_at && !isOver(report));
  return sent.filter(({ way_at }) => isDue(Date.parse(way_at), WAY_HOLDS, Date.now())).pop() ?? null;
}

/** @param {Session} session @returns {Promise<any[]>} the newest first, each with its id and whether it was read here */
export async function messages(session) {
  const found = (await all(session, 'message')).map(async (message) => ({ ...message, is_new: (await own.read(session, 'trace', message.id)) === null }));
  return (await Promise.all(found)).sort((a, b) => b.at.localeCompare(a.at));
}

/** @param {Session} session @param {string[]} ids */
export async function messagesSeen(session, ids) {
  for (const id of ids) await own.trace(session, id, 'read');
}

/** @param {Session} session @returns {Promise<any[]>} */
export async function alerts(session) {
  const found = await all(session, 'alert');
  const whole = found.map(async (alert) => ({ ...alert, acknowledged: (await own.read(session, 'trace', alert.alert_id)) !== null }));
  return (await Promise.all(whole)).sort((a, b) => b.at.localeCompare(a.at));
}

/** @param {string} kind @param {(content: any, id: string) => boolean} [fits] @returns {Promise<any>} */
async function open(kind, fits = () => true) {
  for (const name of await store.names(place(kind, ''))) {
    const kept = await store.getJson(name);
    if (kept?.open !== undefined && fits(kept.open, name.slice(place(kind, '').length))) return kept.open;
  }
  return null;
}

/** What her village has of its own stands over what all have. @param {string} kind @returns {Promise<any>} */
const nearest = async (kind) => (await open(kind, ({ village }) => village)) ?? open(kind);

/** @param {string} purpose of a visit @returns {Promise<any>} */
export const checklist = (purpose) => open('checklist', (content, id) => content.purpose === purpose || id === purpose);
/** Numbers of the village. @returns {Promise<any>} */
export const directory = () => nearest('directory');
/** Calendar and tips of the village. @returns {Promise<any>} */
export const cover = () => nearest('cover');
/** Lease, limits, push key, and whether this app is too old. @returns {Promise<any>} */
export const policy = () => open('policy');
