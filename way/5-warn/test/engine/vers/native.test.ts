// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  containsVersion,
  formatVers,
  orderedTypes,
  versFromNative,
} from '../../../src/engine/vers/index.ts';

/** `native -> constraints`, one a line; `-> !` where it must be refused. */
function check(type: string, table: string): void {
  for (const line of table.trim().split('\n')) {
    const [native = '', expected = ''] = line.trim().split(/ *-> */);
    const reading = versFromNative(type, native);
    const written = reading.ok ? formatVers(reading.value).slice(`vers:${type}/`.length) : '!';
    assert.equal(written, expected, `${type}: ${native}`);
  }
}

test('npm', () => {
  check(
    'npm',
    `1.2.3 -> 1.2.3
     =v1.2.3 -> 1.2.3
     * -> *
     >=1.0.0 <2.0.0 -> >=1.0.0|<2.0.0
     >= 1.0.0 < 2.0.0 -> >=1.0.0|<2.0.0
     ^1.2.3 -> >=1.2.3|<2.0.0
     ^0.2.3 -> >=0.2.3|<0.3.0
     ^0.0.3 -> >=0.0.3|<0.0.4
     ^1.2 -> >=1.2.0|<2.0.0
     ^0.x -> >=0.0.0|<1.0.0
     ^1.2.3-beta.2 -> >=1.2.3-beta.2|<2.0.0
     ~1.2.3 -> >=1.2.3|<1.3.0
     ~1.2 -> >=1.2.0|<1.3.0
     ~> 1 -> >=1.0.0|<2.0.0
     1.x -> >=1.0.0|<2.0.0
     1.2 -> >=1.2.0|<1.3.0
     1.2.* -> >=1.2.0|<1.3.0
     >1.x -> >=2.0.0
     <=1.x -> <2.0.0
     <= 1.0 -> <=1.0.0
     1.2.3 - 2.3.4 -> >=1.2.3|<=2.3.4
     1.2 - 2.3 -> >=1.2.0|<2.4.0
     3.0.0 || <1.0.0 -> <1.0.0|3.0.0
     1.0.x || 1.1.x -> >=1.0.0|<1.1.0|>=1.1.0|<1.2.0
     >=1.0.0 <3.0.0 || >=2.0.0 <4.0.0 -> >=1.0.0|<4.0.0
     <1.0.0 || >1.0.0 -> !=1.0.0
     >=2.0.0 <1.0.0 -> !
     >* -> !
     1.2.3.4 -> !
     latest -> !
     >= -> !`,
  );
});

test('PyPI', () => {
  check(
    'pypi',
    `>= 1.0 -> >=1.0
     ==1.0 -> 1.0
     ===1.0 -> 1.0
     >=1.0,!=1.5,<2.0 -> >=1.0|!=1.5|<2.0
     >=1.0,!=3.0,<2.0 -> >=1.0|<2.0
     ~=1.4.2 -> >=1.4.2|<1.5
     ~=2.2 -> >=2.2|<3
     ~=1!2.2 -> >=1%212.2|<1%213
     ==1.2.* -> >=1.2|<1.3
     !=1.2.* -> <1.2|>=1.3
     >=1,!=1.2.*,<2 -> >=1|<1.2|>=1.3|<2
     <1||==2 -> <1|2
     ==1.0,==2.0 -> !
     ~=1 -> !
     >=1.* -> !
     >=banana -> !`,
  );
});

test('Maven and NuGet', () => {
  check(
    'maven',
    `[1.0,2.0) -> >=1.0|<2.0
     (1.0,2.0] -> >1.0|<=2.0
     [1.0] -> 1.0
     (,1.0],[1.2,) -> <=1.0|>=1.2
     (,1.1),(1.1,) -> !=1.1
     (,) -> *
     1.0 -> >=1.0
     [1.0 -> !
     (1.0) -> !
     [1,2],, -> !
     [2,1] -> !`,
  );
  check(
    'nuget',
    `[1.0, 2.0) -> >=1.0.0|<2.0.0
     1.0 -> >=1.0.0
     [1.0.0.0] -> 1.0.0
     [1.0.0.1,) -> >=1.0.0.1
     1.2.* -> >=1.2.0|<1.3.0
     * -> *`,
  );
});

