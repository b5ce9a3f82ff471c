// SPDX-License-Identifier: Apache-2.0
/** What a steward changes of a rule, and what a second one sees of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findChanges, findPeriods, readValue, writePart } from '../src/hub/rule-value.ts';

const DUTY = {
  id: 'duty-of-an-example',
  clocks: [
    { stage: 'first', words: { ja: '速やかに', en: 'promptly' }, readings: [] },
    {
      stage: 'final',
      words: { ja: '30 日以内', en: 'within 30 days' },
      readings: [{ period: { days: 30 }, zone: 'Asia/Tokyo' }, { period: { hours: 12 } }],
    },
  ],
};

test('every number that a clock counts with is offered, with its stage and its words', () => {
  assert.deepEqual(
    findPeriods(DUTY).map(({ stage, unit, number, words }) => [stage, unit, number, words.en]),
    [
      ['final', 'days', 30, 'within 30 days'],
      ['final', 'hours', 12, 'within 30 days'],
    ],
  );
});

test('a value of any other shape offers no number and breaks nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.ok(Array.isArray(findPeriods(value)));
      assert.ok(Array.isArray(findPeriods({ clocks: [value, { readings: [value] }] })));
    }),
  );
});

test('a changed number changes nothing else, and the second steward sees exactly that', () => {
  const [days] = findPeriods(DUTY);
  assert.ok(days);
  const after = writePart(DUTY, days.path, 20);
  assert.equal(DUTY.clocks[1]?.readings[0]?.period.days, 30);
  assert.deepEqual(findChanges(DUTY, after), [
    { field: 'clocks.1.readings.0.period.days', before: '30', after: '20' },
  ]);
});

test('a path that leads nowhere changes nothing', () => {
  assert.deepEqual(writePart(DUTY, ['clocks', 7, 'stage'], 'x'), DUTY);
  assert.deepEqual(writePart(DUTY, ['id', 0], 'x'), DUTY);
});

test('two values differ in nothing exactly when they are the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const left = JSON.parse(JSON.stringify(a));
      const right = JSON.parse(JSON.stringify(b));
      assert.deepEqual(findChanges(left, left), []);
      let same = true;
      try {
        assert.deepEqual(left, right);
      } catch {
        same = false;
      }
      assert.equal(findChanges(left, right).length === 0, same);
    }),
  );
});

test('what is typed as JSON is taken only as an object of the same id', () => {
  assert.deepEqual(readValue('{', 'a'), { problem: 'no-json' });
  assert.deepEqual(readValue('[1]', 'a'), { problem: 'no-object' });
  assert.deepEqual(readValue('null', undefined), { problem: 'no-object' });
  assert.deepEqual(readValue('{"id":"b"}', 'a'), { problem: 'other-id' });
  assert.deepEqual(readValue('{"id":"a"}', 'a'), { value: { id: 'a' } });
});
