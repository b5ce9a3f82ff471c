// SPDX-License-Identifier: Apache-2.0
/** Coming up: what the database, the disk and the witnesses say must be one history. */
import { equalBytes } from './bytes.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { ledgerErrors } from './errors.ts';
import { EMPTY_ROOT } from './merkle.ts';
import { type NoteSigner, type NoteVerifier, openNote, readVkey, signNote } from './note.ts';
import { readTile, rootAt } from './proofs.ts';
import { readStaging, STAGING_PATH, type Staging } from './staging.ts';
import type { LedgerFiles, LedgerStorage, LogHead, LogName } from './storage.ts';
import { type Edge, EMPTY_EDGE, grow, writeFiles } from './tile-writer.ts';
import { bundlePath, CHECKPOINT_PATH, partialWidth, readBundle, TILE_WIDTH } from './tiles.ts';
import { Tree } from './tree.ts';

/** A checkpoint that someone outside holds: a witness, a mirror, a printed page. */
export interface SeenCheckpoint {
  /** A closed word for the error text, for example `witness` or `mirror`. */
  readonly source: string;
  readonly checkpoint: string;
}

/** Someone outside who may know more of the log than its database does. */
export interface Witness {
  /** The latest checkpoint that it holds of this log, if any. Throws when it cannot be asked. */
  latest(): Promise<SeenCheckpoint | undefined>;
}

export interface RecoveryOptions {
  readonly log: LogName;
  readonly origin: string;
  readonly storage: LedgerStorage;
  readonly files: LedgerFiles;
  readonly signers: readonly NoteSigner[];
  /** vkeys that signed earlier checkpoints, after a change of keys. */
  readonly formerVkeys?: readonly string[];
  readonly witnesses?: readonly Witness[];
  readonly nowMs: () => number;
}

export interface Recovered {
  readonly head: LogHead;
  readonly edge: Edge;
}

/** Entries that recovery holds in memory at a time: whole tiles. */
const CHUNK_ENTRIES = 16 * TILE_WIDTH;

/**
 * Brings a log to the state its database committed to, or refuses.
 *
 * In      the ports, under the sequencer's lock
 * Out     head and right edge; tiles and checkpoint on disk are those of the head
 * Throws  LOG_HEAD_BEHIND, LOG_FORKED, LOG_CHECKPOINT_UNREADABLE, LOG_STORAGE_BROKEN,
 *         LOG_FILE_EXISTS, LOG_STORED_BYTES_CHANGED
 * Never   signs or publishes anything before disk and witnesses were found to agree
 */
export async function recoverLog(options: RecoveryOptions): Promise<Recovered> {
  const { log, storage, files } = options;
  const verifiers = verifiersOf(options);
  const open = (source: string, note: string | Uint8Array) =>
    openCheckpoint(options, verifiers, source, note);

  const head = await storage.head(log);
  const headSize = head?.size ?? 0;
  if (head) {
    const said = open('database', head.checkpoint);
    if (said.size !== head.size || !equalBytes(said.root, head.root)) {
      throw ledgerErrors('FORKED', { log, source: 'database', size: said.size });
    }
  }

  const diskNote = await files.read(CHECKPOINT_PATH);
  const disk = diskNote && open('disk', diskNote);
  const seen: { source: string; checkpoint: Checkpoint }[] = [];
  if (disk) seen.push({ source: 'disk', checkpoint: disk });
  for (const witness of options.witnesses ?? []) {
    const latest = await witness.latest();
    if (latest) {
      const checkpoint = open(latest.source, latest.checkpoint);
      seen.push({ source: latest.source, checkpoint });
    }
  }
  // Any signed tree that is larger than ours: an old backup, or another writer. Never sign then.
  for (const { source, checkpoint } of seen) {
    if (checkpoint.size > headSize) {
      throw ledgerErrors('HEAD_BEHIND', { log, source, headSize, seenSize: checkpoint.size });
    }
  }
  const staging = await readStagingOf(options);
  if (staging && staging.from > headSize) {
    throw ledgerErrors('HEAD_BEHIND', {
      log,
      source: 'staging',
      headSize,
      seenSize: staging.from,
    });
  }

  const edge = await rebuild(options, disk, head, staging);
  for (const { source, checkpoint } of seen) {
    const root = await rootAt((path) => files.read(path), checkpoint.size, headSize);
    if (!equalBytes(root, checkpoint.root)) {
      throw ledgerErrors('FORKED', { log, source, size: checkpoint.size });
    }
  }
  const settled = head ?? (await signEmpty(options));
  if (!disk || disk.size < settled.size || !head) {
    await files.replace(CHECKPOINT_PATH, new TextEncoder().encode(settled.checkpoint));
  }
  await files.remove(STAGING_PATH);
  return { head: settled, edge };
}