test('RubyGems', () => {
  check(
    'gem',
    `~> 2.2.0 -> >=2.2.0|<2.3
     ~> 2.2 -> >=2.2|<3
     ~> 2 -> >=2|<3
     ~> 1.0.0.pre1 -> >=1.0.0.pre1|<1.1
     >= 1.0, < 2, != 1.5 -> >=1.0|!=1.5|<2
     1.0 -> 1.0
     ~> -> !`,
  );
});

test('Debian, RPM, Go, Composer, Cargo, Hex', () => {
  check('deb', '>= 1.0, << 2.0 -> >=1.0|<2.0\n (= 1:1.0-1) -> 1:1.0-1\n >> 1 -> >1\n < 1 -> <=1');
  check('rpm', '>= 1.0-1, < 2 -> >=1.0-1|<2\n 1.0 -> 1.0');
  check('golang', '>=v1.0.0, <v1.2.0 -> >=v1.0.0|<v1.2.0\n <1.0.0 || >=2.0.0 -> <1.0.0|>=2.0.0');
  check(
    'composer',
    '^1.2.3 -> >=1.2.3|<2.0\n ~1.2 -> >=1.2|<2.0\n 1.0.* -> >=1.0|<1.1\n 1.0 - 2.0 -> >=1.0|<2.1',
  );
  check('cargo', '1.2.3 -> >=1.2.3|<2.0.0\n >=1.0.0, <1.5.0 -> >=1.0.0|<1.5.0');
  check('hex', '~> 2.1 or >= 4.0.0 -> >=2.1|<3|>=4.0.0\n >= 1.0.0 and < 2.0.0 -> >=1.0.0|<2.0.0');
});

test('Conan, OpenSSL, nginx and the general schemes', () => {
  check(
    'conan',
    '~2.5.1 -> >=2.5.1|<2.6\n ^0.1.2 -> >=0.1.2|<0.2\n * -> >=0.0.0\n >1- <2 -> >1|<2',
  );
  check('openssl', '3.0.0, 1.0.1b -> 1.0.1b|3.0.0\n 2.0.0 -> !');
  check(
    'nginx',
    '1.5.0+, 1.4.1+ -> >=1.4.1|<1.5.0|>=1.5.0\n 0.7.1-0.8.2 -> >=0.7.1|<=0.8.2\n all -> *',
  );
  check('intdot', '>=1.2, <2 -> >=1.2|<2');
  check('unheard-of', '>=1 -> !');
});

test('a list of conditions must hold as a whole', () => {
  const reading = versFromNative('deb', ['>= 1.0', '<< 2.0']);
  assert.equal(reading.ok && formatVers(reading.value), 'vers:deb/>=1.0|<2.0');
});

const number = fc.nat(6).map((n) => `1.${n}`);
const condition = fc.tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), number);
const alternatives = fc.array(fc.array(condition, { minLength: 1, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});

test('the range holds exactly the versions for which an alternative holds', () => {
  fc.assert(
    fc.property(alternatives, fc.nat(6), (list, at) => {
      const native = list.map((all) => all.map((pair) => pair.join('')).join(',')).join('||');
      const reading = versFromNative('pypi', native);
      const isHeld = list.some((all) =>
        all.every(([sign, version]) => holds(sign, at, Number(version.slice(2)))),
      );
      if (!reading.ok) return assert.equal(isHeld, false, native);
      const answer = containsVersion(reading.value, `1.${at}`);
      assert.deepEqual(answer, { ok: true, value: isHeld }, native);
    }),
    { numRuns: 1000 },
  );
});

function holds(sign: string, left: number, right: number): boolean {
  if (sign === '==') return left === right;
  if (sign === '!=') return left !== right;
  if (sign.startsWith('<')) return left < right || (sign === '<=' && left === right);
  return left > right || (sign === '>=' && left === right);
}

test('no text makes a reader throw', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'0123.x*^~<>=!|,[]() -v') });
  fc.assert(
    fc.property(
      fc.constantFrom(...orderedTypes()),
      fc.oneof(hostile, fc.string()),
      (type, text) => {
        assert.equal(typeof versFromNative(type, text).ok, 'boolean');
      },
    ),
    { numRuns: 1000 },
  );
});

test('a range of many thousand characters is answered or refused', () => {
  for (const type of orderedTypes()) {
    for (const unit of ['1', '(', '^', '1.', ' - ', '||', '>=', ',', '1 ', '~>1,', '[1,']) {
      assert.equal(typeof versFromNative(type, unit.repeat(20000)).ok, 'boolean');
      assert.equal(typeof versFromNative(type, unit.repeat(3000)).ok, 'boolean');
    }
  }
});
