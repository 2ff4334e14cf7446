/** Settings: language, size, PIN, being reached, a day without signal, what is on this phone, and going away. */
import { write } from '../acts.js';
import { answersIn } from '../forms.js';
import { removeFromPhone } from '../leaving.js';
import { flush, truth, whatWasSent } from '../outbox.js';
import { changePin, offlineDay } from '../session.js';
import { state } from '../push.js';
import { registration, update, useLanguage, version } from '../shell.js';
import { health, persist, putJson } from '../store.js';
import { alerts } from './enrol.js';
import { asPart, namesOf } from './labels.js';
import { pad, patience } from './pad.js';
import { complain, word } from './stage.js';
import { enter, now, session, standing, view } from './state.js';
import { day, clock, when } from './times.js';
import { today } from './today.js';

export async function settings() {
  const turn = enter(settings);
  const { lang, dataset } = document.documentElement;
  const until = session().lease_until;
  view(turn, 'settings', {
    language: word(`lang.${lang}`), size: word(`size.${dataset.size ?? 0}`), version,
    offline: until ? word('until', { time: when(until) }) : word('off'), alerts: word(`alerts.${await state()}`),
    health: word((await health()).persisted ? 'kept' : 'not_kept'), update: (await registration())?.waiting,
  }, {
    back: today, language, size, pin, offline, contact: () => contact(settings), health: onPhone, sent, limits, remove,
    alerts: () => alerts(settings, true),
    update: async () => (await update(true)) && location.reload(),
  });
}

function language() {
  const main = view(enter(language), 'language', {}, {
    back: settings,
    use: async (code) => {
      if (await useLanguage(code)) return location.reload();
      if (main) complain(main, word('alerts.offline'));
    },
  });
  chosen(main, document.documentElement.lang);
}

/** Which of the answers holds now is said as well as seen. @param {HTMLElement|null} main @param {string} value */
const chosen = (main, value) => main?.querySelector(`[value="${value}"]`)?.setAttribute('aria-pressed', 'true');

function size() {
  const main = view(enter(size), 'size', {}, {
    back: settings,
    use: async (step) => {
      document.documentElement.dataset.size = step;
      await putJson('size', step);
      size();
    },
  });
  chosen(main, document.documentElement.dataset.size ?? '0');
}

/** The present PIN, a new one, and the new one again. @param {string|null} [hint] */
function pin(hint) {
  pad({ title: word('pin_now'), hint: typeof hint === 'string' ? hint : null, back: settings, done: (present) => fresh(present) });
}

/** @param {string} present @param {string|null} [hint] */
function fresh(present, hint) {
  pad({ title: word('pin_new'), hint: hint ?? word('pin_not'), back: settings, done: (wanted) =>
    pad({ title: word('pin_again'), back: settings, done: (again) =>
      again === wanted ? change(present, wanted) : fresh(present, word('pin_differs')) }) });
}

/** @param {string} present @param {string} wanted */
async function change(present, wanted) {
  const [over, open] = [patience('wait_keys'), session()];
  const how = await changePin(open, present, wanted);
  over();
  if (now.session !== open) return;
  if (how === 'done') return said('pin_changed', 'pin_changed_hint');
  if (how === 'offline') return said('offline', 'pin_offline', 'wait');
  if (how === 'closed') return said('failed', 'alerts.offline', 'wait');
  return how === 'refused' ? pin(word('pin_refused')) : fresh(present, word('pin_weak'));
}

/** @param {string} title @param {string} hint @param {'ok'|'wait'} [look] @param {() => unknown} [done] */
function said(title, hint, look = 'ok', done = settings) {
  view(enter(() => said(title, hint, look, done)), 'asked', {
    title: word(title), hint: word(hint), c: `end ${look}`, i: look === 'ok' ? 'ok' : 'clock',
  }, { done });
}

/** @param {() => unknown} back */
export function contact(back) {
  const main = view(enter(() => contact(back)), 'contact', {}, {
    back,
    keep: async () => {
      const answers = answersIn(/** @type {HTMLElement} */ (main));
      if (!answers.number && main) return complain(main, word('number_needed'), main.querySelector('[data-q=number]'));
      await write(session(), 'contact.update', answers);
      await putJson('contact', Date.now());
      return said('step.locked', 'goes_by_itself', 'ok', back);
    },
  });
  for (const field of namesOf('mine')) main?.querySelector('#fields')?.append(asPart('mine', field, undefined));
}

function offline() {
  view(enter(offline), 'offline', {}, {
    back: settings,
    go: async () => {
      const until = await offlineDay(session());
      const line = document.getElementById('result');
      if (!line) return;
      line.hidden = false;
      line.className = `truth ${until ? 'ok' : 'wait'}`;
      line.textContent = until ? word('open_until', { time: `${day(until)}, ${clock(until)}` }) : word('alerts.offline');
    },
  });
}

async function onPhone() {
  const turn = enter(onPhone);
  const [how, line] = [await health(), await truth()];
  const facts = [
    { name: word('state.waiting'), value: line.unsent ? word('waiting_n', { n: line.unsent }) : word('none') },
    { name: word('fact.last'), value: line.last_sent_at ? when(line.last_sent_at) : word('none') },
    { name: word('fact.kept'), value: word(how.persisted ? 'kept' : 'not_kept') },
    { name: word('fact.room'), value: word(how.kept === 'ok' && how.ballast ? 'room' : 'full') },
  ];
  const still = async () => void (standing() === 'health' && onPhone());
  view(turn, 'health', { facts }, {
    back: settings,
    send: () => flush('pressed').then(still),
    keep: () => persist().then(still),
  });
}

/** When she wrote is hers to read: other digits see no more of it than what still waits. */
async function sent() {
  const turn = enter(sent);
  const rows = (session().right ? await whatWasSent() : []).map(({ sent_at, bytes }) => ({ at: when(sent_at), size: `${Math.ceil(bytes / 1024)} KB` }));
  view(turn, 'sent', { sent: rows.length && rows, empty: !rows.length }, { back: settings });
}

function limits() {
  view(enter(limits), 'limits', {}, { back: settings });
}

function remove() {
  const main = view(enter(remove), 'remove', {}, {
    back: settings,
    go: async () => {
      // The cover comes by itself once all is deleted, and she may be elsewhere when the office has heard of it.
      if ((await removeFromPhone(session())) !== 'done' && main) complain(main, word('still_unsent'));
    },
  });
}

