/** Six digits: offering, refusing, and stretching them into `Kp ‖ A` in a Worker; never where they are compared. */
import { joined, random, utf8 } from './bytes.js';
import { pinWorker } from './shell.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/** @typedef {{name: 'argon2id'|'pbkdf2-sha256', memory_kib: number, passes: number}} Kdf */
/** @typedef {{kp: Bytes, a: Bytes}} Stretched `kp` never leaves the phone, `a` is the proof. */

/** From 19 MiB/2 upwards to 32 MiB/3 (privacy.md section 2). @type {Kdf[]} */
export const STEPS = [
  { name: 'argon2id', memory_kib: 19456, passes: 2 },
  { name: 'argon2id', memory_kib: 24576, passes: 2 },
  { name: 'argon2id', memory_kib: 32768, passes: 2 },
  { name: 'argon2id', memory_kib: 32768, passes: 3 },
];
/** @type {Kdf} */
export const FALLBACK = { name: 'pbkdf2-sha256', memory_kib: 0, passes: 600000 };
/** Milliseconds that one stretch may take by `calibrated`, and after which it is given up. */
const [PATIENCE, LIMIT] = [1500, 20000];

const COMMON = new Set(
  ('123321 112233 332211 520131 159753 753159 147896 963258 789456 456789 123654 321654 102030 010203 ' +
   '246810 135790 131313 696969 007007 121314 101112 110110 112358 314159 271828 170845 212121 123789').split(' '),
);
const KEYPAD = ['147', '258', '369', '741', '852', '963', '159', '357', '951', '753', '123', '456', '789', '321', '654', '987'];

/** @param {string} two @returns {boolean} a two-digit year since 1940 */
const isYear = (two, now = new Date()) => Number(two) >= 40 || Number(two) <= now.getFullYear() % 100;

/** @param {string} day @param {string} month */
function isDay(day, month) {
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1];
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}

/** @param {string} digits */
function isDate(digits) {
  const [a, b, c] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  return (isYear(c) && (isDay(a, b) || isDay(b, a))) || (isYear(a) && isDay(c, b));
}

/** @param {string} digits */
const isRun = (digits) =>
  [1, 9].some((step) => [...digits].every((d, at) => at === 0 || Number(d) === (Number(digits[at - 1]) + step) % 10));

/**
 * Why these digits are too easy to guess; about a tenth of the space is.
 * @param {string} digits @returns {null|'form'|'date'|'repeat'|'run'|'keypad'|'common'}
 */
export function pinRefused(digits) {
  if (!/^[0-9]{6}$/.test(digits)) return 'form';
  if (/^(\d)\1*$/.test(digits) || /^(\d\d)\1\1$/.test(digits) || /^(\d\d\d)\1$/.test(digits)) return 'repeat';
  if (isRun(digits)) return 'run';
  if (KEYPAD.includes(digits.slice(0, 3)) && KEYPAD.includes(digits.slice(3))) return 'keypad';
  if (COMMON.has(digits)) return 'common';
  return isDate(digits) ? 'date' : null;
}

/** @returns {string} six digits that are not refused, each as likely as the others */
export function offerPin() {
  for (;;) {
    const number = new DataView(random(4).buffer).getUint32(0);
    const digits = String(number % 1000000).padStart(6, '0');
    if (number < 4294000000 && pinRefused(digits) === null) return digits;
  }
}

/** Where WebAssembly is blocked. @param {string} digits @param {Bytes} salt @param {Kdf} kdf @returns {Promise<Bytes>} */
async function withPbkdf2(digits, salt, kdf) {
  const key = await crypto.subtle.importKey('raw', utf8(digits), 'PBKDF2', false, ['deriveBits']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: kdf.passes };
  const prk = await crypto.subtle.deriveBits(how, key, 256);
  const mac = await crypto.subtle.importKey('raw', prk, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const first = new Uint8Array(await crypto.subtle.sign('HMAC', mac, Uint8Array.of(1)));
  const second = await crypto.subtle.sign('HMAC', mac, joined(first, Uint8Array.of(2)));
  return joined(first, new Uint8Array(second));
}

/** One Worker a stretch: its memory goes with it; one that never answers is not waited for. @param {string} digits @param {Bytes} salt @param {Kdf} kdf @returns {Promise<Bytes>} */
function withArgon2(digits, salt, kdf) {
  return new Promise((done, failed) => {
    const worker = pinWorker();
    const end = (/** @type {() => void} */ then) => {
      clearTimeout(late);
      worker.terminate();
      then();
    };
    const late = setTimeout(() => worker.onerror?.(/** @type {any} */ (null)), LIMIT);
    worker.onmessage = ({ data }) => end(() => (data.out ? done(data.out) : failed(new Error('argon2'))));
    worker.onerror = () => end(() => failed(new Error('argon2')));
    worker.postMessage({ digits, salt, kdf });
  });
}

/** @param {string} digits @param {Bytes} salt @param {Kdf} kdf @returns {Promise<Stretched>} */
export async function stretched(digits, salt, kdf) {
  const out = await (kdf.name === 'argon2id' ? withArgon2 : withPbkdf2)(digits, salt, kdf);
  return { kp: out.slice(0, 32), a: out.slice(32, 64) };
}

/**
 * The dearest step that this phone does within 1.5 s; the first one where none is, PBKDF2 where there is no WebAssembly.
 * @param {(kdf: Kdf) => Promise<number>} [took] milliseconds of one stretch
 * @returns {Promise<Kdf>}
 */
export async function calibrated(took = tookHere) {
  let best = STEPS[0];
  try {
    let last = await took(best);
    for (const step of STEPS.slice(1)) {
      const growth = (step.memory_kib * step.passes) / (best.memory_kib * best.passes);
      if (last * growth > PATIENCE) break;
      last = await took(step);
      if (last > PATIENCE) break;
      best = step;
    }
    return best;
  } catch {
    return FALLBACK;
  }
}

/** @param {Kdf} kdf @returns {Promise<number>} */
async function tookHere(kdf) {
  const begun = performance.now();
  await withArgon2('000000', random(16), kdf);
  return performance.now() - begun;
}
