/** The record of a visit, later and elsewhere: two answers are needed, the rest may be skipped. */
import { write } from '../acts.js';
import * as drafts from '../drafts.js';
import { skip } from '../forms.js';
import { checklist } from '../items.js';
import { make, namesOf } from './labels.js';
import { begun, page } from './more.js';
import { complain, word } from './stage.js';
import { enter, now, session, view } from './state.js';
import { visits } from './visits.js';

const NEEDED = ['outcome', 'alone_with_survivor'];
const SPOKE = ['met', 'unsafe_stopped', 'survivor_declined'];

/** @param {import('./visits.js').Visit} visit @param {boolean} [unsafe] */
export async function record(visit, unsafe = false) {
  const turn = enter(() => record(visit, unsafe), 'report');
  const draft = await begun(visit.visit_id, 'record');
  const given = draft.body;
  if (unsafe) given.outcome ??= 'unsafe_stopped';
  const extra = await checklist(visit.purpose);
  if (turn !== now.turn) return;
  const fields = namesOf('record').flatMap((field) =>
    field === 'injury' ? [['report', 'danger_signs'], ['record', field]] : field === 'protected' ? [['added', 'work_harm'], ['record', field]] : [['record', field]]);
  const main = page('record', /** @type {Array<[string, string]>} */ (fields), given, {
    back: async () => (await drafts.flush(), visits()),
    changed: (answers) => {
      if (main) skip(main, answers);
      draft.body = { ...answers, ...(main && { checklist: checklistOf(main) }) };
      drafts.save(session(), draft);
    },
    next: (answers) => send(visit, main, answers, draft),
  });
  if (!main) return;
  now.again = () => record(visit, unsafe);
  addChecklist(main, extra, given.checklist ?? {});
  skip(main, given);
  const label = main.querySelector('.dock span');
  if (label) label.textContent = word('send_record');
}

/** The district's own items stand before the button. @param {HTMLElement} main @param {any} extra @param {Record<string, string>} given */
function addChecklist(main, extra, given) {
  const lang = document.documentElement.lang;
  for (const one of extra?.items ?? []) {
    const title = one.labels[lang] ?? one.labels.id ?? one.code;
    const answers = ['yes', 'no', 'not_asked'].map((code) => {
      const input = make('input', { type: 'radio', name: `item.${one.code}`, value: code, checked: given[one.code] === code });
      return make('label', {}, input, word(`answer.${code}`) ?? code);
    });
    const part = make('fieldset', {}, make('legend', { textContent: title }), make('div', { className: 'yn' }, ...answers));
    part.dataset.item = one.code;
    main.querySelector('.dock')?.before(part);
  }
}

/** @param {HTMLElement} main */
function checklistOf(main) {
  const parts = /** @type {NodeListOf<HTMLElement>} */ (main.querySelectorAll('[data-item]'));
  const rows = [...parts].map((part) => [part.dataset.item, /** @type {HTMLInputElement|null} */ (part.querySelector(':checked'))?.value]);
  return Object.fromEntries(rows.filter(([, answer]) => answer));
}

/** @param {import('./visits.js').Visit} visit @param {HTMLElement|null} main @param {Record<string, any>} answers @param {drafts.Draft} draft */
async function send(visit, main, answers, draft) {
  if (!main) return;
  const gap = NEEDED.find((field) => !answers[field] && (field === 'outcome' || SPOKE.includes(answers.outcome)));
  if (gap) return complain(main, word('choose'), main.querySelector(`[data-q=${gap}]`));
  const ticked = checklistOf(main);
  await write(session(), 'visit.record', {
    visit_id: visit.visit_id, ...answers, ...(Object.keys(ticked).length && { checklist: ticked }),
  });
  await drafts.remove(session(), draft);
  return done();
}

function done() {
  view(enter(done), 'asked', { title: word('step.locked'), hint: word('goes_by_itself'), c: 'end ok' }, { done: visits });
}
