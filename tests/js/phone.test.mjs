/** A cadre's phone from the invite to the receipt, with the office cut off at the worst moments. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as acts from '../../static/cadre/acts.js';
import { refresh } from '../../static/cadre/changes.js';
import * as drafts from '../../static/cadre/drafts.js';
import * as enrol from '../../static/cadre/enrol.js';
import * as items from '../../static/cadre/items.js';
import * as leaving from '../../static/cadre/leaving.js';
import * as outbox from '../../static/cadre/outbox.js';
import * as own from '../../static/cadre/own.js';
import * as push from '../../static/cadre/push.js';
import * as session from '../../static/cadre/session.js';
import * as store from '../../static/cadre/store.js';
import * as vault from '../../static/cadre/vault.js';
import { start as wake } from '../../static/cadre/wake.js';
import { live } from './lives.mjs';
import { office } from './office.mjs';
import { enrolled, forget, REPORT, RIGHT, settle, written, WRONG } from './pocket.mjs';

test('the code is forgiven its case, hyphens and O, I, L', () => {
  assert.deepEqual(enrol.readCode('q0 4x-zqo4-xzl2 0123456789abcdef'), { code: 'Q04XZQ04XZ12', fingerprint: '0123456789abcdef' });
  assert.equal(enrol.readCode('Q04XZQ04XZ12'), null);
});

test('an enrolment whose answer was lost goes on with the same digits and no others', async () => {
  await forget();
  const uptd = await office();
  await enrol.keepCode(uptd.code + uptd.fingerprint.slice(0, 16));
  await enrol.choosePin(RIGHT);
  uptd.cut.add('POST enrolments');
  assert.equal((await enrol.send(RIGHT, 'HP')).outcome, 'offline');
  assert.equal(await enrol.step(), 'send');
  uptd.cut.clear();
  assert.equal((await enrol.send(WRONG, 'HP')).outcome, 'differs');
  const { outcome, match, session: open } = await enrol.send(RIGHT, 'HP');
  assert.deepEqual([outcome, match, open.right], ['done', '4071', true]);
});

test('a key list that the invite does not vouch for enrols nobody', async () => {
  await forget();
  const uptd = await office();
  await enrol.keepCode(uptd.code + 'f'.repeat(32));
  await enrol.choosePin(RIGHT);
  assert.equal((await enrol.send(RIGHT, 'HP')).outcome, 'keys');
  assert.equal(await session.enrolled(), false);
});

test('any six digits open the same app; only the right ones read', async () => {
  const { uptd } = await enrolled();
  const right = await session.openWith(RIGHT);
  const other = await session.openWith(WRONG);
  assert.deepEqual([right.right, right.picture], [true, '7']);
  assert.deepEqual([other.right, other.picture], [false, null]);
  const { id } = await acts.write(other, 'call.me', { when: 'now' });
  await settle();
  const [act] = (await uptd.opened()).filter((one) => one.id === id);
  assert.deepEqual([act.act, act.unlocked, act.by], ['call.me', false, uptd.device.id]);
});

test('where the digits cannot be stretched she writes all the same, and it was no wrong try', async (t) => {
  const { uptd } = await enrolled();
  const real = crypto.subtle.deriveBits.bind(crypto.subtle);
  const full = (how, ...more) => (how.name === 'PBKDF2' ? Promise.reject(new Error('no memory')) : real(how, ...more));
  t.mock.method(crypto.subtle, 'deriveBits', full);
  const open = await session.openWith(RIGHT);
  await open.settled;
  assert.equal(open.right, false);
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  assert.ok((await uptd.opened()).some((one) => one.id === id && !one.unlocked));
  assert.equal((await store.counter('tries')) ?? 0, 0);
  t.mock.restoreAll();
  const again = await session.openWith(RIGHT);
  assert.deepEqual([again.right, again.wrong_tries], [true, []]);
});

test('right but offline without a lease writes, and reads nothing', async () => {
  const { uptd } = await enrolled();
  uptd.cut.add('all');
  const open = await session.openWith(RIGHT, { patience: 50 });
  assert.equal(open.right, false);
  await acts.write(open, 'call.me', { when: 'any' });
  assert.equal((await outbox.truth()).unsent, 1);
});

test('a lease opens what was fetched without network, and ends with a clock turned back', async (t) => {
  const { uptd, open } = await enrolled();
  assert.ok(await session.offlineDay(open));
  await settle();
  assert.ok(uptd.told.at(-1).lease_until, 'the office knows of it before the signal goes');
  uptd.cut.add('all');
  assert.equal((await session.openWith(RIGHT)).right, true);
  assert.equal((await session.openWith(WRONG)).right, false);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now - 3600000);
  assert.equal((await session.openWith(RIGHT, { patience: 50 })).right, false);
});

test('an accepted visit is read without network until a day after its window, on a phone two days ahead, too', async (t) => {
  const { uptd } = await enrolled();
  const [truly, visit_id] = [Date.now(), '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c11'];
  const clock = t.mock.method(Date, 'now', () => truly + 2 * 86400000);
  const open = await session.openWith(RIGHT);
  await acts.acceptVisit(open, { visit_id, due_at: new Date(truly + 3600000).toISOString() }, 'none');
  await settle();
  await refresh();
  uptd.cut.add('all');

  const told = uptd.told.at(-1).lease_until;
  assert.ok(Math.abs(Date.parse(told) - truly - 25 * 3600000) < 60000, `the office hears ${told}`);
  assert.equal((await session.openWith(RIGHT)).right, true);
  clock.mock.mockImplementation(() => truly + 3 * 86400000 + 2 * 3600000);
  assert.equal((await session.openWith(RIGHT, { patience: 50 })).right, false);
});

test('a visit that her former phone accepted, or whose lease ended after a week, is readable again once it was opened with signal', async () => {
  const { uptd, open } = await enrolled();
  assert.equal(await vault.lease(Date.now()), null);
  await acts.keepOpen(open, [{ due_at: '2000-01-01T00:00:00Z' }]);
  assert.equal(await vault.lease(Date.now()), null, 'not for what is over');
  await acts.keepOpen(open, [{ due_at: new Date(Date.now() + 3600000).toISOString() }]);
  uptd.cut.add('all');

  assert.equal((await session.openWith(RIGHT)).right, true);
  const blind = await session.openWith(WRONG);
  await acts.keepOpen(blind, [{ due_at: new Date(Date.now() + 9e8).toISOString() }]);
  assert.equal(blind.lease_until, null, 'nothing to keep');
});

test('a quick exit while a lease is renewed leaves one that opens', async () => {
  const { uptd, open: first } = await enrolled();
  const due_at = new Date(Date.now() + 3600000).toISOString();
  await session.offlineDay(first);
  for (const turns of [0, 2, 4, 8, 16, 32]) {
    const open = await session.openWith(RIGHT);
    const renewed = acts.keepOpen(open, [{ due_at }]);
    for (let turn = 0; turn < turns; turn += 1) await null;
    open.drop();
    await renewed;
    uptd.cut.add('all');
    assert.equal((await session.openWith(RIGHT)).right, true, `after ${turns} turns`);
    uptd.cut.clear();
  }
});

test('a PIN change whose answer was lost locks nobody out, whichever way it went', async () => {
  for (const arrived of [true, false]) {
    const { uptd, open } = await enrolled();
    uptd.cut.add(arrived ? 'PUT verifier' : 'all');
    assert.equal(await session.changePin(open, RIGHT, '915824'), 'offline');
    uptd.cut.clear();
    const digits = arrived ? '915824' : RIGHT;
    assert.equal((await session.openWith(digits)).right, true, String(arrived));
    assert.equal((await vault.pin()).next === undefined || !arrived, true);
    assert.equal((await session.openWith(digits)).right, true);
  }
});

test('a try that the phone itself made after a cut PIN change is nobody to be afraid of', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  await session.changePin(open, RIGHT, '915824');
  uptd.cut.clear();

  const first = await session.openWith(RIGHT);
  const again = await session.openWith(RIGHT);
  await (await session.openWith(WRONG)).settled;
  const warned = await session.openWith(RIGHT);

  assert.deepEqual([first.right, uptd.tried.length], [true, 2]);
  assert.deepEqual([first.wrong_tries, again.wrong_tries, warned.wrong_tries], [[], [], [uptd.tried[1]]]);
});

test('a try of somebody else while a PIN change is cut is told', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  await session.changePin(open, RIGHT, '915824');
  uptd.cut.clear();

  await (await session.openWith(WRONG)).settled;
  const warned = await session.openWith(RIGHT);

  assert.deepEqual(warned.wrong_tries, uptd.tried.slice(0, 2));
});

test('a quick exit while the PIN is changed locks nobody out', async () => {
  const { uptd, open: first } = await enrolled();
  const cipher = crypto.subtle.importKey;
  let [open, pin, other] = [first, RIGHT, '915824'];
  for (const at of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const [gone, left] = [open, { after: at }];
    await session.offlineDay(gone);
    crypto.subtle.importKey = (...how) => ((left.after -= 1) === 0 && gone.drop(), cipher.apply(crypto.subtle, how));
    const how = await session.changePin(gone, pin, other);
    crypto.subtle.importKey = cipher;
    if (how === 'done') [pin, other] = [other, pin];
    uptd.cut.add('all');
    await (await session.openWith(pin)).settled;
    assert.equal((await store.counter('tries')) ?? 0, 0, `${how}, left at ${at}: her own PIN is no wrong try`);
    uptd.cut.clear();
    open = await session.openWith(pin);
    assert.equal(open.right, true, `${how}, left at ${at}`);
  }
});

test('a PIN change keeps share, drafts and lease, and refuses what is easy', async () => {
  const { uptd, open } = await enrolled();
  await session.offlineDay(open);
  const draft = await written(open);
  assert.equal(await session.changePin(open, RIGHT, '170890'), 'date');
  assert.equal(await session.changePin(open, WRONG, '915824'), 'refused');
  assert.equal(await session.changePin(await session.openWith(WRONG), WRONG, '915824'), 'closed');
  assert.equal(await session.changePin(open, RIGHT, '915824'), 'done');
  assert.deepEqual((await drafts.list(open)).map(({ id }) => id), [draft.id]);
  uptd.cut.add('all');
  const again = await session.openWith('915824');
  assert.equal(again.right, true);
  assert.deepEqual((await drafts.list(again)).map(({ id }) => id), [draft.id]);
  assert.equal((await session.openWith(RIGHT, { patience: 50 })).right, false);
});

test('a PIN change keeps the drafts while another tab tidies', async () => {
  const { open } = await enrolled();
  const draft = await written(open);

  let outcome = '';
  const changing = session.changePin(open, RIGHT, '915824').then((how) => (outcome = how));
  while (!outcome) {
    for (let n = 0; n < 50; n += 1) await drafts.releaseOrphans();
    await new Promise((turn) => setImmediate(turn));
  }
  await changing;
  assert.equal(outcome, 'done');

  assert.deepEqual((await drafts.list(await session.openWith('915824'))).map(({ id }) => id), [draft.id]);
  assert.equal(await outbox.stateOf(draft.id), 'draft');
});

test('a draft opens under the digits that began it and no others', async () => {
  const { open } = await enrolled();
  const draft = await written(open);
  const other = await session.openWith(WRONG);
  assert.deepEqual(await drafts.list(other), []);
  const again = await session.openWith(RIGHT);
  assert.deepEqual((await drafts.list(again))[0].body, draft.body);
});

test('what was typed a moment before a quick exit is kept', async () => {
  const { open } = await enrolled();
  const draft = await drafts.create(open);
  Object.assign(draft.body, REPORT);
  const kept = drafts.save(open, draft);
  open.drop();
  await kept;
  const again = await session.openWith(RIGHT);
  assert.deepEqual((await drafts.list(again))[0].body, draft.body);
});

test('the waiting envelope carries only what rule 4 allows, and leaves when its hour has come', async (t) => {
  const { uptd, open } = await enrolled();
  const { consent: _none, ...unasked } = REPORT;
  const draft = await written(open, { ...unasked, survivor_alias: 'Melati' });
  await settle();
  assert.equal(uptd.inbox.length, 0);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 6 * 3600000 + 1000);
  await settle();
  const [act] = await uptd.opened();
  assert.equal(act.id, draft.id);
  assert.equal(act.body.incomplete, true);
  assert.equal(act.body.contact_via, 'through_me');
  for (const name of ['survivor_alias', 'note', 'safe_contact']) assert.equal(name in act.body, false, name);
});

const CLOCKS = { 'a day ahead': 86400000, 'a day behind': -86400000, 2000: Date.UTC(2000, 0, 1) - Date.now(), 2038: Date.UTC(2038, 0, 19, 3, 14, 8) - Date.now(), 2100: Date.UTC(2100, 1, 28) - Date.now() };

for (const [name, off] of Object.entries(CLOCKS)) {
  test(`a phone whose clock says ${name} keeps, sends and opens like any other, also when it is set right`, async (t) => {
    // given a phone that is enrolled, writes and tallies by a wrong clock
    const truly = Date.now();
    const clock = t.mock.method(Date, 'now', () => truly + off);
    const { uptd, open } = await enrolled();
    const { consent: _none, ...unasked } = REPORT;
    uptd.cut.add('all');
    const draft = await written(open, unasked);
    const { id } = await acts.write(open, 'call.me', { when: 'now' });
    await drafts.send(open, await written(open, { ...REPORT, consent: 'no' }));
    await settle();
    uptd.cut.clear();

    // when the network sets it right
    clock.mock.mockImplementation(() => truly);
    assert.equal((await session.openWith(RIGHT)).right, true);
    await settle();
    assert.equal(await outbox.fate(id), 'sent');
    clock.mock.mockImplementation(() => truly + 6 * 3600000 + 1000);
    await settle();

    // then nothing waits for a year that never comes
    assert.equal(await outbox.stateOf(draft.id), 'sent');
    clock.mock.mockImplementation(() => truly + 7 * 86400000 + 1000);
    await settle();
    const all = await uptd.opened();
    assert.deepEqual(all.map(({ act }) => act).sort(), ['call.me', 'report.create', 'tally.add']);
    for (const { at } of all) assert.ok(Math.abs(Date.parse(at) - truly - off) < 60000);
  });
}

test('what has left never changes its bytes: Kirim adds', async (t) => {
  const { uptd, open } = await enrolled();
  const draft = await written(open);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();
  draft.body.note = 'lain';
  await Promise.all([drafts.save(open, draft), drafts.flush()]);
  const { ending } = await drafts.send(open, draft);
  assert.equal(ending, 'sent');
  const [first, second] = await uptd.opened();
  assert.deepEqual([first.act, first.id, second.act, second.body.report_id, second.body.note], ['report.create', draft.id, 'report.add', draft.id, 'lain']);
});

test('what is typed after the waiting envelope has left waits beside the draft as an addition, and leaves as one', async (t) => {
  const { uptd, open } = await enrolled();
  const { consent: _none, ...unasked } = REPORT;
  const draft = await written(open, { ...unasked, survivor_alias: 'Melati' });
  const now = Date.now();
  const clock = t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();

  Object.assign(draft.body, { source: 'family' });
  await Promise.all([drafts.save(open, draft), drafts.flush()]);
  clock.mock.mockImplementation(() => now + 14 * 3600000);
  await settle();
  draft.body.consent = 'yes';
  await drafts.send(open, draft);

  const [, second, third] = await uptd.opened();
  assert.deepEqual([second.act, second.body.report_id, second.body.source, second.body.incomplete], ['report.add', draft.id, 'family', true]);
  assert.equal('survivor_alias' in second.body, false);
  assert.deepEqual([third.act, third.body.report_id, third.body.survivor_alias, third.body.incomplete], ['report.add', draft.id, 'Melati', undefined]);
  assert.equal(new Set(uptd.inbox.map(({ id }) => id)).size, 3);
});

test('a no that she could not send any more takes back what had left', async (t) => {
  const { uptd, open } = await enrolled();
  const { consent: _none, ...unasked } = REPORT;
  const draft = await written(open, unasked);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();

  draft.body.consent = 'no';
  await Promise.all([drafts.save(open, draft), drafts.flush()]);
  await drafts.releaseAll();
  await settle();

  const all = await uptd.opened();
  assert.deepEqual(all.map(({ act }) => act), ['report.create', 'consent.withdraw']);
  assert.equal(all[1].body.report_id, draft.id);
});

test('thrown away, neither the report nor what adds to it waits any more', async (t) => {
  const { uptd, open } = await enrolled();
  const draft = await written(open);
  const now = Date.now();
  const clock = t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();
  await Promise.all([drafts.save(open, draft), drafts.flush()]);

  await drafts.remove(open, draft);
  clock.mock.mockImplementation(() => now + 14 * 3600000);
  await settle();

  assert.equal(uptd.inbox.length, 1);
  assert.deepEqual(await store.names('draft/'), []);
});

test('Kirim sends it whole under its own id and leaves no draft', async () => {
  const { uptd, open } = await enrolled();
  const draft = await written(open);
  const { ending, short } = await drafts.send(open, draft);
  assert.equal(ending, 'sent');
  assert.match(short, /^[0-9A-Z]{5}$/);
  const [act] = await uptd.opened();
  assert.deepEqual(act.body, REPORT);
  assert.deepEqual(await drafts.list(open), []);
  assert.deepEqual(await store.names('draft/'), []);
  assert.deepEqual((await items.sentReports(open)).map((one) => one.id), [draft.id]);
});

test('unsent with a danger sign does not wait for the app', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  const draft = await written(open, { ...REPORT, danger_signs: ['strangled'] });
  const { ending, advice } = await drafts.send(open, draft);
  assert.equal(ending, 'urgent');
  assert.deepEqual(advice, ['strangled', 'stay_away', 'call_110']);
});

test('a no without a grave sign leaves a tally only, at a random moment', async () => {
  const { uptd, open } = await enrolled();
  const draft = await written(open, { ...REPORT, consent: 'no' });
  assert.equal(await outbox.stateOf(draft.id), null);
  assert.equal((await drafts.send(open, draft)).ending, 'tally');
  const rows = await store.change((c) => c.acts());
  assert.equal(rows.length, 1);
  assert.equal((await outbox.truth()).unsent, 0);
  assert.ok(uptd.inbox.length === 0 || rows[0].not_before < Date.now() + 1000);
});

test('a no is counted once, wherever the phone dies while it is laid down', async () => {
  const body = { ...REPORT, consent: 'no', danger_signs: ['none_seen'] };
  await forget();
  const [uptd, { enrol: its }] = [await office(), await live()];
  await its.keepCode(`#${uptd.code}${uptd.fingerprint}`);
  await its.choosePin(RIGHT);
  await its.send(RIGHT, 'HP');
  for (let touch = 0, whole = false; !whole; touch += 1) {
    await store.change(async (c) => Promise.all((await c.acts()).map(({ id }) => c.forget(id))));
    const first = await live();
    const before = await first.session.openWith(RIGHT);
    const draft = await written(before, body, first.drafts);
    first.dieAfter(touch);
    void first.drafts.send(before, draft).then(() => (whole = true));
    while (!whole && !first.dead()) await new Promise((next) => setImmediate(next));
    first.kill();

    const { drafts: again, session } = await live();
    const open = await session.openWith(RIGHT);
    for (const left of await again.list(open)) await again.send(open, left);
    const tallies = (await store.change((c) => c.acts())).filter((act) => act.quiet);
    assert.equal(tallies.length, 1, `died at touch ${touch}`);
  }
});

test('a no after the waiting envelope has gone withdraws, and tallies nothing', async (t) => {
  const { uptd, open } = await enrolled();
  const { consent: _none, ...unasked } = REPORT;
  const draft = await written(open, unasked);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();
  draft.body.consent = 'no';
  await Promise.all([drafts.save(open, draft), drafts.flush()]);
  await drafts.send(open, draft);
  await settle();
  const all = await uptd.opened();
  assert.deepEqual(all.map(({ act }) => act), ['report.create', 'consent.withdraw']);
  assert.equal(all[1].body.report_id, draft.id);
  assert.equal(all[1].body.purposes.length, 11);
});

test('an act has its number before the request, keeps it on every retry, and is stored once', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('POST envelopes');
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  await settle();
  assert.deepEqual(uptd.inbox.map((one) => [one.id, one.seq]), [[id, 1]]);
  assert.equal(await outbox.stateOf(id), 'sealed');
  uptd.cut.clear();
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();
  assert.deepEqual(uptd.inbox.map((one) => one.seq), [1, 2]);
  assert.equal(await outbox.stateOf(id), 'sent');
});

test('a phone that lost its count numbers out of the way of every act that it sent, and a new one from 1', async () => {
  const { uptd, open } = await enrolled();
  for (let life = 0; life < 3; life += 1) {
    for (let n = 0; n < 2; n += 1) await acts.write(open, 'call.me', { when: 'now' });
    await settle();
    await store.forgetLedger();
  }
  const numbers = uptd.inbox.map((one) => one.seq);
  assert.deepEqual(numbers.slice(0, 2), [1, 2]);
  assert.equal(new Set(numbers).size, 6);
  for (const [at, seq] of numbers.slice(2).entries()) {
    assert.ok(Number.isSafeInteger(seq) && seq > 2 ** 32, String(seq));
    if (at % 2) assert.equal(seq, numbers[at + 1] + 1);
  }

  await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  const other = await office();
  await enrol.keepCode(`#${other.code}${other.fingerprint}`);
  await enrol.choosePin(RIGHT);
  const { session: anew } = await enrol.send(RIGHT, 'HP');
  await acts.write(anew, 'call.me', { when: 'now' });
  await settle();
  assert.deepEqual(other.inbox.map((one) => one.seq), [1]);
});

test('a captive portal is no answer, and a lost cookie stops nothing', async () => {
  const { uptd, open } = await enrolled();
  uptd.portal = true;
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  assert.equal(await outbox.stateOf(id), 'sealed');
  uptd.portal = false;
  uptd.noSession = true;
  await settle();
  assert.equal(await outbox.stateOf(id), 'sent');
});

test('413 halves the batch until it fits', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  for (let n = 0; n < 7; n += 1) await acts.write(open, 'call.me', { when: 'any' });
  uptd.cut.clear();
  uptd.most = 2;
  await settle();
  assert.equal(uptd.inbox.length, 7);
});

test('a receipt for other bytes is not believed; five failures ask for attention, the others go on', async (t) => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  uptd.cut.clear();
  uptd.refuse.set(id, { status: 'stored', sha256: 'f'.repeat(64), receipt: '1.9.x' });
  let now = Date.now();
  t.mock.method(Date, 'now', () => now);
  for (let n = 0; n < 5; n += 1) {
    await settle();
    now += 120000;
  }
  assert.equal(await outbox.fate(id), 'attention');
  const other = await acts.write(open, 'call.me', { when: 'any' });
  await settle();
  assert.equal(await outbox.fate(other.id), 'sent');
});

test('a restored server gets again what the phone kept', async () => {
  const { uptd, open } = await enrolled();
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  uptd.inbox.length = 0;
  uptd.epoch = 2;
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();
  assert.equal(uptd.inbox.length, 2);
  assert.ok(uptd.inbox.some((one) => one.id === id));
});

test('sent bytes are forgotten after 14 days of server time', async (t) => {
  const { open } = await enrolled();
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  assert.equal(await outbox.stateOf(id), 'sent');
  await store.change(async (c) => {
    const act = await c.act(id);
    await c.put({ ...act, sent_at: act.sent_at - 15 * 24 * 3600000 });
  });
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();
  assert.equal(await outbox.stateOf(id), null);
  t.diagnostic('kept rows are only those with a young receipt');
});

/** A report whose waiting envelope left 15 days ago, and whose draft she never finished. */
async function longUnfinished(t) {
  const { uptd, open } = await enrolled();
  const { consent: _none, ...unasked } = REPORT;
  const draft = await written(open, unasked);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();
  await store.change(async (c) => {
    const act = await c.act(draft.id);
    await c.put({ ...act, sent_at: act.sent_at - 15 * 24 * 3600000 });
  });
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();
  return { uptd, open, draft };
}

