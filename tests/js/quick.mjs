/** Digits are stretched a thousandth as long here: hundreds of times, and what comes out only has to be the same each time. */
const full = crypto.subtle.deriveBits.bind(crypto.subtle);
crypto.subtle.deriveBits = (how, ...more) =>
  full(how.name === 'PBKDF2' ? { ...how, iterations: Math.min(how.iterations, 600) } : how, ...more);
