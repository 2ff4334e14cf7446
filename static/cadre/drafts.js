/** A report being written: kept under the digits that began it, with a waiting envelope beside it (privacy.md section 3). */
import { chance, moment, text, uuid } from './bytes.js';
import { sealedAct, write } from './acts.js';
import * as outbox from './outbox.js';
import * as own from './own.js';
import * as rules from './rules.js';
import * as schedule from './schedule.js';
import { ITEM_SIZES, padded } from './seal.js';
import * as store from './store.js';
import { keyFor, liveTags, secrets, unwrapped, wrapped, wrappedWith } from './vault.js';
import { upgraded } from './versions.js';

/** @typedef {import('./session.js').Session} Session */
/** @typedef {Record<string, any>} Body names and codes of domain.md section 3 */
/** @typedef {{id: string, body: Body, begun_at: string, at: string, backs: number, practice: boolean, missed_signs?: string[],
 *   adds?: string}} Draft `adds` is the id of what adds to it, once it has left */
/** @typedef {'sent'|'waiting'|'urgent'|'attention'|'tally'|'practice'} Ending */

const GATHER = 400;
const PATIENCE = 4000;

/** @param {string} id */
const info = (id) => `siaga/draft/1|${id}`;

/** @param {string} tag @param {string} id */
const place = (tag, id) => `draft/${tag}/${id}`;

/** A new report, in her first village until she says another. @param {Session} session @param {{practice?: boolean}} [how] @returns {Promise<Draft>} */
export async function create(session, { practice = false } = {}) {
  const village = (await store.getJson('profile'))?.villages?.[0]?.code;
  return { id: uuid(), body: village ? { village } : {}, begun_at: moment(Date.now()), at: '', backs: 0, practice };
}

/** @type {Map<string, {timer: ReturnType<typeof setTimeout>, done: Promise<void>, now: () => void}>} */
const gathering = new Map();
/** @type {Promise<unknown>} */
let turn = Promise.resolve();

/**
 * Keep a change, at the latest in 1 s; changes that follow closely go together. The draft's own key is
 * taken now: a lock or a quick exit a moment later loses nothing that was typed.
 * @param {Session} session @param {Draft} draft @returns {Promise<void>}
 */
export function save(session, draft) {
  const before = gathering.get(draft.id);
  if (before) return before.done;
  const held = secrets(session);
  if (held === null) return Promise.resolve();
  const kp = held.kp.slice();
  const shelf = { key: keyFor(kp, info(draft.id)).finally(() => kp.fill(0)), tag: held.tag, tags: [...held.kps.keys()] };
  /** @type {() => void} */
  let go = () => {};
  const done = new Promise((kept, lost) => {
    go = () => {
      clearTimeout(entry.timer);
      if (gathering.get(draft.id) === entry) gathering.delete(draft.id);
      alone(() => keep(session, draft, shelf)).then(() => kept(undefined), lost);
    };
  });
  const entry = { timer: setTimeout(() => go(), GATHER), done: /** @type {Promise<void>} */ (done), now: () => go() };
  gathering.set(draft.id, entry);
  return entry.done;
}

/** Do something while no draft is being written. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export function alone(work) {
  const mine = turn.then(work);
  turn = mine.catch(() => {});
  return mine;
}

/** Write down at once what is still gathering: before locking, leaving or sending. @returns {Promise<void>} */
export async function flush() {
  for (const entry of [...gathering.values()]) {
    entry.now();
    await entry.done;
  }
}

/**
 * What may go is settled first: killed in between, an older yes must not leave after a no that she sees again.
 * Only an id that is new is kept before anything waits under it.
 * @param {Session} session @param {Draft} draft @param {{key: Promise<CryptoKey>, tag: string, tags: string[]}} shelf
 */
async function keep(session, draft, { key, tag, tags }) {
  const lay = async () => store.put(place(tag, draft.id), await wrappedWith(await key, padded(draft, ITEM_SIZES)));
  try {
    if (!draft.practice && (await numbered(draft))) await lay();
    if (!draft.practice) await remakeWaiting(session, draft);
  } finally {
    await lay();
    for (const other of tags) if (other !== tag) await store.remove(place(other, draft.id));
  }
}

/** Bytes that have left never change: what follows has an id of its own. @param {Draft} draft @returns {Promise<boolean>} whether it is new */
async function numbered(draft) {
  const state = await outbox.stateOf(draft.adds ?? draft.id);
  const isNew = Boolean(state === null ? draft.adds : state !== 'draft');
  if (isNew) draft.adds = uuid();
  return isNew;
}

/** What waits is only what rule 4 allows at this moment: the report, or what adds to it or takes it back. @param {Session} session @param {Draft} draft */
async function remakeWaiting(session, draft) {
  const { id, adds, body } = draft;
  if (!body.danger_now || !body.violence?.length || !body.village) return;
  if (!adds && rules.going(body) === 'tally_only') {
    await outbox.discardWaiting(id);
    return;
  }
  const envelope = await sealedNow(session, draft, { incomplete: true });
  await outbox.keepWaiting(envelope, Date.now() + schedule.untouchedFor(rules.proposedRisk(body).risk), id);
}

/** @param {Session} session @param {Draft} draft @param {Body} [more] */
function sealedNow(session, { id, adds, body }, more) {
  const allowed = { ...rules.whatMayGo(body).body, ...more };
  if (!adds) return sealedAct(session, 'report.create', allowed, id);
  if (rules.going(body) === 'tally_only') return sealedAct(session, 'consent.withdraw', { report_id: id, purposes: [...rules.PURPOSES] }, adds);
  return sealedAct(session, 'report.add', { report_id: id, ...allowed }, adds);
}

