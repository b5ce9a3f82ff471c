// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  compareVersions,
  containsVersion,
  formatVers,
  normaliseVers,
  parseVers,
  simplifyVers,
} from '../../../src/engine/vers/index.ts';

/** Reads strictly and writes; or gives the word that the refusal must contain. */
function strict(text: string, expected: string | RegExp): void {
  const reading = parseVers(text);
  if (typeof expected === 'string') {
    assert.ok(reading.ok, text);
    assert.equal(formatVers(reading.value), expected, text);
  } else {
    assert.ok(!reading.ok, text);
    assert.match(reading.reason, expected, text);
  }
}

function normal(text: string, expected: string): void {
  const reading = normaliseVers(text);
  assert.ok(reading.ok, text);
  assert.equal(formatVers(reading.value), expected);
}

function simple(text: string, expected: string | RegExp): void {
  const reading = normaliseVers(text);
  assert.ok(reading.ok, text);
  const simplified = simplifyVers(reading.value);
  if (typeof expected === 'string') {
    assert.ok(simplified.ok, text);
    assert.equal(formatVers(simplified.value), expected, text);
  } else assert.match(simplified.ok ? '' : simplified.reason, expected, text);
}

/** Which of the versions lie in the range. */
function inside(text: string, versions: string, expected: string): void {
  const reading = normaliseVers(text);
  assert.ok(reading.ok, text);
  const range = reading.value;
  const found = versions.split(' ').filter((version) => {
    const answer = containsVersion(range, version);
    assert.ok(answer.ok, version);
    return answer.value;
  });
  assert.equal(found.join(' '), expected, text);
}

test('a canonical range is read and written as it is', () => {
  for (const text of [
    'vers:npm/1.2.3|>=2.0.0|<5.0.0',
    'vers:deb/*',
    'vers:none/*',
    'vers:gem/>=2.2.0|!=2.2.1|<2.3.0',
    'vers:pypi/>=1.0a1|<1.0.5|>=1.1b1|<1.1.1',
    'vers:lexicographic/1%202',
    'vers:npm/1.0%252F0',
    'vers:rpm/1:2.0-1',
    'vers:example/1.2.3',
  ]) {
    strict(text, text);
  }
});

test('what is not canonical is refused with the rule that it breaks', () => {
  strict('npm/1.0.0', /must be vers/);
  strict('VERS:npm/1.0.0', /lower case/);
  strict('vers:NPM/1.0.0', /lower case/);
  strict('vers:npm/', /must be a constraint/);
  strict('vers:npm/>=1.0.0| <2.0.0', /blanks/);
  strict('vers:npm/|1.0.0', /bar/);
  strict('vers:npm/1.0.0|', /bar/);
  strict('vers:npm/1.0.0||2.0.0', /bar/);
  strict('vers:npm/=1.0.0', /no comparator/);
  strict('vers:npm/>=', /must have a version/);
  strict('vers:npm/*|1.0.0', /percent-encoded/);
  strict('vers:npm/>1.0.0<2', /percent-encoded/);
  strict('vers:npm/1.0%2G0', /invalid percent/);
  strict('vers:npm/1.0%2F0', /not canonical/);
  strict('vers:npm/1.0%3c0', /not canonical/);
  strict('vers:npm/1%092', /printable/);
  strict('vers:npm/2.0.0|1.0.0', /not sorted/);
  strict('vers:npm/1.0.0|>1.0.0', /twice/);
  strict('vers:npm/1.0.0|1.0.0+build', /twice/);
  strict('vers:npm/1.0.0|<2.0.0', /sequence/);
  strict('vers:npm/>1.0.0|>=2.0.0', /sequence/);
  strict('vers:npm/1.0.0|x', /none of this type/);
  strict('vers:invalid/*', /never valid/);
  strict('vers:all/1.0', /asterisk only/);
  strict('vers:datetime/2024-01-01', /RFC 3339/);
  strict('vers:datetime/2024-01-01t00:00:00z', /capitals/);
  strict('vers:datetime/2024-01-01T00%3A00%3A00Z', /not canonical/);
});

test('normalising sorts and re-encodes, and drops nothing', () => {
  normal(' VERS:NPM/ <2.0.0 | >= 1.0.0 |', 'vers:npm/>=1.0.0|<2.0.0');
  normal('vers:npm/=1.0.0', 'vers:npm/1.0.0');
  normal('vers:datetime/2024-01-01t00:00:00z', 'vers:datetime/2024-01-01T00:00:00Z');
  normal('vers:lexicographic/1 2', 'vers:lexicographic/1%202');
  normal('vers:generic/1%2F2', 'vers:generic/1/2');
  normal('vers:pypi/3|>=1|2', 'vers:pypi/>=1|2|3');
});

test('simplifying drops what says nothing', () => {
  simple('vers:pypi/>=1|2|3', 'vers:pypi/>=1');
  simple('vers:pypi/1|2|<3|!=0.5', 'vers:pypi/!=0.5|<3');
  simple('vers:pypi/>1|>=2|<3|<=4', 'vers:pypi/>1|<=4');
  simple('vers:pypi/1|1.0', 'vers:pypi/1');
  simple('vers:pypi/>=1|<2|>=2|<3', 'vers:pypi/>=1|<3');
  simple('vers:pypi/<2|>=2', 'vers:pypi/*');
  simple('vers:pypi/1|!=1', /different comparators/);
});

