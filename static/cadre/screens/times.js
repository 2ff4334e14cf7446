// How a moment reads in the page's language: clock, day, window. No sentence is made here.

import { word } from './stage.js';

// A browser without Banyumasan counts the days in Indonesian.
const tongue = document.documentElement.lang === 'en' ? 'en-GB' : 'id-ID';

/**
 * A writer is made when it is first asked for: all five at once cost a slow phone a tenth of a second at every start.
 * @param {Intl.DateTimeFormatOptions} form @returns {(moment: string|number|Date) => string}
 */
function writer(form) {
  /** @type {Intl.DateTimeFormat|undefined} */
  let made;
  return (moment) => (made ??= new Intl.DateTimeFormat(tongue, form)).format(new Date(moment));
}
export const clock = writer({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** `19 November` */
export const date = writer({ day: 'numeric', month: 'long' });
/** `Kamis` */
export const weekday = writer({ weekday: 'long' });
/** `Nov` */
export const month = writer({ month: 'short' });
const whole = writer({ weekday: 'long', day: 'numeric', month: 'long' });

/** `Hari ini`, `Besok`, or `Sabtu, 28 November`. @param {string|number|Date} moment @param {number} [now] */
export function day(moment, now = Date.now()) {
  const days = Math.round((midnight(moment) - midnight(now)) / 864e5);
  return (days === 0 ? word('today') : days === 1 ? word('tomorrow') : null) ?? whole(moment);
}

/** The same within a sentence: `besok`. @param {string|number|Date} moment @param {number} now */
export function soon(moment, now) {
  const name = day(moment, now);
  return [word('today'), word('tomorrow')].includes(name) ? name.toLowerCase() : name;
}

/**
 * `Hari ini, 09.00–11.00`; over several days `24 November – 1 Desember`.
 * @param {string} from
 * @param {string} to
 * @param {number} now by the clock that said both
 */
export function span(from, to, now) {
  if (midnight(from) === midnight(to)) return `${day(from, now)}, ${clock(from)}\u2060–\u2060${clock(to)}`;
  const hours = (Date.parse(to) - Date.parse(from)) / 36e5;
  if (hours < 24) return `${day(from, now)}, ${clock(from)} – ${day(to, now)}, ${clock(to)}`;
  return `${date(from)} – ${date(to)}`;
}

/** `10.42` today, `24 November, 10.42` before. @param {string|number|Date} moment */
export function when(moment) {
  return midnight(moment) === midnight(Date.now()) ? clock(moment) : `${date(moment)}, ${clock(moment)}`;
}

/** @param {string|number|Date} moment */
const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
