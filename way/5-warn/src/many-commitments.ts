// SPDX-License-Identifier: Apache-2.0
/**
 * Commitments by the ten thousand. The ledger's own functions also run in browsers and cost ten times
 * as much; a test holds these two to them.
 */
import { createHmac, hash } from 'node:crypto';

/** A value whose members are in canonical order and whose JSON text is canonical (RFC 8785). */
export type CanonicalContent = Readonly<Record<string, string | number | readonly string[]>>;

/** Like `commitTo`, as bytes. */
export function commitMany(content: CanonicalContent, salt: Uint8Array): Buffer {
  return createHmac('sha256', salt).update(JSON.stringify(content)).digest();
}

/** Like `commitmentRoot(...).root`, as bytes: RFC 6962 section 2.1 over the commitments as leaves. */
export function rootOfMany(commitments: readonly Uint8Array[]): Buffer {
  const leaf = Buffer.alloc(33, 0);
  const node = Buffer.alloc(65, 1);
  let row = commitments.map((commitment) => {
    leaf.set(commitment, 1);
    return hash('sha256', leaf, 'buffer');
  });
  while (row.length > 1) {
    const next: typeof row = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      node.set(row[i] as Buffer, 1);
      node.set(row[i + 1] as Buffer, 33);
      next.push(hash('sha256', node, 'buffer'));
    }
    if (row.length % 2 === 1) next.push(row.at(-1) as (typeof row)[number]);
    row = next;
  }
  return row[0] as Buffer;
}
