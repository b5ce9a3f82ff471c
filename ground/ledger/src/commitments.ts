// SPDX-License-Identifier: Apache-2.0
/** Salted commitments: the ledger can hold one to its words without knowing them. */
import { fromBase64, toBase64 } from './bytes.ts';
import { canonicalJson } from './canonical.ts';
import { ledgerErrors } from './errors.ts';
import { hashLeaf, hashNode, verifyInclusion } from './merkle.ts';
import { hmacSha256 } from './sha256.ts';

export const SALT_BYTES = 32;

/**
 * Commits to content.
 *
 * In      content as plain JSON values; `salt` 32 fresh random bytes, one per object (or per field
 *         where a field is to be shown alone), stored beside the content and erased with it
 * Out     base64 of HMAC-SHA-256(salt, canonical JSON)
 * Throws  LOG_ENTRY_INVALID for a salt of another length; TypeError for what JSON cannot say
 * Law     erasure stays possible: without the salt nobody can test a guess against the commitment
 */
export function commitTo(content: unknown, salt: Uint8Array): string {
  if (salt.length !== SALT_BYTES) {
    throw ledgerErrors('ENTRY_INVALID', { field: 'salt', expected: '32-bytes' });
  }
  return toBase64(hmacSha256(salt, canonicalJson(content)));
}

/** Where one commitment stands in the tree over a batch. */
export interface CommitmentProof {
  readonly index: number;
  readonly size: number;
  /** Base64 hashes, from the sibling of the leaf up. */
  readonly path: readonly string[];
}

/**
 * One commitment over n: the RFC 6962 root over the commitments as leaves. A batch of n records
 * needs one entry, and one record can later be shown or erased alone.
 *
 * In      commitments from `commitTo`, in the order of the records, n >= 1
 * Out     `root` in base64, to be put in `commits`; `prove(i)` for one record
 * Throws  LOG_ENTRY_INVALID when an item is no commitment
 */
export function commitmentRoot(commitments: readonly string[]): {
  readonly root: string;
  prove(index: number): CommitmentProof;
} {
  const rows: Uint8Array[][] = [commitments.map((text) => hashLeaf(readCommitment(text)))];
  if (commitments.length === 0) throw notCommitments();
  for (let row = rows[0] as Uint8Array[]; row.length > 1; row = rows.at(-1) as Uint8Array[]) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const right = row[i + 1];
      next.push(right ? hashNode(row[i] as Uint8Array, right) : (row[i] as Uint8Array));
    }
    rows.push(next);
  }
  return {
    root: toBase64((rows.at(-1) as Uint8Array[])[0] as Uint8Array),
    prove(index) {
      if (!(Number.isInteger(index) && index >= 0 && index < commitments.length)) {
        throw ledgerErrors('PROOF_OUT_OF_RANGE', { index, size: commitments.length });
      }
      const path: string[] = [];
      let at = index;
      for (const row of rows) {
        const sibling = row[at % 2 === 0 ? at + 1 : at - 1];
        if (sibling) path.push(toBase64(sibling));
        at = Math.floor(at / 2);
      }
      return { index, size: commitments.length, path };
    },
  };
}

/**
 * Checks that content with its salt is one of a batch.
 *
 * In   content, salt, the proof and the root that stands in `commits` of the entry
 * Out  true or false; never throws on a hostile proof
 */
export function verifyCommitment(
  content: unknown,
  salt: Uint8Array,
  proof: CommitmentProof,
  root: string,
): boolean {
  const rootBytes = fromBase64(root);
  const path = proof.path.map(fromBase64);
  if (!rootBytes || path.some((hash) => hash === undefined)) return false;
  return verifyInclusion({
    index: proof.index,
    size: proof.size,
    leafHash: hashLeaf(readCommitment(commitTo(content, salt))),
    proof: path as Uint8Array[],
    root: rootBytes,
  });
}

function readCommitment(text: string): Uint8Array {
  const bytes = fromBase64(text);
  if (bytes?.length !== 32) throw notCommitments();
  return bytes;
}

function notCommitments() {
  return ledgerErrors('ENTRY_INVALID', { field: 'commits', expected: 'commitments' });
}
