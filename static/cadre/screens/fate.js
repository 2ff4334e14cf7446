/** Whether what she has just done has left the phone: until it has, no screen promises what only the office can do. */
import { listen } from '../bells.js';
import * as outbox from '../outbox.js';
import { now, standing } from './state.js';

/** @type {string|null} */
let waiting = null;

/** Asked by a screen that is drawn once more when it has. @param {string} id of an act, or of the draft that it was @returns {Promise<boolean>} */
export async function hasLeft(id) {
  const left = (await outbox.fate(id)) === 'sent';
  waiting = left ? null : id;
  return left;
}

listen('outbox', async () => {
  if (!waiting || !['ended', 'asked', 'drilled'].includes(standing() ?? '')) return;
  if ((await outbox.fate(waiting)) !== 'sent') return;
  waiting = null;
  now.again?.();
});
