/** Phones that die: each life has modules of its own and the same disk, and ends at a chosen touch of it. */
import { register } from 'node:module';
import { lives } from './mortal.mjs';
import './quick.mjs';

const CADRE = new URL('../../static/cadre/', import.meta.url).href;
const hooks = `
const CADRE = ${JSON.stringify(CADRE)};
export async function resolve(name, context, next) {
  const life = context.parentURL?.match(/\\?life=[^&]+$/)?.[0];
  const found = await next(name, context);
  if (!life || !found.url.startsWith(CADRE) || found.url.includes('?')) return found;
  const url = found.url === CADRE + 'store.js' && !context.parentURL.includes('/mortal.mjs') ? ${JSON.stringify(new URL('./mortal.mjs', import.meta.url).href)} : found.url;
  return context.parentURL.includes('/mortal.mjs') ? found : { ...found, url: url + life, shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

const NAMES = ['acts', 'changes', 'drafts', 'enrol', 'items', 'leaving', 'outbox', 'own', 'pin', 'rules', 'session', 'vault'];
let count = 0;

/** Start the app anew on what the disk holds. @returns {Promise<any>} its modules, and `end` to let it die */
export async function live() {
  const name = String((count += 1));
  const life = { touches: Infinity, dead: false, done: true };
  lives.set(name, life);
  const modules = await Promise.all(NAMES.map((one) => import(`${CADRE}${one}.js?life=${name}`)));
  const app = Object.fromEntries(NAMES.map((one, at) => [one, modules[at]]));
  app.pin.FALLBACK.passes = 1; // Any digits are stretched at once: nothing here is about their cost.
  return {
    ...app,
    /** Die at the touch after so many more; `done` says whether that one still reaches the disk. */
    dieAfter: (/** @type {number} */ touches, done = true) => Object.assign(life, { touches, done }),
    kill: () => void (life.dead = true),
    dead: () => life.dead,
    touched: (/** @type {() => Promise<unknown>} */ work) => {
      life.touches = 1e6;
      return work().then(() => 1e6 - life.touches);
    },
  };
}
