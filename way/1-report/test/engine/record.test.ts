// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readOrganisation, readRecord } from '../../src/engine/index.ts';

const FIRST = { kind: 'ransomware', awareness: { at: '2026-11-21T02:40:00+09:00' } };

/** One line for each refusal; empty when the record is taken. */
function refusalsOf(value: unknown): string {
  return (readRecord(value).refusals ?? [])
    .map(({ field, expected }) => `${field}: ${expected}`)
    .join('\n');
}

test('a first report needs nothing but the kind and when it was noticed', () => {
  const { value } = readRecord(FIRST);
  assert.equal(value?.stage, 'first');
  assert.equal(value?.format, 'sakimori-report/1');
});

test('a day alone is enough for the time of awareness; a day that does not exist is not', () => {
  assert.equal(refusalsOf({ ...FIRST, awareness: { at: '2026-11-21' } }), '');
  assert.match(
    refusalsOf({ ...FIRST, awareness: { at: '2026-02-30' } }),
    /^awareness\.at: an instant/,
  );
  assert.match(
    refusalsOf({ ...FIRST, awareness: { at: 'yesterday' } }),
    /^awareness\.at: an instant/,
  );
});

test('unknown is a value; an empty text is none', () => {
  const unknown = { occurred: 'unknown', impact: { users: 'unknown' }, malicious: 'unknown' };
  assert.equal(refusalsOf({ ...FIRST, ...unknown }), '');
  assert.match(refusalsOf({ ...FIRST, title: '   ' }), /^title: at least 1$/);
});

test('control characters and broken letters are no text; tabs, lines and marks of direction are', () => {
  for (const letter of ['\u0000', '\u0007', '\u001b', '\u007f', '\ud800', '\udc00x']) {
    assert.equal(
      refusalsOf({ ...FIRST, outline: `a${letter}` }),
      'outline: text without control characters',
    );
  }
  assert.equal(refusalsOf({ ...FIRST, outline: 'a\tb\r\nc \u202e d 𠮷 👩‍👩‍👧' }), '');
  assert.match(refusalsOf({ ...FIRST, consent: { 'x\u0000': true } }), /^consent/);
});

test('a field that is misspelt is named, and what is allowed is said', () => {
  assert.match(refusalsOf({ ...FIRST, ocurred: 'unknown' }), /^ocurred: no such field exists/);
  assert.match(refusalsOf({ ...FIRST, kind: 'DDoS' }), /^kind: one of ddos, ransomware, other/);
  assert.equal(refusalsOf({ ...FIRST, impact: { users: -1 } }), 'impact.users: at least 0');
  assert.equal(
    refusalsOf({ ...FIRST, impact: { users: 'many' } }),
    'impact.users: number, or one of unknown',
  );
});

test('technique ids are those of ATT&CK, sub-techniques too', () => {
  assert.equal(refusalsOf({ ...FIRST, techniques: ['T1486', 'T1498.001', 'T0826'] }), '');
  assert.match(refusalsOf({ ...FIRST, techniques: ['1486'] }), /^techniques\.0: the form/);
});

test('a refusal never repeats what was sent, nor a name that is no name', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6 }), fc.string({ minLength: 6 }), (secret, name) => {
      const value = `SECRET-${secret}`;
      const hostile = { ...FIRST, kind: value, [`<${name}>`]: value, impact: { users: value } };
      const { refusals } = readRecord(hostile);
      assert.ok(refusals && refusals.length > 0);
      assert.ok(!JSON.stringify(refusals).includes('SECRET-'));
      assert.ok(!JSON.stringify(refusals).includes('<'));
    }),
  );
});

test('anything at all is either taken or refused, and at most fifty refusals are told', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { value: taken, refusals } = readRecord(value);
      assert.equal(taken === undefined, refusals !== undefined);
    }),
  );
  const many = { ...FIRST, techniques: Array.from({ length: 500 }, () => 'x') };
  assert.equal(readRecord(many).refusals?.length, 50);
});

test('a record that was taken is taken again, unchanged', () => {
  const { value } = readRecord({
    ...FIRST,
    computers: [{ label: 'VPN-01', specified: 'unknown' }],
    personalData: { involved: true, persons: 12_000 },
    consent: { police: true },
  });
  assert.deepEqual(readRecord(structuredClone(value)).value, value);
});

test('an organisation that says nothing is in Japan, handles personal data and is not designated', () => {
  const { value } = readOrganisation({});
  assert.deepEqual(value, {
    country: 'JP',
    sectors: [],
    designated: false,
    criticalInfrastructure: false,
    personalDataHandler: true,
    memberOf: [],
    abroad: {},
  });
});