/** The drafts that these digits open, newest first. @param {Session} session @returns {Promise<Draft[]>} */
export async function list(session) {
  const held = secrets(session);
  if (held === null) return [];
  /** @type {Map<string, Draft>} */
  const found = new Map();
  for (const [tag, kp] of held.kps) {
    for (const name of await store.names(place(tag, ''))) {
      const draft = await opened(kp, name);
      if (draft) found.set(draft.id, draft);
    }
  }
  return [...found.values()].sort((a, b) => b.begun_at.localeCompare(a.begun_at));
}

/** @param {import('./vault.js').Bytes} kp @param {string} name @returns {Promise<Draft|null>} */
async function opened(kp, name) {
  const sealed = await store.get(name);
  const plain = sealed && (await unwrapped(kp, info(/** @type {string} */ (name.split('/').pop())), sealed));
  if (!plain) return null;
  const kept = JSON.parse(text(plain));
  return upgraded('draft', kept.schema ?? 1, kept);
}

/** @param {string} id */
async function removeCopies(id) {
  for (const name of await store.names('draft/')) if (name.endsWith(`/${id}`)) await store.remove(name);
}

/** She throws it away herself, with its waiting envelope if that has not left. @param {Session} _session @param {Draft} draft */
export async function remove(_session, draft) {
  await flush();
  await alone(async () => {
    await outbox.discardWaiting(draft.adds ?? draft.id);
    await removeCopies(draft.id);
  });
}

/**
 * *Kirim*. When this returns the act is on the phone for good and the draft is gone; it waits a few
 * seconds for a receipt, so that the end can be green.
 * @param {Session} session @param {Draft} draft
 * @returns {Promise<{id: string, ending: Ending, advice: string[], short: string}>}
 */
export async function send(session, draft) {
  const { id, body } = draft;
  await flush();
  const short = await alone(async () => {
    const done = draft.practice ? await practised(session, draft) : await laidDown(session, draft);
    await removeCopies(id);
    return done;
  });
  return told(id, body, short);
}

/** What she is told at the end, of a report as of what adds to one. @param {string} id @param {Body} body @param {Ending|null} [short] what need not leave first */
export async function told(id, body, short = null) {
  if (!short) await Promise.race([outbox.flush().catch(() => {}), new Promise((late) => setTimeout(late, PATIENCE))]);
  if (rules.isPressing(body)) pressing.add(id);
  return { id, advice: rules.doNow(body), short: rules.shortCode(id), ending: short ?? (await ending(id)) };
}

/** Seal it for good, whole or as an addition. @param {Session} session @param {Draft} draft @returns {Promise<'tally'|null>} */
async function laidDown(session, draft) {
  const { id, body } = draft;
  const isNo = rules.going(body) === 'tally_only';
  for (;;) {
    await numbered(draft);
    if (draft.adds || !isNo) {
      if (await outbox.enqueue(await sealedNow(session, draft), { draft: id })) break;
    } else if ((await outbox.discardWaiting(id)) !== 'left') {
      await tallied(session, draft);
      return 'tally';
    }
    // It left in between: this goes as an addition.
  }
  if (isNo) {
    void outbox.flush();
    return 'tally';
  }
  const [how, at] = [rules.going(body), moment(Date.now())];
  const more = how === 'without_name' ? { bare: true } : how === 'whole' ? { way_at: at } : {};
  await own.keep('sent', id, { at, picture: body.picture ?? null, ...more });
  return null;
}

/** Reports of this session that must not wait for the app; in memory only. @type {Set<string>} */
const pressing = new Set();

/** How a sent report stands now. @param {string} id @returns {Promise<Ending>} */
export async function ending(id) {
  const fate = await outbox.fate(id);
  return fate === 'waiting' && pressing.has(id) ? 'urgent' : fate;
}

/** @param {Session} session @param {Draft} draft */
async function practised(session, draft) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(draft.begun_at)) / 1000));
  const missed_signs = draft.missed_signs ?? [];
  await write(session, 'drill.record', { ok: missed_signs.length === 0, seconds: Math.min(seconds, 86400), backs: draft.backs, missed_signs }, { draft: draft.id });
  return /** @type {const} */ ('practice');
}

/** An adult said no, and no grave sign outweighs it: she is counted, once. @param {Session} session @param {Draft} draft */
async function tallied(session, { id, body }) {
  const now = Date.now();
  const tally = { village: body.village, month: moment(now).slice(0, 7), violence: body.violence };
  await write(session, 'tally.add', tally, { not_before: schedule.tallyAt(now, chance()), quiet: true, draft: id });
}

/** Copy every draft that the old digits open, so that the new ones do as well. @param {{kp: import('./vault.js').Bytes, tag: string}} from @param {{kp: import('./vault.js').Bytes, tag: string}} to */
export async function copied(from, to) {
  for (const name of await store.names(place(from.tag, ''))) {
    const draft = await opened(from.kp, name);
    if (draft) await store.put(place(to.tag, draft.id), await wrapped(to.kp, info(draft.id), padded(draft, ITEM_SIZES)));
  }
}

/** Drafts of a PIN that is gone can no longer be opened by anybody: their waiting envelopes go at once. */
export async function releaseOrphans() {
  const kept = await store.names('draft/');
  const live = new Set(await liveTags());
  const openable = new Set(kept.filter((name) => live.has(name.split('/')[1])).map((name) => name.split('/')[2]));
  for (const name of kept) {
    const [, tag, id] = name.split('/');
    if (live.has(tag)) continue;
    if (!openable.has(id)) await outbox.release(id);
    await store.remove(name);
  }
}

/** At the limit of tries all drafts go, and what they had ready is sent. */
export async function releaseAll() {
  for (const name of await store.names('draft/')) {
    await outbox.release(name.split('/')[2]);
    await store.remove(name);
  }
}
