/** What the app does by itself whenever it is open, from the cover on and without a PIN: sending, fetching, tidying. */
import { refresh } from './changes.js';
import { releaseOrphans } from './drafts.js';
import { flush } from './outbox.js';
import { renew } from './push.js';
import { enrolled, leaveIfEnded } from './session.js';
import { wakeWhenOnline } from './shell.js';
import { lease } from './vault.js';

const EVERY = 5 * 60 * 1000;

/** Nothing here may disturb what she is doing: whatever fails is tried at the next occasion. @returns {Promise<void>} */
async function once() {
  if (!(await enrolled())) return;
  await lease(Date.now());
  await flush().catch(() => {});
  if (await leaveIfEnded()) return;
  await refresh().catch(() => {});
}

/** @returns {Promise<void>} */
export async function start() {
  globalThis.addEventListener('online', () => void once());
  globalThis.addEventListener('visibilitychange', () => void once());
  setInterval(() => void once(), EVERY);
  if (!(await enrolled())) return;
  await releaseOrphans();
  await once();
  await renew().catch(() => {});
  await wakeWhenOnline();
}
