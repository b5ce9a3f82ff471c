// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  bundlePath,
  hashLeaf,
  readBundle,
  readLogPath,
  rootOf,
  type Tile,
  Tree,
  tileIndexPath,
  tilePath,
  writeBundle,
} from '../src/index.ts';
import { entryBytes } from './log-fixture.ts';

test('paths are those of the specification', () => {
  assert.equal(tileIndexPath(0), '000');
  assert.equal(tileIndexPath(999), '999');
  assert.equal(tileIndexPath(1000), 'x001/000');
  assert.equal(tilePath(0, 1_234_067, 256), 'tile/0/x001/x234/067');
  assert.equal(tilePath(5, 0, 1), 'tile/5/000.p/1');
  assert.equal(bundlePath(273, 112), 'tile/entries/273.p/112');
});

test('only the canonical path of a file is served', () => {
  assert.deepEqual(readLogPath('checkpoint'), { kind: 'checkpoint' });
  const tile = { kind: 'tile', level: 0, index: 1_234_067, width: 256 };
  assert.deepEqual(readLogPath('tile/0/x001/x234/067'), tile);
  assert.deepEqual(readLogPath('tile/entries/000.p/9'), { kind: 'bundle', index: 0, width: 9 });
  const refused = [
    '',
    '/checkpoint',
    'staging',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/00/001',
    'tile/64/000',
    'tile/0/001/002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/../../secret',
    'tile/0/000\n',
    `tile/0/${'x001/'.repeat(19)}000`,
    'tile/0/x999/x999/x999/x999/x999/999',
  ];
  for (const path of refused) assert.equal(readLogPath(path), undefined, path);
});

test('every path that we write is read back', () => {
  const index = fc.nat({ max: 10 ** 9 });
  fc.assert(
    fc.property(fc.nat({ max: 63 }), index, fc.integer({ min: 1, max: 256 }), (level, n, width) => {
      const tile = { kind: 'tile', level, index: n, width };
      assert.deepEqual(readLogPath(tilePath(level, n, width)), tile);
      assert.deepEqual(readLogPath(bundlePath(n, width)), { kind: 'bundle', index: n, width });
    }),
  );
});

test('a bundle gives back its entries; one cut short or too full is refused', () => {
  const entry = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const bytes = writeBundle(entries);
      assert.deepEqual(
        readBundle(bytes)?.map((e) => e.slice()),
        entries,
      );
      if (bytes.length > 0) assert.notDeepEqual(readBundle(bytes.subarray(0, -1)), entries);
    }),
  );
  assert.equal(readBundle(new Uint8Array([0])), undefined);
  assert.equal(readBundle(new Uint8Array([0, 2, 1])), undefined);
  assert.equal(readBundle(new Uint8Array(2 * 257)), undefined);
  assert.equal(readBundle(writeBundle([new Uint8Array(65_535)]))?.[0]?.length, 65_535);
  assert.throws(() => writeBundle([new Uint8Array(65_536)]), RangeError);
});

const BOUNDARIES = [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 70_000];

test('at every boundary size the tiles and the root are right (70,000: the worked example)', async () => {
  const leaves = Array.from({ length: 70_000 }, (_, i) => hashLeaf(entryBytes(`${i}`)));
  const tree = new Tree();
  const full: Tile[] = [];
  for (const size of BOUNDARIES) {
    full.push(...tree.append(leaves.slice(tree.size, size)));
    assert.equal(tree.size, size);
    assert.deepEqual(tree.root(), rootOf(leaves.slice(0, size)), `root of ${size}`);
    const partials = tree.partials();
    for (const { level, width } of partials) {
      assert.equal(width, Math.floor(size / 256 ** level) % 256, `width at ${size}/${level}`);
    }
    const again = await Tree.load(size, async (level) => {
      return partials.find((tile) => tile.level === level)?.bytes;
    });
    assert.ok(again instanceof Tree);
    assert.deepEqual(again.root(), tree.root(), `loaded root of ${size}`);
    assert.deepEqual(again.partials(), partials);
  }
  // "273 full level 0 tiles, one partial level 0 tile of width 112, one full level 1 tile, one
  // partial level 1 tile of width 17, and one partial level 2 tile of width 1"
  assert.equal(full.filter((tile) => tile.level === 0).length, 273);
  assert.equal(full.filter((tile) => tile.level === 1).length, 1);
  const shape = tree.partials().map(({ level, index, width }) => [level, index, width]);
  assert.deepEqual(shape, [
    [0, 273, 112],
    [1, 1, 17],
    [2, 0, 1],
  ]);
});

test('a tree of 256 is one full tile and a partial tile above of width 1', () => {
  const tree = new Tree();
  const full = tree.append(Array.from({ length: 256 }, (_, i) => hashLeaf(entryBytes(`${i}`))));
  assert.deepEqual(
    full.map(({ level, index }) => [level, index]),
    [[0, 0]],
  );
  assert.deepEqual(
    tree.partials().map(({ level, width }) => [level, width]),
    [[1, 1]],
  );
});

test('random batches give the same tree as one batch', () => {
  const leaves = Array.from({ length: 1500 }, (_, i) => hashLeaf(entryBytes(`${i}`)));
  const whole = new Tree();
  const tiles = whole.append(leaves);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 400 }), { maxLength: 12 }), (sizes) => {
      let tree = new Tree();
      const parts: Tile[] = [];
      for (const size of [...sizes, leaves.length]) {
        const kept = tree.root();
        const twin = tree.copy();
        parts.push(...twin.append(leaves.slice(tree.size, tree.size + size)));
        assert.deepEqual(tree.root(), kept, 'the original did not grow');
        tree = twin;
      }
      assert.deepEqual(tree.root(), whole.root());
      assert.deepEqual(parts, tiles);
    }),
    { numRuns: 20 },
  );
});
