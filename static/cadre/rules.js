/** The rules of the work as the phone needs them: a mirror of `app/domain`, proven by `tests/vectors/domain.json`; pure. */

import { INNOCENT, KINDS, PATTERNS } from './detectors.js';

/** @typedef {Record<string, any>} Answers names and codes of domain.md */
/** @typedef {'whole'|'without_name'|'cadre_only'|'not_yet_asked'|'tally_only'} Going */

const CHILD_AGES = ['0_5', '6_12', '13_17'];
const SIGNS_1_TO_7 = ['happening_now', 'death_threat', 'strangled', 'weapon', 'serious_injury', 'suicidal', 'confined'];
const LESSER_SIGNS = ['getting_worse', 'just_separated', 'pregnant_now'];
const GRAVE_SIGNS = [...SIGNS_1_TO_7, 'children_threatened', 'cadre_fears'];
export const PURPOSES = [
  'record', 'contact', 'visit', 'refer_medical', 'refer_psychosocial', 'refer_legal', 'refer_police', 'refer_shelter',
  'refer_social', 'refer_reintegration', 'anonymous_statistics',
];
const WITHIN_72_HOURS = ['now', 'last_24h', 'days_2_3'];
const WITHIN_A_DAY = ['now', 'last_24h'];
const PLANNED_CRIMES = ['child_marriage', 'trafficking'];
const DEPENDENCE = ['wheelchair', 'sight', 'hearing_speech', 'intellectual', 'mental', 'elderly', 'language'];
export const NAMING = ['survivor_alias', 'note', 'must_not_know'];
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The codes of an answer, whatever it is: one, many or none. @param {any} answer @returns {string[]} */
function codesIn(answer) {
  if (typeof answer === 'string') return [answer];
  return Array.isArray(answer) ? answer.filter((code) => typeof code === 'string') : [];
}

/** A skip rule: `{field: [codes]}`, `{any: []}`, `{all: []}`, `{not: rule}`; none means always. @param {any} rule @param {Answers} answers @returns {boolean} */
export function holds(rule, answers) {
  if (rule === null || rule === undefined) return true;
  const [[key, inner]] = Object.entries(rule);
  if (key === 'not') return !holds(inner, answers);
  if (key === 'any') return inner.some((/** @type {any} */ part) => holds(part, answers));
  if (key === 'all') return inner.every((/** @type {any} */ part) => holds(part, answers));
  return codesIn(answers[key]).some((code) => inner.includes(code));
}

/** @param {Answers} answers */
const isChild = (answers) => CHILD_AGES.includes(answers.survivor_age);

/** @param {Answers} answers */
const isPregnantChild = (answers) =>
  isChild(answers) && (codesIn(answers.danger_signs).includes('pregnant_now') || codesIn(answers.access_needs).includes('pregnant'));

/** Also when a child is pregnant. @param {Answers} answers */
const isSexual = (answers) => codesIn(answers.violence).includes('sexual') || isPregnantChild(answers);

/** @param {Answers} answers @returns {string[]} */
function emergencyReasons(answers) {
  const signs = codesIn(answers.danger_signs);
  const reasons = ['happening_now', 'suicidal'].filter((sign) => signs.includes(sign)).map((sign) => `sign.${sign}`);
  const hurt = ['strangled', 'serious_injury'].filter((sign) => signs.includes(sign)).map((sign) => `sign.${sign}`);
  if (hurt.length && WITHIN_A_DAY.includes(answers.last_happened)) reasons.push(...hurt, 'within_a_day');
  if (answers.danger_now === 'yes') reasons.push('danger_now');
  return reasons;
}

