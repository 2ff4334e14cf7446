/** Call me: one button for those who would rather talk; without data an SMS of one constant sentence. */
import { write } from '../acts.js';
import { duty } from './cover.js';
import { typed, word } from './stage.js';
import { enter, session, view } from './state.js';
import { today } from './today.js';

export function callMe() {
  view(enter(callMe), 'callme', {}, {
    back: today,
    when: async (value) => {
      await write(session(), 'call.me', { when: value, number: typed('number') });
      return told();
    },
  });
}

async function told() {
  const turn = enter(told);
  const number = await duty();
  const offline = !navigator.onLine;
  view(turn, 'asked', {
    title: word(offline ? 'unsent' : 'call_asked'),
    hint: word(offline ? 'unsent_hint' : 'call_asked_hint'),
    c: `end ${offline ? 'wait' : 'ok'}`,
    i: offline ? 'clock' : 'ok',
    sms: offline && number,
  }, { done: today });
}
