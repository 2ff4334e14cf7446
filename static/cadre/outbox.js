/** The phone's outbox: draft → sealed → sending → sent → forgotten; no rule of ours deletes an unsent act. */
import { b64, chance, hex, moment, sha256 } from './bytes.js';
import { ring } from './bells.js';
import * as schedule from './schedule.js';
import { change, counter, whereKept } from './store.js';
import { wakeWhenOnline } from './shell.js';
import { Away, sendBatch } from './sync.js';
import { device } from './vault.js';

/** @typedef {import('./store.js').Act} Act */
/** @typedef {{id: string, kid: string, schema: number, sealed: Uint8Array<ArrayBuffer>}} Envelope */

/** @param {Act} act */
const isUnsent = (act) => act.state === 'sealed' || act.state === 'sending';

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
 * @param {Envelope} envelope @param {{not_before?: number, quiet?: boolean}} [more]
 * @returns {Promise<boolean>} false if one of this id has left already
 */
export async function enqueue(envelope, more = {}) {
  const act = await row(envelope, more);
  const placed = await change(async (c) => {
    const before = await c.act(act.id);
    if (before && before.state !== 'draft') return false;
    await place(c, before ? { ...act, made_at: before.made_at } : act);
    return true;
  });
  ring('outbox');
  return placed;
}

/** Lay down or remake a waiting envelope. @param {Envelope} envelope @param {number} not_before @returns {Promise<boolean>} false if it has left */
export async function keepWaiting(envelope, not_before) {
  const act = await row(envelope, { state: 'draft', not_before });
  return change(async (c) => {
    const before = await c.act(act.id);
    if (before && before.state !== 'draft') return false;
    await place(c, before ? { ...act, made_at: before.made_at } : act);
    return true;
  });
}

/** Let a waiting envelope go now: its draft can no longer be opened. @param {string} id */
export async function release(id) {
  await change(async (c) => {
    const act = await c.act(id);
    if (act?.state === 'draft') await c.put({ ...act, state: 'sealed', not_before: 0 });
  });
  ring('outbox');
}

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
    .map((act) => ({ id: act.id, sent_at: moment(act.sent_at ?? 0), bytes: act.sealed.length }));
}

/** @param {string} id @returns {Promise<'sent'|'waiting'|'attention'>} */
export async function fate(id) {
  const act = await change((c) => c.act(id));
  if (!act || act.state === 'sent') return 'sent';
  return act.attention ? 'attention' : 'waiting';
}

/** Waiting envelopes whose hour has come join those to be sent. @param {import('./store.js').Change} c @param {number} now */
async function due(c, now) {
  const acts = await c.acts();
  for (const act of acts) {
    if (act.state === 'draft' && act.not_before <= now) {
      act.state = 'sealed';
      await c.put(act);
    }
  }
  return acts.filter((act) => isUnsent(act) && act.not_before <= now);
}

/**
 * Take what goes into the next request: numbered and marked `sending` on disk before a byte leaves.
 * @param {number} now @param {number} most @param {Set<string>} done acts already tried in this round @returns {Promise<Act[]>}
 */
const taken = (now, most, done) =>
  change(async (c) => {
    const rows = (await due(c, now)).filter((act) => !done.has(act.id));
    rows.sort((a, b) => Number(a.attention) - Number(b.attention) || a.order - b.order);
    const chosen = schedule.batch(rows, most);
    let seq = (await c.counter('seq')) ?? 0;
    for (const act of [...chosen].sort((a, b) => a.order - b.order)) {
      if (act.seq === null) act.seq = seq += 1;
      act.state = 'sending';
      await c.put(act);
    }
    await c.count('seq', seq);
    return chosen;
  });

/** @param {Act[]} rows @param {string|null} last_receipt @param {number} now */
const batchOf = (rows, last_receipt, now) => ({
  device_now: moment(now),
  last_receipt,
  envelopes: rows.map(({ id, kid, schema, seq, sha256: hash, sealed }) => ({ id, kid, schema, seq, sha256: hash, sealed: b64(sealed) })),
});

const RECEIPT = /^(\d+)\.(\d+)\.[\w-]+$/;

