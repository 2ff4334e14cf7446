/** The worker: keeps one version of the shell, wakes on a push, sends what waits; it can read nothing that is sealed. */
import { chance } from './bytes.js';
import { refresh } from './changes.js';
import { flush } from './outbox.js';
import { renew } from './push.js';
import { answerAfter } from './schedule.js';
import { getJson, putJson } from './store.js';
import { page } from './sync.js';
import { APP } from './version.js';

/** @typedef {{version: string, files: string[], words: Record<string, {title: string, body: string}>, icon: string, others: Record<string, any[]>}} Given what the server writes in front of this script */

const scope = /** @type {any} */ (self);
/** @type {Given} */
const { version, files, words, icon, others } = scope.siaga;
const [FIRST] = Object.keys(words);
const PREFIX = 'siaga-shell-';
const SHELL = PREFIX + version;
/** Where the page lies as it came; `/` is made of it, in her language. */
const GIVEN = '/?given';

/** @returns {Promise<string|null>} */
const language = () => getJson('language');

/** All files of a version or none: a shell that is half old is no shell. */
async function fill() {
  const cache = await caches.open(SHELL);
  try {
    for (const file of files) await cache.put(file === '/' ? GIVEN : file, await page(file));
    if (!(await stand(cache, (await language()) ?? FIRST)) && !(await stand(cache, FIRST))) throw new Error('another page');
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

/** What a page says in another language (cadre/apart.py). @param {string} html @param {any[]} told @returns {string|null} null for another page than this was told of */
function inOtherWords(html, [count, ...told]) {
  const known = new Map();
  let at = 0;
  const other = html.replace(/(>|=")([^<>"]+)/g, (piece, edge, here) => {
    const words = known.get(piece) ?? (told[at++] || here);
    if (typeof words === 'string') known.set(piece, words);
    return edge + words;
  });
  return at === count ? other : null;
}

/** Put the page there in a language; the network is asked only if the page as it came is lost. @param {Cache} cache @param {string} code @returns {Promise<boolean>} */
async function stand(cache, code) {
  const given = (await cache.match(GIVEN)) ?? (await page('/').catch(() => null));
  const html = given && (await given.text());
  // The office may change while all this is fetched: a page asks for its own version of the app, the last of the files.
  const spoken = html?.includes(files[files.length - 1]) && (code === FIRST ? html : inOtherWords(html, others[code] ?? []));
  if (given && spoken) await cache.put('/', new Response(spoken, { headers: given.headers }));
  return Boolean(spoken);
}

/** @param {string} code @returns {Promise<{done: boolean}>} */
async function speak(code) {
  const done = await stand(await caches.open(SHELL), code);
  if (done) await putJson('language', code);
  return { done };
}

/** @param {any} message @returns {Promise<object>} */
async function answered(message) {
  if (message.do === 'take over') await scope.skipWaiting();
  if (message.do === 'started') await tidy(message.version);
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