/** @param {Answers} answers @returns {string[]} */
function highReasons(answers) {
  const signs = codesIn(answers.danger_signs);
  const violence = codesIn(answers.violence);
  const when = answers.last_happened;
  const near = answers.reported_person_near;
  const lesser = LESSER_SIGNS.filter((sign) => signs.includes(sign)).map((sign) => `sign.${sign}`);
  const depends = codesIn(answers.access_needs).some((need) => DEPENDENCE.includes(need));
  return [
    ...GRAVE_SIGNS.filter((sign) => signs.includes(sign)).map((sign) => `sign.${sign}`),
    ...(lesser.length >= 2 ? lesser : []),
    ...(isPregnantChild(answers) ? ['pregnant_child'] : []),
    ...(isSexual(answers) && WITHIN_72_HOURS.includes(when) ? ['sexual_72h'] : []),
    ...(isChild(answers) && near !== 'no' ? ['child_near'] : []),
    ...(when === 'planned_7d' ? PLANNED_CRIMES.filter((kind) => violence.includes(kind)).map((kind) => `planned.${kind}`) : []),
    ...(violence.includes('trafficking') && signs.includes('confined') ? ['trafficking_confined'] : []),
    ...(depends && (answers.reported_person === 'carer' || near === 'yes') ? ['dependent'] : []),
  ];
}

/** @param {Answers} answers @returns {string[]} */
function mediumReasons(answers) {
  const signs = codesIn(answers.danger_signs);
  return [
    ...LESSER_SIGNS.filter((sign) => signs.includes(sign)).map((sign) => `sign.${sign}`),
    ...codesIn(answers.violence).filter((kind) => kind !== 'unknown').map((kind) => `violence.${kind}`),
    ...(signs.length === 0 || signs.includes('unknown') ? ['signs_unknown'] : []),
  ];
}

/** @param {Answers} answers @returns {{risk: 'low'|'medium'|'high', emergency: boolean, reasons: string[]}} */
export function proposedRisk(answers) {
  const emergency = emergencyReasons(answers);
  const high = highReasons(answers);
  const medium = mediumReasons(answers);
  if (emergency.length || high.length) {
    return { risk: 'high', emergency: emergency.length > 0, reasons: [...new Set([...emergency, ...high, ...medium])] };
  }
  return { risk: medium.length ? 'medium' : 'low', emergency: false, reasons: medium };
}

/** Rule 4: how much of a report goes. @param {Answers} answers @returns {Going} */
export function going(answers) {
  if (isChild(answers)) return 'whole';
  const { consent } = answers;
  if (consent === 'yes' || consent === 'cannot_decide') return 'whole';
  if (consent === 'no') return codesIn(answers.danger_signs).some((sign) => GRAVE_SIGNS.includes(sign)) ? 'without_name' : 'tally_only';
  return consent ? 'cadre_only' : 'not_yet_asked';
}

/** @param {any} value */
const isThere = (value) => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && !value.length);

/** @param {any} group */
const isEmptyGroup = (group) => !group || Object.keys(group).length === 0;

/**
 * What of a report may be sealed now, and which names were taken out.
 * @param {Answers} body @param {Answers} [known] earlier answers that it adds to
 * @returns {{going: Going, body: Answers, removed: string[]}}
 */
export function whatMayGo(body, known = {}) {
  const how = going({ ...known, ...body });
  const allowed = { ...body };
  if (how === 'whole') return { going: how, body: allowed, removed: [] };
  /** @type {string[]} */
  const removed = [];
  if (how === 'cadre_only') {
    const { number, ...contact } = body.safe_contact ?? {};
    if (number !== undefined && number !== null) removed.push('number');
    if ('safe_contact' in body) allowed.safe_contact = contact;
  } else {
    for (const name of [...NAMING, 'safe_contact']) {
      const filled = name === 'safe_contact' ? !isEmptyGroup(body[name]) : isThere(body[name]);
      if (filled) removed.push(name);
      delete allowed[name];
    }
  }
  if (isEmptyGroup(allowed.safe_contact)) delete allowed.safe_contact;
  const via = how === 'cadre_only' || how === 'not_yet_asked' ? 'through_me' : 'do_not_contact';
  if (isThere(body.contact_via) && body.contact_via !== via) removed.push('contact_via');
  allowed.contact_via = via;
  return { going: how, body: allowed, removed };
}