test('that a report has left is known as long as its draft lives: a late no takes it back', async (t) => {
  const { uptd, open, draft } = await longUnfinished(t);

  draft.body.consent = 'no';
  await drafts.send(open, draft);
  await new Promise((over) => setTimeout(over, 100));

  const all = await uptd.opened();
  assert.deepEqual(all.map(({ act }) => act), ['report.create', 'call.me', 'consent.withdraw']);
  assert.equal(all[2].body.report_id, draft.id);
});

test('that a report has left is known as long as its draft lives: a late Kirim adds to it', async (t) => {
  const { uptd, open, draft } = await longUnfinished(t);
  const [forgotten] = (await store.change((c) => c.acts())).filter(({ id }) => id === draft.id);
  const [, shown] = await outbox.whatWasSent();

  draft.body.consent = 'yes';
  await drafts.send(open, draft);
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();

  assert.deepEqual([forgotten.state, forgotten.seq, forgotten.sealed.length, shown.bytes > 1024], ['sent', 1, 0, true]);
  assert.deepEqual((await uptd.opened()).map(({ act }) => act), ['report.create', 'call.me', 'report.add', 'call.me']);
  assert.equal(await outbox.stateOf(draft.id), null);
});

test('a restored server does not get again what has no bytes any more', async (t) => {
  const { uptd, open, draft } = await longUnfinished(t);
  uptd.epoch = 2;

  await acts.write(open, 'call.me', { when: 'any' });
  await settle();

  assert.equal(await outbox.stateOf(draft.id), 'sent');
  assert.equal(uptd.inbox.filter(({ id }) => id === draft.id).length, 1);
});

