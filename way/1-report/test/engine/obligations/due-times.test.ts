// SPDX-License-Identifier: Apache-2.0
/** Until when: both sides of every boundary, and every reading of a rule that has several. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, changedLaw, dueOf, one, readingsOf } from './asking.ts';

const LEAK = { involved: true, persons: 5000 } as const;
const NIS2 = {
  abroad: { nis2: { entity: 'essential', state: 'DE' }, cra: true, circia: true, soci: true },
};

function check(
  rule: string,
  stage: string,
  aware: string,
  expected: string,
  record = {},
  organisation = {},
) {
  const obligation = one(ask({ awareness: { at: aware }, ...record }, organisation, aware), rule);
  assert.equal(dueOf(obligation, stage), expected, `${rule} ${stage} from ${aware}`);
}

test('Act art. 5: first promptly, without a number and so never overdue', () => {
  for (const rule of ['act-5-minister', 'act-5-prime-minister']) {
    const obligation = one(ask(), rule);
    assert.equal(dueOf(obligation, 'first'), 'no number');
    assert.equal(obligation.firstDue, null);
    assert.match(obligation.clocks[0]!.why.en, /names no number/);
  }
});

test('Act art. 5: final in 30 days, on both sides of midnight in Japan', () => {
  for (const rule of ['act-5-minister', 'act-5-prime-minister']) {
    check(rule, 'final', '2026-11-20T23:59:00+09:00', '2026-12-21 23:59'); // the 20th is a Sunday
    check(rule, 'final', '2026-11-21T00:00:00+09:00', '2026-12-21 23:59');
    check(rule, 'final', '2026-11-22T23:59:00+09:00', '2026-12-22 23:59');
    check(rule, 'final', '2026-11-23T00:01:00+09:00', '2026-12-23 23:59');
  }
});

test('Act art. 5: over the year end the deadline waits for the first open day', () => {
  check('act-5-minister', 'final', '2026-11-28T12:00:00+09:00', '2026-12-28 23:59');
  check('act-5-minister', 'final', '2026-11-29T12:00:00+09:00', '2027-01-04 23:59');
  check('act-5-minister', 'final', '2026-12-05T00:00:00+09:00', '2027-01-04 23:59');
});

test('Act art. 5: leap day and Golden Week', () => {
  check('act-5-minister', 'final', '2028-01-30T12:00:00+09:00', '2028-02-29 23:59');
  check('act-5-minister', 'final', '2027-04-03T12:00:00+09:00', '2027-05-06 23:59');
});

test('awareness is counted in Japan, wherever it was written down', () => {
  check('act-5-minister', 'final', '2026-11-22T09:59:00-05:00', '2026-12-22 23:59');
  check('act-5-minister', 'final', '2026-11-22T10:01:00-05:00', '2026-12-23 23:59');
});

test('PPC first: 3 and 5 days, each way of counting; the earliest is the due time', () => {
  const obligation = one(ask({ personalData: LEAK }), 'appi-26-ppc');
  assert.deepEqual(readingsOf(obligation, 'first'), [
    '2026-11-23 23:59',
    '2026-11-24 23:59',
    '2026-11-25 23:59',
    '2026-11-26 23:59',
  ]);
  assert.equal(dueOf(obligation, 'first'), '2026-11-23 23:59');
  assert.match(obligation.clocks[0]!.why.ja, /最も早いもの/);
});

test('PPC first: the guideline period stays on a closed day', () => {
  // 23 November 2026 is a holiday, 31 December a closed day.
  check('appi-26-ppc', 'first', '2026-11-21T09:30:00+09:00', '2026-11-23 23:59', {
    personalData: LEAK,
  });
  check('appi-26-ppc', 'first', '2026-12-29T09:30:00+09:00', '2026-12-31 23:59', {
    personalData: LEAK,
  });
});

test('PPC final: 60 days where it may be malicious, 30 where it is not', () => {
  const other = { kind: 'other' as const, personalData: LEAK };
  const of = (record: object) => one(ask({ ...other, ...record }), 'appi-26-ppc');
  assert.deepEqual(readingsOf(of({ malicious: true }), 'final'), [
    '2027-01-19 23:59',
    '2027-01-20 23:59',
  ]);
  // 20 December 2026 is a Sunday: the first reading moves to the Monday that the second has.
  assert.deepEqual(readingsOf(of({ malicious: false }), 'final'), [
    '2026-12-21 23:59',
    '2026-12-21 23:59',
  ]);
  assert.equal(readingsOf(of({ malicious: 'unknown' }), 'final').length, 4);
  assert.equal(dueOf(of({ malicious: 'unknown' }), 'final'), '2026-12-21 23:59');
  assert.equal(
    dueOf(of({ kind: 'ransomware', malicious: 'unknown' }), 'final'),
    '2027-01-19 23:59',
  );
});

test('PPC final: the two readings differ by a day, and the earlier binds', () => {
  const record = { kind: 'other' as const, malicious: false, personalData: LEAK };
  const at = '2026-11-25T10:00:00+09:00';
  const obligation = one(ask({ ...record, awareness: { at } }, {}, at), 'appi-26-ppc');
  assert.deepEqual(readingsOf(obligation, 'final'), ['2026-12-24 23:59', '2026-12-25 23:59']);
  assert.equal(obligation.finalDue, '2026-12-24T14:59:59.999Z');
});

test('a moved deadline says from which closed day', () => {
  const record = { kind: 'other' as const, malicious: false, personalData: LEAK };
  const [first] = one(ask(record), 'appi-26-ppc').clocks[1]!.readings;
  assert.match(first!.why.ja, /2026年12月20日（日）は閉庁日/);
  assert.match(first!.why.en, /Sun 20 Dec 2026 is a closed day/);
});

test('persons concerned: promptly, without a number', () => {
  const obligation = one(ask({ personalData: LEAK }), 'appi-26-persons');
  assert.equal(dueOf(obligation, 'first'), 'no number');
  assert.equal(dueOf(obligation, 'final'), 'no clock');
});

test('NIS2: 24 and 72 hours from awareness to the minute, the other reading shown', () => {
  const record = { impact: { significant: true } };
  for (const [aware, first, second] of [
    ['2026-12-30T23:59:00+09:00', '2026-12-31 23:59', '2027-01-02 23:59'],
    ['2026-12-31T00:00:00+09:00', '2027-01-01 00:00', '2027-01-03 00:00'],
    ['2028-02-28T12:30:00+09:00', '2028-02-29 12:30', '2028-03-02 12:30'],
    ['2026-11-20T21:30:00-05:00', '2026-11-22 11:30', '2026-11-24 11:30'],
  ] as const) {
    check('nis2-significant', 'first', aware, first, record, NIS2);
    check('nis2-significant', 'second', aware, second, record, NIS2);
  }
  const obligation = one(ask(record, NIS2), 'nis2-significant');
  assert.deepEqual(readingsOf(obligation, 'first'), ['2026-11-22 09:30', '2026-11-22 09:59']);
});

test('NIS2 final: a month after the notification; until that is made, estimated and said so', () => {
  const record = { impact: { significant: true } };
  const estimated = one(ask(record, NIS2), 'nis2-significant').clocks[2]!;
  assert.equal(estimated.estimated, true);
  assert.equal(estimated.startedAt, undefined);
  // 72 hours end on 24 November 2026 in Berlin; the month on 24 December, at midnight there.
  assert.equal(estimated.due, '2026-12-24T22:59:59.999Z');
  assert.match(estimated.why.en, /has not been made: estimated/);
  const submitted = { 'nis2-significant': { second: '2026-11-22T10:00:00+09:00' } };
  const clock = one(ask(record, NIS2, undefined, { submitted }), 'nis2-significant').clocks[2]!;
  assert.equal(clock.estimated, undefined);
  assert.equal(clock.startedAt, '2026-11-22T01:00:00.000Z');
  assert.equal(clock.due, '2026-12-22T22:59:59.999Z');
});

test('NIS2 final: days end by the clocks of the member state, of the easternmost when unknown', () => {
  const record = { impact: { significant: true } };
  const due = (state?: string) => {
    const organisation = { abroad: { nis2: { entity: 'important', ...(state && { state }) } } };
    return one(ask(record, organisation), 'nis2-significant').finalDue;
  };
  assert.equal(due('pt'), '2026-12-24T23:59:59.999Z');
  assert.equal(due('DE'), '2026-12-24T22:59:59.999Z');
  assert.equal(due('Atlantis'), '2026-12-24T21:59:59.999Z');
  assert.equal(due(), '2026-12-24T21:59:59.999Z');
});

test('CRA: 14 days after the fix; as long as there is none the clock has not started', () => {
  const product = { name: 'Gate', exploited: true };
  check(
    'cra-vulnerability',
    'final',
    '2026-11-21T09:30:00+09:00',
    'not started',
    { product },
    NIS2,
  );
  const fixed = { product: { ...product, fixedAt: '2026-11-25T12:00:00Z' } };
  // 9 December ends in the easternmost state at 22:00 UTC, in Japan at 7 o'clock of the 10th.
  check('cra-vulnerability', 'final', '2026-11-21T09:30:00+09:00', '2026-12-10 06:59', fixed, NIS2);
  check(
    'cra-vulnerability',
    'first',
    '2026-11-21T09:30:00+09:00',
    '2026-11-22 09:30',
    { product },
    NIS2,
  );
});

test('CIRCIA: 72 hours from awareness, 24 hours from the payment', () => {
  const record = { impact: { significant: true } };
  check('circia-incident', 'first', '2026-11-21T09:30:00+09:00', '2026-11-24 09:30', record, NIS2);
  const paid = { ransomware: { payment: { paid: true, at: '2026-11-25T00:00:00+09:00' } } };
  check('circia-payment', 'first', '2026-11-21T09:30:00+09:00', '2026-11-26 00:00', paid, NIS2);
  const unknown = { ransomware: { payment: { paid: true, at: 'unknown' } } };
  check('circia-payment', 'first', '2026-11-21T09:30:00+09:00', 'not started', unknown, NIS2);
});

test('SOCI: 12 or 72 hours, then in writing', () => {
  check(
    'soci-significant',
    'first',
    '2026-11-21T09:30:00+09:00',
    '2026-11-21 21:30',
    { impact: { significant: true } },
    NIS2,
  );
  check(
    'soci-relevant',
    'first',
    '2026-11-21T09:30:00+09:00',
    '2026-11-24 09:30',
    { impact: { significant: false } },
    NIS2,
  );
  const progress = { submitted: { '*': { first: '2026-11-21T12:00:00+09:00' } } };
  const significant = one(
    ask({ impact: { significant: true } }, NIS2, undefined, progress),
    'soci-significant',
  );
  assert.equal(dueOf(significant, 'second'), '2026-11-25 00:00');
});

test('a date without a time: hours run from 0:00 of that day, and the answer says so', () => {
  const obligations = ask({ awareness: { at: '2026-11-21' }, impact: { significant: true } }, NIS2);
  const nis2 = one(obligations, 'nis2-significant');
  assert.equal(dueOf(nis2, 'first'), '2026-11-22 00:00');
  assert.match(nis2.clocks[0]!.why.en, /time is not known/);
  assert.equal(dueOf(one(obligations, 'act-5-minister'), 'final'), '2026-12-21 23:59');
});

test('rules change while an incident is open: on 30 September no duty, on 1 October in doubt', () => {
  const record = { awareness: { at: '2026-09-30T23:00:00+09:00' } };
  const before = one(ask(record, {}, '2026-09-30T23:59:59.999+09:00'), 'act-5-minister');
  assert.equal(before.decision, 'no');
  assert.match(before.why.ja, /2026-10-01 から効力/);
  const after = one(ask(record, {}, '2026-10-01T00:00:00+09:00'), 'act-5-minister');
  assert.equal(after.decision, 'cannot-decide');
  assert.ok(after.dependsOn.includes('awareness.at'));
  assert.match(after.why.en, /No transitional rule was found/);
  assert.equal(dueOf(after, 'final'), '2026-10-30 23:59');
});

test('noticed at the first instant of 1 October, the Act applies', () => {
  const at = '2026-10-01T00:00:00+09:00';
  assert.equal(one(ask({ awareness: { at } }, {}, at), 'act-5-minister').decision, 'yes');
});

test('the common form for other attacks is in use from 1 October 2026', () => {
  const finance = { sectors: ['finance'] };
  const form = (kind: 'other' | 'ddos' | 'ransomware', at: string) =>
    one(ask({ kind, awareness: { at } }, finance, at), 'guideline-finance').clocks[0]!.form;
  assert.equal(form('ddos', '2026-09-30T12:00:00+09:00'), undefined);
  assert.equal(form('other', '2026-10-01T00:00:00+09:00'), 'common-other');
  assert.equal(form('ransomware', '2026-10-01T00:00:00+09:00'), 'common-ransomware');
});

test('an end date is the last day in force, and says so after it', () => {
  const law = changedLaw((rules) => {
    rules.find(({ id }) => id === 'act-5-minister')!.effectiveTo = '2026-11-30';
  });
  const asked = (at: string) => one(ask({}, {}, at, undefined, law), 'act-5-minister');
  assert.equal(asked('2026-11-30T23:59:59.999+09:00').decision, 'yes');
  assert.equal(asked('2026-12-01T00:00:00+09:00').decision, 'no');
  assert.match(asked('2026-12-01T00:00:00+09:00').why.en, /ceased .* after 2026-11-30/);
});

test('missing fields: a first report takes "unknown", a final report does not', () => {
  const record = {
    outline: 'Files cannot be opened.',
    status: 'ongoing' as const,
    contacts: [{ name: 'Duty officer' }],
    occurred: 'unknown',
    cause: { vector: 'unknown' as const },
  };
  const { missing } = one(ask(record), 'act-5-minister');
  assert.ok(missing.every(({ stage }) => stage === 'final'));
  const cause = missing.find(({ field }) => field === 'cause');
  assert.match(cause!.text.en, /still unknown/);
  assert.match(missing.find(({ field }) => field === 'actions')!.text.en, /not filled in/);
  assert.deepEqual(
    one(ask(), 'act-5-minister')
      .missing.filter(({ stage }) => stage === 'first')
      .map(({ field }) => field),
    ['contacts', 'status', 'outline'],
  );
});
