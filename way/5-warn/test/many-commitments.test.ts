// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { commitmentRoot, commitTo } from '@sakimori/ledger';
import fc from 'fast-check';
import { type CanonicalContent, Commitments } from '../src/many-commitments.ts';

/** Commits to all in both ways. */
function check(contents: readonly CanonicalContent[]): void {
  const many = new Commitments(randomBytes);
  const own = contents.map((content) => commitTo(content, many.add(JSON.stringify(content))));
  const leaves = many.leaves();
  const made = own.map((_, i) => leaves.subarray(32 * i, 32 * i + 32).toString('base64'));
  assert.equal(leaves.length, 32 * contents.length);
  assert.deepEqual(made, own);
  assert.equal(many.root(), commitmentRoot(own).root);
}

test('commitments made by the thousand, and their root, are the ledger’s own', () => {
  const content = fc.record({
    changes: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    computers: fc.nat(),
    // Longer than what is set aside for an ordinary warning.
    vulnerability: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('あ'.repeat(5_000))),
  });
  fc.assert(fc.property(fc.array(content, { minLength: 1, maxLength: 9 }), check));
});

test('the root over any number of commitments is the ledger’s own', () => {
  for (const count of [...Array.from({ length: 70 }, (_, i) => i + 1), 999, 1_000, 1_001, 2_500]) {
    check(Array.from({ length: count }, (_, computers) => ({ computers })));
  }
});
