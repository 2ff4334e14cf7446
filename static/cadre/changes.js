/** Fetching: what the district sealed for this phone is laid on the shelf unread, and read only by a right session. */
import { ring } from './bells.js';
import { trustedNext } from './keylist.js';
import { flush } from './outbox.js';
import { sawEpoch } from './settling.js';
import * as store from './store.js';
import * as sync from './sync.js';
import { tell } from './tell.js';

/** @typedef {{id: string, kind: string, schema: number, sealed?: string, open?: any, gone?: boolean}} Item */

const FIELD = /^[\w.-]{1,64}$/;
/** @param {string} kind @param {string} id */
export const place = (kind, id) => `item/${kind}/${id}`;

/** @param {Item} item */
async function laidDown({ id, kind, schema, sealed, open, gone }) {
  if (!FIELD.test(kind) || !FIELD.test(id)) return;
  if (gone) {
    await store.remove(place(kind, id));
    if (kind === 'visit') await store.remove(`own/trace/${id}`);
    if (kind === 'match') await store.putJson('matched', true);
    return;
  }
  if (kind === 'keys') await trusted(open);
  else await store.putJson(place(kind, id), { schema, ...(sealed === undefined ? { open } : { sealed }) });
  if (kind === 'alert') await shown(id);
}

/** @param {import('./keylist.js').SignedList} list */
async function trusted(list) {
  const kept = await store.getJson('trust');
  if (kept) await store.putJson('trust', await trustedNext(kept, list));
}

/** @param {string} id of an alert that reached this phone */
const shown = (id) =>
  store.change(async (c) => {
    const ids = (await c.counter('shown')) ?? [];
    if (!ids.includes(id)) await c.count('shown', [...ids, id].slice(-100));
  });

/** @param {any} body */
async function applied(body) {
  if (body.reset) await store.removeAll('item/');
  for (const item of body.items) await laidDown(item);
  await store.change((c) => c.count('cursor', body.cursor));
  if (await sawEpoch(body.epoch)) void flush();
}

/** @type {Promise<'new'|'same'|'offline'>|null} */
let running = null;

/**
 * Fetch what changed. After a push the phone tells what it showed a little later, so that the network
 * does not see who answered whom.
 * @param {number} [tellAfter] milliseconds @returns {Promise<'new'|'same'|'offline'>}
 */
export function refresh(tellAfter = 0) {
  running ??= fetched(tellAfter).finally(() => (running = null));
  return running;
}

/** @param {number} tellAfter @returns {Promise<'new'|'same'|'offline'>} */
async function fetched(tellAfter) {
  let news = false;
  try {
    for (;;) {
      const answer = await sync.changes((await store.counter('cursor')) ?? null);
      if (answer.status === 401 && answer.body?.code === 'session.ended') await store.change((c) => c.count('ended', true));
      if (answer.status !== 200) break;
      await applied(answer.body);
      news = news || answer.body.items.length > 0;
      if (!answer.body.more) break;
    }
  } catch (error) {
    if (!(error instanceof sync.Away)) throw error;
    return 'offline';
  }
  if (news) ring('items');
  await new Promise((over) => setTimeout(over, tellAfter));
  await tell();
  return news ? 'new' : 'same';
}
