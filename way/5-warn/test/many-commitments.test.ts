// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { commitmentRoot, commitTo } from '@sakimori/ledger';
import fc from 'fast-check';
import { commitMany, rootOfMany } from '../src/many-commitments.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a commitment made by the thousand is the ledger’s own', () => {
  const content = fc.record({
    changes: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    computers: fc.nat(),
    vulnerability: fc.string({ unit: 'grapheme' }),
  });
  fc.assert(
    fc.property(content, bytes, (said, salt) => {
      assert.equal(commitMany(said, salt).toString('base64'), commitTo(said, salt));
    }),
  );
});

test('the root over any number of commitments is the ledger’s own', () => {
  fc.assert(
    fc.property(fc.array(bytes, { minLength: 1, maxLength: 70 }), (leaves) => {
      const texts = leaves.map((leaf) => Buffer.from(leaf).toString('base64'));
      assert.equal(rootOfMany(leaves).toString('base64'), commitmentRoot(texts).root);
    }),
  );
});
