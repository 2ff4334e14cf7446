/** What the phone tells of itself, with a ledger that is kept, lost, or full: from it the desk knows that a phone lost its data. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { disk, lose } from './ledger.mjs';

const { enrolled, settle } = await import('./pocket.mjs');
const acts = await import('../../static/cadre/acts.js');
const store = await import('../../static/cadre/store.js');
const { tell } = await import('../../static/cadre/tell.js');

let uptd, open;
beforeEach(async () => ({ uptd, open } = await enrolled()));

/** What it says now, as if a day had passed. */
async function said() {
  await store.change((c) => c.count('told', undefined));
  await tell();
  return uptd.told.at(-1);
}
const write = async () => {
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();
};

test('the acts that a phone knows of never fall while it keeps its ledger', async () => {
  const [known, unsent] = [[], []];
  const note = async () => {
    const state = await said();
    known.push(state.acts);
    unsent.push(state.unsent);
  };
  await note();
  uptd.cut.add('POST envelopes');
  await write();
  await note();
  uptd.cut.clear();
  await settle();
  await note();
  uptd.cut.add('all');
  await write();
  uptd.cut.delete('all');
  await note();
  uptd.epoch = 2; // Restored: everything is sent once more.
  await settle();
  await note();

  assert.deepEqual(unsent, [0, 1, 0, 1, 0]);
  assert.deepEqual(known.slice(0, 4), [0, 1, 1, 2]);
  assert.ok(known[4] >= 2);

  lose();
  assert.equal((await said()).acts, 0);
});

test('it says what the desk must know, and nothing of what it holds', async () => {
  uptd.cut.add('POST envelopes');
  await write();

  const state = await said();

  const names = ['acts', 'app', 'lease_until', 'oldest_unsent_at', 'persisted', 'push', 'schema', 'shown', 'unsent'];
  assert.deepEqual(Object.keys(state).sort(), names);
  assert.ok(Math.abs(Date.parse(state.oldest_unsent_at) - Date.now()) < 60000);
  assert.deepEqual([state.push, state.persisted, state.shown, state.lease_until], [false, false, [], null]);
});

test('the same is told once, a change the day after', async (t) => {
  await said();
  await write();
  const before = uptd.told.length;
  await tell();
  assert.equal(uptd.told.length, before);
  const now = Date.now();
  t.mock.method(Date, 'now', () => now + 86400000);
  await tell();
  assert.equal(uptd.told.at(-1).acts, 1);
  await tell();
  assert.equal(uptd.told.length, before + 1);
});

// The last one: this phone goes on in memory.
test('a phone that takes nothing more says no number, numbers out of the way, and lost nothing', async () => {
  await write();
  disk.full = true;
  await write();

  assert.equal(await store.whereKept(), 'memory');
  assert.equal('acts' in (await said()), false);
  const [first, second] = uptd.inbox.map(({ seq }) => seq);
  assert.deepEqual([first, second > 2 ** 32], [1, true]);
  assert.equal(disk.counters.get('seq'), 1);
});
