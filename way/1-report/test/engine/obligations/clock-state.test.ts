// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { readInstant } from '@sakimori/vocabulary';
import fc from 'fast-check';
import {
  type ClockFacts,
  clockRulesAt,
  clockState,
  isExtendable,
  type StageClock,
} from '../../../src/engine/index.ts';

const START = '2026-11-21T00:30:00.000Z';
const DUE = '2026-12-21T14:59:59.999Z';
const dueMs = readInstant(DUE)!;
const law = clockRulesAt(ruleAt, readInstant(START)!);
const HOUR = 3_600_000;

const words = { ja: '30 日以内', en: 'within 30 days' };
const clock: StageClock = {
  stage: 'final',
  words,
  startEvent: 'awareness',
  startedAt: START,
  due: DUE,
  readings: [],
  why: words,
};
const { due: _due, ...withoutNumber } = clock;
const { startedAt: _startedAt, ...notStarted } = withoutNumber;

function check(
  now: number | string,
  facts: ClockFacts,
  expected: string,
  of: StageClock = clock,
): void {
  const nowMs = typeof now === 'number' ? now : readInstant(now)!;
  const { state, delivery, late } = clockState(of, facts, nowMs, law);
  assert.equal(`${state}, ${delivery}${late ? ', late' : ''}`, expected);
}

test('a clock runs, is soon, and is overdue one millisecond after its due instant', () => {
  check(START, {}, 'running, not-sent');
  check(dueMs - 72 * HOUR - 1, {}, 'running, not-sent');
  check(dueMs - 72 * HOUR, {}, 'soon, not-sent');
  check(dueMs, {}, 'soon, not-sent');
  check(dueMs + 1, {}, 'overdue, not-sent, late');
});

test('soon is a quarter of a short period, not three days of it', () => {
  const short = { ...clock, due: '2026-11-22T00:30:00.000Z' };
  check('2026-11-21T18:29:59.999Z', {}, 'running, not-sent', short);
  check('2026-11-21T18:30:00Z', {}, 'soon, not-sent', short);
});

test('submitting stops the clock, whatever the addressee does', () => {
  const submittedAt = '2026-12-20T00:00:00Z';
  check(dueMs + 1, { submittedAt }, 'done, sent');
  check(dueMs + 1, { submittedAt, deliveredAt: submittedAt }, 'done, delivered');
  check(dueMs + 1, { submittedAt, deliveredAt: submittedAt, readAt: DUE }, 'done, read');
});

test('late and undelivered are two things', () => {
  const submittedAt = '2026-12-22T00:00:00Z';
  check(dueMs + 9 * HOUR, { submittedAt }, 'done, sent, late');
  const accepted = {
    submittedAt,
    deliveredAt: submittedAt,
    readAt: submittedAt,
    acceptedAt: submittedAt,
  };
  check(dueMs + 99 * HOUR, accepted, 'done, accepted, late');
  check(dueMs + 1, {}, 'overdue, not-sent, late');
});

test('submitted at the due instant itself is in time', () => {
  check(dueMs + 9, { submittedAt: DUE }, 'done, sent');
  check(dueMs + 9, { submittedAt: '2026-12-21T15:00:00.000Z' }, 'done, sent, late');
});

test('the words say both, each in its own sentence', () => {
  const text = (facts: ClockFacts, nowMs: number) => clockState(clock, facts, nowMs, law).text;
  assert.deepEqual(text({}, dueMs - 3 * HOUR), {
    ja: 'まだ提出していません。期限は 2026年12月21日（月）23:59（あと 3 時間 0 分）です。',
    en: 'Not submitted yet. Due Mon 21 Dec 2026, 23:59 JST (3 h 0 min left).',
  });
  const submittedAt = '2026-12-22T00:00:00Z';
  assert.equal(
    text({ submittedAt, deliveredAt: submittedAt, readAt: submittedAt }, dueMs + HOUR).en,
    'Read, not accepted yet. After its due time (Mon 21 Dec 2026, 23:59 JST).',
  );
  assert.match(text({}, dueMs + 2 * HOUR).ja, /2 時間 0 分超過/);
});

