/** Auto-lock, hiding and quick exit: blank comes before everything else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLock } from '../../static/cadre/lock.js';

function phone() {
  const world = { time: 0, did: [] };
  const lock = createLock({ now: () => world.time, every: () => () => {} });
  lock.attend(Object.fromEntries(['blank', 'drop', 'pad', 'cover'].map((what) => [what, () => world.did.push(what)])));
  return { lock, world, did: () => world.did.splice(0), wait: (seconds) => (world.time += seconds * 1000) };
}

test('received content locks after 60 s of stillness, a report after 180 s', () => {
  for (const [place, seconds] of [['content', 60], ['report', 180]]) {
    const { lock, did, wait } = phone();
    lock.place(place);
    wait(seconds - 1);
    lock.check();
    assert.deepEqual(did(), []);
    lock.touched();
    wait(seconds);
    lock.check();
    assert.deepEqual(did(), ['blank', 'drop', 'pad']);
  }
});

test('hidden, the glass is empty at once; back within 15 s is the same question', () => {
  const { lock, did, wait } = phone();
  lock.place('report');
  lock.hidden();
  assert.deepEqual(did(), ['blank']);
  wait(14);
  assert.equal(lock.shown(), 'same');
  assert.deepEqual(did(), []);
});

test('a clock that is turned back keeps nothing open', () => {
  const { lock, did, wait } = phone();
  lock.place('content');
  wait(-3600);
  lock.check();
  assert.deepEqual(did(), ['blank', 'drop', 'pad']);
  lock.place('report');
  lock.hidden();
  wait(-3600);
  assert.equal(lock.shown(), 'pad');
  assert.deepEqual(did(), ['blank', 'blank', 'drop', 'pad']);
});

test('back later is the PIN pad, and the keys went while nobody looked', () => {
  const { lock, did, wait } = phone();
  lock.place('content');
  lock.hidden();
  wait(16);
  lock.check();
  assert.deepEqual(did(), ['blank', 'blank', 'drop']);
  assert.equal(lock.shown(), 'pad');
  assert.ok(did().includes('pad'));
});

test('a call gives five minutes, once', () => {
  const { lock, wait } = phone();
  lock.place('report');
  lock.calling();
  lock.hidden();
  wait(290);
  lock.check();
  assert.equal(lock.shown(), 'same');
  lock.hidden();
  wait(20);
  assert.equal(lock.shown(), 'pad');
});

test('a call that was not made gives nothing later', () => {
  const { lock, wait } = phone();
  lock.place('report');
  lock.calling();
  wait(61);
  lock.hidden();
  wait(16);
  assert.equal(lock.shown(), 'pad');
});

test('the back-forward cache brings nothing back', () => {
  const { lock, did } = phone();
  lock.place('report');
  lock.hidden();
  did();
  assert.equal(lock.shown(true), 'pad');
  assert.deepEqual(did(), ['blank', 'drop', 'pad']);
});

test('quick exit blanks, drops and covers', () => {
  const { lock, did } = phone();
  lock.place('content');
  lock.exit();
  assert.deepEqual(did(), ['blank', 'drop', 'cover']);
  assert.equal(lock.where(), 'cover');
});

test('the cover never locks and is never blanked', () => {
  const { lock, did, wait } = phone();
  lock.hidden();
  wait(4000);
  lock.check();
  assert.equal(lock.shown(), 'cover');
  assert.deepEqual(did(), []);
});
