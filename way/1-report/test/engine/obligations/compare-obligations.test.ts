// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareObligations } from '../../../src/engine/index.ts';
import { ask, changedLaw } from './asking.ts';

function check(
  before: Parameters<typeof compareObligations>[0],
  after: Parameters<typeof compareObligations>[0],
  expected: readonly string[],
) {
  const changes = compareObligations(before, after);
  assert.deepEqual(
    changes.map(({ rule, what, stage }) => [rule, what, stage].filter(Boolean).join(' ')),
    expected,
  );
  for (const { text } of changes) assert.ok(text.ja.length > 10 && text.en.length > 10);
  return changes;
}

test('nothing changed says nothing', () => {
  check(ask(), ask(), []);
});

test('commencement on 1 October: both duties of art. 5 begin, and it is said why', () => {
  const record = { awareness: { at: '2026-09-30T12:00:00+09:00' } };
  const [first] = check(
    ask(record, {}, '2026-09-30T23:59:00+09:00'),
    ask(record, {}, '2026-10-01T00:00:00+09:00'),
    ['act-5-minister begins', 'act-5-prime-minister begins'],
  );
  assert.match(first!.text.en, /^Competent minister: .* Newly must be told\. .*art\. 5/);
  assert.match(first!.text.ja, /新たに、報告の義務があります。/);
});

test('what was open becomes decided, or falls away', () => {
  const open = { computers: undefined };
  check(ask(open), ask(), ['act-5-minister decided', 'act-5-prime-minister decided']);
  check(ask(), ask(open), ['act-5-minister doubtful', 'act-5-prime-minister doubtful']);
  check(ask(open), ask({ computers: [{ specified: false }] }), [
    'act-5-minister ends',
    'act-5-prime-minister ends',
  ]);
});

test('a changed period is told with both due times', () => {
  const law = changedLaw((rules) => {
    const { clocks } = rules.find(({ id }) => id === 'act-5-minister') as {
      clocks: { readings: { period: { days: number } }[] }[];
    };
    clocks[1]!.readings[0]!.period.days = 20;
  });
  const [change] = check(ask(), ask({}, {}, undefined, undefined, law), [
    'act-5-minister due final',
  ]);
  assert.match(
    change!.text.en,
    /final report was due "Mon 21 Dec 2026, 23:59 JST", now "Fri 11 Dec 2026, 23:59 JST"/,
  );
  assert.match(
    change!.text.ja,
    /確報の期限が「2026年12月21日（月）23:59」から「2026年12月11日（金）23:59」に/,
  );
});

test('a rule that somebody compared with the text, or moved to another clause, is told', () => {
  const law = changedLaw((rules) => {
    const rule = rules.find(({ id }) => id === 'act-5-prime-minister')!;
    rule.verified = true;
    rule.clause = 'Act 42/2025 art. 5(1)';
  });
  check(ask(), ask({}, {}, undefined, undefined, law), [
    'act-5-prime-minister clause',
    'act-5-prime-minister verified',
  ]);
});

test('another kind of incident takes another form', () => {
  const changes = check(ask({ kind: 'other' }), ask({ kind: 'ddos' }), [
    'act-5-minister form first',
    'act-5-minister form final',
    'act-5-prime-minister form first',
    'act-5-prime-minister form final',
  ]);
  assert.ok(changes.every(({ text }) => text.en.includes('another form')));
});

test('a rule that left the data ends', () => {
  const without = ask().filter(({ rule }) => rule !== 'police');
  check(ask(), without, ['police ends']);
  check(without, ask(), ['police begins']);
});

test('words alone are no change', () => {
  const law = changedLaw((rules) => {
    rules[0]!.note = 'Another note.';
  });
  check(ask(), ask({}, {}, undefined, undefined, law), []);
});
