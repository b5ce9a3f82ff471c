// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { commitmentRoot, commitTo } from '@sakimori/ledger';
import fc from 'fast-check';
import { commitMany, rootOfMany } from '../src/many-commitments.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('commitments made by the thousand are the ledger’s own', () => {
  const content = fc.record({
    changes: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    computers: fc.nat(),
    // Longer than what is set aside for an ordinary warning.
    vulnerability: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('あ'.repeat(5_000))),
  });
  const batch = fc.array(fc.tuple(content, bytes), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(batch, (said) => {
      const salts = Buffer.concat(said.map(([, salt]) => salt));
      const leaves = Buffer.alloc(32 * said.length);
      for (const [i, [one]] of said.entries()) {
        commitMany(JSON.stringify(one), salts, leaves, i);
      }
      said.forEach(([one, salt], i) => {
        const made = leaves.subarray(32 * i, 32 * i + 32).toString('base64');
        assert.equal(made, commitTo(one, salt));
      });
    }),
  );
});

test('the root over any number of commitments is the ledger’s own', () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 70 }), (leaves) => {
      const texts = leaves.map((leaf) => Buffer.from(leaf).toString('base64'));
      const root = rootOfMany(Buffer.concat(leaves));
      assert.equal(root.toString('base64'), commitmentRoot(texts).root);
    }),
  );
});