test('what is fetched is read by the right digits only, and gone is gone', async () => {
  const { uptd, open } = await enrolled();
  const visit = { visit_id: '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c11', purpose: 'check_safety', opens_at: '2026-11-22T01:00:00Z', due_at: '2026-11-23T01:00:00Z',
    place_kind: 'public', own_report: true, alias: 'Melati', state: 'assigned' };
  await uptd.tell('visit', visit.visit_id, visit);
  uptd.post('directory', 'directory', { numbers: [] });
  assert.equal(await refresh(), 'new');
  const other = await session.openWith(WRONG);
  assert.deepEqual(await items.visits(other), []);
  assert.deepEqual(await items.directory(), { numbers: [] });
  const [seen] = await items.visits(open);
  assert.equal(seen.alias, 'Melati');
  await acts.acceptVisit(open, seen, 'none');
  assert.deepEqual((await items.visits(open))[0].mine, ['visit.accept']);
  uptd.gone('visit', visit.visit_id);
  await refresh();
  assert.deepEqual(await items.visits(open), []);
});

test('whether a visit is late is told by the server, not by a phone whose clock is ahead', async (t) => {
  const { uptd } = await enrolled();
  const due = (/** @type {number} */ at) => ({ purpose: 'monitor_service', opens_at: new Date(0).toISOString(), due_at: new Date(at).toISOString(), state: 'accepted' });
  const truly = Date.now();
  await uptd.tell('visit', '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c11', due(truly + 3600000));
  await uptd.tell('visit', '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c12', due(truly - 3600000));
  t.mock.method(Date, 'now', () => truly + 5 * 86400000);
  const open = await session.openWith(RIGHT);
  await refresh();
  assert.deepEqual((await items.visits(open)).map(({ late }) => late), [true, false]);
});

