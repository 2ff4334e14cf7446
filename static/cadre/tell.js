/** What the phone says of itself, so that the desk sees silent phones and dead alerts; never about whom. */
import { moment } from './bytes.js';
import { truth } from './outbox.js';
import { isOn } from './push.js';
import { shouldTell } from './schedule.js';
import * as store from './store.js';
import { APP, SCHEMA, tellPhone } from './sync.js';
import { ahead, device, lease } from './vault.js';

/** When something changed, at most daily; a newly shown alert does not wait, nor does a lease: the page of a lost phone must know of it. @returns {Promise<void>} */
export async function tell() {
  const now = Date.now();
  const { unsent, since, where } = await truth();
  const [kept, off] = [await lease(now), await ahead()];
  const shown = (await store.counter('shown')) ?? [];
  const state = {
    app: APP,
    schema: SCHEMA,
    unsent,
    oldest_unsent_at: since && moment(Date.parse(since) + off),
    push: await isOn(),
    persisted: (await store.health()).persisted,
    shown,
    lease_until: kept && moment(kept.until + off),
    ...(where === 'kept' && { acts: unsent + ((await store.counter('receipted')) ?? 0) }),
  };
  const said = { text: JSON.stringify({ ...state, shown: [] }), shown: [...shown, !kept].join() };
  if (!shouldTell((await store.counter('told')) ?? null, said, now)) return;
  // Named only once the answer to enrolling is whole here: then the server never gives it again.
  const cut = (await store.getJson('enrolling'))?.code;
  const answer = await tellPhone(state, (!cut && (await device())?.device_id) || '').catch(() => null);
  if (answer?.status === 204) await store.change((c) => c.count('told', { at: now, ...said }));
}
