/** *Tambah keterangan* and *Ada kabar baru*: one page each, all of it optional. */
import { addToReport, confirmWay } from '../acts.js';
import * as drafts from '../drafts.js';
import { answersIn, keepAlone } from '../forms.js';
import { going, NAMING, warnings } from '../rules.js';
import { ending } from './ends.js';
import { asPart, namesOf, question } from './labels.js';
import { patience } from './pad.js';
import { complain, word } from './stage.js';
import { enter, now, session, view } from './state.js';

const NEWS = ['danger_now', 'danger_signs', 'violence', 'last_happened'];

/**
 * @param {string} name of the screen
 * @param {Array<[string, string]>} fields group and name
 * @param {Record<string, any>} given
 * @param {{back: () => unknown, changed?: (answers: Record<string, any>) => unknown, next: (answers: Record<string, any>) => unknown, place?: 'report'|'content', title?: string|null}} ways
 */
export function page(name, fields, given, ways) {
  const turn = enter(() => page(name, fields, given, ways), ways.place ?? 'report');
  let warned = '';
  const main = view(turn, name, { title: ways.title }, {
    back: ways.back,
    next: () => {
      const answers = answersIn(/** @type {HTMLElement} */ (main));
      const doubts = doubtsOf(answers);
      if (main && doubts && doubts !== warned) return complain(main, (warned = doubts));
      return ways.next(answers);
    },
  });
  if (!main) return null;
  main.append(...fields.map(([group, field]) => asPart(group, field, given[field])));
  main.append(/** @type {HTMLTemplateElement} */ (document.getElementById('dock')).content.cloneNode(true));
  main.addEventListener('input', ({ target }) => {
    const control = /** @type {HTMLInputElement} */ (target);
    const part = control.closest('[data-q]');
    if (part) keepAlone(control, part);
    complain(main, null);
    Object.assign(given, answersIn(main));
    ways.changed?.(answersIn(main));
  });
  return main;
}

/** What the free texts hold that they must not, as sentences. @param {Record<string, any>} answers */
function doubtsOf(answers) {
  const texts = Object.entries(answers).filter(([name, answer]) => typeof answer === 'string' && /[ \d]/.test(answer) && name !== 'number');
  const found = texts.flatMap(([, text]) => warnings(text));
  return [...new Set(found)].map((kind) => word(`warn.${kind}`)).filter(Boolean).join(' ');
}

/** @param {import('../drafts.js').Draft} draft @param {() => unknown} back */
export function details(draft, back) {
  const { body } = draft;
  const bare = going(body) === 'without_name';
  const shy = ['not_met', 'unsafe_to_ask'].includes(body.consent);
  const added = namesOf('added').filter((field) => !(bare && NAMING.includes(field)));
  const contact = bare ? [] : namesOf('contact').filter((field) => !(shy && field === 'number'));
  const given = { ...body, ...body.safe_contact };
  const write = (/** @type {Record<string, any>} */ answers) => {
    for (const field of added) assign(body, field, answers[field]);
    const safe = { ...body.safe_contact };
    for (const field of contact) assign(safe, field, answers[field]);
    assign(body, 'safe_contact', Object.keys(safe).length ? safe : '');
    return drafts.save(session(), draft);
  };
  page('more', [...pairs('added', added), ...pairs('contact', contact)], given, {
    back, changed: write, next: async (answers) => (await write(answers), back()),
  });
}

/** @param {string} group @param {string[]} fields @returns {Array<[string, string]>} */
const pairs = (group, fields) => fields.map((field) => [group, field]);

/** @param {Record<string, any>} body @param {string} field @param {any} answer */
function assign(body, field, answer) {
  if (answer?.length || (answer && typeof answer === 'object')) body[field] = answer;
  else delete body[field];
}

/**
 * What is typed about something that is on its way already is kept as a draft is, under the digits that began it; nothing of it waits to be sent.
 * @param {string} id @param {string} at the screen @returns {Promise<drafts.Draft>}
 */
export async function begun(id, at) {
  await drafts.flush(); // What she typed a moment ago, before she put the phone down.
  const kept = (await drafts.list(session())).find((draft) => draft.id === id);
  return kept ?? { id, body: {}, begun_at: new Date().toISOString(), at, backs: 0, practice: true };
}

/** Nothing is edited; this is added. @param {string} id @param {boolean} bare it went without her yes @param {() => unknown} back */
export function tellMore(id, bare, back) {
  const fields = [...pairs('report', NEWS), ...pairs('added', bare ? ['needs'] : ['needs', 'note'])];
  return adding(`news.${id}`, fields, async (answers) => {
    const added = await addToReport(session(), id, answers);
    return async () => {
      const [open, over] = [session(), patience('wait_send')];
      const sent = await drafts.told(added.id, answers);
      over();
      return now.session === open && ending(sent);
    };
  }, { back });
}

/** The question that is asked again after a week. */
export const wayWords = () => question('report', 'contact_via')?.querySelector('legend')?.textContent;

/** Whatever she answers says that the way was asked for again. @param {string} id @param {string|null} title @param {() => unknown} back */
export function askWay(id, title, back) {
  const fields = [...pairs('report', ['contact_via']), ...pairs('contact', namesOf('contact'))];
  return adding(`way.${id}`, fields, async (answers) => (await confirmWay(session(), id, answers), back), { back, title });
}

/**
 * @param {string} name of the draft @param {Array<[string, string]>} fields
 * @param {(answers: Record<string, any>) => Promise<() => unknown>} add gives what comes then @param {{back: () => unknown, title?: string|null}} ways
 */
async function adding(name, fields, add, ways) {
  const turn = enter(() => adding(name, fields, add, ways), 'report');
  const draft = await begun(name, 'news');
  if (turn !== now.turn) return;
  page('news', fields, draft.body, {
    ...ways, place: 'report',
    changed: () => drafts.save(session(), draft),
    next: async (answers) => {
      const open = session();
      const then = Object.keys(answers).length ? await add(answers) : ways.back;
      await drafts.remove(open, draft);
      return now.session === open && then();
    },
  });
}
