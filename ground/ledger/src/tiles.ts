// SPDX-License-Identifier: Apache-2.0
/** Names and contents of the files of a tiled log (C2SP tlog-tiles). */
import { joinBytes } from './bytes.ts';
import { HASH_BYTES, hashLeaf, hashNode } from './merkle.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Longest entry that a bundle can carry. */
export const BUNDLE_ENTRY_BYTES_MAX = 65_535;
export const CHECKPOINT_PATH = 'checkpoint';

/** `x001/x234/067` for 1234067. */
export function tileIndexPath(index: number): string {
  const groups: string[] = [];
  let rest = index;
  do {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
    rest = Math.floor(rest / 1000);
  } while (rest > 0);
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** Path of a hash tile; `width` 256 is the full tile. */
export function tilePath(level: number, index: number, width: number): string {
  return `tile/${level}/${tileIndexPath(index)}${partialSuffix(width)}`;
}

/** Path of an entry bundle. */
export function bundlePath(index: number, width: number): string {
  return `tile/entries/${tileIndexPath(index)}${partialSuffix(width)}`;
}

function partialSuffix(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}

/** How many hashes the last, partial tile of a level has; 0 when there is none. */
export function partialWidth(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH;
}

/** How many full tiles a level has. */
export function fullTiles(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** (level + 1));
}

export type LogPath =
  | { readonly kind: 'checkpoint' }
  | {
      readonly kind: 'tile';
      readonly level: number;
      readonly index: number;
      readonly width: number;
    }
  | { readonly kind: 'bundle'; readonly index: number; readonly width: number };

/**
 * Reads a path below a log's prefix, as a web server gets it.
 *
 * In     path without a leading slash
 * Out    what it names, or undefined unless it is the one canonical name (no leading zeroes beyond
 *        the groups, level 0-63, width 1-255, index below 2^53)
 */
export function readLogPath(path: string): LogPath | undefined {
  if (path === CHECKPOINT_PATH) return { kind: 'checkpoint' };
  if (path.length > 100) return undefined;
  const match = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!match) return undefined;
  const [, place, groups, partial] = match as unknown as [string, string, string, string?];
  const index = Number(groups.replace(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (!Number.isSafeInteger(index) || width < 1 || (partial !== undefined && width > 255)) {
    return undefined;
  }
  if (place === 'entries') {
    return bundlePath(index, width) === path ? { kind: 'bundle', index, width } : undefined;
  }
  const level = Number(place);
  if (level > 63 || tilePath(level, index, width) !== path) return undefined;
  return { kind: 'tile', level, index, width };
}

/** Entries as a bundle: each with its length in two bytes, big-endian, before it. */
export function writeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry.length > BUNDLE_ENTRY_BYTES_MAX) throw new RangeError('entry too long for a bundle');
    parts.push(new Uint8Array([entry.length >> 8, entry.length & 255]), entry);
  }
  return joinBytes(parts);
}

/**
 * Reads a bundle.
 *
 * In     bytes of at most 256 entries
 * Out    the entries, or undefined when the bytes end inside an entry or hold more than 256
 */
export function readBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === TILE_WIDTH || at + 2 > bytes.length) return undefined;
    const length = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    at += 2;
    if (at + length > bytes.length) return undefined;
    entries.push(bytes.subarray(at, at + length));
    at += length;
  }
  return entries;
}

/** Leaf hashes of entries, one after the other. */
export function leafHashes(entries: readonly Uint8Array[]): Uint8Array {
  const hashes = new Uint8Array(entries.length * HASH_BYTES);
  entries.forEach((entry, i) => {
    hashes.set(hashLeaf(entry), i * HASH_BYTES);
  });
  return hashes;
}

/** The i-th hash of a tile. */
export function hashOfTile(tile: Uint8Array, i: number): Uint8Array {
  return tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES);
}

/** Root of the perfect subtree of `count` hashes (a power of two) that starts at `from`. */
export function subtreeOfTile(tile: Uint8Array, from: number, count: number): Uint8Array {
  if (count === 1) return hashOfTile(tile, from);
  const half = count / 2;
  return hashNode(subtreeOfTile(tile, from, half), subtreeOfTile(tile, from + half, half));
}
