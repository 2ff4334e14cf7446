/** The phone's memory, and the only module that says `indexedDB` and (beside `sw.js`) `caches`: the ledger for what can only be sent, the shelf for what can be opened. */
import { openDB } from 'idb';
import { random, text, utf8 } from './bytes.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */
/**
 * An act on its way. `order` is the order of sealing; `seq` is given when it is first sent, and never again;
 * `bytes` is what is left of `sealed` once that is forgotten, `draft` the draft that it waits beside.
 * @typedef {{id: string, kid: string, schema: number, order: number, seq: number|null, sha256: string,
 *   sealed: Bytes, state: 'draft'|'sealed'|'sending'|'sent', made_at: number, not_before: number,
 *   failures: number, attention: boolean, receipt: string|null, sent_at: number|null, quiet?: boolean,
 *   bytes?: number, draft?: string}} Act
 */
/**
 * One change of the ledger, all or nothing.
 * @typedef {{act(id: string): Promise<Act|undefined>, acts(): Promise<Act[]>, put(act: Act): Promise<unknown>,
 *   forget(id: string): Promise<unknown>, counter(name: string): Promise<any>, count(name: string, value: any): Promise<unknown>}} Change
 */

const LEDGER = 'siaga';
const SHELF = 'siaga-kept';
const BALLAST = 'ballast';
const PATIENCE = 5000;

/** @type {Promise<import('idb').IDBPDatabase|null>|null} */
let opened = null;
const memory = { acts: new Map(), counters: new Map(), shelf: new Map() };

/** @returns {Promise<import('idb').IDBPDatabase>} */
const opening = async () =>
  openDB(LEDGER, 1, {
    upgrade(db) {
      db.createObjectStore('acts', { keyPath: 'id' });
      db.createObjectStore('counters');
    },
    blocking(_from, _to, event) {
      opened = null;
      /** @type {any} */ (event.target).close();
    },
    terminated: () => (opened = null),
  });

/** The ledger, or null where IndexedDB will not open in time: then acts live in memory and are sent directly. */
function ledger() {
  opened ??= new Promise((done) => {
    const late = setTimeout(() => done(null), PATIENCE);
    opening()
      .then(done, () => done(null))
      .finally(() => clearTimeout(late));
  });
  return opened;
}

/** Where acts are kept. @returns {Promise<'kept'|'memory'>} */
export const whereKept = async () => ((await ledger()) === null ? 'memory' : 'kept');

/** @type {Promise<unknown>} */
let turn = /* @__PURE__ */ Promise.resolve();

/** @template T @param {(change: Change) => Promise<T>} work @returns {Promise<T>} */
function inMemory(work) {
  const mine = turn.then(async () => {
    const { acts, counters } = memory;
    const before = [new Map(acts), new Map(counters)];
    try {
      return await work({
        act: async (id) => acts.get(id),
        acts: async () => [...acts.values()].map((act) => ({ ...act })),
        put: async (act) => acts.set(act.id, { ...act }),
        forget: async (id) => acts.delete(id),
        counter: async (name) => counters.get(name),
        count: async (name, value) => counters.set(name, value),
      });
    } catch (error) {
      [memory.acts, memory.counters] = before;
      throw error;
    }
  });
  turn = mine.catch(() => {});
  return mine;
}

/** @template T @param {import('idb').IDBPDatabase} db @param {(change: Change) => Promise<T>} work @returns {Promise<T>} */
async function inLedger(db, work) {
  const tx = db.transaction(['acts', 'counters'], 'readwrite', { durability: 'strict' });
  const [acts, counters] = [tx.objectStore('acts'), tx.objectStore('counters')];
  const done = tx.done;
  done.catch(() => {});
  try {
    const outcome = await work({
      act: (id) => acts.get(id),
      acts: () => acts.getAll(),
      put: (act) => acts.put(act),
      forget: (id) => acts.delete(id),
      counter: (name) => counters.get(name),
      count: (name, value) => counters.put(value, name),
    });
    await done;
    return outcome;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // Already aborted: a full phone reports its quota that way.
    }
    throw error;
  }
}

/**
 * Change the ledger in one strictly durable transaction: when this returns, it is on disk. `work` may await
 * nothing but the change itself. A full phone frees the ballast and tries
 * once more; after that it goes on in memory.
 * @template T @param {(change: Change) => Promise<T>} work @returns {Promise<T>}
 */
export async function change(work) {
  const db = await ledger();
  if (db === null) return inMemory(work);
  try {
    return await inLedger(db, work);
  } catch (error) {
    if (!isFull(error)) throw error;
  }
  await remove(BALLAST).catch(() => false);
  try {
    return await inLedger(db, work);
  } catch (error) {
    if (!isFull(error)) throw error;
    await leaveLedger(db);
    return inMemory(work);
  }
}

/** The phone is full and takes nothing more: go on in memory with what the ledger knows, so that it can at least be sent. @param {import('idb').IDBPDatabase} db */
async function leaveLedger(db) {
  const tx = db.transaction(['acts', 'counters']);
  const [acts, counters] = [tx.objectStore('acts'), tx.objectStore('counters')];
  const [rows, names, values] = await Promise.all([acts.getAll(), counters.getAllKeys(), counters.getAll()]);
  memory.acts = new Map(rows.map((act) => [act.id, act]));
  memory.counters = new Map(names.map((name, at) => [String(name), values[at]]));
  // What is numbered from here the ledger will not know of: it would give the same numbers again.
  memory.counters.delete('seq');
  opened = Promise.resolve(null);
}

