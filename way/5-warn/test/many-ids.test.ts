// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { makeId } from '@sakimori/vocabulary';
import { warningIds } from '../src/many-ids.ts';

test('ids made by the thousand are the ids that the same bytes make one by one', () => {
  for (const atMs of [1, Date.UTC(2026, 10, 22), 2 ** 48 - 1]) {
    const bytes: Uint8Array[] = [];
    const next = warningIds(atMs, (count) => {
      const given = randomBytes(count);
      bytes.push(given);
      return given;
    });
    const made = Array.from({ length: 2_500 }, () => next());
    const given = Buffer.concat(bytes);
    const own = made.map((_, i) => makeId('warning', atMs, given.subarray(10 * i, 10 * i + 10)));
    assert.deepEqual(made, own);
  }
});
