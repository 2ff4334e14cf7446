/** Leaving this phone: upload all, then delete all, at her own wish or because the desk ended it; no unsent act is ever deleted. */
import { ring } from './bells.js';
import * as drafts from './drafts.js';
import { flush, hurry } from './outbox.js';
import { stop } from './push.js';
import * as store from './store.js';
import * as sync from './sync.js';
import * as vault from './vault.js';

/** @typedef {import('./session.js').Session} Session */

/** What belongs to the book on the cover and not to her work. */
const OF_THE_BOOK = ['dates', 'language', 'size', 'ballast'];

/** Upload all, then delete all; what could not be uploaded stays, goes on trying, and is followed by the rest. @param {Session} session @returns {Promise<'done'|'unsent'>} */
export async function removeFromPhone(session) {
  await store.change((c) => c.count('ended', true));
  await drafts.flush();
  session.drop();
  return (await emptied()) && (await forgotten()) ? 'done' : 'unsent';
}

/** The desk ended this device, or she did: once everything is uploaded, everything is deleted. @returns {Promise<boolean>} */
export async function leaveIfEnded() {
  if (!(await store.counter('ended'))) return false;
  if (await emptied()) {
    ring('ended'); // A report may stand open: it is closed now, and what it held goes first.
    if (await emptied()) await forgotten();
  }
  ring('session');
  return true;
}

/** What can be opened goes at once; what waits is sent. @returns {Promise<boolean>} whether nothing is left to send */
async function emptied() {
  await drafts.flush();
  await drafts.releaseAll();
  await hurry();
  await vault.destroyOpenable();
  await flush().catch(() => {});
  return (await store.health()).unsent === 0;
}

/** @returns {Promise<boolean>} */
async function forgotten() {
  if (!(await drafts.alone(deleted))) return false;
  ring('ended');
  await stop().catch(() => {});
  await sync.endSession().catch(() => {});
  return true;
}

/** The ledger first, for it refuses while one act is unsent; the device last, so that the next start mends a cut. @returns {Promise<boolean>} */
async function deleted() {
  if (!(await store.forgetLedger())) return false;
  const kept = (await store.names('')).filter((name) => !OF_THE_BOOK.includes(name) && name !== 'device');
  for (const name of [...kept, 'device']) await store.remove(name);
  await store.forgetDevice();
  return true;
}
