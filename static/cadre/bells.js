/** Names called out when something changed, in this page and in the worker; never what changed. */

/** @typedef {'outbox'|'items'|'session'|'ended'} Bell */

/** @type {Map<string, Set<() => void>>} */
const ears = new Map();
const air = typeof location === 'undefined' || typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('siaga');
if (air) air.onmessage = ({ data }) => hear(data);

/** @param {string} name */
const hear = (name) => ears.get(name)?.forEach((ear) => ear());

/** @param {Bell} name @param {() => void} ear @returns {() => void} stops listening */
export function listen(name, ear) {
  const all = ears.get(name) ?? new Set();
  ears.set(name, all.add(ear));
  return () => void all.delete(ear);
}

/** @param {Bell} name */
export function ring(name) {
  hear(name);
  air?.postMessage(name);
}
