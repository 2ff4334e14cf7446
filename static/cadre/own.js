/** What the phone keeps for itself, sealed to its own key: her picture, what was sent from here, what she did on a visit. */
import { unb64 } from './bytes.js';
import { ITEM_SIZES, itemInfo, openSealed, seal } from './seal.js';
import * as store from './store.js';
import { device, secrets } from './vault.js';

/** @typedef {'picture'|'sent'|'trace'|'seen'} Kind */

/** Any session can lay something down, as any can write. @param {Kind} kind @param {string} id @param {object} content */
export async function keep(kind, id, content) {
  const known = await device();
  if (known === null) return;
  const info = itemInfo(`own.${kind}`, known.device_id, id, 1);
  await store.put(`own/${kind}/${id}`, await seal(unb64(known.public_key), info, content, ITEM_SIZES));
}

/** @param {object} session @param {Kind} kind @param {string} id @returns {Promise<any>} null if not there or not hers to read */
export async function read(session, kind, id) {
  const held = secrets(session);
  const known = await device();
  const sealed = await store.get(`own/${kind}/${id}`);
  if (!held?.pair || known === null || sealed === null) return null;
  return openSealed(held.pair, itemInfo(`own.${kind}`, known.device_id, id, 1), sealed).catch(() => null);
}

/** @param {object} session @param {Kind} kind @returns {Promise<any[]>} contents with their ids */
export async function all(session, kind) {
  const ids = (await store.names(`own/${kind}/`)).map((name) => name.slice(`own/${kind}/`.length));
  const found = await Promise.all(ids.map(async (id) => ({ id, content: await read(session, kind, id) })));
  return found.filter(({ content }) => content !== null).map(({ id, content }) => ({ ...content, id }));
}

/** Note an act on something, so that the screen knows it before the server has answered. @param {object} session @param {string} about @param {string} act @param {object} [more] */
export async function trace(session, about, act, more = {}) {
  const before = (await read(session, 'trace', about)) ?? { acts: [] };
  await keep('trace', about, { ...before, ...more, acts: [...new Set([...before.acts, act])] });
}
