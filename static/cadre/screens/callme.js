/** Call me: one button for those who would rather talk; without data an SMS of one constant sentence. */
import { write } from '../acts.js';
import { duty } from './cover.js';
import { hasLeft } from './fate.js';
import { typed, word } from './stage.js';
import { enter, session, view } from './state.js';
import { today } from './today.js';

export function callMe() {
  view(enter(callMe), 'callme', {}, {
    back: today,
    when: async (value) => {
      const { id } = await write(session(), 'call.me', { when: value, number: typed('number') });
      return told(id);
    },
  });
}

/** @param {string} id */
async function told(id) {
  const turn = enter(() => told(id));
  const [number, left] = [await duty(), await hasLeft(id)];
  view(turn, 'asked', {
    title: word(left ? 'call_asked' : 'unsent'),
    hint: word(left ? 'call_asked_hint' : 'unsent_hint'),
    c: `end ${left ? 'ok' : 'wait'}`,
    i: left ? 'ok' : 'clock',
    sms: !left && number,
  }, { done: today });
}
