/** The district's signed key list: which key to seal to. Guards against a changed key table, not against bad code. */
import { hex, sha256, text, unb64, utf8 } from './bytes.js';

/** @typedef {{signed: string, signature: string, signer: string}} SignedList as base64url */
/** @typedef {{kid: string, public_key: string, not_before: string}} ListedKey */
/** @typedef {{district: string, serial: number, issued_at: string, next_signer: string|null, keys: ListedKey[]}} KeyList */
/** @typedef {{fingerprint: string, serial: number, next_signer: string|null, list: SignedList}} Trusted what the phone keeps */

const PREFIX = utf8('siaga/keys/1|');
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

/** First 16 bytes of SHA-256 over the signer's point, 32 hex digits. @param {string} signer @returns {Promise<string>} */
const fingerprintOf = async (signer) => hex((await sha256(unb64(signer))).slice(0, 16));

/** @param {string} signed @returns {KeyList} @throws {Error} if it is not a key list. */
function listed(signed) {
  const bytes = unb64(signed);
  if (!PREFIX.every((byte, at) => bytes[at] === byte)) throw new Error('not a key list');
  return JSON.parse(text(bytes.slice(PREFIX.length)));
}

/** @param {SignedList} list @returns {Promise<KeyList|null>} null if the signature or the shape does not hold. */
async function verified({ signed, signature, signer }) {
  try {
    const key = await crypto.subtle.importKey('raw', unb64(signer), ALGORITHM, false, ['verify']);
    const good = await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, unb64(signature), unb64(signed));
    const content = listed(signed);
    return good && Number.isInteger(content.serial) && content.keys.length > 0 ? content : null;
  } catch {
    return null;
  }
}

/** The invite typed by hand carries only the first 16 digits. @param {string} full @param {string} known */
const fits = (full, known) => known.length >= 16 && full.startsWith(known.toLowerCase());

/**
 * First trust, at enrolment. @param {SignedList} list @param {string} fingerprint 16 or 32 hex digits from the invite
 * @returns {Promise<Trusted|null>}
 */
export async function trustedFirst(list, fingerprint) {
  const content = await verified(list);
  const signer = await fingerprintOf(list.signer).catch(() => '');
  if (content === null || !fits(signer, fingerprint)) return null;
  return { fingerprint: signer, serial: content.serial, next_signer: content.next_signer ?? null, list };
}

/**
 * A newer list: signed by the known signer or by the one it announced, and never of a lower serial.
 * @param {Trusted} kept @param {SignedList} list @returns {Promise<Trusted>} the new trust, or the last good one.
 */
export async function trustedNext(kept, list) {
  const content = await verified(list);
  const signer = await fingerprintOf(list.signer).catch(() => '');
  const known = signer === kept.fingerprint || list.signer === kept.next_signer;
  if (content === null || !known || content.serial < kept.serial) return kept;
  return { fingerprint: signer, serial: content.serial, next_signer: content.next_signer ?? null, list };
}

/** The last key of the last good list, whatever this phone's clock says. @param {Trusted} kept @returns {ListedKey} */
export function intakeKey(kept) {
  const { keys } = listed(kept.list.signed);
  return keys[keys.length - 1];
}
