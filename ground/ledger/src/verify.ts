// SPDX-License-Identifier: Apache-2.0
/** Verifying a whole log from what it serves. Runs in a browser too. */
import { equalBytes } from './bytes.ts';
import { readCheckpoint } from './checkpoint.ts';
import { readEntry } from './entry.ts';
import { EMPTY_ROOT, HASH_BYTES } from './merkle.ts';
import { openNote, readVkey } from './note.ts';
import { type ReadPath, readTile } from './proofs.ts';
import {
  bundlePath,
  CHECKPOINT_PATH,
  fullTiles,
  leafHashes,
  partialWidth,
  readBundle,
  TILE_WIDTH,
  tilePath,
} from './tiles.ts';
import { splitHashes, Tree } from './tree.ts';

export interface LogProblem {
  /** A closed word for what is wrong. */
  readonly kind:
    | 'key-unreadable'
    | 'checkpoint-missing'
    | 'checkpoint-malformed'
    | 'signature-missing'
    | 'signature-wrong'
    | 'other-log'
    | 'tile-missing'
    | 'tile-wrong'
    | 'bundle-missing'
    | 'bundle-malformed'
    | 'entry-wrong'
    | 'entry-not-readable'
    | 'root-wrong';
  /** The file it is about. */
  readonly path: string;
  /** Index of the entry, where it is about one. */
  readonly index?: number;
}

export interface LogReport {
  /** True when a checkpoint was verified and nothing is wrong. */
  readonly ok: boolean;
  readonly origin?: string;
  readonly size: number;
  readonly root?: Uint8Array;
  /** vkeys whose signatures were there and held. */
  readonly signedBy: readonly string[];
  /** Entries whose bytes were read and hashed; 0 when the log keeps its bundles closed. */
  readonly entries: number;
  /** Whether the entry bundles could be read. Hash tiles alone prove the tree, not the entries. */
  readonly bundles: 'read' | 'closed' | 'none';
  readonly byType: Readonly<Record<string, number>>;
  /** At most 100, in the order found. */
  readonly problems: readonly LogProblem[];
}

export interface VerifyOptions {
  /** Gives a file of the log; undefined when it is not there or not allowed. */
  readonly read: ReadPath;
  /** Public keys of the log (and witnesses). */
  readonly vkeys: readonly string[];
  /** The log that is meant; the first key's name when left out. */
  readonly origin?: string;
  /** Entries need not be Sakimori's (for logs of others). */
  readonly foreign?: boolean;
  /** Called now and then, with how many leaves are done. */
  readonly progress?: (done: number, size: number) => void;
}

const PROBLEMS_MAX = 100;
const PROBLEM_OF_NOTE = {
  malformed: 'checkpoint-malformed',
  'bad-signature': 'signature-wrong',
  'no-known-signature': 'signature-missing',
} as const;
const BUNDLE_BYTES_MAX = TILE_WIDTH * 65_537;

/**
 * Re-derives a log from its entry bundles, or from its hash tiles alone when the bundles are closed.
 *
 * In      see VerifyOptions; everything read may be hostile
 * Out     report; `ok` says that a known key signed the checkpoint, that every leaf hash is in the
 *         tree of that root, that every tile at every level is what it must be and, with bundles,
 *         that every entry is the one that was hashed and is well-formed
 * Throws  only what `read` throws
 * Never   holds more than one tile of a level and one bundle in memory
 */
export async function verifyLog(options: VerifyOptions): Promise<LogReport> {
  const walk = new Walk(options);
  await walk.run();
  return walk.report();
}

class Walk {
  readonly #options: VerifyOptions;
  readonly #problems: LogProblem[] = [];
  readonly #byType: Record<string, number> = Object.create(null);
  readonly #tree = new Tree();
  #signedBy: string[] = [];
  #origin: string | undefined;
  #size = 0;
  #root: Uint8Array | undefined;
  #entries = 0;
  #closedAt: number | undefined;

