// SPDX-License-Identifier: Apache-2.0
/** Reading a feed into the stage: batch by batch, so that a crash costs one batch and no more. */
import { createHash } from 'node:crypto';
import { copyRows } from '@sakimori/store';
import { sql } from 'kysely';
import { MATCH_SCOPE, type WarnContext } from './context.ts';
import { type FeedInput, readFeed } from './engine/index.ts';
import type { FeedRecord, FeedRefusal, SourceKind } from './engine/shapes.ts';
import { warnErrors } from './errors.ts';
import type { AnyTransaction } from './ports.ts';

/** A feed run that this process holds. */
export interface HeldRun {
  readonly feedRunId: string;
  readonly kind: SourceKind;
  readonly source: string;
  readonly stagedBatches: number;
  readonly stagedChain: string;
}

/** What was read, once the feed has ended. */
export interface StagedFeed {
  readonly complete: boolean;
  readonly digest: string;
  readonly version?: string;
  readonly read: number;
  readonly refused: number;
  readonly refusals: readonly FeedRefusal[];
  /** Ids of a feed that is a whole list each time (KEV); empty for the others. */
  readonly present: ReadonlySet<string>;
}

/** Feeds that come as a whole list: what is not in it any more was withdrawn. */
export const WHOLE_LISTS: ReadonlySet<SourceKind> = new Set(['kev']);
/** Feeds made of documents, each whole or refused by itself. */
const DOCUMENTS: ReadonlySet<SourceKind> = new Set(['csaf', 'jvn']);

const LEASE_MS = 60_000;
const REFUSALS_KEPT = 100;
const STAGE_COLUMNS = [
  { name: 'feed_run_id', type: 'text' },
  { name: 'batch', type: 'integer' },
  { name: 'position', type: 'integer' },
  { name: 'vulnerability_id', type: 'text' },
  { name: 'kind', type: 'text' },
  { name: 'record_id', type: 'text' },
  { name: 'part', type: 'integer' },
  { name: 'digest', type: 'text' },
  { name: 'aliases', type: 'text[]' },
  { name: 'statement', type: 'jsonb' },
] as const;

/**
 * Reads all files of a run into the stage.
 *
 * In      the run, from its start or taken up again; the same files in the same order
 * Out     what was read; nothing outside the stage has changed
 * Throws  WRN_FEED_SOURCE_CHANGED when a taken-up run meets other content than before
 * Never   holds more than one batch of the reader in memory; stages a record that is as known
 */
export async function stageFeed(
  context: WarnContext,
  run: HeldRun,
  inputs: Iterable<FeedInput> | AsyncIterable<FeedInput>,
): Promise<StagedFeed> {
  const staging = new Staging(context, run);
  let complete = true;
  for await (const input of inputs) {
    const whole = await staging.readFile(input);
    // A document that is broken is left out; a list that is broken stops the import.
    if (!whole && DOCUMENTS.has(run.kind)) await staging.forgetFile();
    else if (!whole) complete = false;
    if (!complete) break;
  }
  // Shorter than what was staged before: the stage holds records that this file does not have.
  if (complete && staging.isShort) throw warnErrors('FEED_SOURCE_CHANGED', { kind: run.kind });
  return staging.result(complete);
}

interface StageRow {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly statement: FeedRecord['statement'];
  readonly kind: SourceKind;
  readonly recordId: string;
  readonly part: number;
  readonly digest: string;
}

class Staging {
  readonly #context: WarnContext;
  readonly #run: HeldRun;
  readonly #digest = createHash('sha256');
  readonly #present = new Set<string>();
  readonly #refusals: FeedRefusal[] = [];
  #files = 0;
  #fileDigest = '';
  #version: string | undefined;
  #read = 0;
  #refused = 0;
  #batch = 0;
  #fileFirstBatch = 0;
  #chain = '';
  #last = '';
  #part = 0;

  constructor(context: WarnContext, run: HeldRun) {
    this.#context = context;
    this.#run = run;
  }

  get isShort(): boolean {
    return this.#batch < this.#run.stagedBatches;
  }

