/** How `v1` was made: all that a phone of the first version keeps. Not to be run again: what lies there is read for ever. */
import { mkdirSync, writeFileSync } from 'node:fs';
import * as acts from '../../static/cadre/acts.js';
import { b64 } from '../../static/cadre/bytes.js';
import { refresh } from '../../static/cadre/changes.js';
import * as drafts from '../../static/cadre/drafts.js';
import * as enrol from '../../static/cadre/enrol.js';
import * as items from '../../static/cadre/items.js';
import * as outbox from '../../static/cadre/outbox.js';
import * as own from '../../static/cadre/own.js';
import { newKeyPair } from '../../static/cadre/seal.js';
import * as session from '../../static/cadre/session.js';
import * as store from '../../static/cadre/store.js';
import { office } from '../js/office.mjs';

const AT = Date.parse('2026-11-21T02:30:00Z');
const DIGITS = '482915';
const NEXT = '915824';
const VISIT = '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c11';
const REPORT = { village: '33.02.01.2001', danger_now: 'no', survivor_sex: 'female', survivor_age: '25_44', violence: ['physical'], last_happened: 'older',
  danger_signs: ['none_seen'], reported_person_near: 'no', source: 'survivor' };
const SAFE = { number: '0281000000', ask_for: 'temui Bidan Sekar', cover_story: 'posyandu' };

let now = AT;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length ? given : [now]));
  }

  static now() {
    return now;
  }
};
const hours = (n) => (now += n * 3600000);
const settle = async () => {
  await outbox.flush();
  await new Promise((over) => setTimeout(over, 50));
  await outbox.flush();
};

async function begun(open, body, more = {}) {
  const draft = Object.assign(await drafts.create(open), more);
  Object.assign(draft.body, body);
  await Promise.all([drafts.save(open, draft), drafts.flush()]);
  return draft;
}

const intake = await newKeyPair();
const uptd = await office({ intake });
await enrol.keepCode(uptd.code + uptd.fingerprint);
await enrol.choosePin(DIGITS);
const { session: open } = await enrol.send(DIGITS, 'HP');
await enrol.keepPicture(open, '7');

// what was fetched
const visit = { visit_id: VISIT, purpose: 'check_safety', opens_at: '2026-11-22T01:00:00Z', due_at: '2026-11-23T01:00:00Z', place_kind: 'public', own_report: true, alias: 'Melati 🌼', state: 'assigned' };
await uptd.tell('visit', VISIT, visit);
await uptd.tell('visit_details', VISIT, { visit_id: VISIT, safe_contact: SAFE, place: 'posyandu', look_for: 'مرحبا' });
await uptd.tell('message', '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c12', { text: 'Terima kasih.', at: '2026-11-21T02:00:00Z' });
await uptd.tell('alert', '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c13', { alert_id: '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c13', kind: 'new_visit', at: '2026-11-21T02:00:00Z', visit_id: VISIT });
for (const [kind, content] of [['directory', { numbers: [{ kind: 'duty', number: '0281000001' }] }], ['cover', { tips: ['Datang ke posyandu.'] }],
  ['checklist', { purpose: 'check_safety', items: [] }], ['policy', { lease_hours: 24, push_key: 'BA' }]]) uptd.post(kind, kind, content);
await refresh();
await acts.acceptVisit(open, (await items.visits(open))[0], 'none');

// a report that was sent whole, and one whose waiting envelope left 15 days ago
const whole = await begun(open, { ...REPORT, consent: 'yes', contact_via: 'through_me', conflict: 'none', survivor_alias: 'Mawar', note: 'siang saja' });
await drafts.send(open, whole);
const old = await begun(open, { ...REPORT, violence: ['sexual'] });
hours(7);
await settle();
await store.change(async (c) => {
  const act = await c.act(old.id);
  await c.put({ ...act, sent_at: act.sent_at - 15 * 86400000 });
});
await uptd.tell('report_status', whole.id, { report_id: whole.id, state: 'in_care', at: '2026-11-21T09:00:00Z', news: true });
await refresh();
await acts.write(open, 'call.me', { when: 'any' });
await settle();

// offline: a day without signal, what waits, what was being sent, and a PIN change whose answer was lost
const again = await session.openWith(DIGITS);
await session.offlineDay(again);
uptd.cut.add('all');
await begun(again, { ...REPORT, danger_now: 'yes' }, { at: 'consent' });
await begun(again, { outcome: 'met' }, { id: VISIT, at: 'record', practice: true });
Object.assign(old.body, { place: 'household' });
await Promise.all([drafts.save(again, old), drafts.flush()]);
await drafts.send(again, await begun(again, { ...REPORT, consent: 'no' }));
await acts.write(again, 'visit.start', { visit_id: VISIT, still_agreed: 'yes', cover_ready: 'yes', check_out_in: 45 });
await settle();
await store.change(async (c) => {
  for (const act of await c.acts()) if (act.state === 'sealed' && !act.quiet) await c.put({ ...act, state: 'sending' });
});
await session.changePin(again, DIGITS, NEXT);
await store.putJson('dates', [{ on: '2026-12-01', text: 'Posyandu' }]);
await store.putJson('size', '1');

const name = (act) => (act ? { ...act, sealed: b64(act.sealed) } : act);
const shelf = {};
for (const one of await store.names('')) if (one !== 'ballast') shelf[one] = b64(await store.get(one));
const counters = {};
for (const one of ['seq', 'order', 'last_receipt', 'last_sent_at', 'epoch', 'cursor', 'seen', 'unlocked_at', 'tries', 'tries_seen', 'tries_mine', 'flush_failures', 'shown', 'told']) {
  const value = await store.counter(one);
  if (value !== undefined) counters[one] = value;
}
const kept = {
  at: now, digits: DIGITS, next: NEXT, shelf, counters, acts: (await store.change((c) => c.acts())).map(name),
  office: { intake: { public_key: b64(intake.public_key), pkcs8: b64(intake.pkcs8) }, device: uptd.device, share: uptd.share, verifier: uptd.verifier },
};
const reads = {
  picture: again.picture, visits: await items.visits(again), statuses: await items.statuses(again), messages: await items.messages(again),
  alerts: await items.alerts(again), sent: (await items.sentReports(again)).map(({ id, picture }) => ({ id, picture: picture ?? null })),
  drafts: await drafts.list(again), trace: await own.read(again, 'trace', VISIT),
};
const here = new URL('v1/', import.meta.url);
mkdirSync(here, { recursive: true });
writeFileSync(new URL('phone.json', here), `${JSON.stringify(kept, null, 1)}\n`);
writeFileSync(new URL('reads.json', here), `${JSON.stringify(reads, null, 1)}\n`);
process.exit(0);
