/** Leaving this phone: upload all, then delete all, at her own wish or because the desk ended it; no unsent act is ever deleted. */
import { ring } from './bells.js';
import * as drafts from './drafts.js';
import { flush } from './outbox.js';
import * as store from './store.js';
import * as sync from './sync.js';
import * as vault from './vault.js';

/** @typedef {import('./session.js').Session} Session */

/** Upload all, then delete all; what could not be uploaded stays and goes on trying. @param {Session} session @returns {Promise<'done'|'unsent'>} */
export async function removeFromPhone(session) {
  await drafts.flush();
  await drafts.releaseAll();
  await flush().catch(() => {});
  await vault.destroyOpenable();
  session.drop();
  const { unsent } = await store.health();
  if (unsent > 0) return 'unsent';
  await sync.endSession().catch(() => {});
  await forgetAll();
  return 'done';
}

/** The desk ended this device: once everything is uploaded, everything is deleted. @returns {Promise<boolean>} */
export async function leaveIfEnded() {
  if (!(await store.counter('ended'))) return false;
  await drafts.flush();
  await drafts.releaseAll();
  await flush().catch(() => {});
  await vault.destroyOpenable();
  if ((await store.health()).unsent === 0) await forgetAll();
  ring('session');
  return true;
}

/** What belongs to the book on the cover and not to her work. */
const OF_THE_BOOK = ['dates', 'language', 'size', 'ballast'];

/** Only ever after the last act has its receipt. */
async function forgetAll() {
  for (const name of await store.names('')) if (!OF_THE_BOOK.includes(name)) await store.remove(name);
  await store.forgetLedger();
}
