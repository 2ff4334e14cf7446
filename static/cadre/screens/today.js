/** Today: the truth about sending, what is new, and the way to everything else. The same for every PIN. */
import { keepOpen } from '../acts.js';
import { refresh } from '../changes.js';
import { list as drafts } from '../drafts.js';
import { match } from '../enrol.js';
import { alerts, messages, policy, sentReports, statuses, visits, wayDue } from '../items.js';
import { truth } from '../outbox.js';
import { ASK_AGAIN, isDue } from '../schedule.js';
import { seenTries } from '../session.js';
import { getJson } from '../store.js';
import { callMe } from './callme.js';
import { numbers } from './cover.js';
import { four } from './enrol.js';
import { guide } from './guide.js';
import { askWay, wayWords } from './more.js';
import { alertNews, message, statusNews, messageNews } from './news.js';
import { practice } from './practice.js';
import { resume, start } from './report.js';
import { known, report, reports } from './reports.js';
import { contact, settings } from './settings.js';
import { icon } from './filling.js';
import { word } from './stage.js';
import { enter, session, view } from './state.js';
import { clock, date, soon, when } from './times.js';
import { sign } from './signs.js';
import { nextStep, visits as showVisits } from './visits.js';

export async function today() {
  const turn = enter(today, 'content');
  const open = session();
  const [begun, own, told, notes] = await Promise.all([
    drafts(open), visits(open), news(), warnings(),
  ]);
  const count = (await known(open)).length;
  const left = own.filter((visit) => !['recorded', 'declined'].includes(nextStep(visit)));
  const next = left.find(({ late }) => !late);
  const mine = sign(open.picture);
  view(turn, 'today', {
    sign: mine,
    plain: !mine,
    notes,
    drafts: begun.filter(({ at }) => at !== 'record' && at !== 'news').map((draft) => ({ id: draft.id, when: when(draft.begun_at) })),
    news: told,
    visits: left.length ? word('visits_n', { n: left.length }) : word('visits'),
    next: next ? word('next', { when: `${soon(next.opens_at, Date.now() + next.ahead)}, ${clock(next.opens_at)}` }) : word('none'),
    reports: count ? word('reports_n', { n: count }) : word('none'),
  }, {
    report: () => start(),
    draft: (id) => resume(begun.find((one) => one.id === id)),
    news: (key) => told.find((one) => one.key === key)?.open(),
    note: (key) => notes.find((one) => one.key === key)?.open(),
    visits: () => showVisits(),
    reports: () => reports(),
    callme: () => callMe(),
    practice: () => practice(),
    numbers: () => numbers(today, true),
    guide: () => guide(),
    settings: () => settings(),
  });
  await showTruth();
  await keepOpen(open, left.filter((visit) => nextStep(visit) !== 'accept'));
}

/** Write the one line of truth; on the cover it never stands. */
export async function showTruth() {
  const line = document.getElementById('truth');
  if (!line) return;
  const { unsent, since, last_sent_at: last, attention, where } = await truth();
  const [sentence, look, drawing] = unsent
    ? [word(since ? 'waiting' : 'waiting_n', { n: unsent, time: since && when(since) }), 'wait', 'clock']
    : [last ? word('all_sent', { time: when(last) }) : word('nothing_waits'), 'ok', 'ok'];
  line.className = `truth ${look}`;
  icon(line, drawing);
  const more = [unsent > attention ? word('unsent_hint') : '', attention ? word('attention', { n: attention }) : '', where === 'memory' ? word('memory') : ''];
  /** @type {Element} */ (line.lastElementChild).textContent = [sentence, more.filter(Boolean).join(' ')].filter(Boolean).join('. ');
}

/** What a person should know before all else. */
async function warnings() {
  const open = session();
  /** @type {{key: string, text: string|null, open: () => unknown}[]} */
  const notes = [];
  const digits = (await getJson('matched')) ? null : await match();
  if (digits) {
    notes.push({ key: 'match', text: word('pending', { n: digits }), open: () => four(today) });
    void refresh().catch(() => {}); // They may have been compared while she read on.
  }
  if (open.wrong_tries.length) {
    const text = word('tries', { n: open.wrong_tries.length, time: when(open.wrong_tries[0]) });
    notes.push({ key: 'tries', text, open: async () => (await seenTries(open), today()) });
  }
  const due = await wayDue(open);
  if (due) {
    const title = word('report_of', { code: due.short, date: date(due.at) });
    notes.push({ key: 'way', text: `${wayWords()} ${title}`, open: () => askWay(due.id, title, today) });
  }
  const told = (await getJson('contact')) ?? 0;
  if (isDue(told, ASK_AGAIN, Date.now())) notes.push({ key: 'contact', text: word('contact_due'), open: () => contact(today) });
  if ((await policy())?.upgrade) notes.push({ key: 'old', text: word('old'), open: settings });
  return notes;
}

/** What the list says already need not be said twice. */
const SAID = ['message', 'report_moved'];
const OF_VISITS = ['new_visit', 'visit_changed'];

/** Statuses, messages and alerts that are new to her, the newest first. */
async function news() {
  const open = session();
  const [states, texts, calls, sent] = await Promise.all([statuses(open), messages(open), alerts(open), sentReports(open)]);
  const picture = (/** @type {string} */ id) => sent.find((one) => one.id === id)?.picture;
  const isSaid = (/** @type {any} */ { kind, report_id }) => {
    const state = states.find((one) => one.report_id === report_id);
    if (kind === 'unread_emergency') return state && state.state !== 'received'; // Somebody has read it since.
    return SAID.includes(kind) || (kind === 'please_call' && state?.news && state.is_new);
  };
  const unread = calls.filter((one) => !one.acknowledged && !isSaid(one));
  const [ofVisits, others] = [true, false].map((yes) => unread.filter(({ kind }) => OF_VISITS.includes(kind) === yes));
  const rows = [
    ...states.filter((one) => one.news && one.is_new).map((one) => ({ ...statusNews({ ...one, picture: picture(one.report_id) }), open: () => report(one.report_id) })),
    ...texts.filter((one) => one.is_new).map((one) => ({ ...messageNews(one), open: () => message(one) })),
    ...others.map((one) => ({ ...alertNews(one), open: one.kind === 'check_out' ? showVisits : () => message(one) })),
    ...ofVisits.slice(0, 1).map((one) => ({ ...alertNews(one), open: showVisits })),
  ];
  return rows.sort((a, b) => b.at.localeCompare(a.at)).slice(0, 6);
}
