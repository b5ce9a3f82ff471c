// SPDX-License-Identifier: Apache-2.0
/** Native ranges beside the libraries of their ecosystems, release versions only. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { satisfies as satisfiesPep440 } from '@renovatebot/pep440';
import fc from 'fast-check';
import semver from 'semver';
import { containsVersion, versFromNative } from '../../../src/engine/vers/index.ts';

/** Whether our range of the native text holds the version; an impossible range holds none. */
function isHeld(type: string, native: string, version: string): boolean {
  const range = versFromNative(type, native);
  if (!range.ok) {
    assert.match(range.reason, /no version can meet/, native);
    return false;
  }
  const answer = containsVersion(range.value, version);
  assert.ok(answer.ok, `${native} and ${version}`);
  return answer.value;
}

const digit = fc.constantFrom('0', '1', '2', '3');
const whole = fc.tuple(digit, digit, digit).map((parts) => parts.join('.'));
const part = fc.oneof(
  whole,
  fc.tuple(digit, digit).map((parts) => parts.join('.')),
  digit,
  fc.tuple(digit, digit).map((parts) => `${parts.join('.')}.x`),
  digit.map((major) => `${major}.*`),
);

test('npm: a version is held exactly when node-semver says so', () => {
  const comparison = fc.tuple(fc.constantFrom('>=', '<=', '>', '<', '=', '', '>= '), whole);
  const range = fc.tuple(fc.constantFrom('^', '~', '', '~>'), part);
  const condition = fc.oneof(comparison, range).map((parts) => parts.join(''));
  const hyphen = fc.tuple(part, part).map((ends) => ends.join(' - '));
  const all = fc.array(condition, { minLength: 1, maxLength: 2 }).map((list) => list.join(' '));
  const native = fc
    .array(fc.oneof(all, all, hyphen), { minLength: 1, maxLength: 3 })
    .map((list) => list.join(' || '));
  fc.assert(
    fc.property(native, whole, (text, version) => {
      assert.equal(isHeld('npm', text, version), semver.satisfies(version, text), text);
    }),
    { numRuns: 3000 },
  );
});

test('PyPI: a version is held exactly when PEP 440 says so', () => {
  const release = fc.array(digit, { minLength: 2, maxLength: 3 }).map((parts) => parts.join('.'));
  const specifier = fc.oneof(
    fc.tuple(fc.constantFrom('>=', '<=', '>', '<', '==', '!=', '~='), release),
    fc.tuple(
      fc.constantFrom('==', '!='),
      release.map((text) => `${text}.*`),
    ),
  );
  const native = fc
    .array(
      specifier.map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((list) => list.join(','));
  fc.assert(
    // Three numbers: the library does not pad a shorter version before it takes its prefix.
    fc.property(native, whole, (text, version) => {
      assert.equal(isHeld('pypi', text, version), satisfiesPep440(version, text), text);
    }),
    { numRuns: 3000 },
  );
});