test('when she means to leave is what she chose, though her clock is a day ahead', async (t) => {
  const { uptd } = await enrolled();
  const [truly, visit_id] = [Date.now(), '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c11'];
  const opens_at = new Date(truly + 3600000).toISOString();
  await uptd.tell('visit', visit_id, { visit_id, opens_at, due_at: opens_at, state: 'accepted' });
  t.mock.method(Date, 'now', () => truly + 86400000);
  const open = await session.openWith(RIGHT);
  await refresh();
  const [visit] = await items.visits(open);

  await acts.planVisit(open, visit, Date.parse(opens_at), { check_out_in: 60 });
  await settle();

  const [plan] = await uptd.opened();
  const clocks = Date.parse(plan.at) - truly; // The office takes off what separates them.
  assert.ok(Math.abs(Date.parse(plan.body.planned_at) - clocks - Date.parse(opens_at)) < 5000, plan.body.planned_at);
});

test('how to reach her safely is asked again after a week, where she had said yes and it is not over', async (t) => {
  const { uptd, open } = await enrolled();
  const ids = [];
  for (const more of [{}, { consent: 'not_met' }, { consent: 'no', danger_signs: ['weapon'] }]) {
    const draft = await written(open, { ...REPORT, ...more });
    ids.push(draft.id);
    await drafts.send(open, draft);
  }
  const [id] = ids;
  const truly = Date.now();
  const clock = t.mock.method(Date, 'now', () => truly + 6.9 * 86400000);
  assert.equal(await items.wayDue(open), null);
  clock.mock.mockImplementation(() => truly + 7.1 * 86400000);
  assert.equal((await items.wayDue(open)).id, id);

  await acts.confirmWay(open, id, { contact_via: 'midwife', code_word: 'jambu' });
  await settle();
  const { act, body } = (await uptd.opened()).at(-1);
  const { confirmed_at, ...safe } = body.safe_contact;
  assert.deepEqual([act, body.report_id, body.contact_via, safe], ['report.add', id, 'midwife', { code_word: 'jambu' }]);
  assert.match(confirmed_at, /^\d{4}-\d\d-\d\d$/);
  assert.equal(await items.wayDue(open), null);

  clock.mock.mockImplementation(() => truly + 15 * 86400000);
  assert.equal((await items.wayDue(open)).id, id);
  await uptd.tell('report_status', id, { report_id: id, state: 'closed', at: new Date(truly).toISOString(), news: false });
  await refresh();
  assert.equal(await items.wayDue(open), null);
});