test('a clock without a number is never overdue; it reminds from its start', () => {
  const state = clockState(withoutNumber, {}, readInstant(START)! + 2 * HOUR, law);
  assert.equal(state.state, 'no-number');
  assert.equal(state.due, null);
  assert.deepEqual(state.escalations, []);
  assert.equal(state.nextReminder, '2026-11-21T06:30:00.000Z');
  check('2036-01-01T00:00:00Z', {}, 'no-number, not-sent', withoutNumber);
});

test('a clock whose event has not happened has not started', () => {
  const state = clockState(notStarted, {}, dueMs, law);
  assert.equal(state.state, 'not-started');
  assert.deepEqual(state.reminders, []);
  assert.equal(state.nextReminder, null);
});

test('reminders: 7 days, 3 days, 1 day, 6 hours, 1 hour before; none from before the start', () => {
  const state = clockState(clock, {}, readInstant(START)!, law);
  assert.deepEqual(
    state.reminders.map((at) => (dueMs - readInstant(at)!) / HOUR),
    [168, 72, 24, 6, 1],
  );
  const short = { ...clock, due: '2026-11-22T00:30:00.000Z' };
  assert.deepEqual(clockState(short, {}, readInstant(START)!, law).reminders, [
    '2026-11-21T18:30:00.000Z',
    '2026-11-21T23:30:00.000Z',
  ]);
});

test('the next reminder is the first after now, and none is left after submission', () => {
  const next = (nowMs: number) => clockState(clock, {}, nowMs, law).nextReminder;
  assert.equal(next(dueMs - 24 * HOUR - 1), '2026-12-20T14:59:59.999Z');
  assert.equal(next(dueMs - 24 * HOUR), '2026-12-21T08:59:59.999Z');
  assert.equal(next(dueMs - HOUR), null);
  const done = clockState(clock, { submittedAt: START }, readInstant(START)!, law);
  assert.deepEqual([done.reminders, done.escalations], [[], []]);
});

test('escalation begins when it is overdue, not at the due instant', () => {
  const { escalations } = clockState(clock, {}, dueMs, law);
  assert.equal(escalations[0]!.at, '2026-12-21T15:00:00.000Z');
  assert.equal(escalations[0]!.to, 'second-contact');
});

test('an extension counts only where the law data names it, and only when it gives time', () => {
  const extendedTo = '2027-01-20T14:59:59.999Z';
  assert.equal(isExtendable('nis2-significant', 'final', law), true);
  assert.equal(isExtendable('act-5-minister', 'final', law), false);
  const state = (facts: ClockFacts) => clockState(clock, facts, dueMs + 1, law);
  const given = state({ rule: 'nis2-significant', extendedTo });
  assert.deepEqual([given.state, given.due, given.extendedFrom], ['running', extendedTo, DUE]);
  assert.equal(state({ rule: 'act-5-minister', extendedTo }).state, 'overdue');
  assert.equal(state({ extendedTo }).state, 'overdue');
  const shorter = state({ rule: 'nis2-significant', extendedTo: START });
  assert.deepEqual([shorter.due, shorter.extendedFrom], [DUE, undefined]);
});

test('no question of an addressee pauses a clock', () => {
  assert.equal(law.pause.allowed, false);
  assert.ok(law.pause.note.length > 0);
});

test('once overdue, always overdue until it is submitted', () => {
  fc.assert(
    fc.property(fc.integer({ min: -60, max: 60 }), fc.nat(10_000), (hours, more) => {
      const at = (ms: number) => clockState(clock, {}, ms, law);
      const [now, later] = [dueMs + hours * HOUR, dueMs + hours * HOUR + more * HOUR];
      if (at(now).state === 'overdue') assert.equal(at(later).state, 'overdue');
      assert.equal(at(now).late, at(now).state === 'overdue');
      const next = at(now).nextReminder;
      if (next) assert.ok(readInstant(next)! > now);
    }),
  );
});
