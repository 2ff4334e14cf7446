/** The sealed envelope (privacy.md section 1): HPKE, padding and info strings; not where keys lie. */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { joined, text, utf8 } from './bytes.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{public_key: Bytes, pkcs8: Bytes}} KeyPair */

const KIB = 1024;
export const ACT_SIZES = [1, 2, 4, 8, 16].map((n) => n * KIB);
export const ITEM_SIZES = [512, ...ACT_SIZES];
const VERSION = 1;
const POINT = 65;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };

const FIELD = /^[a-z0-9._-]{1,64}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What cannot be opened, for whatever reason: the caller learns no more. */
export class Unreadable extends Error {}

const suite = () =>
  new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** @param {string} use @param {string[]} fields @param {string[]} ids @param {number} schema @param {string} info */
function bound(use, fields, ids, schema, info) {
  const fits = fields.every((f) => FIELD.test(f)) && ids.every((id) => UUID.test(id));
  if (!fits || !Number.isInteger(schema) || schema < 1) throw new Unreadable(`info of ${use}`);
  return utf8(info);
}

/** @param {string} kid @param {string} id @param {number} schema */
export const envelopeInfo = (kid, id, schema) =>
  bound('envelope', [kid], [id], schema, `siaga/1|envelope|${kid}|${id}|${schema}`);

/** @param {string} kind @param {string} device @param {string} id @param {number} schema */
export const itemInfo = (kind, device, id, schema) =>
  bound('item', [kind], [device, id], schema, `siaga/1|item|${kind}|${device}|${id}|${schema}`);

/** @param {object} content @param {number[]} sizes @returns {Bytes} @throws {RangeError} if it fits no size. */
export function padded(content, sizes) {
  const plain = utf8(JSON.stringify(content));
  const size = sizes.find((one) => plain.length <= one);
  if (size === undefined) throw new RangeError('too large to seal');
  const whole = new Uint8Array(size).fill(0x20);
  whole.set(plain);
  return whole;
}

/**
 * @param {Bytes} publicKey uncompressed P-256 point @param {Bytes} info @param {object} content @param {number[]} sizes
 * @returns {Promise<Bytes>} `0x01 ‖ enc ‖ ciphertext`
 */
export async function seal(publicKey, info, content, sizes) {
  const plain = padded(content, sizes);
  const recipientPublicKey = await suite().kem.deserializePublicKey(publicKey.slice().buffer);
  const sender = await suite().createSenderContext({ recipientPublicKey, info: info.slice().buffer });
  const sealed = await sender.seal(plain.buffer);
  plain.fill(0);
  return joined(Uint8Array.of(VERSION), new Uint8Array(sender.enc), new Uint8Array(sealed));
}

/** @param {CryptoKeyPair} recipientKey @param {Bytes} info @param {Bytes} sealed @returns {Promise<any>} @throws {Unreadable} */
export async function openSealed(recipientKey, info, sealed) {
  try {
    if (sealed[0] !== VERSION) throw new Error('version');
    const enc = sealed.slice(1, 1 + POINT).buffer;
    const recipient = await suite().createRecipientContext({ recipientKey, enc, info: info.slice().buffer });
    return JSON.parse(text(await recipient.open(sealed.slice(1 + POINT).buffer)));
  } catch {
    throw new Unreadable('sealed');
  }
}

/** A new device key; the caller wraps `pkcs8` at once and lets it go. @returns {Promise<KeyPair>} */
export async function newKeyPair() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  return {
    public_key: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
    pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
  };
}

/** The private half comes back unextractable. @param {KeyPair} pair @returns {Promise<CryptoKeyPair>} */
export async function usablePair({ public_key, pkcs8 }) {
  return {
    publicKey: await crypto.subtle.importKey('raw', public_key, CURVE, true, []),
    privateKey: await crypto.subtle.importKey('pkcs8', pkcs8, CURVE, false, ['deriveBits']),
  };
}
