/** Enrolment by link or code; every step survives being closed, and a lost answer is asked again. */
import { b64, random, unb64 } from './bytes.js';
import { releaseOrphans } from './drafts.js';
import { trustedFirst } from './keylist.js';
import * as own from './own.js';
import { calibrated, pinRefused, stretched } from './pin.js';
import { newKeyPair } from './seal.js';
import { begun } from './session.js';
import { UNCOUNTED } from './settling.js';
import * as store from './store.js';
import * as sync from './sync.js';
import * as vault from './vault.js';

/** @typedef {{code: string, fingerprint: string}} Invite */
/** @typedef {Invite & {salt?: string, kdf?: import('./pin.js').Kdf, public_key?: string, wrap?: string, done?: boolean}} Enrolling */

const CODE = /^[0-9A-HJKMNP-TV-Z]{12}$/;

/** Case, spaces, hyphens and O/I/L are forgiven. @param {string} typed link, its `#…`, or what was read out @returns {Invite|null} */
export function readCode(typed) {
  const plain = typed.replace(/^.*#/, '').replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  const [code, fingerprint] = [plain.slice(0, 12), plain.slice(12).toLowerCase()];
  return CODE.test(code) && /^([0-9a-f]{16}|[0-9a-f]{32})$/.test(fingerprint) ? { code, fingerprint } : null;
}

/** @returns {Promise<Enrolling|null>} */
const enrolling = () => store.getJson('enrolling');

/** Where enrolment stands. @returns {Promise<'none'|'pin'|'send'|'picture'|'done'>} */
export async function step() {
  const state = await enrolling();
  if (state?.done) return 'picture';
  if (state) return state.wrap ? 'send' : 'pin';
  return (await vault.device()) ? 'done' : 'none';
}

/** @param {string} typed @returns {Promise<boolean>} false if it is no code */
export async function keepCode(typed) {
  const invite = readCode(typed);
  if (invite) await store.putJson('enrolling', invite);
  return invite !== null;
}

/** Between choosing and sending the digits need not be asked twice. @type {{digits: string, kp: vault.Bytes, a: vault.Bytes}|null} */
let chosen = null;

/** Make the device key under these digits; takes seconds on a slow phone. @param {string} digits @returns {Promise<void>} @throws {Error} if they are refused */
export async function choosePin(digits) {
  const state = await enrolling();
  if (!state || pinRefused(digits) !== null) throw new Error('refused');
  const kdf = await calibrated();
  const salt = random(16);
  const { kp, a } = await stretched(digits, salt, kdf);
  const { public_key, pkcs8 } = await newKeyPair();
  const wrap = b64(await vault.wrapped(kp, vault.PENDING, pkcs8));
  pkcs8.fill(0);
  await store.putJson('enrolling', { ...state, salt: b64(salt), kdf, public_key: b64(public_key), wrap });
  chosen = { digits, kp, a };
}

/**
 * Send it; the same again after a lost answer. `differs` = not the digits that were chosen, `keys` = the
 * list of keys is not signed by whom the invite names.
 * @param {string} digits @param {string} label
 * @returns {Promise<{outcome: 'done', match: string, session: import('./session.js').Session}|{outcome: 'refused'|'offline'|'differs'|'keys'}>}
 */
export async function send(digits, label) {
  const state = await enrolling();
  if (!state?.wrap || !state.salt || !state.kdf || !state.public_key) return { outcome: 'refused' };
  const { kp, a } = chosen?.digits === digits ? chosen : await stretched(digits, unb64(state.salt), state.kdf);
  const pkcs8 = await vault.unwrapped(kp, vault.PENDING, unb64(state.wrap));
  if (pkcs8 === null) return { outcome: 'differs' };
  const now = Date.now();
  const asked = { code: state.code, device: { public_key: state.public_key, label }, verifier: b64(a), kdf: state.kdf };
  const answer = await sync.enrol(asked).catch(() => null);
  if (answer === null || answer.status >= 500 || answer.status === 429) return { outcome: 'offline' };
  if (answer.status !== 201 && answer.status !== 200) return { outcome: 'refused' };
  const trust = await trustedFirst(answer.body.keys, state.fingerprint);
  if (trust === null) return { outcome: 'keys' };
  const session = await settled(state, answer.body, trust, { kp, a, pkcs8 }, now);
  chosen = null;
  return { outcome: 'done', match: answer.body.match, session };
}

/**
 * @param {Enrolling} state @param {any} body @param {import('./keylist.js').Trusted} trust
 * @param {{kp: vault.Bytes, a: vault.Bytes, pkcs8: vault.Bytes}} keys @param {number} now
 */
async function settled(state, body, trust, { kp, a, pkcs8 }, now) {
  const { device_id, match, lease_hours, profile } = body;
  const share = unb64(body.share);
  const wrap = await vault.wrapDeviceKey(kp, share, device_id, pkcs8);
  pkcs8.fill(0);
  const step = /** @type {vault.Step} */ ({ salt: state.salt, kdf: state.kdf, wrap });
  await vault.destroyOpenable();
  await store.forgetDevice();
  await countedAnew();
  await store.remove('matched');
  await store.putJson('trust', trust);
  await store.putJson('profile', profile);
  await vault.keepDevice({ device_id, public_key: /** @type {string} */ (state.public_key), lease_hours, match });
  await vault.keepPin({ current: step });
  await store.putJson('enrolling', { code: '', fingerprint: '', done: true });
  await releaseOrphans();
  await vault.sawServer(body.server_time, now);
  await store.change((c) => c.count('unlocked_at', now));
  await store.persist();
  return begun({ step, tag: await vault.tagOf(step.salt), kp, a }, share, device_id);
}

/** A new phone numbers from 1; one that knows its count goes on, for what it has not sent yet may carry numbers. */
const countedAnew = () =>
  store.change(async (c) => {
    if (!((await c.counter('seq')) < UNCOUNTED)) await c.count('seq', 0);
  });

/** Her sign that the app is open with the right digits. @param {import('./session.js').Session} session @param {string} picture `1`–`24` */
export async function keepPicture(session, picture) {
  await own.keep('picture', session.device_id, { picture });
  session.picture = picture;
  await store.remove('enrolling');
}

/** The four digits that the office compares, until it has. @returns {Promise<string|null>} */
export const match = async () => (await vault.device())?.match ?? null;

/** Begin again with another code. @returns {Promise<void>} */
export async function forget() {
  chosen = null;
  await store.remove('enrolling');
}
