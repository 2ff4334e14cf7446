/** The pocket card's line: a report as digits, where a phone keeps nothing; `app/domain/pocket_card.py` reads it, `tests/vectors/domain.json` proves it. Pure. */
import { asked } from './rules.js';

/** The quasigroup of order 10 from H. M. Damm's thesis, row after row. */
const DAMM = '0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790';
const NOT_ON_CARD = ['emergency_call', 'village'];

/** @param {string} digits */
const checkDigit = (digits) => [...digits].reduce((row, digit) => Number(DAMM[row * 10 + Number(digit)]), 0);

/**
 * @param {Record<string, any>} answers
 * @param {(field: string) => string[]} codes of a question in their order, as numbered on card and screen
 */
export function digits(answers, codes) {
  let line = '1';
  for (const field of asked(answers).filter((one) => !NOT_ON_CARD.includes(one))) {
    const given = answers[field] ?? [];
    line += [given].flat().map((code) => String(codes(field).indexOf(code) + 1).padStart(2, '0')).join('');
    if (Array.isArray(given)) line += '00';
  }
  return line + checkDigit(line);
}
