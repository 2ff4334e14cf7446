/** Rule 4 as a property: whatever she answers, whenever it is cut, locked, killed or late, nothing that she did not allow leaves the phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as disk from '../../static/cadre/store.js';
import { live } from './lives.mjs';
import { office } from './office.mjs';

const RUNS = Number(process.env.SIAGA_CONSENT_RUNS ?? 60);
const SEED = Number(process.env.SIAGA_SEED ?? 41);
const PINS = ['482915', '915824', '360714'];
const CHILDREN = ['0_5', '6_12', '13_17'];
const GRAVE = ['happening_now', 'death_threat', 'strangled', 'weapon', 'serious_injury', 'suicidal', 'confined', 'children_threatened', 'cadre_fears'];
const NAMING = ['survivor_alias', 'note', 'must_not_know'];
const HOUR = 3600000;
/** What she may answer; what matters for the rule comes up more often. */
const ANSWERS = [
  ...Array(4).fill(['consent', ['yes', 'no', 'no', 'not_met', 'unsafe_to_ask', 'cannot_decide']]),
  ...Array(3).fill(['danger_signs', [['none_seen'], ['getting_worse'], ['strangled'], ['cadre_fears', 'pregnant_now'], ['unknown']]]),
  ...Array(2).fill(['survivor_age', ['13_17', '25_44', '25_44', 'unknown']]),
  ['danger_now', ['yes', 'no', 'unknown']], ['violence', [['physical'], ['sexual', 'online']]], ['contact_via', ['phone', 'midwife', 'through_me']],
  ['survivor_alias', ['Melati', 'Kenanga']], ['note', ['sawah', 'pasar']], ['must_not_know', [['spouse'], ['parents', 'rt_rw']]],
  ['safe_contact', [{ number: '08120000001', code_word: 'jambu' }, { code_word: 'kelapa' }, { number: '08120000002' }]],
];

/** The same numbers for the same seed. @param {number} seed */
function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { upTo: (n) => Math.floor(next() * n), of: (list) => list[Math.floor(next() * list.length)], often: (share) => next() < share };
}

/** The rule once more, by somebody who never saw `rules.js`: what of this body may not have left. */
function forbidden(body, known = {}) {
  const all = { ...known, ...body, danger_signs: [known.danger_signs ?? [], body.danger_signs ?? []].flat() };
  if (CHILDREN.includes(all.survivor_age) || all.consent === 'yes' || all.consent === 'cannot_decide') return [];
  const contact = body.safe_contact && Object.keys(body.safe_contact).length ? ['safe_contact'] : [];
  const via = (wanted) => (body.contact_via === undefined && body.report_id ? [] : body.contact_via === wanted ? [] : ['contact_via']);
  if (all.consent === 'not_met' || all.consent === 'unsafe_to_ask') return [...(body.safe_contact?.number ? ['number'] : []), ...via('through_me')];
  const texts = NAMING.filter((name) => name in body);
  if (all.consent === 'no') return [...texts, ...contact, ...via('do_not_contact'), ...(all.danger_signs.some((sign) => GRAVE.includes(sign)) ? [] : ['everything'])];
  return [...texts, ...contact, ...via('through_me'), ...(body.incomplete ? [] : ['complete'])];
}

const isOnlyCounted = (body) => forbidden({ contact_via: 'do_not_contact', consent: body.consent, survivor_age: body.survivor_age, danger_signs: body.danger_signs }).includes('everything');
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
/** Whether every answer in `body` is one that she had given at that moment. */
const isOf = (body, given) => Object.entries(body).every(([name, value]) =>
  ['incomplete', 'contact_via', 'report_id'].includes(name) || (name === 'safe_contact' ? Object.entries(value).every(([one, said]) => given[name]?.[one] === said) : same(value, given[name])));

async function empty() {
  for (const name of await disk.names('')) await disk.remove(name);
  await disk.change(async (c) => {
    for (const act of await c.acts()) await c.forget(act.id);
    for (const name of ['order', 'seq', 'last_receipt', 'seen', 'tries', 'unlocked_at', 'epoch', 'cursor', 'ended', 'last_sent_at', 'flush_failures']) await c.count(name, undefined);
  });
}

let app = await live();

