// SPDX-License-Identifier: Apache-2.0
/**
 * Commitments by the ten thousand. The ledger's own functions also run in browsers and cost twenty
 * times as much; a test holds these to them.
 */
import { hash } from 'node:crypto';

/** A value whose members are in canonical order and whose JSON text is canonical (RFC 8785). */
export type CanonicalContent = Readonly<Record<string, string | number | readonly string[]>>;

const HASH_BYTES = 32;
const BLOCK_BYTES = 64;
const INNER = 0x36;
const OUTER = 0x5c;

// One-shot hashing of prepared buffers: an HMAC object for each of ten thousand texts costs four
// times the hashing itself. Text of one byte a character is the cheapest way to take a hash over.
let inner = Buffer.alloc(4_096, INNER);
const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, OUTER);
const leaf = Buffer.alloc(1 + HASH_BYTES, 0);
const node = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/**
 * Like `commitTo`: HMAC-SHA-256 over the text of a content, written into `leaves`.
 *
 * In   `text` of a canonical content; salt and commitment number `i` of `salts` and `leaves`
 */
export function commitMany(text: string, salts: Buffer, leaves: Buffer, i: number): void {
  const most = BLOCK_BYTES + 3 * text.length;
  if (inner.length < most) inner = Buffer.alloc(most, INNER);
  for (let at = 0; at < HASH_BYTES; at += 1) {
    const byte = salts[HASH_BYTES * i + at] as number;
    inner[at] = byte ^ INNER;
    outer[at] = byte ^ OUTER;
  }
  const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8');
  outer.write(hash('sha256', inner.subarray(0, end), 'latin1'), BLOCK_BYTES, 'latin1');
  leaves.write(hash('sha256', outer, 'latin1'), HASH_BYTES * i, 'latin1');
}

/**
 * Like `commitmentRoot(...).root`, as bytes: RFC 6962 section 2.1 over the commitments as leaves.
 *
 * In   commitments one after the other, at least one
 */
export function rootOfMany(commitments: Buffer): Buffer {
  let count = commitments.length / HASH_BYTES;
  const row = Buffer.alloc(commitments.length);
  for (let i = 0; i < count; i += 1) {
    commitments.copy(leaf, 1, HASH_BYTES * i, HASH_BYTES * (i + 1));
    row.write(hash('sha256', leaf, 'latin1'), HASH_BYTES * i, 'latin1');
  }
  while (count > 1) {
    const pairs = count >> 1;
    for (let i = 0; i < pairs; i += 1) {
      row.copy(node, 1, 2 * HASH_BYTES * i, 2 * HASH_BYTES * (i + 1));
      row.write(hash('sha256', node, 'latin1'), HASH_BYTES * i, 'latin1');
    }
    // The last of an odd row goes up as it is.
    if (count % 2 === 1) {
      row.copy(row, HASH_BYTES * pairs, HASH_BYTES * (count - 1), HASH_BYTES * count);
    }
    count = pairs + (count % 2);
  }
  return row.subarray(0, HASH_BYTES);
}
