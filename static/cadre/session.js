/** Opening the app with six digits: any digits can write, the right ones can also read, and nothing says which they were. */
import { b64, moment, random, unb64 } from './bytes.js';
import { ring } from './bells.js';
import { refresh } from './changes.js';
import * as drafts from './drafts.js';
import { flush } from './outbox.js';
import * as own from './own.js';
import { pinRefused, stretched } from './pin.js';
import * as schedule from './schedule.js';
import * as store from './store.js';
import * as sync from './sync.js';
import * as vault from './vault.js';

/** @typedef {import('./vault.js').Step} Step */
/** @typedef {{step: Step, tag: string, kp: import('./vault.js').Bytes, a: import('./vault.js').Bytes}} Tried */
/**
 * @typedef {{right: boolean, kind: 'right'|'other', wrong_tries: string[], lease_until: string|null, picture: string|null,
 *   device_id: string, settled: Promise<void>, drop(): void}} Session
 */

const PATIENCE = 4000;
/** @param {number} time @returns {Promise<void>} */
const pause = (time) => new Promise((over) => setTimeout(over, time));

/** @returns {Promise<boolean>} */
export const enrolled = async () => (await vault.device()) !== null;

/** District, villages and language; readable by any digits. @returns {Promise<{district: string, villages: {code: string, name: string}[], language: string}|null>} */
export const profile = () => store.getJson('profile');

/**
 * Where they cannot be stretched, for want of memory or at all: a key that opens nothing, for writing needs none.
 * @param {string} digits @param {Step} step @returns {Promise<Tried & {failed: boolean}>}
 */
async function tried(digits, step) {
  const once = () => stretched(digits, unb64(step.salt), step.kdf);
  const out = await once().catch(once).catch(() => null);
  const { kp, a } = out ?? { kp: random(32), a: random(32) };
  return { step, tag: await vault.tagOf(step.salt), kp, a, failed: out === null };
}

/** A session that can write and not yet read. @param {string} device_id @param {Tried} now @param {Tried[]} tries @returns {Session} */
function closed(device_id, now, tries) {
  /** @type {Session} */
  const session = {
    right: false, kind: 'other', wrong_tries: [], lease_until: null, picture: null,
    device_id, settled: Promise.resolve(), drop: () => vault.drop(session),
  };
  const kps = new Map(tries.map(({ tag, kp }) => [tag, kp]));
  vault.hold(session, { tag: now.tag, kp: now.kp, kps, share: null, pair: null });
  return session;
}

/**
 * Open the app with any six digits. It waits a moment for the share; after that the same session may
 * still turn right (`settled`, bell `session`) — writing needs no waiting.
 * @param {string} digits @param {{patience?: number}} [how] @returns {Promise<Session>}
 */
export async function openWith(digits, { patience = PATIENCE } = {}) {
  const [pin, device] = [await vault.pin(), await vault.device()];
  if (pin === null || device === null) throw new Error('not enrolled');
  const current = await tried(digits, pin.current);
  const tries = pin.next ? [await tried(digits, pin.next), current] : [current];
  const session = closed(device.device_id, current, tries);
  // What was never tried is no wrong try.
  session.settled = tries.some(({ failed }) => failed) ? Promise.resolve() : settled(session, tries).catch(() => {});
  await Promise.race([session.settled, pause(patience)]);
  void flush();
  return session;
}

/** A right session at the end of enrolment. @param {Tried} one @param {import('./vault.js').Bytes} share @param {string} device_id @returns {Promise<Session>} */
export async function begun(one, share, device_id) {
  const session = closed(device_id, one, [one]);
  await admitted(session, one, share);
  void flush();
  return session;
}

/** Compare, first by the lease, then with the server; both in silence. @param {Session} session @param {Tried[]} tries */
async function settled(session, tries) {
  const wrong = (await store.counter('tries')) ?? 0;
  await pause(schedule.tryDelay(wrong));
  const byLease = await tryLease(session, tries);
  const byServer = await tryServer(session, tries);
  if (byLease === 'wrong' || byServer === 'wrong') await miscounted();
  if (byServer === 'right') await store.change((c) => c.count('tries', schedule.tallied(wrong, true)));
}

