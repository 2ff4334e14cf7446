/** Which build this is; the build writes the name in. */

/** @type {string} */
export const APP = typeof SIAGA_VERSION === 'undefined' ? 'source' : SIAGA_VERSION;
