/** What is new: a status, a message, an alert; and the page that says it and that she has read it. */
import { acknowledge } from '../acts.js';
import { alerts, messagesSeen } from '../items.js';
import { duty } from './cover.js';
import { word } from './stage.js';
import { enter, session, view } from './state.js';
import { when } from './times.js';
import { sign } from './signs.js';
import { today } from './today.js';

/** @param {any} one a status of hers */
export const statusNews = (one) => ({
  key: one.report_id, at: one.at, sign: sign(one.picture), text: word(`state.${one.state}`),
  small: word('report_of', { code: one.short, date: when(one.at) }), fresh: true,
});

/** @param {any} one a message of the UPTD */
export const messageNews = (one) => ({ key: one.id, at: one.at, text: word('alert.message'), small: when(one.at), fresh: true });

/** @param {any} one an alert */
export const alertNews = (one) => ({
  key: one.alert_id, at: one.at, text: word(`alert.${one.kind}`) ?? word('alert.other'), small: when(one.at), fresh: true,
});

/** @param {any} one a message or an alert */
export async function message(one) {
  const turn = enter(() => message(one), 'content');
  const number = await duty();
  const urgent = one.kind === 'unread_emergency';
  view(turn, 'message', {
    title: word(`alert.${one.kind ?? 'message'}`) ?? word('alert.other'), at: when(one.at), text: one.text,
    calls: urgent, duty: (urgent || one.kind === 'please_call') && number,
  }, {
    back: today,
    read: async () => {
      if (one.alert_id) await acknowledge(session(), one.alert_id);
      else await Promise.all([messagesSeen(session(), [one.id]), heard(({ kind }) => kind === 'message')]);
      return today();
    },
  });
}

/** What she has seen elsewhere need not ring any more. @param {(alert: any) => boolean} which */
export async function heard(which) {
  const open = session();
  for (const alert of await alerts(open)) {
    if (!alert.acknowledged && which(alert)) await acknowledge(open, alert.alert_id);
  }
}