test('a month later, too, nothing that names her is added to a report that went without her yes', async (t) => {
  const { uptd, open } = await enrolled();
  const draft = await written(open, { ...REPORT, consent: 'no', danger_signs: ['weapon'] });
  await drafts.send(open, draft);
  const truly = Date.now();
  const status = (/** @type {string} */ id) => uptd.tell('report_status', id, { report_id: id, state: 'in_care', at: new Date(truly).toISOString(), news: true });
  const unknown = '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c11';
  for (const id of [draft.id, unknown]) await status(id);
  t.mock.method(Date, 'now', () => truly + 31 * 86400000);
  await refresh();
  assert.deepEqual((await items.sentReports(open)).map(({ id, bare }) => [id, bare]), [[draft.id, true]]);

  for (const id of [draft.id, unknown]) await acts.addToReport(open, id, { needs: ['medical'], note: 'Melati', survivor_alias: 'Melati' });
  await settle();
  const added = (await uptd.opened()).filter(({ act }) => act === 'report.add').map(({ body }) => body);
  assert.deepEqual(added, [draft.id, unknown].map((report_id) => ({ report_id, needs: ['medical'] })));
});

test('nobody is asked about a way to reach somebody who took everything back', async (t) => {
  const { open } = await enrolled();
  const draft = await written(open);
  await drafts.send(open, draft);
  await acts.withdraw(open, draft.id);
  const truly = Date.now();
  t.mock.method(Date, 'now', () => truly + 8 * 86400000);
  assert.equal(await items.wayDue(open), null);
  assert.equal((await items.sentReports(open)).length, 1);
});