  constructor(options: VerifyOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    if (!(await this.#openCheckpoint())) return;
    const full = fullTiles(0, this.#size);
    const last = partialWidth(0, this.#size);
    for (let index = 0; index < full + (last > 0 ? 1 : 0); index += 1) {
      const width = index < full ? TILE_WIDTH : last;
      if (!(await this.#walkTile(index, width))) return;
      this.#options.progress?.(this.#tree.size, this.#size);
    }
    for (const tile of this.#tree.partials()) {
      if (tile.level > 0) await this.#compareTile(tile.level, tile.index, tile.width, tile.bytes);
    }
    if (!this.#root || !equalBytes(this.#size === 0 ? EMPTY_ROOT : this.#tree.root(), this.#root)) {
      this.#add({ kind: 'root-wrong', path: CHECKPOINT_PATH });
    }
  }

  report(): LogReport {
    const ok = this.#problems.length === 0 && this.#root !== undefined;
    const closed = this.#closedAt !== undefined && this.#entries === 0;
    return {
      ok,
      ...(this.#origin === undefined ? {} : { origin: this.#origin }),
      size: this.#size,
      ...(this.#root ? { root: this.#root } : {}),
      signedBy: this.#signedBy,
      entries: this.#entries,
      bundles: closed ? 'closed' : this.#entries > 0 ? 'read' : 'none',
      byType: this.#byType,
      problems: this.#problems,
    };
  }

  async #openCheckpoint(): Promise<boolean> {
    const path = CHECKPOINT_PATH;
    const verifiers = [];
    for (const text of this.#options.vkeys) {
      const { verifier } = readVkey(text);
      if (!verifier) return this.#add({ kind: 'key-unreadable', path: 'vkey' });
      verifiers.push(verifier);
    }
    const note = await this.#options.read(path);
    if (!note) return this.#add({ kind: 'checkpoint-missing', path });
    const opened = openNote(note, verifiers);
    if (opened.text === undefined) {
      const kind = PROBLEM_OF_NOTE[opened.refusal];
      return this.#add({ kind, path });
    }
    const head = readCheckpoint(opened.text);
    if (!head) return this.#add({ kind: 'checkpoint-malformed', path });
    if (head.origin !== (this.#options.origin ?? verifiers[0]?.name)) {
      return this.#add({ kind: 'other-log', path });
    }
    this.#signedBy = opened.signedBy.map((verifier) => verifier.vkey);
    this.#origin = head.origin;
    this.#size = head.size;
    this.#root = head.root;
    return true;
  }

  /** One tile of leaf hashes with its bundle. False when going on makes no sense. */
  async #walkTile(index: number, width: number): Promise<boolean> {
    const tile = await readTile(this.#options.read, 0, index, width);
    if (!tile) return this.#add({ kind: 'tile-missing', path: tilePath(0, index, width) });
    await this.#walkBundle(index, width, tile);
    for (const done of this.#tree.append(splitHashes(tile))) {
      if (done.level > 0) await this.#compareTile(done.level, done.index, done.width, done.bytes);
    }
    return true;
  }

  async #walkBundle(index: number, width: number, tile: Uint8Array): Promise<void> {
    if (this.#closedAt !== undefined && this.#entries === 0) return;
    const path = bundlePath(index, width);
    let bytes = await this.#options.read(path);
    if (!bytes && width < TILE_WIDTH) {
      bytes = await this.#options.read(bundlePath(index, TILE_WIDTH));
    }
    if (!bytes) {
      // Closed from the first bundle on is a policy; one missing among others is a fault.
      if (this.#entries > 0) this.#add({ kind: 'bundle-missing', path });
      this.#closedAt ??= index;
      return;
    }
    const all = bytes.length <= BUNDLE_BYTES_MAX ? readBundle(bytes) : undefined;
    const entries = all?.slice(0, width);
    if (entries?.length !== width || (all?.length !== width && all?.length !== TILE_WIDTH)) {
      this.#add({ kind: 'bundle-malformed', path });
      return;
    }
    const hashes = leafHashes(entries);
    entries.forEach((entry, i) => {
      const at = index * TILE_WIDTH + i;
      const from = i * HASH_BYTES;
      const same = equalBytes(
        hashes.subarray(from, from + HASH_BYTES),
        tile.subarray(from, from + HASH_BYTES),
      );
      if (!same) this.#add({ kind: 'entry-wrong', path, index: at });
      this.#count(entry, path, at);
    });
  }

  #count(bytes: Uint8Array, path: string, index: number): void {
    this.#entries += 1;
    if (this.#options.foreign) return;
    const { entry } = readEntry(bytes);
    if (!entry) this.#add({ kind: 'entry-not-readable', path, index });
    else this.#byType[entry.type] = (this.#byType[entry.type] ?? 0) + 1;
  }

  async #compareTile(level: number, index: number, width: number, bytes: Uint8Array) {
    const path = tilePath(level, index, width);
    const stored = await readTile(this.#options.read, level, index, width);
    if (!stored) this.#add({ kind: 'tile-missing', path });
    else if (!equalBytes(stored, bytes)) this.#add({ kind: 'tile-wrong', path });
  }

  #add(problem: LogProblem): false {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(problem);
    return false;
  }
}
