// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildPurl,
  checkPurl,
  formatPurl,
  normalisePurl,
  type PurlParts,
  parsePurl,
} from '../src/index.ts';

/** Reads, then writes; or gives the word that the refusal must contain. */
function check(text: string, expected: string): void {
  const reading = parsePurl(text);
  if (reading.ok) assert.equal(formatPurl(reading.value), expected, text);
  else assert.match(reading.reason, new RegExp(expected), text);
}

/** Expects exactly one problem with the type, or none. */
function checkType(text: string, expected: RegExp | undefined): void {
  const reading = parsePurl(text);
  assert.ok(reading.ok, text);
  const problems = checkPurl(reading.value);
  if (expected === undefined) assert.deepEqual(problems, [], text);
  else assert.match(problems.join('; '), expected, text);
}

test('a package URL is read into its components', () => {
  const reading = parsePurl('pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie#a/b');
  assert.deepEqual(reading, {
    ok: true,
    value: {
      type: 'deb',
      namespace: 'debian',
      name: 'curl',
      version: '7.50.3-1',
      qualifiers: { arch: 'i386', distro: 'jessie' },
      subpath: 'a/b',
    },
  });
});

test('what is absent is null', () => {
  const reading = parsePurl('pkg:npm/example');
  assert.ok(reading.ok);
  const { namespace, version, qualifiers, subpath } = reading.value;
  assert.deepEqual([namespace, version, qualifiers, subpath], [null, null, null, null]);
});

test('only letters, digits, .-_~ and the colon stand unencoded', () => {
  const built = buildPurl({
    type: 'generic',
    namespace: 'a b/ü',
    name: "x+y'(z)*!",
    version: '1:2~3/4@5',
    qualifiers: { download_url: 'https://example.com/?a=b&c' },
    subpath: '/p q/./../r#/',
  });
  assert.deepEqual(built, {
    ok: true,
    value:
      'pkg:generic/a%20b/%C3%BC/x%2By%27%28z%29%2A%21@1:2~3%2F4%405' +
      '?download_url=https:%2F%2Fexample.com%2F%3Fa%3Db%26c#p%20q/r%23',
  });
});

test('scheme and type have no case, slashes after the scheme do not count', () => {
  check('PKG://NPM/Example@1.0.0', 'pkg:npm/example@1.0.0');
  check('pkg:generic//a///b/@1', 'pkg:generic/a/b@1');
});

test('qualifiers are sorted, empty ones dropped, keys in lower case', () => {
  check('pkg:generic/x?Zeta=1&alpha=2&beta=', 'pkg:generic/x?alpha=2&zeta=1');
  check('pkg:generic/x?a=1&A=2', 'unique');
  check('pkg:generic/x?a%20b=1', 'key must be');
  check('pkg:generic/x?a', 'key=value');
});

test('a list of checksums becomes one qualifier', () => {
  const built = buildPurl({
    type: 'generic',
    name: 'x',
    qualifiers: { checksum: ['sha1:a', 'md5:b'] },
  });
  assert.deepEqual(built, { ok: true, value: 'pkg:generic/x?checksum=sha1:a%2Cmd5:b' });
});

test('what is no package URL is refused with the rule that it breaks', () => {
  check('example@1.0', 'must begin with pkg:');
  check('pkg:example@1.0', 'type and a name');
  check('pkg:maven/@1.0', 'name is required');
  check('pkg:3nginx/nginx', 'type must be');
  check('pkg:n&g/nginx', 'type must be');
  check('pkg%3Amaven/a/b', 'must begin with pkg:');
  check('pkg:generic/a%2Fb/c', 'slash');
  check('pkg:generic/a%ZZ', 'percent-encoding');
  check('pkg:generic/a%FF', 'percent-encoding');
  check('pkg:generic/a b', 'ASCII');
  check(`pkg:generic/${'a'.repeat(9000)}`, 'longer');
});

test('each type has its normal form', () => {
  check('pkg:github/Example/Tool@V1', 'pkg:github/example/tool@V1');
  check('pkg:pypi/Example_Tool.X@1.0RC1', 'pkg:pypi/example-tool-x@1.0rc1');
  check('pkg:npm/%40Scope/Tool@1', 'pkg:npm/%40scope/tool@1');
  check('pkg:hackage/a_b@1', 'pkg:hackage/a-b@1');
  check('pkg:pub/My.Tool@1', 'pkg:pub/my_tool@1');
  check('pkg:nuget/Example.Common@1', 'pkg:nuget/Example.Common@1');
  check('pkg:huggingface/Acme/Model@V1', 'pkg:huggingface/Acme/Model@V1');
  check(`pkg:huggingface/A/M@${'AB'.repeat(20)}`, `pkg:huggingface/A/M@${'ab'.repeat(20)}`);
  check(
    'pkg:mlflow/M@1?repository_url=https://x.azuredatabricks.net',
    'pkg:mlflow/m@1?repository_url=https:%2F%2Fx.azuredatabricks.net',
  );
  check(
    'pkg:mlflow/M@1?repository_url=https://x.azureml.ms',
    'pkg:mlflow/M@1?repository_url=https:%2F%2Fx.azureml.ms',
  );
  check('pkg:oci/Static@SHA256:AB', 'pkg:oci/static@sha256:ab');
});

test('each type says what it requires and prohibits', () => {
  checkType('pkg:swift/Tool@1', /requires a namespace/);
  checkType('pkg:swift/example.com/acme/Tool@1', undefined);
  checkType('pkg:cargo/a/b@1', /prohibits a namespace/);
  checkType('pkg:cpan/Tool@1', /requires a namespace/);
  checkType('pkg:cpan/ACME/My::Tool@1', /must not contain/);
  checkType('pkg:cpan/acme/Tool@1', /upper case/);
  checkType('pkg:julia/Dates@1', /uuid/);
  checkType('pkg:swid/Tool@1', /tag_id/);
  checkType('pkg:swid/a/b/c/Tool@1?tag_id=x', /two segments/);
  checkType('pkg:bazel/tool', /requires a version/);
  checkType('pkg:cocoapods/a%2Bb@1', /no plus/);
  checkType('pkg:chrome-extension/abc@1', /32 letters/);
  checkType('pkg:unregistered/x', undefined);
  checkType('pkg:constructor/x', undefined);
});

const text = fc.string({ minLength: 1, maxLength: 8 });
const partsArbitrary = fc.record({
  type: fc.constantFrom('generic', 'npm', 'maven', 'github', 'pypi', 'other'),
  namespace: fc.option(text),
  name: text,
  version: fc.option(text),
  qualifiers: fc.option(fc.dictionary(fc.constantFrom('a', 'b.c', 'checksum'), text)),
  subpath: fc.option(text),
});

test('what is built is read back as it was', () => {
  fc.assert(
    fc.property(partsArbitrary, (record) => {
      const parts: PurlParts = record;
      const purl = normalisePurl(parts);
      const built = buildPurl(parts);
      assert.equal(purl.ok, built.ok);
      if (!purl.ok || !built.ok) return;
      assert.deepEqual(parsePurl(built.value), purl, built.value);
    }),
  );
});

test('no text makes the reader throw', () => {
  const hostile = fc.string({ unit: fc.constantFrom(...'pkg:/@?&=#%2Fa.~'), maxLength: 40 });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string()), fc.constantFrom('', 'pkg:npm/'), (tail, head) => {
      assert.equal(typeof parsePurl(head + tail).ok, 'boolean');
    }),
  );
});
