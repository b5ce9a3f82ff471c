// SPDX-License-Identifier: Apache-2.0
/** A call that is being taken: nothing that was said is lost, nothing unasked is submitted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QuestionView } from '@sakimori/vocabulary/wire';
import fc from 'fast-check';
import {
  type Call,
  findGaps,
  newCall,
  readCall,
  recordOf,
  spokenQuestions,
} from '../src/hub/telephone-call.ts';

const question = (id: string, more: Partial<QuestionView> = {}): QuestionView => ({
  id,
  field: id,
  question: { ja: `${id}？`, en: `${id}?` },
  answer: 'line',
  needed: true,
  skippable: true,
  estimate: false,
  unknown: false,
  ...more,
});

const QUESTIONS = [
  question('kind', { answer: 'choice', skippable: false }),
  question('outline'),
  question('persons', { unknown: true, onlyIf: { field: 'kind', in: ['ransomware'] } }),
  question('indicators', { answer: 'indicators' }),
  question('contacts', { answer: 'contacts' }),
];

test('what this browser kept of a call is read again as it was', () => {
  const call: Call = { ...newCall(), spokenBy: '当直', record: { kind: 'ddos' } };
  assert.deepEqual(readCall(JSON.stringify(call)), call);
});

test('anything else that lies in its place begins a new call', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const call = readCall(text);
      assert.deepEqual([call.spokenBy, call.callback, call.record], ['', '', {}]);
    }),
  );
  assert.equal(readCall(null).spokenBy, '');
});

test('nobody is asked to spell out indicators, and the caller is the contact', () => {
  const asked = spokenQuestions(QUESTIONS, { kind: 'ransomware' }).map(({ id }) => id);
  assert.deepEqual(asked, ['kind', 'outline', 'persons']);
  assert.deepEqual(
    spokenQuestions(QUESTIONS, { kind: 'ddos' }).map(({ id }) => id),
    ['kind', 'outline'],
  );
});

test('the record is of the first stage and names who called, unless contacts were told', () => {
  const call = {
    ...newCall(),
    spokenBy: ' 浜口 ',
    callback: '03-0000-0001',
    record: { kind: 'ddos' },
  };
  assert.deepEqual(recordOf(call), {
    kind: 'ddos',
    stage: 'first',
    contacts: [{ name: '浜口', phone: '03-0000-0001' }],
  });
  const told = [{ name: '桐山' }];
  assert.deepEqual(recordOf({ ...call, record: { contacts: told } }).contacts, told);
  assert.equal(recordOf({ ...newCall(), callback: '1' }).contacts, undefined);
});

test('what must be known before submitting is told apart from what may be told later', () => {
  const empty = findGaps(newCall(), QUESTIONS.slice(0, 3));
  assert.deepEqual(
    [empty.organisation, empty.spokenBy, empty.questions.map(({ id }) => id)],
    [true, true, ['kind']],
  );
  assert.deepEqual(
    empty.later.map(({ id }) => id),
    ['outline', 'persons'],
  );
  const told = findGaps(
    {
      ...newCall(),
      spokenBy: '当直',
      organisation: { id: 'org_1', name: { ja: '例', en: 'Example' } },
      record: { kind: 'ransomware', persons: 'unknown' },
    },
    QUESTIONS.slice(0, 3),
  );
  assert.deepEqual([told.organisation, told.spokenBy, told.questions], [false, false, []]);
  assert.deepEqual(
    told.later.map(({ id }) => id),
    ['outline'],
  );
});
