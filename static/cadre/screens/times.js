// How a moment reads in the page's language: clock, day, window. No sentence is made here.

import { word } from './stage.js';

// A browser without Banyumasan counts the days in Indonesian.
const tongue = document.documentElement.lang === 'en' ? 'en-GB' : 'id-ID';

/** @param {Intl.DateTimeFormatOptions} form */
const writer = (form) => new Intl.DateTimeFormat(tongue, form);
const CLOCK = writer({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = writer({ day: 'numeric', month: 'long' });
const WEEKDAY = writer({ weekday: 'long', day: 'numeric', month: 'long' });
const NAME = writer({ weekday: 'long' });
const MONTH = writer({ month: 'short' });

/** @param {string|number|Date} moment */
export const clock = (moment) => CLOCK.format(new Date(moment));

/** `19 November` @param {string|number|Date} moment */
export const date = (moment) => DAY.format(new Date(moment));

/** `Kamis` @param {string|number|Date} moment */
export const weekday = (moment) => NAME.format(new Date(moment));

/** `Nov` @param {string|number|Date} moment */
export const month = (moment) => MONTH.format(new Date(moment));

/** `Hari ini`, `Besok`, or `Sabtu, 28 November`. @param {string|number|Date} moment */
export function day(moment, now = new Date()) {
  const days = Math.round((midnight(new Date(moment)) - midnight(now)) / 864e5);
  return (days === 0 ? word('today') : days === 1 ? word('tomorrow') : null) ?? WEEKDAY.format(new Date(moment));
}

/** The same within a sentence: `besok`. @param {string|number|Date} moment */
export function soon(moment) {
  const name = day(moment);
  return [word('today'), word('tomorrow')].includes(name) ? name.toLowerCase() : name;
}

/**
 * `Hari ini, 09.00–11.00`; over several days `24 November – 1 Desember`.
 * @param {string} from
 * @param {string} to
 */
export function span(from, to) {
  if (midnight(new Date(from)) === midnight(new Date(to))) return `${day(from)}, ${clock(from)}–${clock(to)}`;
  const hours = (Date.parse(to) - Date.parse(from)) / 36e5;
  if (hours < 24) return `${day(from)}, ${clock(from)} – ${day(to)}, ${clock(to)}`;
  return `${date(from)} – ${date(to)}`;
}

/** `10.42` today, `24 November, 10.42` before. @param {string|number|Date} moment */
export function when(moment, now = new Date()) {
  return midnight(new Date(moment)) === midnight(now) ? clock(moment) : `${date(moment)}, ${clock(moment)}`;
}

/** @param {Date} moment */
const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
