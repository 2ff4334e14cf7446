/** The dates she sets herself on the cover: clear and harmless, for the cover must open without a PIN. */
import * as store from './store.js';

/** @returns {Promise<{on: string, text: string}[]>} */
export const dates = async () => (await store.getJson('dates')) ?? [];

/** @param {{on: string, text: string}[]} list */
export const keepDates = (list) => store.putJson('dates', list);
