/** Pauses, windows and limits: the numbers of the one settings table, and how they are used. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as schedule from '../../static/cadre/schedule.js';

const { settings } = JSON.parse(readFileSync(new URL('../vectors/domain.json', import.meta.url), 'utf8'));
const UNITS = { seconds: schedule.SECOND, minutes: schedule.MINUTE, hours: schedule.HOUR, days: schedule.DAY };
const span = (name) => settings[name].value * UNITS[settings[name].unit];

test('the phone uses the numbers of the settings table', () => {
  assert.equal(schedule.untouchedFor('high'), span('waiting_envelope.high'));
  assert.equal(schedule.untouchedFor('medium'), span('waiting_envelope.other'));
  assert.equal(schedule.LONGEST_LEASE, span('lease.most'));
  assert.equal(schedule.AFTER_DUE, span('lease.after_due'));
  assert.equal(schedule.KEEP_SENT, span('outbox.kept'));
  assert.equal(schedule.ASK_AGAIN, span('cadre_contact.confirm_again'));
  assert.equal(schedule.WAY_HOLDS, span('contact.confirm_again'));
  assert.equal(schedule.STATES_FOR, span('states.kept'));
  assert.equal(schedule.LOCKS_AFTER.content * schedule.SECOND, span('lock.received'));
  assert.equal(schedule.LOCKS_AFTER.report * schedule.SECOND, span('lock.report'));
  assert.equal(schedule.tallyAt(0, 1), span('tally.within'));
  assert.equal(schedule.LIMIT_OF_TRIES, settings['unlock.most_wrong'].value);
  assert.equal(schedule.tallied(9, true), 9 - settings['unlock.right_takes_off'].value);
});

test('pauses double with full jitter from 2 s to 15 min', () => {
  assert.equal(schedule.backOff(1, 1), 2 * schedule.SECOND);
  assert.equal(schedule.backOff(4, 0.5), 8 * schedule.SECOND);
  assert.equal(schedule.backOff(40, 1), 15 * schedule.MINUTE);
});

test('a lease ends by the clock, by a clock turned back, and after a week without the server', () => {
  const lease = { until: 10 * schedule.HOUR };
  const seen = { server: 2 * schedule.HOUR, offset: schedule.HOUR };
  assert.equal(schedule.leaseHolds(lease, 9 * schedule.HOUR, seen), true);
  assert.equal(schedule.leaseHolds(lease, 11 * schedule.HOUR, seen), false);
  assert.equal(schedule.leaseHolds(lease, schedule.HOUR / 2, seen), false);
  assert.equal(schedule.leaseUntil(900 * schedule.HOUR, 0), 168 * schedule.HOUR);
});

test('a request carries at most 50 envelopes and 256 KiB, and always one', () => {
  const rows = (count, size) => Array.from({ length: count }, () => ({ sealed: new Uint8Array(size) }));
  assert.equal(schedule.batch(rows(80, 100), 50).length, 50);
  assert.equal(schedule.batch(rows(3, 300000), 50).length, 1);
  const full = schedule.batch(rows(50, 16466), 50);
  assert.ok(full.length < 16 && full.length > 8);
});

test('no act waits longer than its rule, whatever the clock said when it was laid down', () => {
  const of = (more) => schedule.dueAt({ state: 'sealed', attention: false, not_before: 2 ** 45, ...more }, 0);
  assert.equal(of({ state: 'draft' }), schedule.HOUR);
  assert.equal(of({ quiet: true }), 0);
  assert.equal(of({ attention: true }), 0);
  assert.equal(of({ not_before: schedule.MINUTE }), schedule.MINUTE);
  assert.equal(of({ state: 'draft', not_before: 6 * schedule.HOUR }), 6 * schedule.HOUR);
  assert.equal(of({ quiet: true, not_before: 7 * schedule.DAY }), 7 * schedule.DAY);
  assert.equal(of({ attention: true, not_before: schedule.DAY }), schedule.DAY);
});

test('a phone that told something in a year that never came tells again', () => {
  const told = { at: 2 ** 45, text: 'a', shown: '' };
  assert.equal(schedule.shouldTell(told, { text: 'b', shown: '' }, 0), true);
});

test('what is asked again is asked again, whatever the clock said when it was last asked', () => {
  const asked = (last, now) => schedule.isDue(last, 90 * schedule.DAY, now * schedule.DAY);
  assert.equal(asked(0, 89), false);
  assert.equal(asked(0, 91), true);
  assert.equal(asked(schedule.HOUR, 0), false);
  assert.equal(asked(2 ** 45, 0), true);
  assert.equal(asked(30 * schedule.DAY, 20), true);
});

test('the phone tells of a change once a day, of a shown alert at once', () => {
  const told = { at: 0, text: 'a', shown: '' };
  assert.equal(schedule.shouldTell(null, { text: 'a', shown: '' }, 0), true);
  assert.equal(schedule.shouldTell(told, { text: 'b', shown: '' }, schedule.HOUR), false);
  assert.equal(schedule.shouldTell(told, { text: 'b', shown: '' }, schedule.DAY), true);
  assert.equal(schedule.shouldTell(told, { text: 'a', shown: '' }, 9 * schedule.DAY), false);
  assert.equal(schedule.shouldTell(told, { text: 'a', shown: 'x' }, 1), true);
});

test('three wrong tries are free, later ones cost silent time', () => {
  assert.deepEqual([0, 2, 3, 5, 20].map(schedule.tryDelay), [0, 0, 1000, 4000, 30000]);
});
