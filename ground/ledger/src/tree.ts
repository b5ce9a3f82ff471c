// SPDX-License-Identifier: Apache-2.0
/** The growing right edge of a tree: enough to append, to write tiles and to know the root. */
import { EMPTY_ROOT, HASH_BYTES, hashNode } from './merkle.ts';
import { hashOfTile, partialWidth, subtreeOfTile, TILE_WIDTH } from './tiles.ts';

/** A tile as it came to be: `width` 256 is full. */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
  readonly bytes: Uint8Array;
}

interface Edge {
  index: number;
  width: number;
  readonly bytes: Uint8Array;
}

/**
 * Compact state of an RFC 6962 tree.
 *
 * Appending n leaves costs O(n) hashes and O(log n) memory beyond the tiles it gives back. A node of
 * height 8k enters the tile of level k the moment it exists, so no tile is ever read again.
 */
export class Tree {
  #size = 0;
  /** Perfect subtrees from left to right: their heights fall, as the one-bits of the size. */
  readonly #frontier: Uint8Array[] = [];
  readonly #edges: Edge[] = [];

  get size(): number {
    return this.#size;
  }

  root(): Uint8Array {
    const [last, ...others] = [...this.#frontier].reverse();
    if (last === undefined) return EMPTY_ROOT;
    return others.reduce((hash, left) => hashNode(left, hash), last);
  }

  /** Adds leaf hashes and returns the tiles that became full, in the order they did. */
  append(leaves: readonly Uint8Array[]): Tile[] {
    const full: Tile[] = [];
    for (const leaf of leaves) this.#add(leaf, full);
    return full;
  }

  /** The partial tiles of this very size. Their bytes are copies. */
  partials(): Tile[] {
    return this.#edges.flatMap((edge, level) =>
      edge.width === 0
        ? []
        : [
            {
              level,
              index: edge.index,
              width: edge.width,
              bytes: edge.bytes.slice(0, edge.width * HASH_BYTES),
            },
          ],
    );
  }

  /** A tree that can grow on without touching this one. */
  copy(): Tree {
    const twin = new Tree();
    twin.#size = this.#size;
    twin.#frontier.push(...this.#frontier);
    for (const edge of this.#edges) twin.#edges.push({ ...edge, bytes: edge.bytes.slice() });
    return twin;
  }

  /**
   * Rebuilds the state of a size from its partial tiles.
   *
   * In   `size`; `read` gives the partial tile of a level, at least `width` hashes long
   * Out  the tree, or the level whose tile was missing. Whether the hashes are right only the root
   *      can tell: compare it
   */
  static async load(
    size: number,
    read: (level: number, index: number, width: number) => Promise<Uint8Array | undefined>,
  ): Promise<Tree | number> {
    const tree = new Tree();
    tree.#size = size;
    for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
      const width = partialWidth(level, size);
      const index = Math.floor(size / TILE_WIDTH ** (level + 1));
      const bytes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
      if (width > 0) {
        const stored = await read(level, index, width);
        if (stored === undefined || stored.length < width * HASH_BYTES) return level;
        bytes.set(stored.subarray(0, width * HASH_BYTES));
      }
      tree.#edges.push({ index, width, bytes });
    }
    for (const edge of [...tree.#edges].reverse()) {
      let from = 0;
      for (let count = TILE_WIDTH / 2; count >= 1; count /= 2) {
        if ((edge.width & count) === 0) continue;
        tree.#frontier.push(subtreeOfTile(edge.bytes, from, count).slice());
        from += count;
      }
    }
    return tree;
  }

  #add(leaf: Uint8Array, full: Tile[]): void {
    let hash = leaf;
    this.#emit(0, hash, full);
    // As many trailing one-bits as the size has, that many left neighbours are waiting.
    let height = 0;
    let rest = this.#size;
    while (rest % 2 === 1) {
      hash = hashNode(this.#frontier.pop() as Uint8Array, hash);
      rest = (rest - 1) / 2;
      height += 1;
      if (height % 8 === 0) this.#emit(height / 8, hash, full);
    }
    this.#frontier.push(hash);
    this.#size += 1;
  }

  #emit(level: number, hash: Uint8Array, full: Tile[]): void {
    let edge = this.#edges[level];
    if (!edge) {
      edge = { index: 0, width: 0, bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES) };
      this.#edges[level] = edge;
    }
    edge.bytes.set(hash, edge.width * HASH_BYTES);
    edge.width += 1;
    if (edge.width < TILE_WIDTH) return;
    full.push({ level, index: edge.index, width: TILE_WIDTH, bytes: edge.bytes.slice() });
    edge.index += 1;
    edge.width = 0;
  }
}

/** The hashes of a run of bytes, as views. */
export function splitHashes(bytes: Uint8Array): Uint8Array[] {
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < bytes.length / HASH_BYTES; i += 1) hashes.push(hashOfTile(bytes, i));
  return hashes;
}
