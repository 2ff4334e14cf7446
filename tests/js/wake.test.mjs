/** What the app and its worker do by themselves: when they send, and when a new version may come in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as acts from '../../static/cadre/acts.js';
import * as drafts from '../../static/cadre/drafts.js';
import * as outbox from '../../static/cadre/outbox.js';
import * as session from '../../static/cadre/session.js';
import * as store from '../../static/cadre/store.js';
import { start } from '../../static/cadre/wake.js';
import { enrolled, RIGHT, settle, written } from './pocket.mjs';

/** The browser around the app: what it listens to, and a worker that may be waiting. @param {any} t */
function browser(t, { waiting = false } = {}) {
  const ears = {};
  const let_in = [];
  const before = globalThis.addEventListener;
  globalThis.addEventListener = (name, ear) => (ears[name] = ear);
  t.mock.method(globalThis, 'setInterval', (ear) => (ears.interval = ear));
  globalThis.registration = { waiting: waiting ? { postMessage: (message) => let_in.push(message.do) } : null, sync: { register: async (name) => (ears.registered = name) } };
  t.after(() => {
    globalThis.addEventListener = before;
    delete globalThis.registration;
  });
  return { ears, let_in };
}

/** An act that could not leave when it was written. */
async function unsent(uptd, open) {
  uptd.cut.add('all');
  const { id } = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  uptd.cut.clear();
  return id;
}

for (const occasion of ['the app opens', 'online', 'visibilitychange', 'interval']) {
  test(`what waits is sent when ${occasion === 'the app opens' ? occasion : `there is ${occasion}`}`, async (t) => {
    const { uptd, open } = await enrolled();
    const { ears } = browser(t);
    if (occasion !== 'the app opens') await start(() => false);
    const id = await unsent(uptd, open);

    if (occasion === 'the app opens') await start(() => false);
    else ears[occasion]();
    await settle();

    assert.equal(await outbox.fate(id), 'sent');
  });
}

test('away, the phone asks to be woken, and tries again by itself after a pause', async (t) => {
  const { uptd, open } = await enrolled();
  const { ears } = browser(t);
  const pauses = [];
  const pause = globalThis.setTimeout;
  globalThis.setTimeout = (work, time, ...more) => {
    if (time >= 500 && time <= 15 * 60000) pauses.push([work, time]);
    return pause(work, time, ...more);
  };
  try {
    const id = await unsent(uptd, open);
    assert.equal(ears.registered, 'siaga');
    const [retry, time] = pauses.at(-1);
    assert.ok(time <= 15 * 60000);

    retry();
    await new Promise((over) => pause(over, 100));
    assert.equal(await outbox.fate(id), 'sent');
  } finally {
    globalThis.setTimeout = pause;
  }
});

test('a new version comes in only while the cover stands and nothing is in flight', async (t) => {
  const { uptd, open } = await enrolled();
  const pause = globalThis.setTimeout;
  globalThis.setTimeout = (work, time, ...more) => pause(work, time === 5000 ? 0 : time, ...more);
  t.after(() => (globalThis.setTimeout = pause));
  const { let_in } = browser(t, { waiting: true });

  // while a form stands open
  await start(() => false);
  assert.deepEqual(let_in, []);

  // while something waits to be sent
  uptd.cut.add('all');
  await acts.write(open, 'call.me', { when: 'now' });
  await start(() => true);
  assert.deepEqual(let_in, []);

  // and not for a draft that only rests
  uptd.cut.clear();
  await settle();
  await written(open);
  await start(() => true);
  assert.deepEqual(let_in, ['take over']);
});

test('the worker sends what waits on a push and when there is network again, and shows the one notification', async (t) => {
  const { uptd, open } = await enrolled();
  const ears = {};
  const shown = [];
  globalThis.self = Object.assign(globalThis, {
    siaga: { version: 'v', files: ['/'], words: { id: { title: 'Buku Kader', body: 'Jadwal diperbarui.' } }, icon: '/i' },
    addEventListener: (name, ear) => (ears[name] = ear),
  });
  browser(t);
  globalThis.addEventListener = (name, ear) => (ears[name] = ear);
  globalThis.registration.showNotification = async (title, { body }) => shown.push([title, body]);
  await import('../../static/cadre/sw.js');
  const pause = globalThis.setTimeout;
  t.after(() => (globalThis.setTimeout = pause));
  const random = crypto.getRandomValues.bind(crypto);
  t.mock.method(crypto, 'getRandomValues', (whole) => (whole instanceof Uint32Array ? whole.fill(2 ** 32 - 1) : random(whole)));
  for (const occasion of ['sync', 'push']) {
    const id = await unsent(uptd, open);
    globalThis.setTimeout = (work, time, ...more) => {
      const timer = pause(work, time, ...more);
      if (time > 1000) timer.unref();
      return timer;
    };
    ears[occasion]({ waitUntil: () => {} });
    // What it tells of itself after a push may take its time; what waits may not.
    await new Promise((over) => pause(over, 300));
    assert.equal(await outbox.fate(id), 'sent', occasion);
  }
  assert.deepEqual(shown, [['Buku Kader', 'Jadwal diperbarui.']]);
});

test('five tabs on one draft make one report, and no word of any is lost', async () => {
  const { uptd, open } = await enrolled();
  const { id } = await written(open);
  const places = ['household', 'workplace', 'school', 'public_place', 'online'];
  const tabs = await Promise.all(places.map(() => session.openWith(RIGHT)));
  const same = await Promise.all(tabs.map(async (tab) => (await drafts.list(tab)).find((draft) => draft.id === id)));

  await Promise.all(tabs.map((tab, at) => drafts.save(tab, Object.assign(same[at], { body: { ...same[at].body, place: places[at] } }))));
  await Promise.all(tabs.map((tab, at) => drafts.send(tab, same[at])));
  await settle();

  const all = await uptd.opened();
  assert.deepEqual(all.map(({ act }) => act).sort(), ['report.add', 'report.add', 'report.add', 'report.add', 'report.create']);
  assert.deepEqual(all.filter(({ act }) => act === 'report.create').map((one) => one.id), [id]);
  assert.deepEqual(all.map(({ body }) => body.place).sort(), places.sort());
  assert.equal(new Set(uptd.inbox.map((one) => one.id)).size, 5);
  assert.deepEqual(await store.names('draft/'), []);
});

test('a cloned profile loses nothing of either: both numbers the same, each has its own receipt', async () => {
  // given two phones that hold the same
  const { uptd, open } = await enrolled();
  await acts.write(open, 'call.me', { when: 'any' });
  await settle();
  const ledger = () => store.change(async (c) => ({ acts: await c.acts(), seq: await c.counter('seq'), order: await c.counter('order') }));
  const take = (kept) =>
    store.change(async (c) => {
      for (const act of await c.acts()) await c.forget(act.id);
      for (const act of kept.acts) await c.put(act);
      for (const name of ['seq', 'order']) await c.count(name, kept[name]);
    });
  const clone = await ledger();

  // when both go on
  const first = await acts.write(open, 'call.me', { when: 'now' });
  await settle();
  const original = await ledger();
  await take(clone);
  const second = await acts.write(open, 'call.me', { when: 'today' });
  await settle();
  assert.equal(await outbox.fate(second.id), 'sent');
  await take(original);

  // then the office has both, under one number
  const arrived = await uptd.opened();
  assert.deepEqual(arrived.filter(({ seq }) => seq === 2).map(({ id }) => id).sort(), [first.id, second.id].sort());
  assert.equal(await outbox.fate(first.id), 'sent');
});
