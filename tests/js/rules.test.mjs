/** The phone judges as the server does: every vector that `python -m tests.write_vectors` wrote. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { INNOCENT, PATTERNS } from '../../static/cadre/detectors.js';
import { digits } from '../../static/cadre/card.js';
import * as rules from '../../static/cadre/rules.js';

const vectors = JSON.parse(readFileSync(new URL('../vectors/domain.json', import.meta.url), 'utf8'));

test('skip rules hold alike', () => {
  for (const { rule, answers, holds } of vectors.rules) assert.equal(rules.holds(rule, answers), holds, JSON.stringify({ rule, answers }));
});

test('a report has the same risk, advice, end and path', () => {
  for (const report of vectors.reports) {
    const { answers } = report;
    const where = JSON.stringify(answers);
    const { risk, emergency, reasons } = rules.proposedRisk(answers);
    assert.deepEqual({ risk, emergency, reasons }, { risk: report.risk, emergency: report.emergency, reasons: report.reasons }, where);
    assert.deepEqual(rules.doNow(answers), report.do_now, where);
    assert.equal(rules.ending(answers, false), report.unsent, where);
    assert.deepEqual(rules.asked(answers), report.asked.filter((name) => name !== 'safe_contact'), where);
  }
});

test('rule 4 leaves the same of every report', () => {
  for (const { answers, going, goes } of vectors.reports) {
    const allowed = rules.whatMayGo(answers);
    assert.equal(allowed.going, going, JSON.stringify(answers));
    assert.deepEqual(allowed.body, goes, JSON.stringify(answers));
  }
});

test('the gate opens for the same answers', () => {
  for (const { answers, kind, open, missing } of vectors.gates) {
    assert.equal(rules.gateOpens(kind, answers), open, JSON.stringify(answers));
    assert.deepEqual(rules.gateMissing(kind, answers), missing, JSON.stringify(answers));
  }
});

test('a report has the same short code', () => {
  for (const [id, code] of Object.entries(vectors.short_codes)) assert.equal(rules.shortCode(id), code);
});

test('the same texts are doubted, by the same patterns', () => {
  assert.deepEqual(
    PATTERNS.map(([what, { source, flags }]) => ({ what, pattern: source.replaceAll('\\/', '/'), flags })),
    vectors.detectors.patterns,
  );
  assert.deepEqual(INNOCENT, vectors.detectors.innocent);
  for (const { text, found } of vectors.suspicion) assert.deepEqual(rules.warnings(text), found, text);
});

test('a report becomes the same line of digits', () => {
  for (const { answers, line } of vectors.cards) assert.equal(digits(answers, (field) => vectors.card_codes[field]), line, JSON.stringify(answers));
});