/** Quota errors arrive as an abort in Chromium. @param {unknown} error */
const isFull = (error) => error instanceof DOMException && /Quota|Abort/.test(error.name);

/** @param {string} name @returns {Promise<any>} */
export const counter = (name) => change((c) => c.counter(name));

const hasShelf = typeof caches !== 'undefined';
const shelf = () => caches.open(SHELF);
/** @param {string} name */
const path = (name) => `/k/${name}`;

/** What a full phone would not take is held in memory as long as the page lives; a key that only memory knows would lock her out. @param {string} name @param {Bytes} bytes @returns {Promise<void>} */
export async function put(name, bytes) {
  const write = async () => (await shelf()).put(path(name), new Response(bytes));
  const isWritten = async () => write().then(() => true, () => false);
  memory.shelf.delete(name);
  if (hasShelf && ((await isWritten()) || (name !== BALLAST && (await remove(BALLAST)) && (await isWritten())))) return;
  if (hasShelf && /^(pin|device|trust|enrolling|ballast)$/.test(name)) throw new Error('not kept');
  memory.shelf.set(name, bytes.slice());
}

/** Whether the phone keeps this; one question, for a page that wants to be quick; it fails where there is no Cache Storage. @param {string} name @returns {Promise<boolean>} */
export const isKept = async (name) => Boolean(await caches.match(path(name), { cacheName: SHELF }));

/** @param {string} name @returns {Promise<Bytes|null>} */
export async function get(name) {
  if (memory.shelf.has(name)) return memory.shelf.get(name).slice();
  const found = hasShelf ? await (await shelf()).match(path(name)) : undefined;
  return found ? new Uint8Array(await found.arrayBuffer()) : null;
}

/** Unlinked by Chromium when removed, unlike a row of IndexedDB. @param {string} name @returns {Promise<boolean>} */
export async function remove(name) {
  const held = memory.shelf.delete(name);
  return (hasShelf && (await (await shelf()).delete(path(name)))) || held;
}

/** @param {string} prefix @returns {Promise<string[]>} */
export async function names(prefix) {
  const requests = hasShelf ? await (await shelf()).keys() : [];
  const kept = requests.map((r) => new URL(r.url).pathname.slice(path('').length));
  return [...new Set([...kept, ...memory.shelf.keys()])].filter((name) => name.startsWith(prefix));
}

/** Open settings only, never anything about a person. @param {string} name @param {any} value */
export const putJson = (name, value) => put(name, utf8(JSON.stringify(value)));

/** @param {string} name @returns {Promise<any>} null if there is none */
export async function getJson(name) {
  const bytes = await get(name);
  return bytes === null ? null : JSON.parse(text(bytes));
}

/** @param {string} prefix @returns {Promise<void>} */
export async function removeAll(prefix) {
  for (const name of await names(prefix)) await remove(name);
}

/** Ask the browser to keep our storage when space runs low. @returns {Promise<boolean>} */
export async function persist() {
  const kept = (await globalThis.navigator?.storage?.persist?.().catch(() => false)) ?? false;
  if ((await names(BALLAST)).length === 0) await put(BALLAST, ballast()).catch(() => {});
  return kept;
}

/** 512 KiB that can be given up when the phone is full; random, so that no file system squeezes it. */
function ballast() {
  const whole = new Uint8Array(512 * 1024);
  for (let at = 0; at < whole.length; at += 65536) whole.set(random(65536), at);
  return whole;
}

/** @returns {Promise<{persisted: boolean, kept: 'ok'|'refused', unsent: number, ballast: boolean}>} */
export async function health() {
  const acts = await change((c) => c.acts());
  return {
    persisted: (await globalThis.navigator?.storage?.persisted?.().catch(() => false)) ?? false,
    kept: (await whereKept()) === 'kept' ? 'ok' : 'refused',
    unsent: acts.filter((act) => act.state === 'sealed' || act.state === 'sending').length,
    ballast: (await names(BALLAST)).length > 0,
  };
}

const OF_DEVICE = ['seen', 'tries', 'tries_seen', 'tries_mine', 'unlocked_at', 'epoch', 'cursor', 'ended', 'shown', 'told', 'last_receipt'];

/** What was counted for a former enrolment; its acts stay. @returns {Promise<void>} */
export const forgetDevice = () =>
  change(async (c) => {
    for (const name of OF_DEVICE) await c.count(name, undefined);
  });

/** Everything that was sent, and all counters but that this phone is being left. @returns {Promise<boolean>} false, and nothing happens, while one act has no receipt */
export const forgetLedger = () =>
  change(async (c) => {
    const acts = await c.acts();
    if (acts.some((act) => act.state !== 'sent')) return false;
    for (const act of acts) await c.forget(act.id);
    for (const name of [...OF_DEVICE, 'last_sent_at', 'seq', 'order', 'receipted']) if (name !== 'ended') await c.count(name, undefined);
    return true;
  });
