// SPDX-License-Identifier: Apache-2.0
/** Making proofs from the tiles of a log, and receipts as `.tlog-proof` files. */
import { fromBase64, fromUtf8, toBase64 } from './bytes.ts';
import { readCheckpoint } from './checkpoint.ts';
import { ledgerErrors } from './errors.ts';
import {
  EMPTY_ROOT,
  HASH_BYTES,
  hashLeaf,
  hashNode,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import { type NoteVerifier, openNote, readNote } from './note.ts';
import { fullTiles, partialWidth, subtreeOfTile, TILE_WIDTH, tilePath } from './tiles.ts';

/** Reads a file of a log by its path; undefined when there is none. */
export type ReadPath = (path: string) => Promise<Uint8Array | undefined>;

/** Hashes of a tree, read from the tiles of a stored size that is not smaller. */
export class TileHashes {
  readonly #read: ReadPath;
  readonly #storedSize: number;
  readonly #tiles = new Map<string, Promise<Uint8Array>>();

  constructor(read: ReadPath, storedSize: number) {
    this.#read = read;
    this.#storedSize = storedSize;
  }

  /** Root over the leaves [from, to), which must be a subtree that RFC 6962 speaks of. */
  async range(from: number, to: number): Promise<Uint8Array> {
    const count = to - from;
    const half = largestPowerBelow(count);
    if (half * 2 === count || count === 1) {
      const height = Math.round(Math.log2(count));
      return this.#node(height, from / count);
    }
    return hashNode(await this.range(from, from + half), await this.range(from + half, to));
  }

  async #node(height: number, index: number): Promise<Uint8Array> {
    const level = Math.floor(height / 8);
    const count = 2 ** (height % 8);
    const first = index * count;
    const tileIndex = Math.floor(first / TILE_WIDTH);
    const tile = await this.#tile(level, tileIndex);
    return subtreeOfTile(tile, first % TILE_WIDTH, count);
  }

  #tile(level: number, index: number): Promise<Uint8Array> {
    const key = `${level}/${index}`;
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = this.#fetch(level, index);
      this.#tiles.set(key, tile);
    }
    return tile;
  }

  async #fetch(level: number, index: number): Promise<Uint8Array> {
    const full = index < fullTiles(level, this.#storedSize);
    const width = full ? TILE_WIDTH : partialWidth(level, this.#storedSize);
    const bytes = await readTile(this.#read, level, index, width);
    if (!bytes) throw ledgerErrors('TILE_MISSING', { path: tilePath(level, index, width) });
    return bytes;
  }
}

/** A tile of the given width; the full tile serves where the partial one was already removed. */
export async function readTile(
  read: ReadPath,
  level: number,
  index: number,
  width: number,
): Promise<Uint8Array | undefined> {
  const bytes = await read(tilePath(level, index, width));
  if (bytes) return bytes.length === width * HASH_BYTES ? bytes : undefined;
  if (width === TILE_WIDTH) return undefined;
  const full = await read(tilePath(level, index, TILE_WIDTH));
  if (full?.length !== TILE_WIDTH * HASH_BYTES) return undefined;
  return full.subarray(0, width * HASH_BYTES);
}

function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** Root of an earlier size of the tree, from the tiles of `storedSize`. */
export async function rootAt(
  read: ReadPath,
  size: number,
  storedSize: number = size,
): Promise<Uint8Array> {
  return size === 0 ? EMPTY_ROOT : new TileHashes(read, storedSize).range(0, size);
}

/**
 * Makes the inclusion proof of an entry.
 *
 * In      `read`; `index` < `size`; the root of that size, against which the proof is checked before
 *         it is given out; `storedSize` of the tiles where it is larger (a partial tile of an old
 *         size may be gone)
 * Out     hashes from the leaf's sibling up (RFC 6962 section 2.1.1), with the leaf hash
 * Throws  LOG_PROOF_OUT_OF_RANGE; LOG_TILE_MISSING when a tile is missing or changed
 */
export async function proveInclusion(
  read: ReadPath,
  index: number,
  size: number,
  root: Uint8Array,
  storedSize: number = size,
): Promise<{ leafHash: Uint8Array; proof: Uint8Array[] }> {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw ledgerErrors('PROOF_OUT_OF_RANGE', { index, size });
  }
  const hashes = new TileHashes(read, storedSize);
  const proof: Uint8Array[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from);
    if (index < middle) {
      proof.unshift(await hashes.range(middle, to));
      to = middle;
    } else {
      proof.unshift(await hashes.range(from, middle));
      from = middle;
    }
  }
  const leafHash = await hashes.range(index, index + 1);
  if (!verifyInclusion({ index, size, leafHash, proof, root })) {
    throw ledgerErrors('TILE_MISSING', { path: 'tile' });
  }
  return { leafHash, proof };
}

/** Makes the consistency proof between two sizes (RFC 6962 section 2.1.2), checked before use. */
export async function proveConsistency(
  read: ReadPath,
  first: { readonly size: number; readonly root: Uint8Array },
  second: { readonly size: number; readonly root: Uint8Array },
  storedSize: number = second.size,
): Promise<Uint8Array[]> {
  if (!(first.size > 0 && first.size <= second.size)) {
    throw ledgerErrors('PROOF_OUT_OF_RANGE', { index: first.size, size: second.size });
  }
  const hashes = new TileHashes(read, storedSize);
  const proof: Uint8Array[] = [];
  let from = 0;
  let to = second.size;
  let whole = true;
  while (to !== first.size) {
    const middle = from + largestPowerBelow(to - from);
    if (first.size <= middle) {
      proof.unshift(await hashes.range(middle, to));
      to = middle;
    } else {
      proof.unshift(await hashes.range(from, middle));
      from = middle;
      whole = false;
    }
  }
  if (!whole) proof.unshift(await hashes.range(from, to));
  const claim = { size1: first.size, size2: second.size, root1: first.root, root2: second.root };
  if (!verifyConsistency({ ...claim, proof })) throw ledgerErrors('TILE_MISSING', { path: 'tile' });
  return proof;
}

