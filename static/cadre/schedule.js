/** When things happen: pauses, windows and limits of sync.md and privacy.md; pure, the clock and chance are parameters. */

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Sent bytes stay this long by server time, so that a server restored from a backup can have them again. */
export const KEEP_SENT = 14 * DAY;

/** States of her own reports are shown this long. */
export const STATES_FOR = 30 * DAY;

/** How to reach a survivor safely is asked again after this long (domain.md section 3.2). */
export const WAY_HOLDS = 7 * DAY;

/** How the cadre is reached is asked again after this long (domain.md section 3.3). */
export const ASK_AGAIN = 90 * DAY;

/** A visit's lease lasts this long after its window has closed. */
export const AFTER_DUE = DAY;

/** One request carries at most this many envelopes and bytes (sync.md, Send). */
export const BATCH = 50;
const BATCH_BYTES = 256 * 1024;

/** Failures of one act after which a person should look. */
export const ATTENTION = 5;

/** Tries on this phone after which what can be opened goes; the server counts its own. */
export const LIMIT_OF_TRIES = 10;

/** A lease outlives no more than this after the last online unlock, whatever asked for it. */
export const LONGEST_LEASE = 168 * HOUR;

/** Full jitter: anything up to the doubled pause, from 2 s to 15 min. @param {number} failures @param {number} chance */
export const backOff = (failures, chance) =>
  Math.max(SECOND / 2, chance * Math.min(15 * MINUTE, 2 * SECOND * 2 ** Math.min(failures - 1, 20)));

/** How long an untouched report waits before its waiting envelope goes. @param {string} risk */
export const untouchedFor = (risk) => (risk === 'high' ? HOUR : 6 * HOUR);

/**
 * When an act is due. One that would wait longer than any rule of ours lets it was laid down by a clock that was ahead.
 * @param {{state: string, quiet?: boolean, attention: boolean, not_before: number}} act @param {number} now
 */
export function dueAt({ state, quiet, attention, not_before }, now) {
  const longest = state === 'draft' ? 6 * HOUR : quiet ? 7 * DAY : attention ? DAY : HOUR;
  if (not_before - now <= longest) return not_before;
  return state === 'draft' ? now + HOUR : now;
}

/** A tally leaves at a random moment within 7 days. @param {number} now @param {number} chance */
export const tallyAt = (now, chance) => now + Math.floor(chance * 7 * DAY);

/** A push that is not urgent is answered a little later, so that the network does not show whom it was for. @param {number} chance */
export const answerAfter = (chance) => Math.floor(chance * 20 * SECOND);

/**
 * When a lease ends: what was asked for, cut at 168 h after the last online unlock.
 * @param {number} wanted @param {number} unlockedAt @returns {number}
 */
export const leaseUntil = (wanted, unlockedAt) => Math.min(wanted, unlockedAt + LONGEST_LEASE);

/**
 * A lease ends when the phone's clock passes it, or when the clock was turned back behind the last
 * server time seen. `offset` is server minus phone at that contact: a phone that merely runs slow keeps its lease.
 * @param {{until: number}} lease @param {number} now @param {{server: number, offset: number}|null} seen
 */
export const leaseHolds = (lease, now, seen) =>
  now <= lease.until && (seen === null || now + seen.offset >= seen.server - SECOND);

/** Wrong tries cost silent time before the next is compared. @param {number} tries */
export const tryDelay = (tries) => (tries < 3 ? 0 : Math.min(30 * SECOND, SECOND * 2 ** (tries - 3)));

/** One wrong adds 1, a right one takes off 5, never below 0. @param {number} tries @param {boolean} right */
export const tallied = (tries, right) => (right ? Math.max(0, tries - 5) : tries + 1);

/**
 * The longest run of rows from the front that one request may carry; always at least one.
 * @template {{sealed: Uint8Array}} T
 * @param {T[]} rows @param {number} most @returns {T[]}
 */
export function batch(rows, most) {
  let bytes = 256;
  let count = 0;
  for (const row of rows.slice(0, Math.min(most, BATCH))) {
    bytes += Math.ceil((row.sealed.length * 4) / 3) + 320;
    if (count > 0 && bytes > BATCH_BYTES) break;
    count += 1;
  }
  return rows.slice(0, count);
}

/**
 * The phone tells about itself when something changed, at most daily; what is `shown` does not wait.
 * @param {{at: number, text: string, shown: string}|null} told @param {{text: string, shown: string}} now_ @param {number} now
 */
export const shouldTell = (told, now_, now) =>
  told === null || told.shown !== now_.shown || (told.text !== now_.text && Math.abs(now - told.at) >= DAY);

/** Whether something is to be asked again. A moment still to come was written by a clock that was ahead. @param {number} last @param {number} every @param {number} now */
export const isDue = (last, every, now) => last - now > DAY || now - last > every;

/** Seconds of stillness after which each place locks; 0 never. @type {Record<string, number>} */
export const LOCKS_AFTER = { cover: 0, pad: 0, app: 180, report: 180, content: 60 };

/** How long away is forgiven. @param {boolean} calling */
export const forgiven = (calling) => (calling ? 5 * MINUTE : 15 * SECOND);