/** Codes of *Sekarang lakukan*, at most three, the most urgent first. @param {Answers} answers @returns {string[]} */
export function doNow(answers) {
  const signs = codesIn(answers.danger_signs);
  const when = String(answers.last_happened);
  const wedding = codesIn(answers.violence).includes('child_marriage') && when.startsWith('planned_');
  const lines = [
    ...['suicidal', 'strangled'].filter((sign) => signs.includes(sign)),
    ...(isSexual(answers) && WITHIN_72_HOURS.includes(when) ? ['sexual_72h'] : []),
    ...(wedding ? ['wedding_planned'] : []),
  ];
  return [...lines.slice(0, 2), 'stay_away', 'call_110'].slice(0, 3);
}

/** Unsent, this must not wait for the app. @param {Answers} answers */
export const isPressing = (answers) =>
  answers.danger_now === 'yes' || codesIn(answers.danger_signs).some((sign) => SIGNS_1_TO_7.includes(sign));

/** @param {Answers} answers @param {boolean} sent @returns {'sent'|'waiting'|'urgent'} */
export const ending = (answers, sent) => (sent ? 'sent' : isPressing(answers) ? 'urgent' : 'waiting');

/** The first five Crockford characters of an id: what people call a report. @param {string} id */
export function shortCode(id) {
  const top = parseInt(id.replace(/-/g, '').slice(0, 7), 16) >>> 3;
  return [20, 15, 10, 5, 0].map((shift) => CROCKFORD[(top >> shift) & 31]).join('');
}

/** The questions of a report in the order of its screens: which are mandatory, and when they are asked. @type {[string, boolean, any][]} */
const SCREENS = [
  ['danger_now', true, null],
  ['emergency_call', false, { danger_now: ['yes'] }],
  ['survivor_sex', true, null],
  ['survivor_age', true, null],
  ['violence', true, null],
  ['last_happened', true, null],
  ['danger_signs', true, null],
  ['reported_person_near', true, null],
  ['source', true, null],
  ['consent', true, { not: { survivor_age: CHILD_AGES } }],
  ['child_wish', false, { survivor_age: ['13_17'] }],
  ['contact_via', true, { any: [{ survivor_age: CHILD_AGES }, { consent: ['yes', 'cannot_decide'] }] }],
  ['conflict', true, { not: { all: [{ not: { survivor_age: CHILD_AGES } }, { consent: ['no'] }, { not: { danger_signs: GRAVE_SIGNS } }] } }],
  ['village', true, null],
];

/** The questions that these answers lead to, in order. @param {Answers} answers @returns {string[]} */
export const asked = (answers) => SCREENS.filter(([, , rule]) => holds(rule, answers)).map(([name]) => name);

/** Mandatory ones without an answer. @param {Answers} answers @returns {string[]} */
export const missing = (answers) =>
  SCREENS.filter(([name, mandatory, rule]) => mandatory && holds(rule, answers) && !isThere(answers[name])).map(([name]) => name);

/** What a text may hold that it must not; a hint to her before saving, never a refusal. @param {string} text @returns {string[]} */
export function warnings(text) {
  const plain = INNOCENT.reduce((sum, name) => sum.split(name).join(name.toLowerCase()), text);
  return KINDS.filter((kind) => PATTERNS.some(([what, pattern]) => what === kind && pattern.test(plain)));
}

const PUBLIC_QUESTIONS = ['still_agreed', 'cover_ready', 'check_out_in'];
const HOME_QUESTIONS = [...PUBLIC_QUESTIONS, 'reported_person_away', 'companion', 'companion_contact', 'exit_known', 'daylight'];

/** A public place asks three, a home all. @param {string} place_kind @returns {string[]} */
export const gate = (place_kind) => (place_kind === 'public' ? PUBLIC_QUESTIONS : HOME_QUESTIONS);

/** @param {Answers} answers @param {string} name */
function isAnswered(answers, name) {
  if (name === 'check_out_in') return Number.isInteger(answers[name]) && answers[name] > 0;
  return name === 'companion_contact' ? Boolean(answers[name]) : answers[name] === 'yes';
}

/** The questions that keep the gate shut: each needs its yes, and *unknown* is none. @param {string} place_kind @param {Answers} answers @returns {string[]} */
export const gateMissing = (place_kind, answers) => gate(place_kind).filter((name) => !isAnswered(answers, name));

/** @param {string} place_kind @param {Answers} answers */
export const gateOpens = (place_kind, answers) => gateMissing(place_kind, answers).length === 0;
