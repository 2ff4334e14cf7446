/** The one Trusted Types policy: made once, and deaf to every path but the worker's and the PIN's. */
import assert from 'node:assert/strict';
import test from 'node:test';

test('only our two scripts become workers, by a policy that nobody else can reach', async () => {
  const made = [];
  const started = [];
  globalThis.trustedTypes = { createPolicy: (name, rules) => (made.push({ name, rules }), rules) };
  globalThis.Worker = class {
    constructor(path) {
      started.push(path);
    }
  };
  const { pinWorker } = await import('../../static/cadre/shell.js');

  pinWorker();
  pinWorker();

  assert.deepEqual(made.map(({ name }) => name), ['siaga']);
  assert.deepEqual(started, ['/s/pin-worker.js', '/s/pin-worker.js']);
  const [{ rules }] = made;
  assert.equal(rules.createScriptURL('/sw.js'), '/sw.js');
  for (const other of ['/s/other.js', '//elsewhere/sw.js', '/sw.js?']) assert.throws(() => rules.createScriptURL(other), TypeError);
  assert.equal(globalThis[Symbol.for('siaga')], undefined);
});
