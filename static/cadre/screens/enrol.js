/** Enrolling: code, PIN offered and repeated, picture, four digits to read out, install, alerts. Each step survives being closed. */
import { refresh } from '../changes.js';
import { choosePin, forget, keepCode, keepPicture, match, send } from '../enrol.js';
import { offerPin, pinRefused } from '../pin.js';
import { state, turnOff, turnOn } from '../push.js';
import { persist, putJson } from '../store.js';
import { pad, patience } from './pad.js';
import { complain, put, typed, word } from './stage.js';
import { enter, now, session, standing, view } from './state.js';
import { today } from './today.js';

/** Go on where it was left. @param {string} step @param {() => unknown} back */
export function goOn(step, back) {
  if (step === 'pin') return offer(back);
  if (step === 'send') return repeat('', back);
  return askCode('', back);
}

/** @param {string} link what stood behind `#`, or nothing @param {() => unknown} back */
export async function askCode(link, back) {
  const turn = enter(() => askCode('', back));
  if (link && (await keepCode(link))) return offer(back);
  const main = view(turn, 'code', {}, { back, next });
  if (link) put('code', link);
  async function next() {
    const field = main?.querySelector('label');
    if (await keepCode(typed('code'))) return offer(back);
    if (main) complain(main, word('code_bad'), field);
  }
}

/** Digits one by one, as they are learnt and read out. @param {string} digits */
const apart = (digits) => [...digits].join(' ');

/** @param {() => unknown} back */
function offer(back) {
  const pin = offerPin();
  view(enter(() => offer(back)), 'offer', { pin: apart(pin) }, {
    back,
    take: () => repeat(pin, back),
    other: () => offer(back),
    own: () => own(back),
  });
}

/** @param {() => unknown} back @param {string|null} [hint] */
function own(back, hint) {
  pad({ title: word('pin_new'), hint: hint ?? word('pin_not'), back: () => offer(back), done: (digits) =>
    pinRefused(digits) ? own(back, word('pin_weak')) : repeat(digits, back) });
}

/** @param {string} chosen nothing when the app was closed after choosing @param {() => unknown} back @param {string|null} [hint] */
function repeat(chosen, back, hint) {
  const done = async (/** @type {string} */ digits) => {
    if (chosen && digits !== chosen) return repeat(chosen, back, word('pin_differs'));
    const over = patience('wait_keys');
    if (chosen) await choosePin(digits);
    over();
    return go(digits, back);
  };
  pad({ title: word('pin_again'), hint, back: () => (chosen ? offer(back) : back()), done });
}

/** @param {string} digits @param {() => unknown} back */
async function go(digits, back) {
  const turn = enter(() => repeat('', back));
  const over = patience('wait_send');
  const answer = await send(digits, word('label') ?? '');
  over();
  if (turn !== now.turn) return;
  if (answer.outcome === 'done') {
    now.session = answer.session;
    await Promise.all([persist(), refresh().catch(() => {})]); // numbers to call, and the key for alerts
    return picture(() => four());
  }
  if (answer.outcome === 'differs') return repeat('', back, word('pin_differs'));
  const stuck = answer.outcome;
  view(turn, 'stuck', { title: word(stuck), hint: word(`${stuck}_hint`), again: stuck === 'offline', code: stuck !== 'offline' }, {
    back,
    again: () => go(digits, back),
    code: async () => (await forget(), askCode('', back)),
  });
}

/** She chooses the sign that shows her that the PIN was right. @param {() => unknown} next */
export function picture(next) {
  const main = view(enter(() => picture(next)), 'sign', {}, {
    back: next,
    next: async () => {
      const sign = typed('sign');
      if (!sign && main) return complain(main, word('choose'), main.querySelector('.pics'));
      await keepPicture(session(), sign);
      session().picture = sign;
      return next();
    },
  });
}

/** The four digits that a coordinator compares. @param {() => unknown} [next] where she looks at them again */
export async function four(next) {
  const turn = enter(() => four(next));
  const digits = await match();
  if (!digits) return install();
  view(turn, 'match', { match: apart(digits), again: next }, {
    next: next ?? install,
    matched: async () => (await putJson('matched', true), next?.()),
  });
}

function install() {
  if (matchMedia('(display-mode: standalone)').matches) return alerts(today);
  const can = Boolean(now.boot.prompt);
  view(enter(install), 'install', { can, how: !can }, {
    next: () => alerts(today),
    install: async () => (await askBrowser(), alerts(today)),
  });
}

/** The browser's own question; it can be asked once. */
async function askBrowser() {
  const { prompt } = now.boot;
  now.boot.prompt = null;
  await prompt.prompt();
  await prompt.userChoice;
}

/** @param {() => unknown} next @param {boolean} [asked] she came to change it */
export async function alerts(next, asked) {
  const turn = enter(() => alerts(next, asked));
  const on = (await state()) === 'on';
  if (on && !asked) return next();
  const main = view(turn, 'alerts', { on, allow: !on }, {
    next,
    off: async () => (await turnOff(), next()),
    allow: async () => {
      const how = await turnOn();
      if (how === 'on') return standing() === 'alerts' && next();
      if (main) complain(main, word(`alerts.${how}`));
    },
  });
}
