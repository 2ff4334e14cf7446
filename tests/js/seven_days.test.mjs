/** Seven days without signal, dying every night: 20 reports and 5 visits, then one request, and everything in the order in which it was sealed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as disk from '../../static/cadre/store.js';
import { live } from './lives.mjs';
import { office } from './office.mjs';

const PIN = '482915';
const HOUR = 3600000;
const DAY = 24 * HOUR;
const REPORT = { village: '33.02.01.2001', danger_now: 'no', survivor_sex: 'female', survivor_age: '25_44', violence: ['physical'], last_happened: 'older',
  danger_signs: ['none_seen'], reported_person_near: 'no', source: 'survivor', consent: 'yes', contact_via: 'through_me', conflict: 'none' };
const visitId = (n) => `0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c1${n}`;

test('after seven days without signal one request brings 20 reports and 5 visits, in order', async (t) => {
  // given a phone that accepted five visits, and has no signal any more
  const clock = { at: Date.now() };
  t.mock.method(Date, 'now', () => clock.at);
  for (const name of await disk.names('')) await disk.remove(name);
  const uptd = await office();
  let app = await live();
  await app.enrol.keepCode(`https://contoh.invalid/#${uptd.code}${uptd.fingerprint}`);
  await app.enrol.choosePin(PIN);
  let { session } = await app.enrol.send(PIN, 'HP');
  for (let n = 0; n < 5; n += 1) {
    const times = { opens_at: new Date(clock.at).toISOString(), due_at: new Date(clock.at + 6 * DAY).toISOString() };
    await uptd.tell('visit', visitId(n), { visit_id: visitId(n), purpose: 'check_safety', place_kind: 'public', own_report: true, alias: 'Melati', state: 'assigned', ...times });
  }
  await app.changes.refresh();
  for (const visit of await app.items.visits(session)) await app.acts.acceptVisit(session, visit, 'none');
  await app.outbox.flush();
  const before = uptd.inbox.length;
  uptd.cut.add('all');

  // when she works for seven days; each night the phone dies, each morning her PIN opens it by the lease
  const done = [];
  for (let day = 0; day < 7; day += 1) {
    app.kill();
    app = await live();
    session = await app.session.openWith(PIN, { patience: 50 });
    await session.settled;
    assert.equal(session.right, true, `day ${day}`);
    for (let n = 0; n < (day < 6 ? 3 : 2); n += 1) {
      clock.at += HOUR;
      const draft = await app.drafts.create(session);
      Object.assign(draft.body, REPORT);
      await Promise.all([app.drafts.save(session, draft), app.drafts.flush()]);
      await app.drafts.send(session, draft);
      done.push(['report.create', draft.id]);
    }
    if (day < 5) {
      for (const [act, more] of [['visit.start', { still_agreed: 'yes', check_out_in: 60 }], ['visit.end', { how: 'done', need: 'none' }], ['visit.record', { outcome: 'met', alone_with_survivor: 'yes' }]]) {
        clock.at += HOUR / 2;
        const { id } = await app.acts.write(session, act, { visit_id: visitId(day), ...more });
        done.push([act, id]);
      }
    }
    clock.at += DAY - (3 + 1.5) * HOUR;
  }
  assert.equal((await app.outbox.truth()).unsent, done.length);

  // then the first signal brings all of it in one request, numbered as it was sealed
  uptd.cut.clear();
  uptd.calls.length = 0;
  await app.outbox.flush();
  assert.equal(uptd.calls.filter((call) => call === 'POST envelopes').length, 1);
  const arrived = (await uptd.opened()).slice(before);
  assert.deepEqual(arrived.map(({ act, id }) => [act, id]), done);
  assert.deepEqual(arrived.map(({ seq }) => seq), done.map((_, n) => before + 1 + n));
  assert.equal((await app.outbox.truth()).unsent, 0);
  assert.equal(done.length, 20 + 5 * 3);
});
