/** The summary of a report: every answer with *Ubah*, and what may go without her yes. */
import { asked, going } from '../rules.js';
import { profile } from '../session.js';
import { label, short } from './labels.js';
import { word } from './stage.js';
import { enter, view } from './state.js';

/**
 * @param {import('../drafts.js').Draft} draft
 * @param {{back: () => unknown, change: (field: string) => unknown, more: () => unknown, send: () => unknown, drop: () => unknown, drill: () => void}} ways
 */
export async function summary(draft, ways) {
  const turn = enter(() => summary(draft, ways), 'report');
  const { body } = draft;
  draft.at = '';
  const villages = (await profile())?.villages ?? [];
  const named = villages.find(({ code }) => code === body.village)?.name;
  const answers = asked(body)
    .filter((field) => field !== 'survivor_age' && field !== 'village' && body[field]?.length)
    .map((field) => ({ field, short: short('report', field), answer: said(body, field) }));
  answers.push({ field: 'village', short: short('report', 'village'), answer: named ?? word('choose') ?? '' });
  const main = view(turn, 'sum', {
    answers, far: word('far', { n: 12 }), saved: word('saved'), more: true, forced: going(body) === 'without_name',
  }, { ...ways, drop });
  let sure = false;
  /** Pressed twice, it is gone: sealed nowhere, sent nowhere. @param {string} _ @param {HTMLElement} pressed */
  function drop(_, pressed) {
    if (sure) return ways.drop();
    sure = true;
    pressed.textContent = word('drop_sure');
  }
  main?.querySelector('progress')?.setAttribute('aria-label', word('far', { n: 12 }) ?? '');
  ways.drill();
}

/** @param {Record<string, any>} body @param {string} field */
function said(body, field) {
  const words = [body[field]].flat().map((code) => label('report', field, code)).join('\u00a0· ');
  const all = field === 'survivor_sex' && body.survivor_age ? `${words}, ${label('report', 'survivor_age', body.survivor_age)}` : words;
  return all.replace(/–/g, '\u2060–\u2060'); // A line may end before an age, never within it.
}
