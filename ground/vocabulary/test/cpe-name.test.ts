// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CPE_ATTRIBUTES,
  type CpeName,
  cpeLiteral,
  cpeNameOf,
  formatCpe,
  formatCpeUri,
  formatCpeWfn,
  parseCpe,
  quoteCpe,
} from '../src/index.ts';

/** Reads `text` and compares its formatted string, or the word that the refusal must contain. */
function check(text: string, expected: string): void {
  const reading = parseCpe(text);
  if (reading.ok) assert.equal(formatCpe(reading.value), expected, text);
  else assert.match(reading.reason, new RegExp(expected), text);
}

test('a formatted string is read as it stands', () => {
  check(
    'cpe:2.3:a:example:tool:8.0.6001:beta:*:*:*:*:*:*',
    'cpe:2.3:a:example:tool:8.0.6001:beta:*:*:*:*:*:*',
  );
  check(
    'cpe:2.3:o:maker\\:jp:x\\!y:-:*:*:ja-jp:*:*:*:*',
    'cpe:2.3:o:maker\\:jp:x\\!y:-:*:*:ja-jp:*:*:*:*',
  );
});

test('an escaped dot, hyphen or underscore is the plain one', () => {
  check('cpe:2.3:a:m\\-x:t\\_y:1\\.0:*:*:*:*:*:*:*', 'cpe:2.3:a:m-x:t_y:1.0:*:*:*:*:*:*:*');
});

test('a 2.2 URI is unbound: blank is ANY, hyphen is NA, percent forms are quoted', () => {
  check('cpe:/a:example:tool:1.0:-', 'cpe:2.3:a:example:tool:1.0:-:*:*:*:*:*:*');
  check('cpe:/a:foo%5cbar:big%24money~x', 'cpe:2.3:a:foo\\\\bar:big\\$money\\~x:*:*:*:*:*:*:*:*');
  check('cpe:/A:Example:Tool:8.%02:sp%01', 'cpe:2.3:a:example:tool:8.*:sp?:*:*:*:*:*:*');
  check('cpe:/', 'cpe:2.3:*:*:*:*:*:*:*:*:*:*:*');
});

test('a packed edition gives the extended attributes', () => {
  check('cpe:/a:hp:x:7:-:~~online~win2003~x64~', 'cpe:2.3:a:hp:x:7:-:*:*:online:win2003:x64:*');
  check('cpe:/a:hp:x:7::~~~linux~~', 'cpe:2.3:a:hp:x:7:*:*:*:*:linux:*:*');
  check('cpe:/a:hp:x:7::~a~b', 'exactly five');
});

test('the notation of the standard is read', () => {
  check(
    'wfn:[part="a",vendor="example",version="8\\.?",update=NA]',
    'cpe:2.3:a:example:*:8.?:-:*:*:*:*:*:*',
  );
  check('wfn:[part="a",version="8.0"]', 'quoted with a backslash');
  check('wfn:[part="a",part="o"]', 'twice');
  check('wfn:[colour="red"]', 'eleven attributes');
});

test('wild cards stand only at the ends', () => {
  check('cpe:2.3:a:*x*:?y??:??:*:*:*:*:*:*:*', 'cpe:2.3:a:*x*:?y??:??:*:*:*:*:*:*:*');
  for (const value of ['a*b', '**a', 'a**', 'a?b', '*?a', 'a?*', '?*']) {
    check(`cpe:2.3:a:${value}:x:*:*:*:*:*:*:*:*`, 'wild card|beside');
  }
  check('cpe:/a:x:y:12.%02.1', 'wild card');
  check('cpe:/a:x:y:%02', 'by itself');
});

test('what is no name is refused with the rule that it breaks', () => {
  check('cpe:2.3:a:b:c', 'exactly eleven');
  check('cpe:2.3:x:b:c:*:*:*:*:*:*:*:*', 'part must be');
  check('cpe:2.3:a::c:*:*:*:*:*:*:*:*', 'must not be empty');
  check('cpe:2.3:a:b c:c:*:*:*:*:*:*:*:*', 'printable ASCII');
  check('cpe:2.3:a:b:c:*:*:*:*:*:*:*:\\', 'quote a character');
  check('cpe:2.3:a:b:c:\\-:*:*:*:*:*:*:*', 'quoted hyphen');
  check('cpe:2.3:a:b!:c:*:*:*:*:*:*:*:*', 'quoted with a backslash');
  check('cpe:2.3:a:b:c:*:*:*:not a tag:*:*:*:*', 'printable');
  check('cpe:/a:b%07', 'percent-encoded');
  check('cpe:/a:b!', 'percent-encoded');
  check('pkg:npm/x', 'must begin');
  check(`cpe:2.3:a:${'b'.repeat(5000)}:c:*:*:*:*:*:*:*:*`, 'longer');
});

test('a plain text is quoted and comes back', () => {
  assert.equal(quoteCpe('Big $Money!'), 'big_\\$money\\!');
  assert.equal(cpeLiteral('big_\\$money\\!'), 'big_$money!');
  assert.equal(quoteCpe('-'), undefined);
  assert.equal(quoteCpe('防人'), undefined);
});

const literal = fc
  .string({ unit: fc.constantFrom(...'ab09_.-!~*?\\:/%$"'), minLength: 1, maxLength: 8 })
  .map((text) => quoteCpe(text))
  .filter((value) => value !== undefined);
const value = fc.oneof(fc.constantFrom('*', '-', '??', '*a', 'a*', '?b??', '*c.?'), literal);
const nameArbitrary: fc.Arbitrary<CpeName> = fc
  .record({
    part: fc.constantFrom('a', 'o', 'h', '*', '-'),
    language: fc.constantFrom('*', '-', 'ja', 'ja-jp'),
    ...Object.fromEntries(
      CPE_ATTRIBUTES.filter((a) => a !== 'part' && a !== 'language').map((a) => [a, value]),
    ),
  })
  .map((parts) => cpeNameOf(parts as Partial<CpeName>));

test('every name survives each of its three written forms', () => {
  fc.assert(
    fc.property(nameArbitrary, (name) => {
      for (const write of [formatCpe, formatCpeUri, formatCpeWfn]) {
        const reading = parseCpe(write(name));
        assert.ok(reading.ok, write(name));
        assert.deepEqual(reading.value, name, write(name));
      }
    }),
  );
});

test('no text makes the reader throw', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(...'cpe:2.3/wfn[]="\\*?%~01-'),
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.oneof(hostile, fc.string()),
      fc.constantFrom('', 'cpe:2.3:a:', 'cpe:/a:', 'wfn:['),
      (text, head) => {
        assert.equal(typeof parseCpe(head + text).ok, 'boolean');
      },
    ),
  );
});
