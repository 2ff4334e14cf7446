/** How acts move from `sealed` to `sent`, each move one transaction on disk; it sends nothing itself. */
import { chance } from './bytes.js';
import * as schedule from './schedule.js';
import { change, names } from './store.js';

/** @typedef {import('./store.js').Act} Act */

/** From here upwards numbers count nothing at the server: a phone that has lost its count uses none twice. */
export const UNCOUNTED = 2 ** 32;

/** @param {Act} act */
export const isUnsent = (act) => act.state === 'sealed' || act.state === 'sending';

/** Waiting envelopes whose hour has come join those to be sent; no clock that was wrong for a while holds one up. @param {import('./store.js').Change} c @param {number} now */
async function due(c, now) {
  const acts = await c.acts();
  for (const act of acts) {
    const { state, not_before } = act;
    if (state === 'sent') continue;
    act.not_before = schedule.dueAt(act, now);
    if (state === 'draft' && act.not_before <= now) act.state = 'sealed';
    if (act.state !== state || act.not_before !== not_before) await c.put(act);
  }
  return acts.filter((act) => isUnsent(act) && act.not_before <= now);
}

/**
 * Take what goes into the next request: numbered and marked `sending` on disk before a byte leaves.
 * @param {number} now @param {number} most @param {Set<string>} done acts already tried in this round @returns {Promise<Act[]>}
 */
export const taken = (now, most, done) =>
  change(async (c) => {
    const rows = (await due(c, now)).filter((act) => !done.has(act.id));
    rows.sort((a, b) => Number(a.attention) - Number(b.attention) || a.order - b.order);
    const chosen = schedule.batch(rows, most);
    let seq = (await c.counter('seq')) ?? UNCOUNTED + Math.floor(chance() * 2 ** 52);
    for (const act of [...chosen].sort((a, b) => a.order - b.order)) {
      if (act.seq === null) act.seq = seq += 1;
      act.state = 'sending';
      await c.put(act);
    }
    await c.count('seq', seq);
    return chosen;
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
export async function settle(rows, body, now) {
  const begun = new Set((await names('draft/')).map((name) => name.split('/')[2]));
  await change(async (c) => {
    // Without a time nothing may look old.
    const server = Date.parse(body.server_time) || now;
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
    const more = rows.filter((act, at) => isReceipted(body.results[at], act)).length;
    if (more) await c.count('last_sent_at', body.server_time);
    await c.count('receipted', ((await c.counter('receipted')) ?? 0) + more);
    if (body.ended) await c.count('ended', true);
    await forgetOld(c, server, begun);
  });
}

/**
 * Sent bytes go after 14 days of server time. That it has left is known as long as its draft lives: a later
 * *Kirim* adds to it, a later no takes it back. @param {import('./store.js').Change} c @param {number} server @param {Set<string>} begun
 */
async function forgetOld(c, server, begun) {
  for (const act of await c.acts()) {
    if (act.state !== 'sent' || server - (act.sent_at ?? server) <= schedule.KEEP_SENT) continue;
    if (!begun.has(act.id)) await c.forget(act.id);
    else if (act.sealed.length) await c.put({ ...act, bytes: act.sealed.length, sealed: new Uint8Array(0) });
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
      if (act.state === 'sent' && act.sealed.length) await c.put({ ...act, state: 'sealed', not_before: 0 });
    }
    return true;
  });

/** One request could not be judged act by act. @param {Act[]} rows @param {number} now @param {boolean} blame */
export const putBack = (rows, now, blame) =>
  change(async (c) => {
    for (const act of rows) await c.put(blame ? failed(act, now + schedule.MINUTE) : { ...act, state: 'sealed' });
  });