test('an unknown cursor drops what was fetched and nothing else', async () => {
  const { uptd, open } = await enrolled();
  uptd.post('cover', 'old', { tips: ['lama'] });
  await refresh();
  const draft = await written(open);
  uptd.reset = true;
  uptd.post('cover', 'new', { tips: ['baru'] });
  await refresh();
  assert.deepEqual(await items.cover(), { tips: ['baru'] });
  assert.equal((await drafts.list(open))[0].id, draft.id);
});

test('at the limit what can be opened goes, what waits is sent, and one can still write', async () => {
  const { uptd, open } = await enrolled();
  const draft = await written(open);
  uptd.share = null;
  const other = await session.openWith(RIGHT);
  await other.settled;
  await settle();
  assert.equal(other.right, false);
  assert.deepEqual([await store.names('draft/'), await store.names('own/'), await store.names('lease')], [[], [], []]);
  assert.equal(uptd.inbox[0].id, draft.id);
  const { id } = await acts.write(other, 'call.me', { when: 'now' });
  await settle();
  assert.equal(await outbox.fate(id), 'sent');
});

test('what is begun after the limit stays hers, and does not leave before its hour', async () => {
  const { uptd } = await enrolled();
  uptd.share = null;
  const first = await session.openWith(RIGHT);
  await first.settled;
  const draft = await written(first);
  const again = await session.openWith(RIGHT);
  await again.settled;
  await settle();
  assert.deepEqual((await drafts.list(again)).map(({ id }) => id), [draft.id]);
  assert.equal(await outbox.stateOf(draft.id), 'draft');
});

