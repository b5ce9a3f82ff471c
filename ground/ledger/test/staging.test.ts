// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { diskFiles } from '@sakimori/ledger';
import fc from 'fast-check';
import { readStaging, STAGING_PATH, writeStaging } from '../src/staging.ts';

const origin = 'example.jp/ledger/test';
const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
const batch = (from: number, ...sizes: number[]) => ({
  origin,
  from,
  entries: sizes.map((size, i) => new Uint8Array(size).fill(from + i)),
});

test('a batch written over a longer one is read back alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sakimori-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const files = diskFiles(folder);
  for (const one of [batch(0, 300, 1), batch(2, 5), batch(3, 65_535, 65_535), batch(5, 7, 8)]) {
    await files.overwrite(STAGING_PATH, writeStaging(one));
    assert.deepEqual(readStaging((await files.read(STAGING_PATH)) as Uint8Array), one);
  }
  assert.ok(((await files.read(STAGING_PATH)) as Uint8Array).length < 65_536 + 400);
});

test('a mixture of two batches, as a crash leaves it, is neither of them', () => {
  const before = writeStaging(batch(10, 100, 200, 300));
  const after = writeStaging(batch(13, 90, 210, 305));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: after.length - 1 }), (cut) => {
      const mixed = Uint8Array.from([...after.subarray(0, cut), ...before.subarray(cut)]);
      const whole = [before, after].some((one) => equal(mixed.subarray(0, one.length), one));
      assert.equal(readStaging(mixed) !== undefined, whole, `cut at ${cut}`);
    }),
  );
});
