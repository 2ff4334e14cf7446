/** My reports: a picture or code, a date and one of six words; never what was written. */
import { withdraw as takeBack } from '../acts.js';
import { sentReports, statuses, statusesSeen } from '../items.js';
import { fate } from '../outbox.js';
import { duty } from './cover.js';
import { tellMore } from './more.js';
import { heard } from './news.js';
import { word } from './stage.js';
import { enter, session, view } from './state.js';
import { sign } from './signs.js';
import { steps } from './ends.js';
import { date } from './times.js';
import { today } from './today.js';

/** What left from here, joined with what the UPTD says about it; the newest first. @param {import('./state.js').Session} [open] */
export async function known(open = session()) {
  const [sent, states] = await Promise.all([sentReports(open), statuses(open)]);
  const own = await Promise.all(sent.map(async ({ id, short, at, picture, status, bare }) => {
    const here = status ? 'sent' : await fate(id);
    const state = status?.state ?? (here === 'sent' ? 'received' : 'waiting');
    return { id, short, picture, at, bare, state, said_at: status?.at, is_new: status?.news && status.is_new };
  }));
  const others = states
    .filter(({ report_id }) => !sent.some(({ id }) => id === report_id))
    .map((one) => ({ id: one.report_id, short: one.short, picture: null, bare: true, at: one.at, state: one.state, said_at: one.at, is_new: one.news && one.is_new }));
  return [...own, ...others].sort((a, b) => b.at.localeCompare(a.at));
}

export async function reports() {
  const turn = enter(reports, 'content');
  const rows = (await known()).map((one) => ({
    id: one.id,
    sign: sign(one.picture),
    state: word(`state.${one.state}`),
    small: word('report_of', { code: one.short, date: date(one.at) }),
    fresh: one.is_new,
  }));
  view(turn, 'reports', { reports: rows.length && rows, empty: !rows.length }, { back: today, open: (id) => report(id) });
}

/** @param {string} id */
export async function report(id) {
  const turn = enter(() => report(id), 'content');
  const one = (await known()).find((row) => row.id === id);
  if (!one) return reports();
  const read = !['received', 'waiting'].includes(one.state);
  const number = one.state === 'please_call' && (await duty());
  view(turn, 'one', {
    title: word('report_of', { code: one.short, date: date(one.at) }),
    sign: sign(one.picture),
    steps: steps(one.at, one.state !== 'waiting' && (one.said_at ?? one.at), read && one.said_at),
    state: word(`state.${one.state}`), duty: number,
  }, {
    back: reports,
    add: () => tellMore(id, one.bare === true, () => report(id)),
    withdraw: () => withdraw(id),
  });
  await statusesSeen(session(), [id]);
  await heard(({ kind, report_id }) => ['report_moved', 'please_call'].includes(kind) && report_id === id);
}

/** @param {string} id */
function withdraw(id) {
  view(enter(() => withdraw(id), 'content'), 'withdraw', {}, {
    back: () => report(id),
    send: async () => {
      await takeBack(session(), id);
      return asked();
    },
  });
}

function asked() {
  view(enter(asked), 'asked', { title: word('step.locked'), hint: word('goes_by_itself'), c: 'end ok' }, { done: reports });
}