/** One phone, one report, and everything that can come between. */
async function story(roll, clock) {
  await empty();
  const uptd = await office();
  const left = new Map();
  const told = [];
  const given = [];
  let kept = -1;
  let [pin, decided, session, draft] = [PINS[0], null, null, null];
  const post = globalThis.fetch;
  globalThis.fetch = (url, how) => {
    if (url.endsWith('/envelopes')) {
      for (const one of JSON.parse(how.body).envelopes) if (!left.has(one.id)) left.set(one.id, { ...one, from: kept, to: given.length - 1, decided: decided !== null });
    }
    return post(url, how);
  };

  /** Do something; if this life ends meanwhile, so does the doing. */
  const alive = async (work) => {
    const life = app;
    let over = false;
    const done = work().finally(() => (over = true));
    done.catch(() => {});
    while (!over && !life.dead()) await new Promise((next) => setImmediate(next));
    return over ? done : undefined;
  };
  let lost = null;
  /** Open the app as after any end: what she sees of her draft is what counts from now on. */
  const again = async (digits = pin) => {
    if (app.dead()) app = await live();
    const open = await alive(async () => {
      await app.leaving.leaveIfEnded(); // As every start does.
      if (!(await app.session.enrolled())) return null;
      const one = await app.session.openWith(digits);
      await one.settled;
      return { one, drafts: await app.drafts.list(one) };
    });
    if (app.dead()) return again(digits);
    session = open?.one ?? null;
    if (open === null) return void (decided ??= { how: 'left' });
    draft = decided || !lost ? null : (open.drafts.find(({ id }) => id === lost.id) ?? null);
    const seen = draft ? given.findLastIndex((body) => same(body, draft.body)) : -1;
    if (seen >= 0) kept = seen;
  };

  await app.enrol.keepCode(`https://contoh.invalid/#${uptd.code}${uptd.fingerprint}`);
  await app.enrol.choosePin(pin);
  session = (await app.enrol.send(pin, 'HP')).session;
  draft = await app.drafts.create(session);
  lost = draft;
  if (roll.often(0.9)) {
    Object.assign(draft.body, { danger_now: 'no', survivor_age: '25_44', violence: ['physical'] });
    given.push(structuredClone(draft.body));
    await Promise.all([app.drafts.save(session, draft), app.drafts.flush()]);
    kept = 0;
  }

  const steps = {
    answer: async () => {
      if (!draft) return;
      const [name, codes] = roll.of(ANSWERS);
      draft.body[name] = structuredClone(roll.of(codes));
      given.push(structuredClone(draft.body));
      told.push(`${name}=${JSON.stringify(draft.body[name])}`);
      const at = given.length - 1;
      const saved = app.drafts.save(session, draft).then(() => void (kept = Math.max(kept, at)), () => {});
      if (roll.often(0.7)) await alive(async () => (await app.drafts.flush(), await saved));
    },
    lock: async () => {
      session.drop();
      await alive(() => app.drafts.flush());
      await again(roll.often(0.2) ? PINS[2] : pin);
    },
    kill: async () => {
      app.kill();
      await again();
    },
    wait: async () => {
      clock.at += roll.of([0.5, 1.02, 6.02, 30, 24 * 8]) * HOUR;
      await alive(() => app.drafts.flush());
      await alive(() => app.outbox.flush());
    },
    network: async () => void (uptd.cut.size ? uptd.cut.clear() : uptd.cut.add(roll.of(['all', 'POST envelopes', 'PUT verifier', 'POST unlocks']))),
    pin: async () => {
      const wanted = pin === PINS[0] ? PINS[1] : PINS[0];
      const how = await alive(() => app.session.changePin(session, pin, wanted));
      if (how === 'done') pin = wanted;
      if (app.dead()) {
        await again(wanted);
        if (session?.right) pin = wanted;
        else if (session) await again(pin);
      }
    },
    limit: async () => {
      if (!roll.often(0.2)) return;
      uptd.share = null;
      await again();
    },
    leave: async () => {
      if (!roll.often(0.2) || !session) return;
      await alive(() => app.leaving.removeFromPhone(session));
      decided ??= { how: 'left' };
      draft = null;
    },
    drop: async () => {
      if (!draft || !roll.often(0.3)) return;
      const id = draft.id;
      const had = left.has(id);
      await alive(() => app.drafts.remove(session, draft));
      if (app.dead()) await again();
      else draft = null;
      if (!draft) decided = { how: 'dropped', id, had };
    },
    send: async () => {
      // The screens let nobody come here before she was asked.
      if (!draft?.body.danger_now || !draft.body.violence || !(draft.body.consent || CHILDREN.includes(draft.body.survivor_age))) return;
      const [id, body] = [draft.id, structuredClone(draft.body)];
      const had = left.has(id);
      kept = given.push(body) - 1; // What stood on the summary, also after a death took a later answer.
      const sent = await alive(() => app.drafts.send(session, draft));
      if (!sent) return;
      decided = { how: 'sent', id, body, had };
      draft = null;
    },
    news: async () => {
      if (decided?.how !== 'sent') return;
      await alive(async () => {
        if (!(await app.items.sentReports(session)).some(({ id }) => id === decided.id)) return;
        await app.acts.addToReport(session, decided.id, { danger_signs: ['getting_worse'], note: 'kabar', needs: ['medical'] });
      });
    },
  };
  const often = ['answer', 'answer', 'answer', 'answer', 'answer', 'answer', 'lock', 'kill', 'wait', 'wait', 'network', 'pin', 'limit', 'drop', 'send', 'send', 'news', 'leave'];
  for (let n = 6 + roll.upTo(14); n > 0; n -= 1) {
    const name = roll.of(often);
    told.push(name);
    if (app.dead()) await again();
    if (decided?.how === 'left' || !session) break; // Nothing is on the phone any more.
    if (session && roll.often(0.25)) app.dieAfter(roll.upTo(12), roll.often(0.5));
    await steps[name]();
    if (app.dead()) told.push('died');
    app.dieAfter(Infinity);
  }
  if (app.dead()) app = await live();
  uptd.cut.clear();
  for (let n = 0; n < 3; n += 1) {
    clock.at += 8 * 24 * HOUR;
    await app.drafts.flush();
    await app.outbox.flush();
  }
  globalThis.fetch = post;
  return { uptd, left, given, decided, told };
}

