/** Six digits: what is refused, what is offered, and how dear one stretch is made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, utf8 } from '../../static/cadre/bytes.js';
import { FALLBACK, STEPS, calibrated, offerPin, pinRefused, stretched } from '../../static/cadre/pin.js';

test('what everybody tries first is refused, with a reason', () => {
  const why = { '12345': 'form', '12345a': 'form', '111111': 'repeat', '121212': 'repeat', '456456': 'repeat', '345678': 'run',
    '876543': 'run', '890123': 'run', '147258': 'keypad', '123321': 'keypad', '112233': 'common', '170845': 'common',
    '170890': 'date', '081790': 'date', '900817': 'date', '010126': 'date', '482915': null };
  for (const [digits, reason] of Object.entries(why)) assert.equal(pinRefused(digits), reason, digits);
});

test('about a tenth of the space is refused', () => {
  let refused = 0;
  for (let n = 0; n < 1000000; n += 1) if (pinRefused(String(n).padStart(6, '0')) !== null) refused += 1;
  assert.ok(refused > 60000 && refused < 120000, String(refused));
});

test('what is offered is never refused', () => {
  for (let n = 0; n < 2000; n += 1) assert.equal(pinRefused(offerPin()), null);
});

test('a fast phone gets the dearest step, a slow one the first, one without WebAssembly PBKDF2', async () => {
  const pace = (perStep) => async (kdf) => (kdf.memory_kib * kdf.passes * perStep) / (19456 * 2);
  assert.deepEqual(await calibrated(pace(200)), STEPS[3]);
  assert.deepEqual(await calibrated(pace(1000)), STEPS[1]);
  assert.deepEqual(await calibrated(pace(4000)), STEPS[0]);
  assert.deepEqual(await calibrated(async () => Promise.reject(new Error('blocked'))), FALLBACK);
});

test('a stretch without WebAssembly is two different halves, the same every time', async () => {
  const salt = utf8('sixteen bytes ok');
  const kdf = { ...FALLBACK, passes: 1000 };
  const [one, two, other] = [await stretched('482915', salt, kdf), await stretched('482915', salt, kdf), await stretched('482916', salt, kdf)];
  assert.equal(hex(one.kp), hex(two.kp));
  assert.equal(one.kp.length + one.a.length, 64);
  assert.notEqual(hex(one.kp), hex(one.a));
  assert.notEqual(hex(one.a), hex(other.a));
});

test('a worker that never answers is not waited for', async (t) => {
  const ended = [];
  globalThis.Worker = class {
    postMessage() {}
    terminate() {
      ended.push(this);
    }
  };
  t.after(() => delete globalThis.Worker);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const waited = assert.rejects(stretched('482915', utf8('sixteen bytes ok'), STEPS[0]));
  t.mock.timers.tick(20000);
  await waited;
  assert.equal(ended.length, 1);
});
