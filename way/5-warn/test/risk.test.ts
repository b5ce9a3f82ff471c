// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { ruleAt } from '@sakimori/law';
import { dayInJapan } from '@sakimori/vocabulary';
import fc from 'fast-check';
import { type DutyFacts, dutyChanges } from '../src/duty.ts';
import { digestOf, windowOf } from '../src/notice-plan.ts';
import { assessRisk, type RiskFacts, type RiskModel } from '../src/risk.ts';
import { NOON } from './world.ts';

const rule = ruleAt<RiskModel>('risk-model', NOON);

function check(facts: RiskFacts, exposure: 'internet' | 'internal' | 'unknown', expected: string) {
  const risk = assessRisk(rule, facts, exposure, NOON);
  assert.equal(`${risk.outcome} ${dayInJapan(risk.dueAtMs)}`, expected);
}

const worst: RiskFacts = { exploited: true, automatable: 'yes', technicalImpact: 'total' };

test('exposed, exploited, automatable and total: three days, forensic triage first', () => {
  check(worst, 'internet', '3DF 2026-11-24');
  assert.equal(assessRisk(rule, worst, 'internet', NOON).triageFirst, true);
});

test('each combination has the outcome of the published table', () => {
  check({ ...worst, technicalImpact: 'partial' }, 'internet', '3D 2026-11-24');
  check({ ...worst, automatable: 'no' }, 'internet', '3DF 2026-11-24');
  check(worst, 'internal', '3DF 2026-11-24');
  check({ ...worst, exploited: false }, 'internet', '3D 2026-11-24');
  check({ ...worst, automatable: 'no', technicalImpact: 'partial' }, 'internet', '14D 2026-12-05');
  check(
    { exploited: false, automatable: 'no', technicalImpact: 'total' },
    'internal',
    'FSU 2027-05-20',
  );
  check(
    { exploited: false, automatable: 'yes', technicalImpact: 'total' },
    'internal',
    '60D 2027-01-20',
  );
});

test('unknown exposure counts as exposed', () => {
  check(worst, 'unknown', '3DF 2026-11-24');
  check({ exploited: false }, 'unknown', '60D 2027-01-20');
  check({ exploited: false }, 'internal', 'FSU 2027-05-20');
});

test('the catalogue’s own date holds when it is earlier, and not when it has passed', () => {
  check({ exploited: true, sourceDueOn: '2026-11-23' }, 'internet', '14D 2026-11-23');
  check({ exploited: true, sourceDueOn: '2026-12-31' }, 'internet', '14D 2026-12-05');
  check({ exploited: true, sourceDueOn: '2022-05-03' }, 'internet', '14D 2026-12-05');
});

test('all sixteen combinations are in the table, in both models, and no deadline is in the past', () => {
  const facts = fc.record({
    exploited: fc.boolean(),
    automatable: fc.constantFrom('yes' as const, 'no' as const),
    technicalImpact: fc.constantFrom('partial' as const, 'total' as const),
  });
  const exposure = fc.constantFrom(
    'internet',
    'partner',
    'internal',
    'isolated',
    'unknown' as const,
  );
  const at = fc.integer({ min: Date.UTC(2022, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(facts, exposure, at, (known, where, issuedAtMs) => {
      const model = ruleAt<RiskModel>('risk-model', issuedAtMs);
      assert.ok(assessRisk(model, known, where as 'internet', issuedAtMs).dueAtMs > issuedAtMs);
    }),
  );
});

const before: DutyFacts = {
  exploited: true,
  ransomware: false,
  sourceDueOn: '2026-12-01',
  products: ['adobe/acrobat reader'],
  rejected: false,
};

test('only what changes someone’s duty is a change', () => {
  assert.deepEqual(dutyChanges(before, before), []);
  assert.deepEqual(dutyChanges(before, { ...before, ransomware: true }), ['ransomware-known']);
  assert.deepEqual(dutyChanges(before, { ...before, sourceDueOn: '2026-12-02' }), ['due-moved']);
  assert.deepEqual(dutyChanges(before, { ...before, products: [] }), []);
  assert.deepEqual(
    dutyChanges(before, { ...before, products: ['adobe/acrobat reader', 'adobe/x'] }),
    ['product-added'],
  );
  assert.deepEqual(dutyChanges({ ...before, exploited: false }, before), ['exploitation-known']);
});

test('a window gives one key, and the next window when the first has left', () => {
  const first = windowOf('immediate', 'p', NOON, 15, false);
  assert.deepEqual(windowOf('immediate', 'p', NOON + 14 * 60_000, 15, false).key, first.key);
  const next = windowOf('immediate', 'p', NOON + 60_000, 15, true);
  assert.notEqual(next.key, first.key);
  assert.equal(next.notBeforeMs, NOON + 15 * 60_000);
});

test('a digest belongs to its day in Japan', () => {
  const beforeMidnight = Date.UTC(2026, 10, 21, 14, 59);
  assert.equal(digestOf('p', beforeMidnight, 9).key, 'digest:p:2026-11-21');
  assert.equal(digestOf('p', beforeMidnight + 60_000, 9).key, 'digest:p:2026-11-22');
});
