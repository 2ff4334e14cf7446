/** Alerts on this phone, and the only module that says `pushManager`: a hint, never the record. */
import { b64, unb64 } from './bytes.js';
import { registration } from './shell.js';
import { getJson, names, putJson, remove } from './store.js';
import { subscribe, unsubscribe } from './sync.js';

/** Chromium's subscribe can hang for ever. */
const PATIENCE = 15000;
/** What she chose; a permission that was given once cannot be given back. */
const OFF = 'alerts_off';

/** @template T @param {Promise<T>} work @returns {Promise<T|'hung'>} */
const raced = (work) => Promise.race([work, new Promise((late) => setTimeout(() => late(/** @type {'hung'} */ ('hung')), PATIENCE))]);

/** @returns {Promise<PushManager|null>} */
const manager = async () => (await registration())?.pushManager ?? null;

/** @returns {Promise<PushSubscription|null>} */
const present = async () => (await (await manager())?.getSubscription().catch(() => null)) ?? null;

/** @returns {Promise<boolean>} */
export const isOn = async () => (await present()) !== null;

/** @returns {Promise<'on'|'off'|'denied'|'unsupported'>} */
export async function state() {
  if ((await manager()) === null) return 'unsupported';
  if (globalThis.Notification?.permission === 'denied') return 'denied';
  return (await isOn()) ? 'on' : 'off';
}

/** The district's VAPID point, from `policy`. @returns {Promise<string|null>} */
async function pushKey() {
  for (const name of await names('item/policy/')) {
    const key = (await getJson(name))?.open?.push_key;
    if (key) return key;
  }
  return null;
}

/** Ask, subscribe and tell the server. @returns {Promise<'on'|'denied'|'hung'|'unsupported'|'offline'>} */
export async function turnOn() {
  const pushes = await manager();
  if (pushes === null || !globalThis.Notification) return 'unsupported';
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  await remove(OFF);
  return subscribed(pushes);
}

/** @param {PushManager} pushes @returns {Promise<'on'|'hung'|'unsupported'|'offline'>} */
async function subscribed(pushes) {
  const key = await pushKey();
  if (key === null) return 'offline';
  const how = { userVisibleOnly: true, applicationServerKey: unb64(key) };
  const subscription = await raced(pushes.subscribe(how).catch(() => null));
  if (subscription === 'hung') return 'hung';
  if (subscription === null) return 'unsupported';
  return sent(subscription);
}

/** @param {PushSubscription} subscription @returns {Promise<'on'|'unsupported'|'offline'>} */
async function sent(subscription) {
  const answer = await subscribe(subscription.toJSON()).catch(() => null);
  if (answer === null) return 'offline';
  return answer.status < 300 ? 'on' : 'unsupported';
}

/** The district may have a new key: the push service would refuse what is signed with it. @param {PushSubscription} subscription */
async function isCurrent({ options }) {
  const key = await pushKey();
  return key === null || !options.applicationServerKey || b64(new Uint8Array(options.applicationServerKey)) === key;
}

/** Subscriptions rot: say the present one again at each open, or make a new one if the browser dropped it. @returns {Promise<void>} */
export async function renew() {
  const pushes = await manager();
  if (pushes === null || globalThis.Notification?.permission !== 'granted' || (await getJson(OFF))) return;
  const subscription = await present();
  if (subscription && !(await isCurrent(subscription))) await subscription.unsubscribe();
  else if (subscription) return void (await sent(subscription));
  await subscribed(pushes);
}

/** She wants none: until she turns them on again. @returns {Promise<void>} */
export async function turnOff() {
  await putJson(OFF, true);
  await stop();
}

/** No more pushes to this browser. @returns {Promise<void>} */
export async function stop() {
  const subscription = await present();
  if (!subscription) return;
  await subscription.unsubscribe();
  await unsubscribe().catch(() => null);
}
