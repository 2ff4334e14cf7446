/** What the phone's tests share: an enrolled phone with nothing on it, its office, and a report begun. */
import * as drafts from '../../static/cadre/drafts.js';
import * as enrol from '../../static/cadre/enrol.js';
import * as outbox from '../../static/cadre/outbox.js';
import * as store from '../../static/cadre/store.js';
import { office } from './office.mjs';
import './quick.mjs';

export const RIGHT = '482915';
export const WRONG = '736150';
export const REPORT = { village: '33.02.01.2001', danger_now: 'no', survivor_sex: 'female', survivor_age: '25_44', violence: ['physical'], last_happened: 'older',
  danger_signs: ['none_seen'], reported_person_near: 'no', source: 'survivor', consent: 'yes', contact_via: 'through_me', conflict: 'none', note: 'tetangga sebelah' };

export const forget = async () => {
  await outbox.flush();
  await store.removeAll('');
  await store.change(async (c) => {
    for (const act of await c.acts()) await c.forget(act.id);
  });
  await store.forgetLedger();
};

/** An enrolled phone; PBKDF2 as in a browser that blocks WebAssembly. */
export async function enrolled() {
  await forget();
  const uptd = await office();
  await enrol.keepCode(`https://contoh.invalid/#${uptd.code}${uptd.fingerprint}`);
  await enrol.choosePin(RIGHT);
  const { session: open } = await enrol.send(RIGHT, 'HP');
  await enrol.keepPicture(open, '7');
  return { uptd, open };
}
export const settle = async () => {
  await outbox.flush();
  await new Promise((over) => setTimeout(over, 20));
  await outbox.flush();
};
export const written = async (open, body = REPORT, its = drafts) => {
  const draft = await its.create(open);
  Object.assign(draft.body, body);
  await Promise.all([its.save(open, draft), its.flush()]);
  return draft;
};
