// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CPE_ATTRIBUTES, type CpeName, cpeNameOf, parseCpe, quoteCpe } from '@sakimori/vocabulary';
import fc from 'fast-check';
import { compareCpeNames, compareCpeValues } from '../../../src/engine/cpe-matching/index.ts';

function read(text: string): CpeName {
  const reading = parseCpe(text);
  assert.ok(reading.ok, text);
  return reading.value;
}

/** Compares two URIs without their prefix and expects one relation of the names. */
function check(source: string, target: string, expected: string): void {
  const { relation } = compareCpeNames(read(`cpe:/${source}`), read(`cpe:/${target}`));
  assert.equal(relation, expected, `${source} to ${target}`);
}

test('Table 6-2, line by line', () => {
  const lines: readonly (readonly [string, string, string])[] = [
    ['*', '*', 'equal'],
    ['*', '-', 'superset'],
    ['*', 'i', 'superset'],
    ['*', 'm*', 'undefined'],
    ['-', '*', 'subset'],
    ['-', '-', 'equal'],
    ['-', 'i', 'disjoint'],
    ['-', 'm*', 'undefined'],
    ['i', 'i', 'equal'],
    ['i', 'k', 'disjoint'],
    ['i', 'm*', 'undefined'],
    ['i', '-', 'disjoint'],
    ['i', '*', 'subset'],
    ['m*', 'mn', 'superset'],
    ['m*', 'nm', 'disjoint'],
    ['m*', '*', 'subset'],
    ['m*', '-', 'disjoint'],
    ['m*', 'm*', 'undefined'],
  ];
  for (const [source, target, expected] of lines) {
    assert.equal(compareCpeValues(source, target), expected, `${source} to ${target}`);
  }
});

test('lexical case does not distinguish values', () => {
  assert.equal(compareCpeValues('Tool', 'tOOL'), 'equal');
});

test('an asterisk stands for zero or more, a question mark for zero or one character', () => {
  const matches: readonly (readonly [string, string, boolean])[] = [
    ['9.*', '9.3.2', true],
    ['9.*', '8.3', false],
    ['8.?', '8.', true],
    ['8.?', '8.1', true],
    ['8.?', '8.11', false],
    ['8.??', '8.0.1', false],
    ['?oo', 'foo', true],
    ['?oo', 'oo', true],
    ['?oo', 'ffoo', false],
    ['*o', 'oxo', true],
    ['*a*', 'xay', true],
    ['?a?', 'xay', true],
    ['?a?', 'xxay', false],
    ['???', 'abc', true],
    ['???', 'abcd', false],
    ['a\\*?', 'a\\*b', true],
    ['a\\*?', 'ab', false],
    ['*\\\\', 'x\\\\', true],
  ];
  for (const [source, target, matched] of matches) {
    const expected = matched ? 'superset' : 'disjoint';
    assert.equal(compareCpeValues(source, target), expected, `${source} to ${target}`);
  }
});

test('a longer version is not contained in a shorter one without a wild card', () => {
  assert.equal(compareCpeValues('5.3', '5.33'), 'disjoint');
});

test('Table 6-4: the relation of the names', () => {
  check('a:example:tool:1.0', 'a:example:tool:1.0', 'equal');
  check('a:example:tool', 'a:example:tool:1.0', 'superset');
  check('a:example:tool:1.0', 'a:example:tool', 'subset');
  check('a:example:tool:1.0', 'a:example:tool:2.0', 'disjoint');
  check('a:example:tool::sp1', 'a:example:tool:1.0', 'none');
  check('a:example:tool:1.0', 'a:example:tool:1%02', 'undefined');
});

test('one disjoint attribute decides, even beside an undefined one', () => {
  check('a:example:tool:1.0', 'a:other:tool:1%02', 'disjoint');
});

const plain = fc.constantFrom('*', '-', 'a', 'b', 'a.b', 'b\\!', 'ab');
const wild = fc.constantFrom('a*', '?b', '*b*', 'a??', '??');
const mirror = { equal: 'equal', superset: 'subset', subset: 'superset', disjoint: 'disjoint' };

test('without wild cards the relation is the mirror image of its converse', () => {
  const names = fc.array(plain, { minLength: 11, maxLength: 11 });
  fc.assert(
    fc.property(names, names, (left, right) => {
      const a = cpeNameOf(Object.fromEntries(CPE_ATTRIBUTES.map((x, i) => [x, left[i]!])));
      const b = cpeNameOf(Object.fromEntries(CPE_ATTRIBUTES.map((x, i) => [x, right[i]!])));
      const forth = compareCpeNames(a, b).relation;
      const back = compareCpeNames(b, a).relation;
      assert.equal(back, forth === 'none' ? 'none' : mirror[forth as keyof typeof mirror]);
    }),
  );
});

test('a wild card relates exactly as the regular expression that it abbreviates', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab.\\*?'), minLength: 1, maxLength: 6 });
  const ends = fc.constantFrom('', '*', '?', '??');
  fc.assert(
    fc.property(ends, text, ends, text, (head, body, tail, other) => {
      const target = quoteCpe(other)!;
      const source = head + quoteCpe(body)! + tail;
      const quote = (part: string) => part.replace(/[.\\*?]/g, '\\$&');
      const ofEnd = (part: string) => (part === '*' ? '.*' : `.{0,${part.length}}`);
      const expression = new RegExp(`^${ofEnd(head)}${quote(body)}${ofEnd(tail)}$`, 's');
      const expected = expression.test(other)
        ? head + tail === ''
          ? 'equal'
          : 'superset'
        : 'disjoint';
      assert.equal(compareCpeValues(source, target), expected);
    }),
    { numRuns: 500 },
  );
});

test('a wild card never compares with another wild card', () => {
  fc.assert(
    fc.property(fc.oneof(plain, wild), wild, (source, target) => {
      assert.equal(compareCpeValues(source, target), 'undefined');
    }),
  );
});
