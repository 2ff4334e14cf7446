/** The phone's outbox: draft → sealed → sending → sent → forgotten; no rule of ours deletes an unsent act. */
import { b64, chance, hex, moment, sha256 } from './bytes.js';
import { ring } from './bells.js';
import * as schedule from './schedule.js';
import { isUnsent, putBack, sawEpoch, settle, taken } from './settling.js';
import { change, counter, whereKept } from './store.js';
import { wakeWhenOnline } from './shell.js';
import { Away, sendBatch } from './sync.js';
import { device } from './vault.js';

/** @typedef {import('./store.js').Act} Act */
/** @typedef {{id: string, kid: string, schema: number, sealed: Uint8Array<ArrayBuffer>}} Envelope */


/** @param {Envelope} envelope @param {Partial<Act>} more @returns {Promise<Act>} */
async function row(envelope, more) {
  return {
    ...envelope,
    sha256: hex(await sha256(envelope.sealed)),
    order: 0, seq: null, state: 'sealed', made_at: Date.now(), not_before: 0,
    failures: 0, attention: false, receipt: null, sent_at: null,
    ...more,
  };
}

/** @param {import('./store.js').Change} c @param {Act} act */
async function place(c, act) {
  const order = ((await c.counter('order')) ?? 0) + 1;
  await c.count('order', order);
  await c.put({ ...act, order });
}

/**
 * Put a sealed act where it will be sent; when this returns it is on disk. An act of the same id that
 * is still a waiting draft is replaced; one that has left keeps its bytes for ever.
 * @param {Envelope} envelope @param {{not_before?: number, quiet?: boolean, draft?: string}} [more]
 * @returns {Promise<boolean>} false if one of this id has left already
 */
export async function enqueue(envelope, more = {}) {
  const act = await row(envelope, more);
  const placed = await change(async (c) => {
    const before = await c.act(act.id);
    if (before && before.state !== 'draft') return false;
    // Killed before its draft was gone, she sends it again: she was counted then.
    if (act.quiet && (await c.acts()).some((one) => one.quiet && one.draft === act.draft)) return false;
    await place(c, before ? { ...act, made_at: before.made_at } : act);
    return true;
  });
  ring('outbox');
  return placed;
}

/** Lay down or remake a waiting envelope. @param {Envelope} envelope @param {number} not_before @param {string} draft @returns {Promise<boolean>} false if it has left */
export async function keepWaiting(envelope, not_before, draft) {
  const act = await row(envelope, { state: 'draft', not_before, draft });
  return change(async (c) => {
    const before = await c.act(act.id);
    if (before && before.state !== 'draft') return false;
    await place(c, before ? { ...act, made_at: before.made_at } : act);
    return true;
  });
}

/** Let waiting envelopes go now: their draft can no longer be opened. @param {string} id of the draft */
export async function release(id) {
  await change(async (c) => {
    for (const act of await c.acts()) {
      if (act.state === 'draft' && (act.id === id || act.draft === id)) await c.put({ ...act, state: 'sealed', not_before: 0 });
    }
  });
  ring('outbox');
}

/** Nothing waits for its hour any more: this phone is being left. @returns {Promise<void>} */
export const hurry = () =>
  change(async (c) => {
    for (const act of await c.acts()) {
      if (act.state === 'draft' || (act.quiet && act.state === 'sealed')) await c.put({ ...act, state: 'sealed', not_before: 0 });
    }
  });

/** Delete a waiting envelope unless it has left. @param {string} id @returns {Promise<'none'|'deleted'|'left'>} */
export async function discardWaiting(id) {
  return change(async (c) => {
    const act = await c.act(id);
    if (!act) return 'none';
    if (act.state !== 'draft') return 'left';
    await c.forget(id);
    return 'deleted';
  });
}

/** @param {string} id @returns {Promise<Act['state']|null>} */
export const stateOf = (id) => change(async (c) => (await c.act(id))?.state ?? null);

/**
 * The one line of truth on *Today*.
 * @returns {Promise<{unsent: number, since: string|null, last_sent_at: string|null, attention: number, where: 'kept'|'memory'}>}
 */
export async function truth() {
  const now = Date.now();
  const [acts, last] = await change(async (c) => [await c.acts(), await c.counter('last_sent_at')]);
  const unsent = acts.filter((/** @type {Act} */ act) => isUnsent(act) && !(act.quiet && act.not_before > now));
  const since = Math.min(...unsent.map((/** @type {Act} */ act) => act.made_at));
  return {
    unsent: unsent.length,
    since: unsent.length ? moment(since) : null,
    last_sent_at: last ?? null,
    attention: unsent.filter((/** @type {Act} */ act) => act.attention).length,
    where: await whereKept(),
  };
}