/** The later of two receipts of the same epoch, or the new one. @param {string|null} kept @param {string} receipt */
function later(kept, receipt) {
  const [a, b] = [RECEIPT.exec(kept ?? ''), RECEIPT.exec(receipt)];
  return a && b && a[1] === b[1] && Number(a[2]) > Number(b[2]) ? kept : receipt;
}

/** @param {any} result @param {Act} act */
const isReceipted = (result, act) =>
  ['stored', 'duplicate', 'conflict'].includes(result?.status) &&
  result.id === act.id && result.sha256 === act.sha256 && RECEIPT.test(result.receipt ?? '');

/** @param {Act} act @param {number} retry_at @returns {Act} */
const failed = (act, retry_at) => ({
  ...act, state: 'sealed', failures: act.failures + 1, attention: act.attention || act.failures + 1 >= schedule.ATTENTION, not_before: retry_at,
});

/**
 * Believe a receipt only with our own hash beside it; everything of one answer lands in one transaction.
 * @param {Act[]} rows @param {any} body @param {number} now
 */
const settle = (rows, body, now) =>
  change(async (c) => {
    const server = Date.parse(body.server_time);
    let last = (await c.counter('last_receipt')) ?? null;
    for (const [at, act] of rows.entries()) {
      const result = body.results[at];
      if (isReceipted(result, act)) {
        last = later(last, result.receipt);
        await c.put({ ...act, state: 'sent', receipt: result.receipt, sent_at: server, attention: false });
      } else if (result?.status === 'malformed') {
        await c.put({ ...failed(act, now + schedule.DAY), attention: true });
      } else {
        await c.put(failed(act, now + (result?.retry_after ?? 60) * schedule.SECOND));
      }
    }
    await c.count('last_receipt', last);
    await c.count('last_sent_at', body.server_time);
    if (body.ended) await c.count('ended', true);
    await forgetOld(c, server);
  });

/** Sent bytes go after 14 days of server time. @param {import('./store.js').Change} c @param {number} server */
async function forgetOld(c, server) {
  for (const act of await c.acts()) {
    if (act.state === 'sent' && server - (act.sent_at ?? server) > schedule.KEEP_SENT) await c.forget(act.id);
  }
}

/** A restored server gets again what this phone kept; `duplicate` is the answer for what survived. @param {number} epoch */
export const sawEpoch = (epoch) =>
  change(async (c) => {
    const known = await c.counter('epoch');
    if (known === epoch) return false;
    await c.count('epoch', epoch);
    if (known === undefined) return false;
    for (const act of await c.acts()) {
      if (act.state === 'sent') await c.put({ ...act, state: 'sealed', not_before: 0 });
    }
    return true;
  });

/** One request could not be judged act by act. @param {Act[]} rows @param {number} now @param {boolean} blame */
const putBack = (rows, now, blame) =>
  change(async (c) => {
    for (const act of rows) await c.put(blame ? failed(act, now + schedule.MINUTE) : { ...act, state: 'sealed' });
  });

/** @param {string} device @returns {Promise<'done'|'away'>} */
async function round(device) {
  const done = new Set();
  let most = schedule.BATCH;
  for (;;) {
    const now = Date.now();
    const rows = await taken(now, most, done);
    if (rows.length === 0) return 'done';
    /** @type {import('./sync.js').Answer} */
    let answer;
    try {
      answer = await sendBatch(batchOf(rows, (await counter('last_receipt')) ?? null, now), device);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      await putBack(rows, now, false);
      return 'away';
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
      if (!ours) return 'away';
      rows.forEach((act) => done.add(act.id));
    }
    ring('outbox');
  }
}

/** @type {any} */
let again;

/** Try later by itself as long as this page or worker lives. @param {boolean} away @param {() => void} retry */
async function plan(away, retry) {
  clearTimeout(again);
  const failures = away ? ((await counter('flush_failures')) ?? 0) + 1 : 0;
  await change((c) => c.count('flush_failures', failures));
  if (away) void wakeWhenOnline();
  const pause = away ? schedule.backOff(failures, chance()) : await untilNext();
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
export function flushAs(device) {
  if (running) {
    wanted = true;
    return running;
  }
  const lead = async () => {
    do {
      wanted = false;
      const outcome = await round(device);
      await plan(outcome === 'away', () => void flushAs(device));
      if (outcome === 'away') break;
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
