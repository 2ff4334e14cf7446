/** The phone's memory in a life that ends at a chosen touch of it: what was on disk stays, whoever was about to go on never does. */
import * as disk from '../../static/cadre/store.js';

/** @type {Map<string, {touches: number, dead: boolean, done: boolean}>} `touches` left before the end; whether the last one still reaches the disk */
export const lives = (globalThis.siagaLives ??= new Map());
const life = lives.get(new URL(import.meta.url).searchParams.get('life') ?? '') ?? { touches: Infinity, dead: false, done: true };
const never = () => new Promise(() => {});

/** @template {any[]} A @template R @param {(...asked: A) => Promise<R>} touch @returns {(...asked: A) => Promise<R>} */
const mortal = (touch) => async (...asked) => {
  if (life.dead) return never();
  life.touches -= 1;
  if (life.touches >= 0) return touch(...asked);
  life.dead = true;
  if (life.done) await touch(...asked).catch(() => {});
  return never();
};

export * from '../../static/cadre/store.js';
export const [change, put, get, remove, names] = [disk.change, disk.put, disk.get, disk.remove, disk.names].map(mortal);
export const [putJson, getJson, counter, health, persist] = [disk.putJson, disk.getJson, disk.counter, disk.health, disk.persist].map(mortal);
export const [forgetDevice, forgetLedger, whereKept] = [disk.forgetDevice, disk.forgetLedger, disk.whereKept].map(mortal);

/** @param {string} prefix */
export async function removeAll(prefix) {
  for (const name of await names(prefix)) await remove(name);
}
