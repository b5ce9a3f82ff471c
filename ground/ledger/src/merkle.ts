// SPDX-License-Identifier: Apache-2.0
/** RFC 6962 hashing and the verification of its two proofs. Runs in a browser too. */
import { equalBytes } from './bytes.ts';
import { sha256 } from './sha256.ts';

export const HASH_BYTES = 32;
const UINT64_MAX = (1n << 64n) - 1n;

/** Root of the empty tree: the hash of nothing (RFC 6962 section 2.1). */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

export function hashLeaf(entry: Uint8Array): Uint8Array {
  const input = new Uint8Array(entry.length + 1);
  input.set(entry, 1);
  return sha256(input);
}

export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + left.length + right.length);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return sha256(input);
}

/** Root over leaf hashes held in memory. For small trees and tests; the log itself uses tiles. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return EMPTY_ROOT;
  let row = [...leaves];
  while (row.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      next.push(hashNode(row[i] as Uint8Array, row[i + 1] as Uint8Array));
    }
    // The last one without a partner rises unchanged: the same tree as RFC 6962 splits from above.
    if (row.length % 2 === 1) next.push(row[row.length - 1] as Uint8Array);
    row = next;
  }
  return row[0] as Uint8Array;
}

/** What `verifyInclusion` looks at. Sizes are whole numbers below 2^64. */
export interface InclusionClaim {
  readonly index: number | bigint;
  readonly size: number | bigint;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * Checks that a leaf stands at an index of the tree with this size and root.
 *
 * In     claim; any input may be hostile
 * Out    true only for the one proof that RFC 6962 section 2.1.1 defines: an index outside the
 *        tree, a hash of other than 32 bytes, a missing or a spare hash make it false
 * Never  throws
 */
export function verifyInclusion(claim: InclusionClaim): boolean {
  const index = toUint64Value(claim.index);
  const size = toUint64Value(claim.size);
  if (index === undefined || size === undefined || index >= size) return false;
  if (claim.leafHash.length !== HASH_BYTES || !areHashes(claim.proof)) return false;
  const inner = bitLength(index ^ (size - 1n));
  if (claim.proof.length !== inner + onesIn(index >> BigInt(inner))) return false;
  const root = chainBorder(
    chainInner(claim.leafHash, claim.proof.slice(0, inner), index),
    claim.proof.slice(inner),
  );
  return equalBytes(root, claim.root);
}

/** What `verifyConsistency` looks at. */
export interface ConsistencyClaim {
  readonly size1: number | bigint;
  readonly size2: number | bigint;
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Checks that the tree of `size2` only added to the tree of `size1`.
 *
 * In     claim; any input may be hostile
 * Out    true only for the proof that RFC 6962 section 2.1.2 defines. Equal sizes: the roots must be
 *        equal and the proof empty. From the empty tree nothing can be proven: false
 * Never  throws
 */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { proof, root1, root2 } = claim;
  const size1 = toUint64Value(claim.size1);
  const size2 = toUint64Value(claim.size2);
  if (size1 === undefined || size2 === undefined) return false;
  if (size1 === 0n || size1 > size2) return false;
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2);
  if (!areHashes(proof) || proof.length === 0 || root1.length !== HASH_BYTES) return false;
  const shift = zerosAtEnd(size1);
  const fork = bitLength((size1 - 1n) ^ (size2 - 1n));
  const border = onesIn((size1 - 1n) >> BigInt(fork));
  const inner = fork - shift;
  // A whole subtree of size1 leaves is its own seed; otherwise the proof begins with the seed.
  const whole = size1 === 1n << BigInt(shift);
  const seed = whole ? root1 : (proof[0] as Uint8Array);
  const rest = whole ? proof : proof.slice(1);
  if (rest.length !== inner + border) return false;
  const path = (size1 - 1n) >> BigInt(shift);
  const first = chainBorder(chainLeft(seed, rest.slice(0, inner), path), rest.slice(inner));
  if (!equalBytes(first, root1)) return false;
  const second = chainBorder(chainInner(seed, rest.slice(0, inner), path), rest.slice(inner));
  return equalBytes(second, root2);
}

function chainInner(seed: Uint8Array, proof: readonly Uint8Array[], path: bigint): Uint8Array {
  let hash = seed;
  let bits = path;
  for (const sibling of proof) {
    hash = (bits & 1n) === 0n ? hashNode(hash, sibling) : hashNode(sibling, hash);
    bits >>= 1n;
  }
  return hash;
}

function chainLeft(seed: Uint8Array, proof: readonly Uint8Array[], path: bigint): Uint8Array {
  let hash = seed;
  let bits = path;
  for (const sibling of proof) {
    if ((bits & 1n) === 1n) hash = hashNode(sibling, hash);
    bits >>= 1n;
  }
  return hash;
}

function chainBorder(seed: Uint8Array, proof: readonly Uint8Array[]): Uint8Array {
  let hash = seed;
  for (const sibling of proof) hash = hashNode(sibling, hash);
  return hash;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.length <= 128 && hashes.every((hash) => hash.length === HASH_BYTES);
}

function toUint64Value(value: number | bigint): bigint | undefined {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined;
  const whole = BigInt(value);
  return whole >= 0n && whole <= UINT64_MAX ? whole : undefined;
}

function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

function onesIn(value: bigint): number {
  let count = 0;
  for (const digit of value.toString(2)) if (digit === '1') count += 1;
  return count;
}

function zerosAtEnd(value: bigint): number {
  return bitLength(value & -value) - 1;
}