test('at the limit the numbers that need no PIN stay', async () => {
  const { uptd, open } = await enrolled();
  await uptd.tell('message', '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c12', { text: 'x' });
  await uptd.tell('of_a_later_version', '0b8f2f5e-4a7b-4d55-9d3f-2a1f6a0e7c13', { text: 'y' });
  for (const kind of ['directory', 'cover', 'checklist', 'policy']) uptd.post(kind, kind, {});
  await refresh();
  await own.keep('picture', open.device_id, { picture: '7' });
  uptd.share = null;
  await (await session.openWith(RIGHT)).settled;
  const left = ['item/checklist/checklist', 'item/cover/cover', 'item/directory/directory', 'item/policy/policy'];
  assert.deepEqual([(await store.names('item/')).sort(), await store.names('own/')], [left, []]);
});

test('tries by a lease without network are counted, and the tenth takes what can be opened', async () => {
  const { uptd, open } = await enrolled();
  await session.offlineDay(open);
  uptd.cut.add('all');
  await store.change((c) => c.count('tries', 8));
  const pause = globalThis.setTimeout;
  globalThis.setTimeout = (work, _time, ...more) => pause(work, 0, ...more);
  try {
    for (const digits of [WRONG, '736151']) await (await session.openWith(digits)).settled;
    const last = await session.openWith(RIGHT);
    await last.settled;
    assert.equal(last.right, false);
  } finally {
    globalThis.setTimeout = pause;
  }
  assert.equal((await vault.pin()).current.wrap, null);
});

test('a quick exit while the app still opens is no wrong try', async () => {
  const { uptd, open } = await enrolled();
  await session.offlineDay(open);
  uptd.cut.add('all');
  const gone = await session.openWith(RIGHT, { patience: 0 });
  gone.drop();
  await gone.settled;
  assert.equal((await store.counter('tries')) ?? 0, 0);
});

/** A browser that lets us subscribe. */
function ringing() {
  let subscription = null;
  const made = () => ({ options: {}, toJSON: () => ({ endpoint: 'https://push.invalid/1' }), unsubscribe: async () => (subscription = null) });
  globalThis.Notification = { permission: 'granted', requestPermission: async () => 'granted' };
  globalThis.registration = { pushManager: { getSubscription: async () => subscription, subscribe: async () => (subscription = made()) } };
  return () => {
    delete globalThis.Notification;
    delete globalThis.registration;
  };
}

test('alerts that she turned off stay off until she turns them on, and go with the phone', async () => {
  const silent = ringing();
  try {
    const { uptd, open } = await enrolled();
    uptd.post('policy', 'policy', { push_key: 'BA' });
    await refresh();
    assert.equal(await push.turnOn(), 'on');

    await push.turnOff();
    await push.renew();
    assert.equal(await push.isOn(), false);

    assert.equal(await push.turnOn(), 'on');
    await push.renew();
    assert.equal(await push.isOn(), true);

    await leaving.removeFromPhone(open);
    assert.equal(await push.isOn(), false);
    assert.equal(uptd.calls.filter((route) => route === 'DELETE push-subscription').length, 2);
  } finally {
    silent();
  }
});

