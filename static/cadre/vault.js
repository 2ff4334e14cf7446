/** Keys on the phone: what the PIN and the share wrap, and the lease (privacy.md section 2); secrets live here and die with `drop`. */
import { b64, hex, joined, random, sha256, unb64, utf8 } from './bytes.js';
import { usablePair } from './seal.js';
import * as schedule from './schedule.js';
import * as store from './store.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{salt: string, kdf: import('./pin.js').Kdf, wrap: string|null}} Step one PIN's salt, cost and wrapped device key */
/** @typedef {{current: Step, next?: Step}} Pin */
/** @typedef {{device_id: string, public_key: string, lease_hours: number, match: string|null}} Device */
/** @typedef {{until: number, wanted: number, sealed: string}} Lease */
/** @typedef {{tag: string, kp: Bytes, kps: Map<string, Bytes>, share: Bytes|null, pair: CryptoKeyPair|null}} Secrets */

/** Nothing of a session can be reached without the session itself. @type {WeakMap<object, Secrets>} */
const inside = new WeakMap();

/** @param {object} session @returns {Secrets|null} null once dropped */
export const secrets = (session) => inside.get(session) ?? null;

/** @param {object} session @param {Secrets} held */
export const hold = (session, held) => void inside.set(session, held);

/** Overwrite what can be overwritten and forget the rest. @param {object} session */
export function drop(session) {
  const held = inside.get(session);
  held?.share?.fill(0);
  held?.kps.forEach((kp) => kp.fill(0));
  inside.delete(session);
}

/** @param {Bytes} secret @param {string} info @returns {Promise<CryptoKey>} */
export async function keyFor(secret, info) {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: utf8(info) };
  return crypto.subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

/** AES-256-GCM with a 12-byte IV in front. @param {CryptoKey} key @param {Bytes} plain @returns {Promise<Bytes>} */
export async function wrappedWith(key, plain) {
  const iv = random(12);
  return joined(iv, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain)));
}

/** @param {Bytes} secret @param {string} info @param {Bytes} plain @returns {Promise<Bytes>} */
export const wrapped = async (secret, info, plain) => wrappedWith(await keyFor(secret, info), plain);

/** @param {Bytes} secret @param {string} info @param {Bytes} sealed @returns {Promise<Bytes|null>} null if this is not the secret */
export async function unwrapped(secret, info, sealed) {
  try {
    const how = { name: 'AES-GCM', iv: sealed.slice(0, 12) };
    return new Uint8Array(await crypto.subtle.decrypt(how, await keyFor(secret, info), sealed.slice(12)));
  } catch {
    return null;
  }
}

export const PENDING = 'siaga/pending/1';
/** @param {string} device */
const kek = (device) => `siaga/kek/1|${device}`;
/** @param {string} device */
const leaseInfo = (device) => `siaga/lease/1|${device}`;

/** @param {Bytes} kp @param {Bytes} share @param {string} device @param {Bytes} pkcs8 */
export const wrapDeviceKey = async (kp, share, device, pkcs8) => b64(await wrapped(joined(kp, share), kek(device), pkcs8));

/** @param {Bytes} kp @param {Bytes} share @param {string} device @param {string|null} wrap @returns {Promise<Bytes|null>} */
export const unwrapDeviceKey = async (kp, share, device, wrap) =>
  wrap === null ? null : unwrapped(joined(kp, share), kek(device), unb64(wrap));

/** A short public name of a salt: tells which PIN's era a draft is of, nothing about its digits. @param {string} salt */
export const tagOf = async (salt) => hex((await sha256(unb64(salt))).slice(0, 4));

/** @returns {Promise<Pin|null>} */
export const pin = () => store.getJson('pin');
/** @param {Pin} value */
export const keepPin = (value) => store.putJson('pin', value);
/** @returns {Promise<Device|null>} */
export const device = () => store.getJson('device');
/** @param {Device} value */
export const keepDevice = (value) => store.putJson('device', value);

/** Tags under which a draft can still be opened by somebody. @returns {Promise<string[]>} */
export async function liveTags() {
  const kept = await pin();
  if (kept === null) return [];
  return Promise.all([kept.current, ...(kept.next ? [kept.next] : [])].map((step) => tagOf(step.salt)));
}

/** Remember the server's clock beside ours. @param {string} serverTime @param {number} now */
export const sawServer = (serverTime, now) =>
  store.change(async (c) => {
    const server = Date.parse(serverTime);
    const seen = await c.counter('seen');
    if (!Number.isNaN(server) && (!seen || server >= seen.server)) await c.count('seen', { server, offset: server - now });
  });

/** How far the server's clock is before this phone's, as far as it has heard. @returns {Promise<number>} milliseconds */
export const ahead = async () => (await store.counter('seen'))?.offset ?? 0;

/** What the server's clock says now. @returns {Promise<number>} */
export const serverNow = async () => Date.now() + (await ahead());

/** Put the device key into a session that has shown itself right. @param {object} session @param {Bytes} kp @param {Bytes} share @param {Step} step @returns {Promise<boolean>} */
export async function admit(session, kp, share, step) {
  const known = await device();
  const held = secrets(session);
  if (known === null || held === null) return false;
  const pkcs8 = await unwrapDeviceKey(kp, share, known.device_id, step.wrap);
  if (pkcs8 === null) return false;
  const pair = await usablePair({ public_key: unb64(known.public_key), pkcs8 });
  pkcs8.fill(0);
  Object.assign(held, { tag: await tagOf(step.salt), kp, share, pair });
  return true;
}

/** @param {number} now @returns {Promise<Lease|null>} one that still holds; one that does not is removed */
export async function lease(now) {
  /** @type {Lease|null} */
  const kept = await store.getJson('lease');
  if (kept === null) return null;
  if (schedule.leaseHolds(kept, now, (await store.counter('seen')) ?? null)) return kept;
  await store.remove('lease');
  return null;
}

/** @param {Lease} kept @param {Bytes} kp @param {string} device_id @returns {Promise<Bytes|null>} the share */
export const shareOfLease = (kept, kp, device_id) => unwrapped(kp, leaseInfo(device_id), unb64(kept.sealed));

/**
 * Keep the share until `wanted`, at most 168 h after the last online unlock; never shortens a lease.
 * @param {object} session @param {number} wanted @param {number} now @returns {Promise<number|null>} when it ends; null without a share
 */
export async function makeLease(session, wanted, now) {
  const held = secrets(session);
  const known = await device();
  if (!held?.share || known === null) return null;
  const before = await lease(now);
  const longest = Math.max(wanted, before?.wanted ?? 0);
  const until = schedule.leaseUntil(longest, (await store.counter('unlocked_at')) ?? now);
  if (until <= now) return null;
  const sealed = b64(await wrapped(held.kp, leaseInfo(known.device_id), held.share));
  if (secrets(session) === null) return null; // Left meanwhile: what was wrapped may be zeros, under zeros.
  await store.putJson('lease', { until, wanted: longest, sealed });
  return until;
}

/** What can be opened goes; what can only be sent stays, and so do writing and what anybody may read, for the cursor is past it. */
export async function destroyOpenable() {
  const kept = await pin();
  if (kept !== null) await keepPin({ current: { ...kept.current, wrap: null } });
  await store.remove('lease');
  for (const name of await store.names('item/')) if ((await store.getJson(name))?.sealed) await store.remove(name);
  await store.removeAll('own/');
}