/** What left, against what she had said. */
async function judge({ uptd, left, given, decided, told }) {
  const say = (what, act) => `${what}: ${JSON.stringify(act)}\n${told.join('\n')}`;
  const acts = [];
  for (const one of left.values()) acts.push({ ...(await uptd.read(one)), id: one.id, from: one.from, to: one.to });
  for (const act of acts) {
    const { body } = act;
    if (act.act === 'report.create' || act.act === 'report.add') {
      const isNews = act.act === 'report.add' && !('danger_now' in body);
      assert.deepEqual(forbidden(body, isNews ? decided.body : {}), [], say('left without her leave', act));
      const then = given.slice(Math.max(0, act.from), act.to + 1);
      if (!isNews) assert.ok(then.some((answers) => isOf(body, answers)), say('not what she had last said', act));
    } else if (act.act === 'tally.add') {
      assert.deepEqual(Object.keys(body).sort(), ['month', 'village', 'violence'], say('a tally that tells', act));
      assert.ok(!acts.some(({ id, act: what }) => id === decided?.id && what === 'report.create'), say('a tally beside a report', act));
    } else {
      assert.equal(act.act, 'consent.withdraw', say('nobody asked for it', act));
    }
  }
  if (decided?.how === 'sent') {
    const counted = isOnlyCounted(decided.body);
    const wanted = !counted ? 'report.create' : decided.had ? 'consent.withdraw' : 'tally.add';
    assert.ok(acts.some(({ act }) => act === wanted), say(`no ${wanted}`, decided));
    if (counted && !decided.had) assert.ok(!acts.some(({ act }) => act.startsWith('report.')), say('a report after her no', decided));
  }
  if (decided?.how === 'dropped' && !decided.had) assert.equal(acts.length, 0, say('thrown away, and left', decided));
  return acts.length;
}

test(`in ${RUNS} stories of answers, cuts, locks, deaths and late hours nothing left that she had not allowed`, async (t) => {
  const clock = { at: Date.now() };
  t.mock.method(Date, 'now', () => clock.at);
  const seen = { acts: 0, whole: 0, tallies: 0, withdrawals: 0 };
  for (let n = 0; n < RUNS; n += 1) {
    clock.at += HOUR;
    const told = await story(dice(SEED * 1000003 + n), clock);
    try {
      seen.acts += await judge(told);
    } catch (error) {
      error.message = `story ${n} of seed ${SEED}: ${error.message}`;
      throw error;
    }
    for (const one of told.left.values()) {
      const { act } = await told.uptd.read(one);
      if (act === 'tally.add') seen.tallies += 1;
      if (act === 'consent.withdraw') seen.withdrawals += 1;
      if (act === 'report.create') seen.whole += 1;
    }
  }
  t.diagnostic(JSON.stringify(seen));
  assert.ok(seen.whole > RUNS / 3 && seen.tallies > 0, JSON.stringify(seen));
});

test('the short model forbids what the rule forbids', () => {
  assert.deepEqual(forbidden({ consent: 'no', danger_signs: ['none_seen'], contact_via: 'do_not_contact' }), ['everything']);
  assert.deepEqual(forbidden({ consent: 'no', danger_signs: ['weapon'], contact_via: 'through_me', note: 'x' }), ['note', 'contact_via']);
  assert.deepEqual(forbidden({ consent: 'not_met', contact_via: 'through_me', safe_contact: { number: '1' } }), ['number']);
  assert.deepEqual(forbidden({ survivor_alias: 'x', contact_via: 'through_me', incomplete: true }), ['survivor_alias']);
  assert.deepEqual(forbidden({ survivor_age: '13_17', consent: 'no', note: 'x' }), []);
});
