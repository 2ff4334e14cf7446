/** The phone's own modules against a running site, over a wire that is cut after every n-th byte; `tests/faults/test_every_byte.py` asks. */
import { createServer, connect } from 'node:net';
import * as acts from '../../static/cadre/acts.js';
import { refresh } from '../../static/cadre/changes.js';
import * as enrol from '../../static/cadre/enrol.js';
import * as outbox from '../../static/cadre/outbox.js';
import { FALLBACK } from '../../static/cadre/pin.js';
import * as opening from '../../static/cadre/session.js';
import * as store from '../../static/cadre/store.js';

const { process } = globalThis;
const [site, link, step] = [new URL(process.argv[2]), process.argv[3], Number(process.argv[4])];
const PASSES = FALLBACK.passes;

/** Bytes seen each way since it was last set, and after how many of which the wire breaks. */
const wire = { ask: 0, answer: 0, way: '', after: Infinity };
const set = (way = '', after = Infinity) => Object.assign(wire, { ask: 0, answer: 0, way, after });

const proxy = createServer((phone) => {
  const server = connect(Number(site.port), site.hostname);
  const carry = (way, from, to) => {
    from.on('data', (bytes) => {
      const left = wire.way === way ? wire.after - wire[way] : Infinity;
      wire[way] += bytes.length;
      if (bytes.length < left) return void to.write(bytes);
      // The rest is lost, and both ends learn it.
      if (left > 0) to.write(bytes.subarray(0, left), () => cut());
      else cut();
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  };
  const cut = () => (server.destroy(), phone.destroy());
  carry('ask', phone, server);
  carry('answer', server, phone);
});
await new Promise((ready) => proxy.listen(0, '127.0.0.1', ready));

const net = globalThis.fetch;
let cookie = '';
globalThis.fetch = async (path, how) => {
  // Stretching is made cheap here; the server is told what a phone would tell it.
  const body = how.body?.replace(`"passes":${FALLBACK.passes}`, `"passes":${PASSES}`);
  const headers = { ...how.headers, Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };
  const answer = await net(`http://127.0.0.1:${proxy.address().port}${path}`, { ...how, body, headers });
  for (const given of answer.headers.getSetCookie()) cookie = given.split(';')[0];
  return answer;
};
FALLBACK.passes = 1;

/** The PIN that holds, and the other one. */
const digits = ['482915', '915824'];

const fail = (what) => {
  throw new Error(what);
};

/** Cut something at every place of its question and of its answer; `ends` says that it is as before, or done. */
async function everywhere(work, ends, length) {
  const cuts = { ask: 0, answer: 0 };
  for (const way of ['ask', 'answer']) {
    for (let at = 0; at < length[way]; at += step) {
      set(way, at);
      const made = await work();
      if (wire[way] < at) fail(`only ${wire[way]} bytes of ${at}`);
      set();
      await ends(made, `${way} ${at}`);
      cuts[way] += 1;
    }
  }
  return { ...length, cuts };
}

/** How long the question and the answer of something are. */
async function lengthOf(work) {
  set();
  await work();
  return { ask: wire.ask, answer: wire.answer };
}

// Enrolling: the code goes on with the same digits until one answer arrives whole.
await enrol.keepCode(link);
await enrol.choosePin(digits[0]);
set('answer', 0);
if ((await enrol.send(digits[0], 'HP')).outcome !== 'offline') fail('an answer of no byte');
const enrolling = { ask: wire.ask, answer: 0, cuts: { ask: 0, answer: 0 } };
for (let at = 0; at < enrolling.ask; at += step, enrolling.cuts.ask += 1) {
  set('ask', at);
  if ((await enrol.send(digits[0], 'HP')).outcome !== 'offline') fail(`enrolled by ${at} bytes`);
}
let session = null;
for (let at = 0; session === null; at += step, enrolling.cuts.answer += 1) {
  set('answer', at);
  const { outcome, session: open } = await enrol.send(digits[0], 'HP');
  if (outcome === 'done') session = open;
  else if (outcome !== 'offline') fail(`${outcome} at ${at}`);
}
enrolling.answer = wire.answer;

// Sending: whatever is cut, the next try ends with one act, its first number and a receipt.
const sent = [];
const write = async () => {
  const { id } = await acts.write(session, 'call.me', { when: 'any' });
  await outbox.flush();
  return id;
};
const isSent = async (id, where) => {
  await outbox.flush();
  const act = await store.change((c) => c.act(id));
  if (act.state !== 'sent' || !act.receipt) fail(`${act.state} after a cut at ${where}`);
  sent.push({ id, seq: act.seq, receipt: act.receipt });
};
const one = await lengthOf(async () => isSent(await write(), 'no place'));
const sending = await everywhere(write, isSent, one);

// Fetching from the beginning: all of it or nothing, and then all of it.
const shelf = async () => {
  const names = (await store.names('item/')).sort();
  return JSON.stringify(await Promise.all(names.map(async (name) => [name, await store.getJson(name)])));
};
const fetched = async () => {
  await store.removeAll('item/');
  await store.change((c) => c.count('cursor', undefined));
  return refresh();
};
await refresh();
const fetchedLength = await lengthOf(fetched);
const whole = await shelf();
const fetching = await everywhere(
  async () => {
    const how = await fetched();
    if (how !== 'offline' || (await shelf()) !== '[]') fail(`${how}: a part of an answer was believed`);
  },
  async (_, where) => {
    await refresh();
    if ((await shelf()) !== whole) fail(`another shelf after a cut at ${where}`);
  },
  fetchedLength,
);

// Opening: until one answer is whole it writes and reads nothing; then the same digits read. No cut is a wrong try.
const unlocking = { ask: 0, answer: 0, cuts: { ask: 0, answer: 0 } };
for (const way of ['ask', 'answer']) {
  for (let at = 0; ; at += step) {
    set(way, at);
    const open = await opening.openWith(digits[0]);
    unlocking[way] = at;
    set();
    await refresh(); // Opening begins one: it must not be counted with the next.
    if (open.right) break;
    const again = await opening.openWith(digits[0]);
    if (!again.right || again.wrong_tries.length) fail(`locked out after a cut at ${way} ${at}`);
    await refresh();
    session = again;
    unlocking.cuts[way] += 1;
  }
}

// Changing the PIN: cut on its way there the old one holds, cut on its way back the new one.
const changed = async () => {
  if ((await opening.changePin(session, ...digits)) !== 'done') fail('not changed');
  digits.reverse();
};
const changing = await everywhere(
  () => opening.changePin(session, ...digits),
  async (how, where) => {
    if (how !== 'offline') fail(`${how} after a cut at ${where}`);
    if (where.startsWith('answer')) digits.reverse();
    await changed();
  },
  await lengthOf(changed),
);
const last = await opening.openWith(digits[0]);
if (!last.right || last.wrong_tries.length) fail('locked out');

process.stdout.write(JSON.stringify({ enrolling, sending, fetching, unlocking, changing, items: JSON.parse(whole).length, sent }), () => process.exit(0));
