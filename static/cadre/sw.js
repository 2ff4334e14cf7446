/** The worker: keeps one version of the shell, wakes on a push, sends what waits; it can read nothing that is sealed. */
import { chance } from './bytes.js';
import { refresh } from './changes.js';
import { flush } from './outbox.js';
import { renew } from './push.js';
import { answerAfter } from './schedule.js';
import { getJson, putJson } from './store.js';
import { page } from './sync.js';
import { APP } from './version.js';

/** @typedef {{version: string, files: string[], words: Record<string, {title: string, body: string}>, icon: string, near: Record<string, any[]>}} Given what the server writes in front of this script */

const scope = /** @type {any} */ (self);
/** @type {Given} */
const { version, files, words, icon, near } = scope.siaga;
const [FIRST] = Object.keys(words);
const PREFIX = 'siaga-shell-';
const SHELL = PREFIX + version;

/** @returns {Promise<string|null>} */
const language = () => getJson('language');

/** All files of a version or none: a shell that is half old is no shell. */
async function fill() {
  const cache = await caches.open(SHELL);
  try {
    const chosen = (await language()) ?? FIRST;
    const base = chosen in near ? FIRST : chosen;
    for (const file of files) await cache.put(file, await page(file, file === '/' ? base : null));
    const spoken = await made(cache, chosen, base);
    if (spoken) await turn(cache, base, spoken);
  } catch (error) {
    await caches.delete(SHELL);
    throw error;
  }
}

/** Former versions are kept until the next clean start of a page of this one; one that is just coming is no former one. @param {string} build @returns {Promise<void>} */
async function tidy(build) {
  const windows = await scope.clients.matchAll({ type: 'window' });
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== SHELL);
  const { installing, waiting } = scope.registration;
  if (build !== APP || windows.length > 1 || installing || waiting) return;
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** @param {string} path @returns {Promise<Response>} */
async function kept(path) {
  const own = await (await caches.open(SHELL)).match(path);
  return own ?? (await caches.match(path)) ?? page(path).catch(() => Response.error());
}

/** @param {URL} url */
const isOurs = (url) => url.origin === scope.location.origin && url.search === '' && (files.includes(url.pathname) || url.pathname.startsWith('/s/'));

/** The one notification there is; its words never change and say nothing. */
async function show() {
  const chosen = await language();
  const { title, body } = words[chosen ?? ''] ?? Object.values(words)[0];
  await scope.registration.showNotification(title, { body, tag: 'siaga', icon, badge: icon });
}

/** @returns {Promise<void>} */
async function wake() {
  await Promise.allSettled([flush(), refresh(answerAfter(chance()))]);
}

/** Where the page of a language lies while another stands in its place. @param {string} tongue */
const beside = (tongue) => `/?l=${tongue}`;

/** What stands gives way to another language, and is kept beside it, so that changing back needs no network. @param {Cache} cache @param {string} tongue of what stands @param {Response} spoken */
async function turn(cache, tongue, spoken) {
  const before = await cache.match('/');
  if (before) await cache.put(beside(tongue), before);
  await cache.put('/', spoken);
}

/** A page that differs from the first language's in few words is made of it (cadre/apart.py). @param {Cache} cache @param {string} code @param {string} tongue of what stands @returns {Promise<Response|null>} */
async function made(cache, code, tongue) {
  const base = code in near && (await cache.match(tongue === FIRST ? '/' : beside(FIRST)));
  if (!base) return null;
  const pieces = (await base.text()).split(/(<[^>]*>)/);
  const [count, ...told] = near[code];
  if (pieces.length !== count) return null;
  for (let at = 0, one = 0; one < told.length; one += 2) pieces[(at += told[one])] = told[one + 1];
  return new Response(pieces.join(''), { headers: base.headers });
}

/** Where bytes cost nothing: the page in every other language, so that changing needs no network. @returns {Promise<void>} */
async function learn() {
  const [cache, chosen] = [await caches.open(SHELL), (await language()) ?? FIRST];
  for (const tongue of Object.keys(words)) {
    if (tongue !== chosen && !(tongue in near) && !(await cache.match(beside(tongue)))) await cache.put(beside(tongue), await page('/', tongue));
  }
}

/** @param {string} code @returns {Promise<{done: boolean}>} */
async function speak(code) {
  const [cache, tongue] = [await caches.open(SHELL), (await language()) ?? FIRST];
  const spoken = (await made(cache, code, tongue)) ?? (await page('/', code).catch(() => null)) ?? (await cache.match(beside(code)));
  if (!spoken) return { done: false };
  await turn(cache, tongue, spoken);
  await putJson('language', code);
  return { done: true };
}

/** @param {any} message @returns {Promise<object>} */
async function answered(message) {
  if (message.do === 'take over') await scope.skipWaiting();
  if (message.do === 'started') await tidy(message.version);
  if (message.free) await learn().catch(() => {}); // The next start over Wi-Fi fetches what is missing.
  if (message.do === 'language') return { language: await language() };
  if (message.do === 'speak') return speak(message.language);
  return {};
}

/** @returns {Promise<void>} */
async function open() {
  const [window] = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true });
  await (window ? window.focus() : scope.clients.openWindow('/'));
}

scope.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(fill()));
scope.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method === 'GET' && isOurs(url)) event.respondWith(kept(url.pathname));
});
scope.addEventListener('push', (/** @type {any} */ event) => event.waitUntil(Promise.all([show(), wake()])));
scope.addEventListener('notificationclick', (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open());
});
scope.addEventListener('pushsubscriptionchange', (/** @type {any} */ event) => event.waitUntil(renew()));
scope.addEventListener('sync', (/** @type {any} */ event) => event.waitUntil(flush()));
scope.addEventListener('message', (/** @type {any} */ event) => {
  event.waitUntil(answered(event.data).then((answer) => event.ports[0]?.postMessage(answer)));
});
