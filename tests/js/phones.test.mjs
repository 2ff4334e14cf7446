/** What a phone of any released version keeps is read by today's code, for ever: the golden phones of `tests/phones`. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as acts from '../../static/cadre/acts.js';
import { unb64 } from '../../static/cadre/bytes.js';
import * as drafts from '../../static/cadre/drafts.js';
import * as items from '../../static/cadre/items.js';
import * as outbox from '../../static/cadre/outbox.js';
import * as own from '../../static/cadre/own.js';
import * as session from '../../static/cadre/session.js';
import * as store from '../../static/cadre/store.js';
import { SCHEMA } from '../../static/cadre/sync.js';
import { upgraded } from '../../static/cadre/versions.js';
import { office } from './office.mjs';

const HOME = new URL('../phones/', import.meta.url);
const VERSIONS = readdirSync(HOME).filter((name) => /^v\d+$/.test(name));
const read = (version, name) => JSON.parse(readFileSync(new URL(`${version}/${name}.json`, HOME), 'utf8'));
const HOUR = 3600000;

/** Put a kept phone into this one's place, half an hour after it was last used. */
async function revived(version, t) {
  const kept = read(version, 'phone');
  await store.removeAll('');
  for (const [name, bytes] of Object.entries(kept.shelf)) await store.put(name, unb64(bytes));
  await store.change(async (c) => {
    for (const act of await c.acts()) await c.forget(act.id);
    for (const act of kept.acts) await c.put({ ...act, sealed: unb64(act.sealed) });
    for (const [name, value] of Object.entries(kept.counters)) await c.count(name, value);
  });
  const { intake, ...known } = kept.office;
  const uptd = await office({ ...known, intake: { public_key: unb64(intake.public_key), pkcs8: unb64(intake.pkcs8) } });
  const clock = t.mock.method(Date, 'now', () => kept.at + HOUR / 2);
  return { kept, uptd, clock };
}

for (const version of VERSIONS) {
  test(`what a phone of ${version} keeps is read without network, by its lease`, async (t) => {
    const { kept, uptd } = await revived(version, t);
    uptd.cut.add('all');
    const reads = read(version, 'reads');

    const open = await session.openWith(kept.digits);

    assert.deepEqual([open.right, open.picture], [true, reads.picture]);
    const [visit] = reads.visits;
    // Whether one is late is told by the clocks, not kept.
    const visits = (await items.visits(open)).map(({ late: _late, ahead: _ahead, ...one }) => one);
    const now = {
      picture: open.picture, visits, statuses: await items.statuses(open), messages: await items.messages(open),
      alerts: await items.alerts(open), sent: (await items.sentReports(open)).map(({ id, picture }) => ({ id, picture: picture ?? null })),
      drafts: await drafts.list(open), trace: await own.read(open, 'trace', visit.id),
    };
    assert.deepEqual(now, reads);
    for (const kind of ['directory', 'cover', 'policy']) assert.ok(await items[kind](), kind);
    assert.ok(await items.checklist(visit.purpose));
  });

  test(`what a phone of ${version} has sealed leaves, once, and its drafts are finished`, async (t) => {
    const { kept, uptd, clock } = await revived(version, t);
    const waiting = kept.acts.filter(({ state }) => state !== 'sent').map(({ id }) => id);

    const open = await session.openWith(kept.digits);
    const list = (await drafts.list(open)).filter(({ practice }) => !practice);
    for (const draft of list) await drafts.send(open, Object.assign(draft, { body: { ...draft.body, consent: 'yes' } }));
    clock.mock.mockImplementation(() => kept.at + 8 * 24 * HOUR);
    await outbox.flush();

    const arrived = await uptd.opened();
    assert.deepEqual(arrived.map(({ id }) => id).sort(), waiting.sort());
    assert.equal(new Set(arrived.map(({ seq }) => seq)).size, arrived.length);
    assert.ok(Math.min(...arrived.map(({ seq }) => seq)) > Math.max(...kept.acts.filter(({ state }) => state === 'sent').map(({ seq }) => seq)));
    assert.deepEqual((await drafts.list(open)).filter(({ practice }) => !practice), []);
    assert.equal((await outbox.truth()).unsent, 0);
  });

  test(`the PIN of a phone of ${version} is changed, and its numbers go on`, async (t) => {
    const { kept } = await revived(version, t);
    const open = await session.openWith(kept.digits);

    assert.equal(await session.changePin(open, kept.digits, kept.next), 'done');
    assert.equal((await session.openWith(kept.next)).right, true);
    const { id } = await acts.write(open, 'call.me', { when: 'any' });
    await outbox.flush();

    const act = await store.change((c) => c.act(id));
    assert.deepEqual([act.state, act.seq > kept.counters.seq], ['sent', true]);
  });
}

test('what was kept is converted upwards step by step, and what is newer is not guessed at', () => {
  const steps = [(kind, content) => ({ ...content, two: kind }), (_kind, content) => ({ ...content, three: true })];
  assert.deepEqual(upgraded('visit', 1, { id: 1 }, steps), { id: 1, two: 'visit', three: true });
  assert.deepEqual(upgraded('visit', 3, { id: 1 }, steps), { id: 1 });
  assert.equal(upgraded('visit', 4, { id: 1 }, steps), null);
});

test('every schema of today has a golden phone', () => {
  assert.deepEqual(VERSIONS.sort(), Array.from({ length: SCHEMA }, (_, at) => `v${at + 1}`));
  assert.notEqual(upgraded('visit', SCHEMA, {}), null);
  assert.equal(upgraded('visit', SCHEMA + 1, {}), null);
});
