/** What the app does by itself whenever it is open, from the cover on and without a PIN: sending, fetching, tidying. */
import { refresh } from './changes.js';
import { releaseOrphans } from './drafts.js';
import { leaveIfEnded } from './leaving.js';
import { flush, truth } from './outbox.js';
import { renew } from './push.js';
import { enrolled } from './session.js';
import { update, wakeWhenOnline } from './shell.js';
import { lease } from './vault.js';

const EVERY = 5 * 60 * 1000;

/** Nothing here may disturb what she is doing: whatever fails is tried at the next occasion. @returns {Promise<void>} */
async function once() {
  if (!(await enrolled())) return;
  await lease(Date.now());
  await flush().catch(() => {});
  if (await leaveIfEnded()) return;
  await refresh().catch(() => {});
  await leaveIfEnded();
}

/** A waiting version comes in only at a start, while the cover stands and nothing is in flight. @param {() => boolean} idle */
async function renewShell(idle) {
  const { unsent } = await truth();
  if (unsent === 0 && idle() && (await update(true)) && idle()) location.reload();
}

/** @param {() => boolean} idle whether nothing but the cover is shown @returns {Promise<void>} */
export async function start(idle) {
  globalThis.addEventListener('online', () => void once());
  globalThis.addEventListener('visibilitychange', () => void once());
  setInterval(() => void once(), EVERY);
  await renewShell(idle);
  if (!(await enrolled())) return;
  await releaseOrphans();
  await once();
  await renew().catch(() => {});
  await wakeWhenOnline();
}
