// SPDX-License-Identifier: Apache-2.0
/** Writing the files of a grown tree, each read back before anyone relies on it. */
import { equalBytes } from './bytes.ts';
import { ledgerErrors } from './errors.ts';
import { hashLeaf } from './merkle.ts';
import type { LedgerFiles, LogName } from './storage.ts';
import { bundlePath, TILE_WIDTH, tilePath, writeBundle } from './tiles.ts';
import { type Tile, Tree } from './tree.ts';

/** The right edge of a log: the tree and the entries of its last, partial bundle. */
export interface Edge {
  readonly tree: Tree;
  readonly bundle: readonly Uint8Array[];
}

export const EMPTY_EDGE: Edge = { tree: new Tree(), bundle: [] };

/** A file of the log that must be there before the checkpoint may say so. */
interface LogFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A grown edge and the files that came with it. */
export interface Growth {
  readonly edge: Edge;
  readonly files: readonly LogFile[];
  /** Full tiles and bundles among them: their partial forerunners are no longer needed. */
  readonly filled: readonly { readonly level: number | 'entries'; readonly index: number }[];
}

/**
 * Appends entries to an edge, which stays as it was.
 *
 * In   edge; entries; whether the partial tiles of the new size are wanted (not when more follows
 *      before a checkpoint)
 * Out  the new edge and exactly the files that are new
 */
export function grow(edge: Edge, entries: readonly Uint8Array[], partials = true): Growth {
  const tree = edge.tree.copy();
  const before = new Set(edge.tree.partials().map(pathOf));
  const full = tree.append(entries.map(hashLeaf));
  const files: LogFile[] = full.map((tile) => ({ path: pathOf(tile), bytes: tile.bytes }));
  const filled: { level: number | 'entries'; index: number }[] = full.map(({ level, index }) => ({
    level,
    index,
  }));
  let bundle = [...edge.bundle, ...entries];
  let index = Math.floor(edge.tree.size / TILE_WIDTH);
  while (bundle.length >= TILE_WIDTH) {
    const bytes = writeBundle(bundle.slice(0, TILE_WIDTH));
    files.push({ path: bundlePath(index, TILE_WIDTH), bytes });
    filled.push({ level: 'entries', index });
    bundle = bundle.slice(TILE_WIDTH);
    index += 1;
  }
  if (partials) {
    for (const tile of tree.partials()) {
      if (!before.has(pathOf(tile))) files.push({ path: pathOf(tile), bytes: tile.bytes });
    }
    if (bundle.length > 0 && entries.length > 0) {
      files.push({ path: bundlePath(index, bundle.length), bytes: writeBundle(bundle) });
    }
  }
  return { edge: { tree, bundle }, files, filled };
}

function pathOf(tile: Tile): string {
  return tilePath(tile.level, tile.index, tile.width);
}

const WRITES_AT_ONCE = 16;

/**
 * Writes files and reads every one back.
 *
 * Throws  LOG_STORED_BYTES_CHANGED when the disk gives other bytes than it got, LOG_FILE_EXISTS, and
 *         what the port throws
 */
export async function writeFiles(
  log: LogName,
  to: LedgerFiles,
  files: readonly LogFile[],
): Promise<void> {
  for (let i = 0; i < files.length; i += WRITES_AT_ONCE) {
    const written = await Promise.allSettled(
      files.slice(i, i + WRITES_AT_ONCE).map(async ({ path, bytes }) => {
        await to.create(path, bytes);
        const stored = await to.read(path);
        if (!stored || !equalBytes(stored, bytes)) {
          throw ledgerErrors('STORED_BYTES_CHANGED', { log, path });
        }
      }),
    );
    // Only now, when no write is under way any more: the caller may start over after a failure.
    throwFirst(written.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
  }
}

function throwFirst(errors: readonly unknown[]): void {
  // A failed fsync outweighs a full disk: the one must end the process, the other not.
  const worst = errors.find((error) => (error as { code?: string }).code === 'LOG_FSYNC_FAILED');
  if (errors.length > 0) throw worst ?? errors[0];
}

/** Partial files that a full one replaced, removed some time later (tlog-tiles allows it). */
export class PartialSweeper {
  readonly #files: LedgerFiles;
  /** Tiles whose partial files of an earlier run are unknown. */
  readonly #unknown = new Set<string>();
  readonly #widths = new Map<string, Set<string>>();
  readonly #due: { readonly atMs: number; readonly paths: readonly string[] }[] = [];

  constructor(files: LedgerFiles, edge: Edge) {
    this.#files = files;
    for (const { level, index } of edge.tree.partials()) this.#unknown.add(`${level}/${index}`);
    const index = Math.floor(edge.tree.size / TILE_WIDTH);
    if (edge.bundle.length > 0) this.#unknown.add(`entries/${index}`);
  }

  /** Remembers what a growth wrote and what it made superfluous. */
  note(growth: Growth, nowMs: number): void {
    for (const { path } of growth.files) {
      const cut = path.indexOf('.p/');
      if (cut < 0) continue;
      const base = path.slice(0, cut);
      const paths = this.#widths.get(base) ?? new Set();
      this.#widths.set(base, paths.add(path));
    }
    for (const { level, index } of growth.filled) {
      const base =
        level === 'entries' ? bundlePath(index, TILE_WIDTH) : tilePath(level, index, TILE_WIDTH);
      const paths = new Set(this.#widths.get(base));
      this.#widths.delete(base);
      if (this.#unknown.delete(`${level}/${index}`)) {
        for (let width = 1; width < TILE_WIDTH; width += 1) paths.add(`${base}.p/${width}`);
      }
      if (paths.size > 0) this.#due.push({ atMs: nowMs, paths: [...paths] });
    }
  }

  /** Removes what has been superfluous for `keepMs`. A failure is no harm: the files just stay. */
  async sweep(nowMs: number, keepMs: number): Promise<void> {
    while (this.#due[0] && this.#due[0].atMs + keepMs <= nowMs) {
      const { paths } = this.#due.shift() as { paths: readonly string[] };
      for (const path of paths) await this.#files.remove(path).catch(() => {});
    }
  }
}