test('removing uploads first; what cannot be uploaded stays', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  assert.equal(await leaving.removeFromPhone(open), 'unsent');
  assert.equal(await outbox.stateOf(id), 'sealed');
  uptd.cut.clear();
  const again = await session.openWith(RIGHT);
  assert.equal(await leaving.removeFromPhone(again), 'done');
  assert.equal(uptd.inbox[0].id, id);
  assert.equal(await session.enrolled(), false);
});

test('a new enrolment has four digits of its own to compare', async () => {
  const { uptd } = await enrolled();
  await store.putJson('matched', true);
  uptd.device = null;
  await enrol.keepCode(`https://contoh.invalid/#${uptd.code}${uptd.fingerprint}`);
  await enrol.choosePin(RIGHT);
  assert.equal((await enrol.send(RIGHT, 'HP')).outcome, 'done');
  assert.equal(await store.getJson('matched'), null);
});

test('once the office has compared the four digits, the phone asks for them no more', async () => {
  const { uptd } = await enrolled();
  uptd.gone('match', uptd.device.id);

  await refresh();

  assert.equal(await store.getJson('matched'), true);
});

test('an ended device uploads all, then deletes all', async () => {
  const { uptd, open } = await enrolled();
  const draft = await written(open);
  for (const name of ['size', 'begun', 'matched', 'drilled']) await store.putJson(name, 1);
  uptd.ended = true;
  await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  assert.equal(await leaving.leaveIfEnded(), true);
  assert.ok(uptd.inbox.some((one) => one.id === draft.id));
  assert.equal(await session.enrolled(), false);
  assert.deepEqual((await store.names('')).sort(), ['ballast', 'size']);
});

test('a report that stands open on an ended phone is sealed and uploaded before all is deleted', async (t) => {
  // given a report whose waiting envelope has left, and more typed since
  const { uptd, open } = await enrolled();
  const { consent: _none, ...unasked } = REPORT;
  const draft = await written(open, unasked);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 7 * 3600000);
  await settle();
  uptd.ended = true;
  Object.assign(draft.body, { consent: 'yes', note: 'lain' });
  void drafts.save(open, draft);

  // when the desk's word comes while it stands open, and she types on while it uploads
  let more;
  uptd.before = () => {
    more ??= drafts.save(open, Object.assign(draft, { body: { ...draft.body, place: 'household' } }));
  };
  await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  for (let n = 0; n < 5 && (await session.enrolled()); n += 1) await leaving.leaveIfEnded();

  // then all that was typed is there
  const added = (await uptd.opened()).filter(({ act }) => act === 'report.add').map(({ body }) => body);
  assert.ok(added.some(({ note }) => note === 'lain'));
  assert.ok(added.some(({ place }) => place === 'household'));
  assert.deepEqual(await store.change((c) => c.acts()), []);
});

test('Kirim in the moment in which an ended phone deletes itself loses nothing', async () => {
  for (const wait of [0, 1, 2, 4, 8, 16, 32]) {
    const { uptd, open } = await enrolled();
    const draft = await written(open);
    uptd.ended = true;
    await store.change((c) => c.count('ended', true));
    const gone = leaving.leaveIfEnded();
    await new Promise((over) => setTimeout(over, wait));
    const sent = await drafts.send(open, { ...draft, body: { ...draft.body, note: 'terakhir' } }).then(() => true, () => false);
    await gone;
    for (let n = 0; sent && n < 5 && (await session.enrolled()); n += 1) await leaving.leaveIfEnded();
    const notes = (await uptd.opened()).map(({ body }) => body.note);
    assert.ok(!sent || notes.includes('terakhir'), `${wait} ${sent}`);
  }
});

test('the ledger forgets nothing while one envelope still waits', async () => {
  const { open } = await enrolled();
  const draft = await written(open);

  assert.equal(await store.forgetLedger(), false);
  assert.equal(await outbox.stateOf(draft.id), 'draft');
});

test('a deletion that was cut goes on at the next start', async (t) => {
  const { uptd } = await enrolled();
  await settle();
  uptd.ended = true;
  await store.change((c) => c.count('ended', true));
  await store.forgetLedger();

  await leaving.leaveIfEnded();

  assert.equal(await session.enrolled(), false);
  assert.equal(await store.counter('ended'), undefined);
});

test('what could not be uploaded as she removed it goes later, and then the rest is deleted', async () => {
  const { uptd, open } = await enrolled();
  uptd.cut.add('all');
  const draft = await written(open, { ...REPORT, consent: 'no' });
  await drafts.send(open, draft);
  assert.equal(await leaving.removeFromPhone(open), 'unsent');
  assert.equal(await session.enrolled(), true);

  uptd.cut.clear();
  await leaving.leaveIfEnded();

  assert.deepEqual((await uptd.opened()).map(({ act }) => act), ['tally.add']);
  assert.equal(await session.enrolled(), false);
  assert.ok(uptd.calls.includes('DELETE session'));
});

test('an ended device with nothing to send learns it by fetching, and deletes all', async (t) => {
  const { uptd } = await enrolled();
  await settle();
  uptd.ended = true;
  globalThis.addEventListener ??= () => {};
  t.mock.method(globalThis, 'setInterval', () => 0);
  await wake(() => false);
  assert.equal(uptd.calls.includes('POST envelopes'), false);
  assert.equal(await session.enrolled(), false);
});
