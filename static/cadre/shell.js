/** The installed shell, and the only module that says `serviceWorker`: registering, updating, language, and the two scripts that may be started. */
import { APP } from './version.js';

const WORKER = '/sw.js';
const PIN = typeof SIAGA_PIN_WORKER === 'undefined' ? '/s/pin-worker.js' : SIAGA_PIN_WORKER;

/** @typedef {{createScriptURL(path: string): any}} Policy */

/** @type {Policy|null} */
let made = null;
/** One policy for the page. @returns {Policy} */
function policy() {
  const rules = {
    createScriptURL(/** @type {string} */ path) {
      if (path === WORKER || path === PIN) return path;
      throw new TypeError('not a script of ours');
    },
  };
  made ??= /** @type {any} */ (globalThis).trustedTypes?.createPolicy('siaga', rules) ?? rules;
  return /** @type {Policy} */ (made);
}

/** @returns {Worker} for one stretch of the PIN */
export const pinWorker = () => new Worker(policy().createScriptURL(PIN));

export const version = APP;

const container = () => globalThis.navigator?.serviceWorker;

/** Ours, in the page and in the worker itself. @returns {Promise<ServiceWorkerRegistration|null>} */
export async function registration() {
  const own = /** @type {any} */ (globalThis).registration;
  return own ?? (await container()?.getRegistration('/').catch(() => null)) ?? null;
}

/** @param {object} message @returns {Promise<any>} the worker's answer; null where there is none within 10 s */
function ask(message) {
  const worker = container()?.controller;
  if (!worker) return Promise.resolve(null);
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    setTimeout(() => done(null), 10000);
    port1.onmessage = ({ data }) => done(data);
    worker.postMessage(message, [port2]);
  });
}

/** A clean start: the worker may let go of what former versions needed. @returns {Promise<void>} */
export async function start() {
  const registered = await container()?.register(policy().createScriptURL(WORKER), { scope: '/' }).catch(() => null);
  if (registered) await ask({ do: 'started', version });
}

/** Have the page say all in a language; the caller reloads. @param {string} code @returns {Promise<boolean>} false without a worker that has it */
export const useLanguage = async (code) => (await ask({ do: 'speak', language: code }))?.done === true;

/** Let a waiting version in, if no form is open and nothing is in flight. @param {boolean} idle @returns {Promise<boolean>} true: reload now */
export async function update(idle) {
  const waiting = (await registration())?.waiting;
  if (!idle || !waiting) return false;
  const changed = new Promise((over) => container()?.addEventListener('controllerchange', () => over(true), { once: true }));
  waiting.postMessage({ do: 'take over' });
  return Promise.race([changed, new Promise((late) => setTimeout(() => late(false), 5000))]);
}

/** Ask to be woken when there is network again, where the browser can. @returns {Promise<void>} */
export async function wakeWhenOnline() {
  const own = /** @type {any} */ (await registration());
  await own?.sync?.register('siaga').catch(() => {});
}