/** @returns {Promise<void>} */
async function miscounted() {
  const tries = schedule.tallied((await store.counter('tries')) ?? 0, false);
  await store.change((c) => c.count('tries', tries));
  if (tries >= schedule.LIMIT_OF_TRIES) await destroyed();
}

/** What can be opened goes, once; what waits in it is sent; the app still writes, and drafts begun since are hers. */
async function destroyed() {
  const kept = await vault.pin();
  if (kept !== null && kept.current.wrap === null && !kept.next) return;
  await drafts.releaseAll();
  await vault.destroyOpenable();
  ring('session');
  void flush();
}

/** @param {Session} session @param {Tried} one @param {import('./vault.js').Bytes} share @returns {Promise<boolean>} */
async function admitted(session, one, share) {
  if (!(await vault.admit(session, one.kp, share, one.step))) return false;
  const kept = await vault.lease(Date.now());
  const picture = await own.read(session, 'picture', session.device_id);
  Object.assign(session, { right: true, kind: 'right', picture: picture?.picture ?? null });
  if (kept) session.lease_until = moment(kept.until);
  ring('session');
  return true;
}

/** @param {Session} session @param {Tried[]} tries @returns {Promise<'right'|'wrong'|'none'>} */
async function tryLease(session, tries) {
  const kept = await vault.lease(Date.now());
  if (kept === null) return 'none';
  for (const one of tries) {
    const share = await vault.shareOfLease(kept, one.kp, session.device_id);
    if (share === null) continue;
    await admitted(session, one, share);
    return 'right';
  }
  // After a quick exit the keys are zeros, and open nothing: that is no wrong try.
  return vault.secrets(session) === null ? 'none' : 'wrong';
}

/** *next* first, then *current*: the answer to a PIN change may have been lost. @param {Session} session @param {Tried[]} tries @returns {Promise<'right'|'wrong'|'none'>} */
async function tryServer(session, tries) {
  for (const [mine, one] of tries.entries()) {
    const now = Date.now();
    const answer = await sync.unlock(session.device_id, b64(one.a)).catch(() => null);
    if (answer?.status === 200) {
      await unlocked(session, one, answer.body, now, mine);
      return 'right';
    }
    if (answer?.status === 410) await destroyed();
    if (answer?.status !== 403) return 'none';
  }
  return 'wrong';
}

/** @param {Session} session @param {Tried} one @param {any} body @param {number} now @param {number} mine tries that the phone itself just made in vain */
async function unlocked(session, one, body, now, mine) {
  if (vault.secrets(session) === null) return;
  await vault.sawServer(body.server_time, now);
  await store.change((c) => c.count('unlocked_at', now));
  await promoted(one.step);
  if (!(await admitted(session, one, unb64(body.share)))) return;
  session.wrong_tries = await foreign(body.wrong_tries, mine);
  const device = await vault.device();
  const match = body.pending === false ? null : device?.match ?? null;
  if (device) await vault.keepDevice({ ...device, lease_hours: body.lease_hours, match });
  const kept = await vault.lease(now);
  const until = kept ? await vault.makeLease(session, kept.wanted, now) : null;
  if (until !== null) session.lease_until = moment(until);
  ring('session');
  // The answer renewed the cookie: a phone that had lost it could not fetch until now.
  void refresh().catch(() => {});
}

/** Which tries she has to hear of: not what she has seen, nor the last ones, of her right digits under *next*. @param {string[]} tries @param {number} mine */
async function foreign(tries, mine) {
  const [seen, before] = [(await store.counter('tries_seen')) ?? '', (await store.counter('tries_mine')) ?? []];
  const own = [...before, ...tries.slice(tries.length - mine)].filter((at) => tries.includes(at));
  await store.change((c) => c.count('tries_mine', own));
  return tries.filter((at) => at > seen && !own.includes(at));
}

/** The step that the server knows becomes the only one. @param {Step} step */
async function promoted(step) {
  const pin = await vault.pin();
  if (!pin?.next) return;
  await vault.keepPin({ current: step });
  await drafts.releaseOrphans();
}

