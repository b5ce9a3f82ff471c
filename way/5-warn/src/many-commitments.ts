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

const BLOCK_COUNT = 1_000;

/**
 * The commitments of one batch, whose size shows only while it is made. The tree over them grows
 * along (RFC 6962 section 2.1, the commitments are its leaves), so that nothing waits for its root.
 */
export class Commitments {
  readonly #random: (count: number) => Uint8Array;
  readonly #leaves: Buffer[] = [];
  /** Roots of the full trees from the left, and how high each is: heights only fall. */
  readonly #roots: string[] = [];
  readonly #heights: number[] = [];
  #salts = Buffer.alloc(0);
  #count = 0;

  /** In   `random` gives unpredictable bytes */
  constructor(random: (count: number) => Uint8Array) {
    this.#random = random;
  }

  get count(): number {
    return this.#count;
  }

  /** Like `commitTo` on the text of a canonical content; its place is the count before. Out: its salt. */
  add(text: string): Buffer {
    const i = this.#count % BLOCK_COUNT;
    if (i === 0) {
      this.#salts = Buffer.from(this.#random(HASH_BYTES * BLOCK_COUNT));
      this.#leaves.push(Buffer.alloc(HASH_BYTES * BLOCK_COUNT));
    }
    const salt = this.#salts.subarray(HASH_BYTES * i, HASH_BYTES * (i + 1));
    const commitment = commit(text, salt);
    (this.#leaves.at(-1) as Buffer).write(commitment, HASH_BYTES * i, 'latin1');
    this.#grow(commitment);
    this.#count += 1;
    return salt;
  }

  /** All commitments in their order, 32 bytes each. */
  leaves(): Buffer {
    return Buffer.concat(this.#leaves, HASH_BYTES * this.#count);
  }

  /** Like `commitmentRoot(...).root`; of at least one commitment. */
  root(): string {
    const root = this.#roots.reduceRight((right, left) => hashOfNode(left, right));
    return Buffer.from(root, 'latin1').toString('base64');
  }

  #grow(commitment: string): void {
    leaf.write(commitment, 1, 'latin1');
    let root = hash('sha256', leaf, 'latin1');
    let height = 0;
    while (this.#heights.at(-1) === height) {
      this.#heights.pop();
      root = hashOfNode(this.#roots.pop() as string, root);
      height += 1;
    }
    this.#roots.push(root);
    this.#heights.push(height);
  }
}

/** HMAC-SHA-256 over the text, one character a byte. */
function commit(text: string, salt: Buffer): string {
  const most = BLOCK_BYTES + 3 * text.length;
  if (inner.length < most) inner = Buffer.alloc(most, INNER);
  for (let at = 0; at < HASH_BYTES; at += 1) {
    const byte = salt[at] as number;
    inner[at] = byte ^ INNER;
    outer[at] = byte ^ OUTER;
  }
  const end = BLOCK_BYTES + inner.write(text, BLOCK_BYTES, 'utf8');
  outer.write(hash('sha256', inner.subarray(0, end), 'latin1'), BLOCK_BYTES, 'latin1');
  return hash('sha256', outer, 'latin1');
}

function hashOfNode(left: string, right: string): string {
  node.write(left, 1, 'latin1');
  node.write(right, 1 + HASH_BYTES, 'latin1');
  return hash('sha256', node, 'latin1');
}
