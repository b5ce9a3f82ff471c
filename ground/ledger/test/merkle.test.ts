// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  hashLeaf,
  hashNode,
  proveConsistency,
  proveInclusion,
  rootOf,
  toBase64,
  toHex,
  verifyConsistency,
  verifyInclusion,
  verifyMerkleCase,
  verifyMerkleLine,
} from '../src/index.ts';
import { entryBytes, logOf } from './log-fixture.ts';

/** RFC 6962 section 2.1 word for word: split at the largest power of two below n. */
function rootBySplitting(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length <= 1) return rootOf(leaves);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hashNode(rootBySplitting(leaves.slice(0, k)), rootBySplitting(leaves.slice(k)));
}

const leavesOf = (n: number) => Array.from({ length: n }, (_, i) => hashLeaf(entryBytes(`${i}`)));

test('the empty tree, the empty leaf and a node hash as RFC 6962 says', () => {
  const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  assert.equal(toHex(rootOf([])), empty);
  const leaf = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d';
  assert.equal(toHex(hashLeaf(new Uint8Array(0))), leaf);
});

test('every size to 70 has the root that splitting gives', () => {
  for (let n = 0; n <= 70; n += 1) {
    assert.deepEqual(rootOf(leavesOf(n)), rootBySplitting(leavesOf(n)));
  }
});

test('every proof verifies, and no changed proof does', async () => {
  const { files } = await logOf([700]);
  const read = (path: string) => files.read(path);
  const leaves = leavesOf(700);
  const flip = fc.record({ byte: fc.nat(), bit: fc.nat({ max: 7 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 700 }),
      fc.nat(),
      fc.nat(),
      flip,
      async (size, a, b, { byte, bit }) => {
        const root = rootOf(leaves.slice(0, size));
        const index = a % size;
        const inclusion = await proveInclusion(read, index, size, root, 700);
        const claim = { index, size, root, ...inclusion };
        assert.ok(verifyInclusion(claim));
        assert.ok(!verifyInclusion({ ...claim, index: (index + 1) % (size + 1) }) || size === 1);
        for (const proof of mutations(inclusion.proof, byte, bit)) {
          assert.ok(!verifyInclusion({ ...claim, proof }));
        }
        const size1 = 1 + (b % size);
        const first = { size: size1, root: rootOf(leaves.slice(0, size1)) };
        const proof = await proveConsistency(read, first, { size, root }, 700);
        const both = { size1, size2: size, root1: first.root, root2: root };
        assert.ok(verifyConsistency({ ...both, proof }));
        for (const changed of mutations(proof, byte, bit)) {
          assert.ok(!verifyConsistency({ ...both, proof: changed }));
        }
      },
    ),
    { numRuns: 150 },
  );
});

function mutations(proof: readonly Uint8Array[], byte: number, bit: number): Uint8Array[][] {
  const spare = [...proof, new Uint8Array(32)];
  if (proof.length === 0) return [spare];
  const flipped = proof.map((hash) => hash.slice());
  const hash = flipped[byte % proof.length] as Uint8Array;
  hash[byte % 32] = (hash[byte % 32] as number) ^ (1 << bit);
  const short = proof.map((h, i) => (i === 0 ? h.subarray(1) : h));
  return [spare, proof.slice(1), proof.slice(0, -1), flipped, short, [new Uint8Array(0), ...proof]];
}

test('edges: what lies outside a tree, lengths, and the empty tree prove nothing', () => {
  const root = toBase64(hashLeaf(entryBytes('0')));
  const other = toBase64(hashLeaf(entryBytes('1')));
  const inclusion = (leafIdx: unknown, treeSize: unknown, proof: unknown = []) =>
    verifyMerkleCase({ kind: 'inclusion', leafIdx, treeSize, leafHash: root, root, proof });
  const consistency = (size1: unknown, size2: unknown, root2 = root, proof: unknown = []) =>
    verifyMerkleCase({ kind: 'consistency', size1, size2, root1: root, root2, proof });
  assert.deepEqual(inclusion(0, 1), { ok: true });
  assert.deepEqual(inclusion(0, 1, null), { ok: true });
  assert.deepEqual(inclusion(0, 0), { ok: false });
  assert.deepEqual(inclusion(1, 1), { ok: false });
  assert.deepEqual(inclusion(0, 1, ['']), { ok: false });
  assert.deepEqual(inclusion(0, 1, [other]), { ok: false });
  assert.deepEqual(consistency(1, 1), { ok: true });
  assert.deepEqual(consistency(1, 1, other), { ok: false });
  assert.deepEqual(consistency(1, 1, root, [other]), { ok: false });
  assert.deepEqual(consistency(2, 1), { ok: false });
  assert.deepEqual(consistency(1, 2), { ok: false });
  assert.deepEqual(consistency(0, 0), { ok: false });
  assert.deepEqual(consistency(0, 1), { ok: false });
  assert.deepEqual(consistency(0, 1, root, [other]), { ok: false });
});

test('a case without the shape is an error that names the field and not its value', () => {
  const good = { kind: 'inclusion', leafIdx: 0, treeSize: 1, leafHash: '', root: '', proof: [] };
  const bad: [unknown, RegExp][] = [
    [null, /^case/],
    [[], /^case/],
    [{ ...good, kind: 'x' }, /^kind/],
    [{ ...good, leafIdx: -1 }, /^leafIdx/],
    [{ ...good, leafIdx: 0.5 }, /^leafIdx/],
    [{ ...good, treeSize: '18446744073709551616' }, /^treeSize/],
    [{ ...good, leafHash: 'not base64!' }, /^leafHash/],
    [{ ...good, root: 5 }, /^root/],
    [{ ...good, proof: 'x' }, /^proof/],
    [{ ...good, proof: [5] }, /^proof/],
  ];
  for (const [value, error] of bad) {
    const result = verifyMerkleCase(value);
    assert.ok('error' in result && error.test(result.error), JSON.stringify(result));
  }
  assert.ok('error' in verifyMerkleLine('{'));
  assert.ok('error' in verifyMerkleLine('['.repeat(100_000)));
});

test('sizes above 2^53 keep every digit', () => {
  // In a tree of 2^64 - 1 leaves the last leaf has 63 left neighbours up the border.
  const leaf = hashLeaf(entryBytes('0'));
  const border = Array.from({ length: 63 }, (_, i) => hashLeaf(entryBytes(`b${i}`)));
  const root = border.reduce((hash, left) => hashNode(left, hash), leaf);
  const line = (leafIdx: string) =>
    `{"kind":"inclusion","leafIdx":${leafIdx},"treeSize":18446744073709551615,` +
    `"leafHash":"${toBase64(leaf)}","root":"${toBase64(root)}",` +
    `"proof":${JSON.stringify(border.map(toBase64))}}`;
  assert.deepEqual(verifyMerkleLine(line('18446744073709551614')), { ok: true });
  assert.deepEqual(verifyMerkleLine(line('18446744073709551613')), { ok: false });
  assert.deepEqual(verifyMerkleLine(line('18446744073709551615')), { ok: false });
  assert.ok('error' in verifyMerkleLine(line('18446744073709551616')));
});
