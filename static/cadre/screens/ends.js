/** How a report ends on this phone: sealed, sent and read are three things, and what to do now. */
import { listen } from '../bells.js';
import { digits } from '../card.js';
import * as drafts from '../drafts.js';
import { flush } from '../outbox.js';
import { whatMayGo } from '../rules.js';
import { whereKept } from '../store.js';
import { duty } from './cover.js';
import { aloud, hasVoice } from './guide.js';
import { codesOf } from './labels.js';
import { drilled } from './practice.js';
import { word } from './stage.js';
import { enter, standing, view } from './state.js';
import { clock } from './times.js';
import { today } from './today.js';

/** @typedef {{id: string, ending: string, advice: string[], short: string, sealed_at?: number, sent_at?: number, line?: string}} Sent */

/** @type {Sent|null} */
let last = null;

/** What was sent is forgotten in memory. */
export const dropEnd = () => void (last = null);

/** @param {Sent} sent @param {import('../drafts.js').Draft} [draft] of a report, not of what adds to one */
export async function ending(sent, draft) {
  if (draft?.practice) return drilled(draft);
  last = { ...sent, sealed_at: Date.now(), sent_at: sent.ending === 'sent' ? Date.now() : undefined };
  // A phone that keeps nothing may lose it: the digits reach the office by voice.
  if (draft && (await whereKept()) === 'memory') last.line = digits(whatMayGo(draft.body).body, codesOf).replace(/....(?=.)/g, '$& ');
  return sent.ending === 'urgent' ? alarm() : end();
}

async function again() {
  await flush('pressed');
  await settle();
}

/** Ask how it stands, and show it where that still stands: she may have gone on. */
async function settle() {
  if (!last || last.ending === 'tally') return;
  const how = await drafts.ending(last.id);
  if (!last || how === last.ending || !['end', 'alarm'].includes(standing() ?? '')) return;
  last.ending = how;
  if (how === 'sent') last.sent_at = Date.now();
  if (how === 'urgent') await alarm();
  else end();
}

async function alarm() {
  const turn = enter(alarm, 'report');
  const number = await duty();
  view(turn, 'alarm', { duty: number, sms: number }, { again, done: end });
}

async function end() {
  const turn = enter(end, 'report');
  if (!last) return today();
  const { ending: how, advice, sealed_at, sent_at, line } = last;
  const counted = how === 'tally';
  const sent = how === 'sent' || counted;
  const sms = !sent && (await duty());
  const lines = counted ? [] : advice.map((code) => word(`advice.${code}`));
  const main = view(turn, 'end', {
    title: counted ? word('counted') : sent ? word('sent_at', { time: clock(sent_at ?? 0) }) : word(how === 'attention' ? 'alert.please_call' : 'unsent'),
    hint: word(counted ? 'counted_hint' : sent ? 'sealed_hint' : 'unsent_hint'),
    c: `end ${sent ? 'ok' : 'wait'}`,
    i: sent ? 'ok' : 'clock',
    steps: !counted && steps(sealed_at, sent_at, false),
    advice: lines.length && lines.map((text, at) => ({ n: at + 1, text })),
    voice: hasVoice(),
    line: !sent && line,
    waiting: !sent,
    sent, sms,
  }, {
    again, done: today, aloud: () => aloud(main?.querySelectorAll('.do span') ?? []),
  });
}

/**
 * Sealed, sent, read: each with its time or *not yet*.
 * @param {any} sealed @param {any} sent @param {any} read
 */
export const steps = (sealed, sent, read) =>
  [['locked', sealed], ['sent', sent], ['read', read]].map(([key, at]) => ({
    word: word(`step.${key}`), at: at ? clock(at) : word('not_yet'), c: at ? 'done' : '', i: at ? 'ok' : 'none',
  }));

listen('outbox', settle);
