// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVersions, isVersion, orderedTypes } from '../../../src/engine/vers/index.ts';

/** `ascending` is a list of versions with < or = between them; checks every pair, both ways. */
function check(type: string, ascending: string): void {
  const parts = ascending.split(' ');
  const versions = parts.filter((_, at) => at % 2 === 0);
  const signs = parts.filter((_, at) => at % 2 === 1);
  for (let left = 0; left < versions.length; left += 1) {
    for (let right = left; right < versions.length; right += 1) {
      const isLess = signs.slice(left, right).includes('<');
      const pair = `${type}: ${versions[left]} to ${versions[right]}`;
      const forth = compareVersions(type, versions[left]!, versions[right]!);
      const back = compareVersions(type, versions[right]!, versions[left]!);
      assert.deepEqual(forth, { ok: true, value: isLess ? -1 : 0 }, pair);
      assert.deepEqual(back, { ok: true, value: isLess ? 1 : 0 }, pair);
    }
  }
}

/** Texts that are no version of the type. */
function refuse(type: string, ...texts: readonly string[]): void {
  for (const text of texts) assert.equal(isVersion(type, text), false, `${type}: ${text}`);
}

test('Debian: epoch, tilde before the end, letters before other marks', () => {
  check('deb', '1.0~~ < 1.0~rc1 < 1.0 = 1.00 = 0:1.0 = 1.0-0 < 1.0-1 < 1.0a < 1.0+b < 1.1 < 1:0.1');
  check('deb', '1.2.9 < 1.2.10 < 1.2.10-1~bpo < 1.2.10-1 < 1.2.10-1ubuntu1');
  refuse('deb', '', 'a1', '1:', ':1', 'x:1', '1 0', '1.0-', '1.0_1', '99999999999:1');
});

test('RPM: tilde first, caret after the end, numbers above letters', () => {
  check('rpm', '1.0~rc1 < 1.0~rc1^git1 < 1.0 < 1.0^git1 < 1.0.a < 1.0.1 < 1.1 < 1:0.1');
  check('rpm', '1.05 = 1.5 = 1_5 = 1.5. < 1.5-1 < 1.5-1.fc9 < 1.5-1.fc10');
  refuse('rpm', '', '1 0');
});

test('Arch: letters before the end, a missing release equals any', () => {
  check('alpm', '1.0a < 1.0b < 1.0rc1 < 1.0 < 1.0.a < 1.0.1 < 1.1-1 < 1.1-2 < 1:1.0');
  check('alpm', '1.5-1 = 1.5');
});

test('Alpine: suffixes around the plain version, revision last', () => {
  check('apk', '1.0_alpha < 1.0_beta2 < 1.0_rc1 < 1.0 < 1.0-r1 < 1.0_git1 < 1.0_p1 < 1.0a < 1.0.1');
  check('apk', '1.01 < 1.1 < 1.10 < 2');
});

test('Gentoo: letters, suffixes, revisions, fractions with leading zeros', () => {
  check(
    'gentoo',
    '1_alpha < 1_beta < 1_pre < 1_rc < 1 = 1-r0 < 1-r1 < 1_p1 < 1a < 1.01 < 1.1 < 1.10',
  );
  refuse('gentoo', '1.a', '1_foo', '1-r', '1-r1a');
});

test('Maven: known qualifiers, then unknown ones, then numbers', () => {
  check(
    'maven',
    '1-alpha-1 = 1.0.alpha1 = 1-a1 < 1-beta < 1-milestone < 1-rc = 1-cr < 1-SNAPSHOT < 1 = 1.0 = 1-ga = 1.final < 1-sp < 1-foo < 1-1 < 1.1',
  );
  check('maven', '1.0.0-M9 < 1.0.0-M10 < 1.0.0');
  check('maven', '20230101000000000000 < 20230101000000000001');
});

test('PyPI: dev, pre, release, post and local in this order', () => {
  check(
    'pypi',
    '1.0.dev1 < 1.0a1.dev1 < 1.0a1 = 1.0-alpha.1 < 1.0b1 < 1.0rc1 = 1.0c1 = v1.0preview1 < 1.0 = 1.0.0 < 1.0+abc < 1.0+1 < 1.0.post1.dev1 < 1.0.post1 = 1.0-1 < 1.1 < 1!0.1',
  );
  refuse('pypi', '', 'a', '1.0-', '1.0+', '1..0', 'latest');
});

test('semantic versions: pre-releases by identifiers, build without effect', () => {
  const order =
    '1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.beta < 1.0.0-beta < 1.0.0-beta.2 < 1.0.0-beta.11 < 1.0.0-rc.1 < 1.0.0 = 1.0.0+build < 1.0.1';
  check('semver', order);
  check('npm', order);
  check('golang', order);
  check('golang', 'v1.0.0-20200101000000-abcdefabcdef < v1.0.0 = 1.0.0 < v2.0.0+incompatible');
  refuse('semver', '01.0.0', '1.0.0-01', '1.0.0-', '1.0.0+', '1.0.0-a..b', 'x', '');
});