test('a version lies in a range by the order of its type', () => {
  inside('vers:npm/>=1.0.0|<2.0.0', '0.9.0 1.0.0 1.5.0 2.0.0-rc.1 2.0.0', '1.0.0 1.5.0 2.0.0-rc.1');
  inside('vers:npm/<1.0.0|>2.0.0', '0.9.0 1.0.0 1.5.0 2.0.0 2.0.1', '0.9.0 2.0.1');
  inside('vers:npm/>=1.0.0|!=1.5.0|<2.0.0|3.0.0', '1.5.0 1.5.1 3.0.0 3.0.1', '1.5.1 3.0.0');
  inside('vers:npm/!=1.0.0', '0.9.0 1.0.0 1.1.0', '0.9.0 1.1.0');
  inside('vers:npm/>1.0.0', '1.0.0 1.0.1', '1.0.1');
  inside('vers:deb/>=1:0|<1:2~', '9.0 1:1 1:2~rc1 1:2', '1:1');
  inside('vers:npm/*', 'anything 1.0.0', 'anything 1.0.0');
  inside('vers:none/*', '1', '');
  inside('vers:unheard-of/*', '1', '1');
});

test('where no order is known there is no answer', () => {
  for (const text of ['vers:example/1|>=2|<5', 'vers:unheard-of/>1']) {
    const reading = parseVers(text);
    assert.ok(reading.ok);
    assert.equal(containsVersion(reading.value, '3').ok, false, text);
  }
  const range = parseVers('vers:npm/>1.0.0');
  assert.ok(range.ok);
  assert.equal(containsVersion(range.value, 'not one').ok, false);
});

const number = fc.nat(9).map((n) => `1.${n}`);
const comparator = fc.constantFrom('', '!=', '<', '<=', '>', '>=');
const constraint = fc.tuple(comparator, number).map((parts) => parts.join(''));
const rangeText = fc
  .uniqueArray(constraint, {
    minLength: 1,
    maxLength: 6,
    selector: (text) => text.replace(/^\D+/, ''),
  })
  .map((list) => `vers:pypi/${list.join('|')}`);

test('a simplified range is canonical and holds the same versions', () => {
  fc.assert(
    fc.property(rangeText, number, (text, version) => {
      const reading = normaliseVers(text);
      assert.ok(reading.ok);
      const simplified = simplifyVers(reading.value);
      assert.ok(simplified.ok);
      const written = formatVers(simplified.value);
      const again = parseVers(written);
      assert.ok(again.ok, `${written} of ${text}`);
      assert.deepEqual(again.value, simplified.value);
      const before = containsVersion(reading.value, version);
      assert.deepEqual(containsVersion(simplified.value, version), before);
    }),
  );
});

test('a version is inside exactly when an independent reading of the marks says so', () => {
  fc.assert(
    fc.property(rangeText, fc.nat(9), (text, at) => {
      const reading = normaliseVers(text);
      assert.ok(reading.ok);
      const simplified = simplifyVers(reading.value);
      assert.ok(simplified.ok);
      const answer = containsVersion(reading.value, `1.${at}`);
      assert.ok(answer.ok);
      assert.equal(answer.value, expectedInside(formatVers(simplified.value), at), text);
    }),
  );
});

/** Walks the marks from left to right over the numbers 0 to 9, as a person would. */
function expectedInside(text: string, at: number): boolean {
  if (text.endsWith('/*')) return true;
  const marks = text
    .slice('vers:pypi/'.length)
    .split('|')
    .map((mark) => ({
      sign: mark.replace(/1\..*$/, ''),
      place: Number(mark.replace(/^.*1\./, '')),
    }));
  const own = marks.find((mark) => mark.place === at);
  if (own) return own.sign === '' || own.sign === '<=' || own.sign === '>=';
  const bounds = marks.filter((mark) => mark.sign.startsWith('<') || mark.sign.startsWith('>'));
  if (bounds.length === 0) return marks.every((mark) => mark.sign === '!=');
  const before = bounds.filter((mark) => mark.place < at).at(-1);
  return before ? before.sign.startsWith('>') : bounds[0]!.sign.startsWith('<');
}

test('versions of any marks survive writing and reading', () => {
  const version = fc.string({ minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(version, (text) => {
      const range = {
        type: 'lexicographic',
        isAny: false,
        constraints: [{ comparator: '>=', version: text }],
      } as const;
      assert.deepEqual(parseVers(formatVers(range)), { ok: true, value: range });
    }),
  );
});

test('no text makes the readers throw', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'vers:npm/<>=!*|%20.1a ') });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string()), fc.constantFrom('', 'vers:npm/'), (tail, head) => {
      assert.equal(typeof parseVers(head + tail).ok, 'boolean');
      assert.equal(typeof normaliseVers(head + tail).ok, 'boolean');
    }),
  );
});

test('a range of too many constraints or characters is refused', () => {
  strict(`vers:npm/${'1|'.repeat(5000)}1`, /more constraints/);
  strict(`vers:npm/${'1'.repeat(70000)}`, /longer/);
  assert.equal(compareVersions('npm', '1'.repeat(2000), '1').ok, false);
});
