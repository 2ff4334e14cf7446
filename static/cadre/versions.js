/** Every schema in which a phone ever kept something, converted upwards to today's; pure, and no step is ever changed or removed. */

/**
 * The first turns what was kept in schema 1 into schema 2, and so on; `kind` is an item's, `own.…` or `draft`.
 * @type {((kind: string, content: any) => any)[]}
 */
const STEPS = [];

/** @param {string} kind @param {number} schema @param {any} content @param {typeof STEPS} [steps] @returns {any} null if this app is too old for it */
export const upgraded = (kind, schema, content, steps = STEPS) =>
  schema > steps.length + 1 ? null : steps.slice(schema - 1).reduce((older, step) => step(kind, older), content);