test('RubyGems: letters make a pre-release', () => {
  check('gem', '1.0.a < 1.0.b1 < 1.0.b10 < 1.0.rc1 < 1.0 = 1 = 1.0.0 < 1.0.1 < 1.1');
  refuse('gem', '1.', '.1', 'a', '1..2');
});

test('NuGet: four numbers, labels without case', () => {
  check(
    'nuget',
    '1.0-alpha = 1.0.0-ALPHA < 1.0-beta.2 < 1.0-beta.10 < 1.0 = 1.0.0.0 = 1.0+x < 1.0.0.1',
  );
  refuse('nuget', '1.2.3.4.5', '1.0-', 'x');
});

test('Composer: development, alpha, beta, candidate, stable, patch', () => {
  check('composer', '1.0-dev < 1.0-alpha1 < 1.0-beta2 < 1.0-RC1 < 1.0 = v1.0.0 < 1.0-p1 < 1.0.1');
});

test('Conan, OpenSSL and the general schemes', () => {
  check('conan', '1.0-alpha < 1.0 = 1 < 1.0+build < 1.a < 2');
  check(
    'openssl',
    '0.9.8 < 0.9.8za < 1.0.1-beta1 < 1.0.1 < 1.0.1f < 1.0.1g < 1.1.1 < 3.0.0-alpha1 < 3.0.0',
  );
  check('intdot', '1.2 = 1.02 = 1.2.0 < 1.10 = 1.10abc < 2');
  check('lexicographic', '1.10 < 1.2 < 1.2a < b');
  check(
    'datetime',
    '2023-12-31T23:59:59.5Z < 2024-01-01T00:00:00Z = 2024-01-01T09:00:00+09:00 = 2024-01-01T00:00:00.000Z',
  );
  refuse('datetime', '2024-01-01', '2024-02-30T00:00:00Z');
  refuse('openssl', '2.0.0', '1.2.4fg');
});

test('no scheme: words before numbers, a letter after a number follows it', () => {
  check('generic', '1.0beta1 < 1.0rc1 < 1.0 = 1 = 1.0.0 < 1.0patch1 < 1.0a < 1.0b < 1.1');
  check('generic', 'V7.2R1 < V7.2R2');
});

test('what has no order gets no answer', () => {
  for (const type of ['unheard-of', 'all', 'none', 'example', 'test', 'invalid', 'constructor']) {
    assert.equal(compareVersions(type, '1', '2').ok, false, type);
  }
});

/** Texts that look like versions, and the hostile ones among them. */
const versionText = fc
  .array(
    fc.constantFrom(
      '0',
      '1',
      '2',
      '10',
      '01',
      '.',
      '-',
      '_',
      '~',
      '^',
      '+',
      'a',
      'b',
      'rc',
      'Z',
      ':',
    ),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((marks) => marks.join(''));

/**
 * Pacman takes a missing release as equal to any; apk-tools compares words that it refuses; Maven's
 * own ComparableVersion goes in a circle: 0 < ~0 < 0rc0 < 0.
 */
const NOT_TRANSITIVE = new Set(['alpm', 'arch', 'archlinux', 'apk', 'alpine', 'conan', 'maven']);

for (const type of orderedTypes()) {
  test(`${type}: the comparison is an order`, () => {
    const version = versionText.filter((text) => isVersion(type, text));
    const head = versionText.map((text) => `1.0.0${text}`).filter((text) => isVersion(type, text));
    const any = type === 'datetime' ? fc.constant('2024-01-01T00:00:00Z') : fc.oneof(version, head);
    const order = (a: string, b: string) => {
      const reading = compareVersions(type, a, b);
      assert.ok(reading.ok);
      return reading.value;
    };
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        assert.equal(order(a, a), 0);
        assert.equal(order(a, b) + order(b, a), 0, `${a} and ${b}`);
        if (NOT_TRANSITIVE.has(type)) return;
        if (order(a, b) <= 0 && order(b, c) <= 0) assert.ok(order(a, c) <= 0, `${a}, ${b}, ${c}`);
      }),
      { numRuns: 200 },
    );
  });
}

test('no text makes a scheme throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...orderedTypes()), fc.string(), fc.string(), (type, a, b) => {
      assert.equal(typeof compareVersions(type, a, b).ok, 'boolean');
    }),
  );
});

test('a version of a thousand characters is compared, a longer one refused', () => {
  for (const type of orderedTypes()) {
    for (const unit of ['1.', '1-', 'a1', '1_', '1~', '.0', '0', '1!']) {
      const text = unit.repeat(1024 / unit.length);
      assert.equal(typeof compareVersions(type, text, `${text.slice(1)}1`).ok, 'boolean');
      assert.equal(isVersion(type, `1${text}`), false);
    }
  }
});
