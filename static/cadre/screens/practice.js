/** Practice: an invented story on the same screens in another colour; the real test of PIN, sending and alerts. */
import { listen } from '../bells.js';
import { refresh } from '../changes.js';
import { alerts } from '../items.js';
import { isOn } from '../push.js';
import { SECOND } from '../schedule.js';
import { putJson } from '../store.js';
import { serverNow } from '../vault.js';
import { hasLeft } from './fate.js';
import { drill, start } from './report.js';
import { word } from './stage.js';
import { enter, session, standing, view } from './state.js';
import { today } from './today.js';

export function practice() {
  view(enter(practice), 'drill', { story: word('story') }, { back: today, go: () => start({ practice: true, back: practice }) });
  drill(true);
}

/** The signs that the invented story tells of. */
const TOLD = ['death_threat', 'getting_worse'];

/** Which of them were not ticked. @param {Record<string, any>} body */
export const overlooked = (body) => TOLD.filter((sign) => !body.danger_signs?.includes(sign));

/** @type {string[]} */
let missed = [];
let [before, sent] = [0, ''];

/** @param {import('../drafts.js').Draft} draft */
export async function drilled(draft) {
  missed = draft.missed_signs ?? [];
  sent = draft.id;
  before = await serverNow();
  await putJson('drilled', Date.now());
  return came();
}

/** *Latihan diterima. HP siap.* comes as an alert within a minute. */
async function came() {
  const turn = enter(came);
  const all = await alerts(session());
  const back = all.some(({ kind, at }) => kind === 'drill_received' && Date.parse(at) > before - 6e4);
  const left = await hasLeft(sent);
  const main = view(turn, 'drilled', {
    title: word(back ? 'alert.drill_received' : left ? 'drill_sent' : 'unsent'),
    hint: back ? `${word('drill_done')} ${word((await isOn()) ? 'drill_rings' : 'drill_mute')}` : word('drill_waits'),
    c: `end ${back ? 'ok' : 'wait'}`,
    i: back ? 'ok' : 'clock',
    missed: missed.length ? word('drill_missed', { n: missed.length }) : '',
  }, { done: today });
  if (main) drill(true);
  if (main && !back) void waited(main);
}

/** While she waits the answer is fetched: alerts may be off on this phone. @param {HTMLElement} main */
async function waited(main) {
  for (let pause = 2 * SECOND; main.isConnected; pause *= 1.5) {
    await new Promise((over) => setTimeout(over, pause));
    if (main.isConnected) await refresh().catch(() => {});
  }
}

listen('items', () => standing() === 'drilled' && came());