/** She has seen how often somebody tried. @param {Session} session */
export async function seenTries(session) {
  const last = session.wrong_tries.at(-1);
  if (last) await store.change((c) => c.count('tries_seen', last));
  session.wrong_tries = [];
}

/** *Siapkan hari tanpa sinyal*. @param {Session} session @returns {Promise<string|null>} until when; null if there is no share to keep */
export async function offlineDay(session) {
  const now = Date.now();
  const hours = (await vault.device())?.lease_hours ?? 24;
  const until = await vault.makeLease(session, now + hours * schedule.HOUR, now);
  session.lease_until = until === null ? session.lease_until : moment(until);
  void refresh().catch(() => {}); // The office should know of it before the signal goes.
  return until === null ? null : moment(until);
}

/**
 * Change the PIN; the share stays. The new wrap is stored before the request and promoted after its
 * answer, so that a lost answer locks nobody out.
 * @param {Session} session @param {string} digits the present PIN @param {string} wanted
 * @returns {Promise<'done'|'offline'|'closed'|'refused'|'form'|'date'|'repeat'|'run'|'keypad'|'common'>} `closed`: these digits read nothing, and are not called wrong
 */
export async function changePin(session, digits, wanted) {
  const why = pinRefused(wanted);
  if (why !== null) return why;
  const settledPin = await withoutNext(session, digits);
  if (typeof settledPin === 'string') return settledPin;
  const { from, pkcs8, share } = settledPin;
  const salt = b64(random(16));
  const fresh = await tried(wanted, { salt, kdf: from.step.kdf, wrap: null });
  fresh.step.wrap = await vault.wrapDeviceKey(fresh.kp, share, session.device_id, pkcs8);
  pkcs8.fill(0);
  share.fill(0);
  await drafts.flush();
  // In this order: another tab removes copies under digits that it does not know of.
  await vault.keepPin({ current: from.step, next: fresh.step });
  await drafts.copied(from, fresh);
  const body = { proof: b64(from.a), verifier: b64(fresh.a), kdf: fresh.step.kdf };
  const answer = await sync.changeVerifier(body, session.device_id).catch(() => null);
  if (answer?.status === 204) return changed(session, fresh);
  if (answer?.status === 403 || answer?.status === 410) {
    await vault.keepPin({ current: from.step });
    await drafts.releaseOrphans();
    return 'refused';
  }
  return 'offline';
}

/** @param {Session} session @param {Tried} fresh @returns {Promise<'done'>} */
async function changed(session, fresh) {
  const held = vault.secrets(session);
  const kept = await vault.lease(Date.now());
  await vault.keepPin({ current: fresh.step });
  await drafts.releaseOrphans();
  await store.remove('lease'); // It is under the old digits: the new ones would count as a wrong try.
  if (held) {
    Object.assign(held, { tag: fresh.tag, kp: fresh.kp, kps: new Map([[fresh.tag, fresh.kp]]) });
    if (kept) await vault.makeLease(session, kept.wanted, Date.now());
  }
  return 'done';
}

/**
 * The step that these digits open, with the server's word for it where a former change is still open.
 * @param {Session} session @param {string} digits
 * @returns {Promise<'refused'|'offline'|'closed'|{from: Tried, pkcs8: import('./vault.js').Bytes, share: import('./vault.js').Bytes}>}
 */
async function withoutNext(session, digits) {
  const [pin, held] = [await vault.pin(), vault.secrets(session)];
  if (!pin || !held?.share) return 'closed';
  const share = held.share.slice(); // A quick exit overwrites the session's own while digits are stretched.
  for (const step of pin.next ? [pin.next, pin.current] : [pin.current]) {
    const from = await tried(digits, step);
    const pkcs8 = await vault.unwrapDeviceKey(from.kp, share, session.device_id, step.wrap);
    if (pkcs8 === null) continue;
    if (pin.next) {
      const answer = await sync.unlock(session.device_id, b64(from.a)).catch(() => null);
      if (answer === null) return 'offline';
      if (answer.status !== 200) return 'refused';
      await promoted(step);
    }
    return { from, pkcs8, share };
  }
  await miscounted();
  return 'refused';
}
