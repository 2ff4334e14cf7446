/** The guide, and reading aloud with a voice that is on the phone itself. */
import { enter, view } from './state.js';
import { today } from './today.js';

export function guide() {
  const main = view(enter(guide), 'guide', {}, {
    back: today,
    aloud: (_, pressed) => aloud(pressed.parentElement?.querySelectorAll('li') ?? []),
  });
  if (!hasVoice()) main?.querySelectorAll('[data-do=aloud]').forEach((button) => button.remove());
}

/** A voice that speaks without asking a server: what is read never leaves the phone. */
const voice = () =>
  typeof speechSynthesis === 'undefined'
    ? undefined
    : speechSynthesis.getVoices().find(({ lang, localService }) =>
        localService && lang.slice(0, 2) === (document.documentElement.lang === 'en' ? 'en' : 'id'));

// Chromium gathers its voices only once it was asked.
voice();

export const hasVoice = () => voice() !== undefined;

/** @param {Iterable<Element>} lines */
export function aloud(lines) {
  speechSynthesis.cancel();
  for (const line of lines) {
    const saying = new SpeechSynthesisUtterance(line.textContent ?? '');
    saying.voice = voice() ?? null;
    saying.lang = saying.voice?.lang ?? 'id-ID';
    speechSynthesis.speak(saying);
  }
}

/** What is being read aloud stops when somebody leaves. */
export const hush = () => typeof speechSynthesis !== 'undefined' && speechSynthesis.cancel();