/** A `.tlog-proof` file taken apart, nothing checked yet. */
export interface LogProof {
  readonly index: number;
  readonly proof: readonly Uint8Array[];
  /** The signed note, as published. */
  readonly checkpoint: string;
  /** Opaque and not authenticated. */
  readonly extra?: Uint8Array;
}

const PROOF_HEADER = 'c2sp.org/tlog-proof@v1';
const PROOF_BYTES_MAX = 1024 * 1024;

/** Writes a receipt (C2SP tlog-proof). */
export function writeLogProof(proof: LogProof): string {
  const extra = proof.extra ? `extra ${toBase64(proof.extra)}\n` : '';
  const hashes = proof.proof.map((hash) => `${toBase64(hash)}\n`).join('');
  return `${PROOF_HEADER}\n${extra}index ${proof.index}\n${hashes}\n${proof.checkpoint}`;
}

/** Reads a receipt; undefined when it has not the form. At most 1 MB, 63 hashes. */
export function readLogProof(file: string | Uint8Array): LogProof | undefined {
  if (file.length > PROOF_BYTES_MAX) return undefined;
  const text = typeof file === 'string' ? file : fromUtf8(file);
  const cut = text?.indexOf('\n\n') ?? -1;
  if (text === undefined || cut < 0) return undefined;
  const lines = text.slice(0, cut).split('\n', 70);
  if (lines.shift() !== PROOF_HEADER) return undefined;
  let extra: Uint8Array | undefined;
  if (lines[0]?.startsWith('extra ')) {
    extra = fromBase64((lines.shift() as string).slice(6));
    if (!extra) return undefined;
  }
  const indexText = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '')?.[1];
  const index = Number(indexText);
  if (indexText === undefined || !Number.isSafeInteger(index) || lines.length > 63)
    return undefined;
  const proof = lines.map((line) => (line.length === 44 ? fromBase64(line) : undefined));
  if (proof.some((hash) => hash?.length !== HASH_BYTES)) return undefined;
  const checkpoint = text.slice(cut + 2);
  if (!readNote(checkpoint)) return undefined;
  return { index, proof: proof as Uint8Array[], checkpoint, ...(extra ? { extra } : {}) };
}

/**
 * Makes the receipt of an entry.
 *
 * In      `read`; index; a published checkpoint (a signed note) that covers it; `storedSize` of the
 *         tiles where it is larger
 * Out     text of a `.tlog-proof` file that anyone can verify offline
 * Throws  LOG_PROOF_OUT_OF_RANGE, LOG_TILE_MISSING
 */
export async function makeReceipt(
  read: ReadPath,
  index: number,
  checkpoint: string,
  storedSize?: number,
): Promise<string> {
  const head = readCheckpoint(readNote(checkpoint)?.text ?? '');
  if (!head) throw ledgerErrors('TILE_MISSING', { path: 'checkpoint' });
  const { proof } = await proveInclusion(read, index, head.size, head.root, storedSize);
  return writeLogProof({ index, proof, checkpoint });
}

export type ReceiptResult =
  | {
      readonly ok: true;
      readonly origin: string;
      readonly index: number;
      readonly size: number;
      readonly signedBy: readonly string[];
      readonly problem?: undefined;
    }
  | {
      readonly ok: false;
      readonly problem:
        | 'not-a-proof-file'
        | 'no-known-signature'
        | 'bad-signature'
        | 'not-a-checkpoint'
        | 'other-log'
        | 'entry-not-included';
    };

/**
 * Verifies a receipt without any network.
 *
 * In     the file; the bytes of the entry; public keys; `origin` of the log that is trusted (the
 *        first key's name when left out)
 * Out    whether this very entry stands at that index of the signed tree, and who signed
 * Never  throws on content
 */
export function verifyReceipt(
  file: string | Uint8Array,
  entry: Uint8Array,
  verifiers: readonly NoteVerifier[],
  origin: string | undefined = verifiers[0]?.name,
): ReceiptResult {
  const receipt = readLogProof(file);
  if (!receipt) return { ok: false, problem: 'not-a-proof-file' };
  const opened = openNote(receipt.checkpoint, verifiers);
  if (opened.text === undefined) {
    const problem = opened.refusal === 'malformed' ? 'not-a-proof-file' : opened.refusal;
    return { ok: false, problem };
  }
  const head = readCheckpoint(opened.text);
  if (!head) return { ok: false, problem: 'not-a-checkpoint' };
  if (head.origin !== origin) return { ok: false, problem: 'other-log' };
  const { index, proof } = receipt;
  const claim = { index, size: head.size, leafHash: hashLeaf(entry), proof, root: head.root };
  if (!verifyInclusion(claim)) return { ok: false, problem: 'entry-not-included' };
  const signedBy = opened.signedBy.map((verifier) => verifier.vkey);
  return { ok: true, origin: head.origin, index, size: head.size, signedBy };
}
