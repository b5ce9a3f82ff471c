// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { readInstant } from '@sakimori/vocabulary';
import { checkRuleSet, ruleAt, ruleSet, ruleSets } from '../src/index.ts';

const rule = (from: string, to: string | null) => ({
  id: `from-${from}`,
  clause: 'a clause',
  source: 'a source',
  effectiveFrom: from,
  effectiveTo: to,
  verified: false,
  note: 'a note',
  value: 1,
});
const set = (...rules: unknown[]) => ({
  ruleSet: 'sample',
  title: { ja: '見本', en: 'Sample' },
  rules,
});

function check(content: unknown, expected: string): void {
  let outcome = 'accepted';
  try {
    checkRuleSet('sample', content);
  } catch (error) {
    const { code, parameters } = error as { code: string; parameters: Record<string, unknown> };
    outcome = `${code} ${parameters.field} ${parameters.position}`;
  }
  assert.equal(outcome, expected);
}

test('a rule set is taken whole or refused with the field and the entry', () => {
  check(set(rule('2026-01-01', null)), 'accepted');
  check(set(rule('2026-01-01', '2026-05-31'), rule('2026-06-01', null)), 'accepted');
  check(set(), 'LAW_BROKEN_RULE_SET rules 0');
  check({ ...set(rule('2026-01-01', null)), ruleSet: 'other' }, 'LAW_BROKEN_RULE_SET ruleSet 0');
  check(set({ ...rule('2026-01-01', null), verified: 'yes' }), 'LAW_BROKEN_RULE_SET verified 1');
  check(set({ ...rule('2026-01-01', null), clause: ' ' }), 'LAW_BROKEN_RULE_SET clause 1');
  check(set(rule('2026-02-30', null)), 'LAW_BROKEN_RULE_SET effectiveFrom 1');
});

test('two rules are never in force on the same day', () => {
  check(
    set(rule('2026-01-01', '2026-06-01'), rule('2026-06-01', null)),
    'LAW_BROKEN_RULE_SET effectiveFrom 2',
  );
  check(
    set(rule('2026-01-01', null), rule('2026-06-01', null)),
    'LAW_BROKEN_RULE_SET effectiveFrom 2',
  );
  check(set(rule('2026-06-02', '2026-06-01')), 'LAW_BROKEN_RULE_SET effectiveTo 1');
});

test('a rule begins and ends with the day in Japan', () => {
  const lastOfOld = readInstant('2026-06-09T23:59:59.999+09:00') as number;
  assert.equal(ruleAt('risk-model', lastOfOld).id, 'bod-22-01');
  assert.equal(ruleAt('risk-model', lastOfOld + 1).id, 'bod-26-04');
});

test('before the first rule there is none, and none is assumed', () => {
  assert.throws(() => ruleAt('risk-model', Date.UTC(2000, 0, 1)), { code: 'LAW_NO_RULE_THEN' });
  assert.throws(() => ruleAt('no-such-set', 0), { code: 'LAW_NO_RULE_SET' });
});

test('every file in the folder was checked, and each rule names its source', () => {
  assert.ok(ruleSets.includes('risk-model'));
  for (const name of ruleSets) {
    for (const { source, note } of ruleSet(name).rules) assert.ok(source && note);
  }
});
