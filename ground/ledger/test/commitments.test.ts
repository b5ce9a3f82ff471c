// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { canonicalJson, commitmentRoot, commitTo, verifyCommitment } from '../src/index.ts';
import { seed } from './log-fixture.ts';

test('canonical JSON follows RFC 8785: members by UTF-16 units, numbers as ECMAScript', () => {
  const value = {
    '\u20ac': 1,
    '\r': 2,
    '\ufb33': 3,
    '1': 4,
    '\u{1f600}': 5,
    '\u0080': 6,
    '\u00f6': 7,
  };
  assert.equal(
    canonicalJson(value),
    '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}',
  );
  const numbers = [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0];
  assert.equal(canonicalJson(numbers), '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]');
  assert.equal(canonicalJson('\u20ac$\u000f\nA\'B"\\"/'), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\"/"');
});

test('what JSON cannot say has no canonical form', () => {
  let deep: unknown[] = [];
  for (let i = 0; i < 40; i += 1) deep = [deep];
  for (const value of [
    undefined,
    Number.NaN,
    1n,
    '\ud800',
    new Date(0),
    [undefined],
    deep,
    new Map(),
  ]) {
    assert.throws(() => canonicalJson(value), TypeError);
  }
});

test('a commitment binds content and salt, and does not depend on the order of members', () => {
  const commitment = commitTo({ a: 1, b: 2 }, seed(1));
  assert.equal(commitment, commitTo({ b: 2, a: 1 }, seed(1)));
  assert.notEqual(commitment, commitTo({ a: 1, b: 3 }, seed(1)));
  assert.notEqual(commitment, commitTo({ a: 1, b: 2 }, seed(2)));
  assert.throws(() => commitTo({}, new Uint8Array(31)), { code: 'LOG_ENTRY_INVALID' });
});

test('one record of a batch can be shown alone, and only that one', () => {
  for (const n of [1, 2, 3, 7, 64, 100]) {
    const batch = commitmentRoot(Array.from({ length: n }, (_, i) => commitTo({ i }, seed(i))));
    for (const i of new Set([0, n >> 1, n - 1])) {
      const proof = batch.prove(i);
      assert.ok(verifyCommitment({ i }, seed(i), proof, batch.root), `${i} of ${n}`);
      assert.ok(!verifyCommitment({ i: i + 1 }, seed(i), proof, batch.root));
      assert.ok(!verifyCommitment({ i }, seed(i + 1), proof, batch.root));
    }
    assert.throws(() => batch.prove(n), { code: 'LOG_PROOF_OUT_OF_RANGE' });
  }
  assert.throws(() => commitmentRoot([]), { code: 'LOG_ENTRY_INVALID' });
  assert.ok(!verifyCommitment({}, seed(1), { index: 0, size: 1, path: ['!'] }, 'x'));
});

test('the runtime commits to the same as the portable code that a browser runs', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      (text, salt) => {
        const portable = hmac(sha256, salt, new TextEncoder().encode(canonicalJson({ text })));
        assert.equal(commitTo({ text }, salt), Buffer.from(portable).toString('base64'));
      },
    ),
  );
});