  async readFile(input: FeedInput): Promise<boolean> {
    this.#files += 1;
    this.#fileFirstBatch = this.#batch;
    let readOfFile = 0;
    for await (const part of readFeed(this.#run.kind, input)) {
      if (part.kind === 'refusals') {
        const room = REFUSALS_KEPT - this.#refusals.length;
        if (room > 0) this.#refusals.push(...part.refusals.slice(0, room));
      } else if (part.kind === 'records') {
        readOfFile += part.records.length;
        await this.#stage(part.records);
      } else {
        this.#refused += part.refused;
        this.#digest.update(part.digest);
        this.#fileDigest = part.digest;
        this.#version = part.version ?? this.#version;
        this.#read += part.complete ? readOfFile : 0;
        return part.complete;
      }
    }
    return false;
  }

  /** Takes back what the last file had staged. */
  async forgetFile(): Promise<void> {
    const { feedRunId } = this.#run;
    await this.#context.store.change(MATCH_SCOPE, async ({ db }) => {
      await sql`delete from feed_stage
        where feed_run_id = ${feedRunId} and batch >= ${this.#fileFirstBatch}`.execute(db);
    });
  }

  result(complete: boolean): StagedFeed {
    return {
      complete,
      digest: this.#files === 1 ? this.#fileDigest : this.#digest.digest('hex'),
      ...(this.#version === undefined ? {} : { version: this.#version }),
      read: this.#read,
      refused: this.#refused,
      refusals: this.#refusals,
      present: this.#present,
    };
  }

  async #stage(records: readonly FeedRecord[]): Promise<void> {
    const rows = records.map((record) => this.#rowOf(record));
    const batch = this.#batch;
    this.#batch += 1;
    const said = rows.map((row) => row.digest).join('');
    this.#chain = createHash('sha256').update(this.#chain).update(said).digest('hex');
    if (batch < this.#run.stagedBatches) {
      const isLast = batch === this.#run.stagedBatches - 1;
      if (!isLast || this.#chain === this.#run.stagedChain) return;
      throw warnErrors('FEED_SOURCE_CHANGED', { kind: this.#run.kind });
    }
    await this.#context.store.change(MATCH_SCOPE, ({ db }) => this.#write(db, batch, rows));
    await this.#context.reached('import.staged');
  }

  #rowOf({ vulnerability, aliases, statement }: FeedRecord): StageRow {
    const { kind, recordId } = statement.provenance;
    const name = `${vulnerability}\n${kind}\n${recordId}`;
    // One record can speak with several voices (CVE: maker and CISA); they follow one another.
    this.#part = name === this.#last ? this.#part + 1 : 0;
    this.#last = name;
    if (WHOLE_LISTS.has(this.#run.kind)) this.#present.add(vulnerability);
    const digest = createHash('sha256')
      .update(JSON.stringify(said(statement)))
      .digest('hex');
    return { vulnerability, aliases, statement, kind, recordId, part: this.#part, digest };
  }

  async #write(db: AnyTransaction, batch: number, rows: readonly StageRow[]) {
    const { feedRunId } = this.#run;
    const known = await knownDigests(db, rows);
    const changed = rows.filter(
      (row) => known.get(keyOf(row.vulnerability, row.kind, row.recordId, row.part)) !== row.digest,
    );
    await copyRows(
      db,
      'feed_stage',
      STAGE_COLUMNS,
      changed.map((row, position) => [
        feedRunId,
        batch,
        position,
        row.vulnerability,
        row.kind,
        row.recordId,
        row.part,
        row.digest,
        row.aliases,
        row.statement as unknown as Record<string, unknown>,
      ]),
    );
    const leaseUntil = this.#context.clock.now() + LEASE_MS;
    await sql`update feed_run set staged_batches = ${batch + 1}, staged_chain = ${this.#chain},
      lease_until_ms = ${leaseUntil} where feed_run_id = ${feedRunId}`.execute(db);
  }
}

/** What a record says, without where this copy of it was read: a new file of old news is no news. */
function said(statement: FeedRecord['statement']) {
  const { provenance, ...words } = statement;
  return { kind: provenance.kind, recordId: provenance.recordId, ...words };
}

function keyOf(...parts: readonly (string | number)[]): string {
  return parts.join('\n');
}

async function knownDigests(
  db: AnyTransaction,
  rows: readonly { readonly vulnerability: string }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map((row) => row.vulnerability))];
  const found = await sql<{ v: string; k: string; r: string; p: number; d: string }>`
    select vulnerability_id as v, kind as k, record_id as r, part as p, digest as d
    from vulnerability_statement where vulnerability_id = any(${ids}::text[])`.execute(db);
  return new Map(found.rows.map(({ v, k, r, p, d }) => [keyOf(v, k, r, p), d]));
}
