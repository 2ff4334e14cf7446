/** Auto-lock, hiding and quick exit (privacy.md section 3): blank first, then drop keys; it draws nothing itself and works offline. */
import { forgiven, LOCKS_AFTER, MINUTE, SECOND } from './schedule.js';

/** @typedef {'cover'|'pad'|'app'|'report'|'content'} Place */
/** @typedef {{blank(): void, drop(): void, pad(): void, cover(): void}} Screens */
/** @typedef {ReturnType<typeof createLock>} Lock */

/**
 * @param {{now?: () => number, every?: (tick: () => void) => () => void}} [world] the clock and a ticker; the browser's by default
 */
export function createLock({ now = () => Date.now(), every = ticking } = {}) {
  /** @type {Screens|null} */
  let screens = null;
  /** @type {Place} */
  let place = 'cover';
  let touchedAt = now();
  /** @type {number|null} */
  let hiddenAt = null;
  let calledAt = -Infinity;
  let grace = 0;
  let owed = false;
  /** @type {(() => void)|null} */
  let stopTicking = null;

  const isOpen = () => LOCKS_AFTER[place] > 0;
  /** A clock that is turned back must not keep the door open. @param {number} moment */
  const since = (moment) => Math.abs(now() - moment);

  /** @param {'pad'|'cover'} to */
  function close(to) {
    screens?.blank();
    screens?.drop();
    place = to;
    screens?.[to]();
  }

  function check() {
    if (!isOpen()) return;
    if (hiddenAt !== null) {
      if (since(hiddenAt) > grace) {
        screens?.blank();
        screens?.drop();
        place = 'pad';
        owed = true;
      }
    } else if (since(touchedAt) >= LOCKS_AFTER[place] * SECOND) {
      close('pad');
    }
  }

  return {
    /** @param {Screens} callbacks */
    attend: (callbacks) => void (screens = callbacks),
    touched: () => void (touchedAt = now()),
    /** @param {Place} to */
    place(to) {
      place = to;
      touchedAt = now();
    },
    /** Which rule holds now. @returns {Place} */
    where: () => place,
    calling: () => void (calledAt = now()),
    /** From `visibilitychange` and `pagehide`: what was on the glass is gone at once. */
    hidden() {
      if (hiddenAt !== null) return;
      hiddenAt = now();
      // Once, and at once: a call that was not made forgives nothing later.
      grace = forgiven(since(calledAt) < MINUTE);
      calledAt = -Infinity;
      if (isOpen()) screens?.blank();
    },
    /** Draws pad itself where that is due. @param {boolean} [persisted] back from the back-forward cache @returns {'same'|'pad'|'cover'} */
    shown(persisted = false) {
      const late = hiddenAt !== null && since(hiddenAt) > grace;
      hiddenAt = null;
      if (owed || (isOpen() && (late || persisted))) close('pad');
      owed = false;
      if (place === 'cover' || place === 'pad') return place;
      touchedAt = now();
      return 'same';
    },
    /** Quick exit: blank, keys dropped, cover; all before the next frame. */
    exit: () => close('cover'),
    /** Look now; the ticker does it every second. */
    check,
    start: () => void (stopTicking ??= every(check)),
    stop() {
      stopTicking?.();
      stopTicking = null;
    },
  };
}

/** @param {() => void} tick @returns {() => void} */
function ticking(tick) {
  const timer = setInterval(tick, SECOND);
  return () => clearInterval(timer);
}