function verifiersOf(options: RecoveryOptions): NoteVerifier[] {
  const vkeys = [...options.signers.map((s) => s.vkey), ...(options.formerVkeys ?? [])];
  return vkeys.map((vkey) => {
    const { verifier, refusal } = readVkey(vkey);
    if (!verifier) throw ledgerErrors('KEY_INVALID', { expected: refusal });
    return verifier;
  });
}

function openCheckpoint(
  options: RecoveryOptions,
  verifiers: readonly NoteVerifier[],
  source: string,
  note: string | Uint8Array,
): Checkpoint {
  const opened = openNote(note, verifiers);
  const checkpoint = opened.text === undefined ? undefined : readCheckpoint(opened.text);
  if (!checkpoint || checkpoint.origin !== options.origin) {
    throw ledgerErrors('CHECKPOINT_UNREADABLE', { log: options.log, source });
  }
  return checkpoint;
}

async function readStagingOf(options: RecoveryOptions): Promise<Staging | undefined> {
  const bytes = await options.files.read(STAGING_PATH);
  const staging = bytes && readStaging(bytes);
  return staging?.origin === options.origin ? staging : undefined;
}

/** The right edge at the head; writes the tiles that are missing on the way. */
async function rebuild(
  options: RecoveryOptions,
  disk: Checkpoint | undefined,
  head: LogHead | undefined,
  staging: Staging | undefined,
): Promise<Edge> {
  const { log, files } = options;
  const headSize = head?.size ?? 0;
  const loaded = disk && disk.size > 0 ? await loadEdge(files, disk) : undefined;
  let edge: Edge = loaded ?? EMPTY_EDGE;
  // Tiles at the disk's checkpoint that are missing or changed: everything again from the entries.
  while (edge.tree.size < headSize) {
    const from = edge.tree.size;
    const stop = disk && from < disk.size ? disk.size : headSize;
    const to = Math.min(stop, (Math.floor(from / CHUNK_ENTRIES) + 1) * CHUNK_ENTRIES);
    const growth = grow(edge, await entriesBetween(options, from, to, staging), to === stop);
    await writeFiles(log, files, growth.files);
    edge = growth.edge;
    if (disk && to === disk.size && !equalBytes(edge.tree.root(), disk.root)) {
      throw ledgerErrors('FORKED', { log, source: 'disk', size: disk.size });
    }
  }
  if (head && !equalBytes(edge.tree.root(), head.root)) {
    throw ledgerErrors('FORKED', { log, source: 'database', size: headSize });
  }
  return edge;
}

async function loadEdge(files: LedgerFiles, disk: Checkpoint): Promise<Edge | undefined> {
  const read = (path: string) => files.read(path);
  const tree = await Tree.load(disk.size, (level, index, width) =>
    readTile(read, level, index, width),
  );
  if (typeof tree === 'number' || !equalBytes(tree.root(), disk.root)) return undefined;
  const width = partialWidth(0, disk.size);
  if (width === 0) return { tree, bundle: [] };
  const index = Math.floor(disk.size / TILE_WIDTH);
  const bytes =
    (await read(bundlePath(index, width))) ?? (await read(bundlePath(index, TILE_WIDTH)));
  const bundle = bytes && readBundle(bytes)?.slice(0, width);
  return bundle?.length === width ? { tree, bundle } : undefined;
}

async function entriesBetween(
  options: RecoveryOptions,
  from: number,
  to: number,
  staging: Staging | undefined,
): Promise<readonly Uint8Array[]> {
  // The batch that was under way needs no question to the database; the root check covers both.
  if (staging && staging.from === from && staging.from + staging.entries.length === to) {
    return staging.entries;
  }
  const entries = await options.storage.entries(options.log, from, to);
  if (entries.length !== to - from) {
    throw ledgerErrors('STORAGE_BROKEN', {
      log: options.log,
      expected: 'every-committed-entry',
    });
  }
  return entries;
}

/** A new log begins with a signed empty tree, so that there is something to be consistent with. */
async function signEmpty(options: RecoveryOptions): Promise<LogHead> {
  const { log, origin, storage } = options;
  const text = writeCheckpoint({ origin, size: 0, root: EMPTY_ROOT });
  const checkpoint = await signNote(text, options.signers, options.nowMs());
  const head = { size: 0, root: EMPTY_ROOT, checkpoint };
  await storage.advance(log, 0, head, []);
  return head;
}