/** What was sent when, without what it was. @returns {Promise<{id: string, sent_at: string, bytes: number}[]>} */
export async function whatWasSent() {
  const acts = await change((c) => c.acts());
  return acts
    .filter((act) => act.state === 'sent')
    .sort((a, b) => (b.sent_at ?? 0) - (a.sent_at ?? 0))
    .map((act) => ({ id: act.id, sent_at: moment(act.sent_at ?? 0), bytes: act.bytes ?? act.sealed.length }));
}

/** How an act stands, with what was added to it. @param {string} id @returns {Promise<'sent'|'waiting'|'attention'>} */
export async function fate(id) {
  const left = (await change((c) => c.acts())).filter((act) => isUnsent(act) && (act.id === id || act.draft === id));
  if (left.length === 0) return 'sent';
  return left.some((act) => act.attention) ? 'attention' : 'waiting';
}

/** @param {Act[]} rows @param {string|null} last_receipt @param {number} now */
const batchOf = (rows, last_receipt, now) => ({
  device_now: moment(now),
  last_receipt,
  envelopes: rows.map(({ id, kid, schema, seq, sha256: hash, sealed }) => ({ id, kid, schema, seq, sha256: hash, sealed: b64(sealed) })),
});

/** One flush. @param {string} device @returns {Promise<number|null>} null when done; when away, the least pause in milliseconds */
async function round(device) {
  const done = new Set();
  let most = schedule.BATCH;
  for (;;) {
    const now = Date.now();
    const rows = await taken(now, most, done);
    if (rows.length === 0) return null;
    /** @type {import('./sync.js').Answer} */
    let answer;
    try {
      answer = await sendBatch(batchOf(rows, (await counter('last_receipt')) ?? null, now), device);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      await putBack(rows, now, false);
      return 0;
    }
    if (answer.status === 200 && Array.isArray(answer.body?.results)) {
      rows.forEach((act) => done.add(act.id));
      await settle(rows, answer.body, now);
      if (await sawEpoch(answer.body.epoch)) done.clear();
    } else if ((answer.status === 413 || answer.status === 400) && rows.length > 1) {
      await putBack(rows, now, false);
      most = Math.ceil(rows.length / 2);
    } else {
      const ours = answer.status === 413 || answer.status === 400;
      await putBack(rows, now, ours);
      if (!ours) return answer.retry_after ?? 0;
      rows.forEach((act) => done.add(act.id));
    }
    ring('outbox');
  }
}

/** @type {any} */
let again;

/** Try later by itself as long as this page or worker lives. @param {number|null} least @param {() => void} retry */
async function plan(least, retry) {
  const away = least !== null;
  clearTimeout(again);
  const failures = away ? ((await counter('flush_failures')) ?? 0) + 1 : 0;
  await change((c) => c.count('flush_failures', failures));
  if (away) void wakeWhenOnline();
  const pause = away ? Math.max(least, schedule.backOff(failures, chance())) : await untilNext();
  if (pause !== null) {
    again = setTimeout(retry, Math.min(pause, schedule.HOUR));
    again.unref?.();
  }
}

/** @returns {Promise<number|null>} */
async function untilNext() {
  const acts = await change((c) => c.acts());
  const times = acts.filter((act) => act.state !== 'sent').map((act) => act.not_before);
  return times.length ? Math.max(schedule.SECOND, Math.min(...times) - Date.now()) : null;
}

/** @type {Promise<void>|null} */
let running = null;
let wanted = false;

/**
 * Send what waits; one leader among pages and worker, one request in flight. Called while one runs, it runs once more.
 * @param {string} device @returns {Promise<void>}
 */
function flushAs(device) {
  if (running) {
    wanted = true;
    return running;
  }
  const lead = async () => {
    do {
      wanted = false;
      const outcome = await round(device);
      await plan(outcome, () => void flushAs(device));
      if (outcome !== null) break;
    } while (wanted);
  };
  const locks = globalThis.navigator?.locks;
  running = (locks ? locks.request('siaga-send', lead) : lead()).finally(() => {
    running = null;
    ring('outbox');
  });
  return /** @type {Promise<void>} */ (running);
}

/** Send what waits, if this phone is enrolled. @param {string} [_why] for the reader of the call @returns {Promise<void>} */
export async function flush(_why) {
  const known = await device();
  if (known) await flushAs(known.device_id);
}
