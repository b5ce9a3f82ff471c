// SPDX-License-Identifier: Apache-2.0
/** One case of a conformance suite for Merkle proofs, as text or as a value. */
import { fromBase64 } from './bytes.ts';
import { verifyConsistency, verifyInclusion } from './merkle.ts';

export type MerkleCaseResult = { readonly ok: boolean } | { readonly error: string };

const UINT64_MAX = (1n << 64n) - 1n;
const HASHES_MAX = 1024;

/**
 * Checks one line: like `verifyMerkleCase`, but sizes above 2^53 keep every digit.
 *
 * In     a JSON object as text, at most 1 MB
 * Out    {"ok"} or {"error": why}
 * Never  throws; never repeats a value of the line
 */
export function verifyMerkleLine(line: string): MerkleCaseResult {
  if (line.length > 1_000_000) return { error: 'case: at most 1,000,000 characters' };
  let value: unknown;
  try {
    value = JSON.parse(line, keepDigits as (key: string, value: unknown) => unknown);
  } catch {
    return { error: 'case: not JSON' };
  }
  return verifyMerkleCase(value);
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value === 'number' && source !== undefined && /^-?\d{1,30}$/.test(source)) {
    return BigInt(source);
  }
  return value;
}

/**
 * Checks one case.
 *
 * In     {"kind":"inclusion", leafIdx, treeSize, leafHash, root, proof} or
 *        {"kind":"consistency", size1, size2, root1, root2, proof}; hashes in base64, sizes below
 *        2^64 as number, bigint or decimal text; a null proof is an empty one
 * Out    {"ok"}; {"error"} when the case itself has not this shape
 * Law    RFC 6962 sections 2.1.1 and 2.1.2
 */
export function verifyMerkleCase(value: unknown): MerkleCaseResult {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: 'case: an object expected' };
  }
  const fields = value as Record<string, unknown>;
  const kind = fields.kind;
  if (kind !== 'inclusion' && kind !== 'consistency') {
    return { error: 'kind: "inclusion" or "consistency" expected' };
  }
  const names =
    kind === 'inclusion'
      ? (['leafIdx', 'treeSize', 'leafHash', 'root'] as const)
      : (['size1', 'size2', 'root1', 'root2'] as const);
  const first = readUint64(fields[names[0]]);
  const second = readUint64(fields[names[1]]);
  const third = readBytes(fields[names[2]]);
  const fourth = readBytes(fields[names[3]]);
  const proof = readHashes(fields.proof);
  if (first === undefined)
    return { error: `${names[0]}: a whole number from 0 to 2^64-1 expected` };
  if (second === undefined) {
    return { error: `${names[1]}: a whole number from 0 to 2^64-1 expected` };
  }
  if (third === undefined) return { error: `${names[2]}: base64 expected` };
  if (fourth === undefined) return { error: `${names[3]}: base64 expected` };
  if (proof === undefined) return { error: 'proof: a list of base64 expected' };
  if (kind === 'inclusion') {
    const claim = { index: first, size: second, leafHash: third, root: fourth, proof };
    return { ok: verifyInclusion(claim) };
  }
  const claim = { size1: first, size2: second, root1: third, root2: fourth, proof };
  return { ok: verifyConsistency(claim) };
}

function readUint64(value: unknown): bigint | undefined {
  let whole: bigint | undefined;
  if (typeof value === 'bigint') whole = value;
  else if (typeof value === 'number' && Number.isInteger(value)) whole = BigInt(value);
  else if (typeof value === 'string' && /^\d{1,20}$/.test(value)) whole = BigInt(value);
  return whole !== undefined && whole >= 0n && whole <= UINT64_MAX ? whole : undefined;
}

function readBytes(value: unknown): Uint8Array | undefined {
  if (value === null) return new Uint8Array(0);
  return typeof value === 'string' ? fromBase64(value) : undefined;
}

function readHashes(value: unknown): Uint8Array[] | undefined {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value) || value.length > HASHES_MAX) return undefined;
  const hashes: Uint8Array[] = [];
  for (const item of value) {
    const bytes = readBytes(item);
    if (bytes === undefined) return undefined;
    hashes.push(bytes);
  }
  return hashes;
}
