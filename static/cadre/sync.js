/** The wire of sync.md, and the only module that says `fetch`; it knows the routes, not what they mean. */
import { APP } from './version.js';

/** @typedef {{status: number, body: any, retry_after: number|null}} Answer */

const ROOT = '/sync/v1/';
const PATIENCE = 45000;
export const SCHEMA = 1;

/** No answer of ours: no network, too slow, or somebody else's page in between (a captive portal). */
export class Away extends Error {
  /** @param {'offline'|'slow'|'portal'} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** @param {Response} response */
const isOurs = (response) =>
  !response.redirected &&
  response.type !== 'opaqueredirect' &&
  (response.status === 204 || /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? ''));

/** @param {Response} response @returns {number|null} milliseconds */
function retryAfter(response) {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

/**
 * @param {string} method @param {string} path @param {object} [content] @param {Record<string, string>} [headers]
 * @returns {Promise<Answer>} @throws {Away}
 */
async function call(method, path, content, headers = {}) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(ROOT + path, {
      method,
      headers: {
        'X-Siaga': '1',
        'Accept-Language': 'id', // the browser's own list is longer, and nobody here asks
        ...(SCHEMA > 1 ? { 'X-Schema': String(SCHEMA) } : {}), // absent counts as 1
        ...(content === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: content === undefined ? undefined : JSON.stringify(content),
      // No `cache`: every answer says `no-store`, and asking for it costs two headers.
      credentials: 'same-origin',
      redirect: 'manual',
      signal: stop.signal,
    });
    if (!isOurs(response)) throw new Away(response.status >= 500 ? 'offline' : 'portal');
    const body = response.status === 204 ? null : await response.json();
    return { status: response.status, body, retry_after: retryAfter(response) };
  } catch (error) {
    if (error instanceof Away) throw error;
    throw new Away(stop.signal.aborted ? 'slow' : 'offline');
  } finally {
    clearTimeout(late);
  }
}

/** @param {object} content */
export const enrol = (content) => call('POST', 'enrolments', content);

/** @param {string} device_id @param {string} proof */
export const unlock = (device_id, proof) => call('POST', 'unlocks', { device_id, proof });

/** @param {object} content @param {string} device */
export const changeVerifier = (content, device) => known('PUT', 'verifier', content, device);

/** @param {object} batch @param {string} device */
export const sendBatch = (batch, device) => known('POST', 'envelopes', batch, device);

/** @param {string|null} cursor */
export const changes = (cursor) => call('GET', cursor === null ? 'changes' : `changes?since=${encodeURIComponent(cursor)}`);

/** @param {object} state @param {string} device */
export const tellPhone = (state, device) => call('PUT', 'phone', state, { 'X-Device': device });

export const endSession = () => call('DELETE', 'session');

/** @param {object} subscription */
export const subscribe = (subscription) => call('PUT', 'push-subscription', subscription);

export const unsubscribe = () => call('DELETE', 'push-subscription');

/** A lost cookie stops nothing that says its device. @param {string} method @param {string} path @param {object} content @param {string} device */
async function known(method, path, content, device) {
  const answer = await call(method, path, content);
  if (answer.status !== 401) return answer;
  return call(method, path, content, { 'X-Device': device });
}

/**
 * A file of the shell, fresh from the server. What carries its hash in its name never changes: the
 * browser may have it already.
 * @param {string} url @returns {Promise<Response>} @throws {Away} unless it is whole.
 */
export async function page(url) {
  const cache = url.startsWith('/s/') ? 'default' : 'no-cache';
  const response = await fetch(url, { cache, credentials: 'same-origin' }).catch(() => null);
  if (response === null || !response.ok || response.redirected) throw new Away('offline');
  return response;
}

export { APP };
