// SPDX-License-Identifier: Apache-2.0
/** A feed becomes knowledge: staged, checked, then applied in one transaction, or not at all. */
import { SakimoriError, toInstant } from '@sakimori/vocabulary';
import type { FeedRunView, ReceiptReference } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { MATCH_SCOPE, newId, type WarnContext } from './context.ts';
import type { FeedInput } from './engine/index.ts';
import type { SourceKind } from './engine/shapes.ts';
import { warnErrors } from './errors.ts';
import { type AppliedFeed, applyStage } from './feed-apply.ts';
import { type HeldRun, type StagedFeed, stageFeed, WHOLE_LISTS } from './feed-stage.ts';
import { lockKnowledge } from './knowledge-lock.ts';
import { type MatchedTasks, runMatchTasks } from './match-tasks.ts';
import type { AnyTransaction } from './ports.ts';

export interface FeedRequest {
  readonly kind: SourceKind;
  /** Name of the place it comes from: address, or file name. With the kind it is one feed. */
  readonly source: string;
  /** Person or job, for the ledger. */
  readonly actor: string;
  /** One file, or the documents of a folder or provider. */
  readonly inputs: Iterable<FeedInput> | AsyncIterable<FeedInput>;
  /** Take a list that lost much of what it had; a person has looked. */
  readonly decreaseAllowed?: boolean;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FeedResult {
  readonly run: FeedRunView;
  readonly matched: MatchedTasks;
}

const LEASE_MS = 60_000;
/** A list may lose this share before a person has to look; KEV has lost one entry in years. */
const DECREASE_SHARE_MAX = 0.05;
const DECREASE_COUNT_MIN = 5;

/**
 * Imports a feed and warns whom it concerns.
 *
 * In      kind, source, files as byte streams
 * Out     the run as it ended (applied, unchanged, refused with its problem) and what was matched
 * Throws  WRN_FEED_BUSY; errors of the store. What is wrong with the feed is a result, not an error
 * Never   applies a part of a feed; applies one twice; forgets the warnings of one that was applied:
 *         their tasks commit with it, and `runMatchTasks` finds them after a crash
 */
export async function importFeed(context: WarnContext, request: FeedRequest): Promise<FeedResult> {
  const run = await holdRun(context, request);
  await context.reached('import.held');
  const staged = await stageOrRefuse(context, run, request);
  const matched = await runMatchTasks(context);
  if (staged && matched.warnings > 0) await countWarnings(context, run.feedRunId, matched.warnings);
  return { run: await readFeedRun(context, run.feedRunId), matched };
}

async function stageOrRefuse(
  context: WarnContext,
  run: HeldRun,
  request: FeedRequest,
): Promise<boolean> {
  try {
    const staged = await stageFeed(context, run, request.inputs);
    await context.reached('import.read');
    await context.store.change({ ...MATCH_SCOPE, actor: request.actor }, async ({ db, record }) => {
      await lockKnowledge(db);
      if (!(await isStillHeld(db, run.feedRunId))) return;
      if (await isSameAsApplied(db, run, staged)) {
        await endRun(db, context, run, staged, 'unchanged', undefined);
        return;
      }
      await checkStaged(db, run, staged, request.decreaseAllowed === true);
      const applied = await applyStage(context, db, run, staged);
      const outboxId = await record({
        type: 'feed.imported',
        actor: request.actor,
        counts: {
          read: staged.read,
          added: applied.added,
          changed: applied.changed,
          withdrawn: applied.withdrawn,
          refused: staged.refused,
        },
        refs: [run.feedRunId, `sha256:${staged.digest}`],
      });
      await endRun(db, context, run, staged, 'applied', { ...applied, outboxId }, request);
      await context.reached('import.applied');
    });
    return true;
  } catch (error) {
    if (!(error instanceof SakimoriError) || !error.code.startsWith('WRN_FEED')) throw error;
    await refuseRun(context, run, error);
    return false;
  }
}

/** Takes the feed for this process: a new run, or one whose process has died. */
async function holdRun(context: WarnContext, request: FeedRequest): Promise<HeldRun> {
  const { kind, source, actor } = request;
  const now = context.clock.now();
  const { value } = await context.store.change(MATCH_SCOPE, async ({ db }) => {
    const found = await sql<{
      feed_run_id: string;
      lease_until_ms: number;
      staged_batches: number;
      staged_chain: string;
    }>`select feed_run_id, lease_until_ms, staged_batches, staged_chain from feed_run
       where kind = ${kind} and source = ${source} and state = 'running' for update`.execute(db);
    const [old] = found.rows;
    if (old && old.lease_until_ms > now) throw warnErrors('FEED_BUSY', { kind });
    if (old) {
      await sql`update feed_run set lease_until_ms = ${now + LEASE_MS}
        where feed_run_id = ${old.feed_run_id}`.execute(db);
      return {
        feedRunId: old.feed_run_id,
        kind,
        source,
        stagedBatches: old.staged_batches,
        stagedChain: old.staged_chain,
      };
    }
    const feedRunId = newId(context, 'feed');
    await sql`insert into feed_run
      (feed_run_id, kind, source, state, actor, started_at_ms, lease_until_ms)
      values (${feedRunId}, ${kind}, ${source}, 'running', ${actor}, ${now}, ${now + LEASE_MS})
    `.execute(db);
    return { feedRunId, kind, source, stagedBatches: 0, stagedChain: '' };
  });
  return value;
}

async function isStillHeld(db: AnyTransaction, feedRunId: string): Promise<boolean> {
  const { rows } = await sql<{ state: string }>`select state from feed_run
    where feed_run_id = ${feedRunId} for update`.execute(db);
  return rows[0]?.state === 'running';
}

async function isSameAsApplied(
  db: AnyTransaction,
  run: HeldRun,
  staged: StagedFeed,
): Promise<boolean> {
  const { rows } = await sql<{ digest: string }>`select digest from feed_source
    where kind = ${run.kind} and source = ${run.source}`.execute(db);
  return staged.complete && rows[0]?.digest === staged.digest;
}

async function checkStaged(
  db: AnyTransaction,
  run: HeldRun,
  staged: StagedFeed,
  decreaseAllowed: boolean,
): Promise<void> {
  const { kind } = run;
  if (!staged.complete) throw asRefusal(kind, staged);
  if (staged.read === 0) throw withRefusals(warnErrors('FEED_EMPTY', { kind }), staged);
  if (!WHOLE_LISTS.has(kind) || decreaseAllowed) return;
  const { rows } = await sql<{ version: string | null; before: number }>`
    select (select max(version) from feed_source where kind = ${kind}) as version,
      (select count(*)::int from vulnerability_statement where kind = ${kind}) as before`.execute(
    db,
  );
  const [{ version, before } = { version: null, before: 0 }] = rows;
  if (version !== null && staged.version !== undefined && staged.version < version) {
    throw warnErrors('FEED_OUT_OF_DATE', { kind });
  }
  const after = staged.present.size;
  const lost = before - after;
  if (lost > Math.max(DECREASE_COUNT_MIN, before * DECREASE_SHARE_MAX)) {
    throw warnErrors('FEED_SHRANK', { kind, before, after });
  }
}

function asRefusal(kind: SourceKind, staged: StagedFeed): SakimoriError {
  const records = staged.read;
  return withRefusals(warnErrors('FEED_TRUNCATED', { kind, records }), staged);
}

const refusalsOf = new WeakMap<Error, StagedFeed>();

function withRefusals(error: SakimoriError, staged: StagedFeed): SakimoriError {
  refusalsOf.set(error, staged);
  return error;
}

async function endRun(
  db: AnyTransaction,
  context: WarnContext,
  run: HeldRun,
  staged: StagedFeed,
  state: 'applied' | 'unchanged',
  applied: (AppliedFeed & { readonly outboxId: string }) | undefined,
  request?: FeedRequest,
): Promise<void> {
  const now = context.clock.now();
  const { feedRunId, kind, source } = run;
  await sql`delete from feed_stage where feed_run_id = ${feedRunId}`.execute(db);
  await sql`update feed_run set state = ${state}, finished_at_ms = ${now}, digest = ${staged.digest},
      version = ${staged.version ?? null}, read_count = ${staged.read},
      added_count = ${applied?.added ?? 0}, changed_count = ${applied?.changed ?? 0},
      withdrawn_count = ${applied?.withdrawn ?? 0}, refused_count = ${staged.refused},
      refusals = ${JSON.stringify(staged.refusals)}::jsonb, outbox_id = ${applied?.outboxId ?? null}
    where feed_run_id = ${feedRunId}`.execute(db);
  if (state === 'unchanged') return;
  await sql`insert into feed_source
      (kind, source, digest, version, applied_at_ms, feed_run_id, etag, last_modified)
    values (${kind}, ${source}, ${staged.digest}, ${staged.version ?? null}, ${now}, ${feedRunId},
      ${request?.etag ?? null}, ${request?.lastModified ?? null})
    on conflict (kind, source) do update set digest = excluded.digest, version = excluded.version,
      applied_at_ms = excluded.applied_at_ms, feed_run_id = excluded.feed_run_id,
      etag = excluded.etag, last_modified = excluded.last_modified`.execute(db);
}

/** The stage goes, the reason stays: what was known before is untouched. */
async function refuseRun(context: WarnContext, run: HeldRun, error: SakimoriError): Promise<void> {
  const staged = refusalsOf.get(error);
  await context.store.change(MATCH_SCOPE, async ({ db }) => {
    await sql`delete from feed_stage where feed_run_id = ${run.feedRunId}`.execute(db);
    await sql`update feed_run set state = 'refused', finished_at_ms = ${context.clock.now()},
        problem = ${error.code}, problem_parameters = ${JSON.stringify(error.parameters)}::jsonb,
        read_count = ${staged?.read ?? 0}, refused_count = ${staged?.refused ?? 0},
        refusals = ${JSON.stringify(staged?.refusals ?? [])}::jsonb
      where feed_run_id = ${run.feedRunId} and state = 'running'`.execute(db);
  });
}

async function countWarnings(context: WarnContext, feedRunId: string, warnings: number) {
  await context.store.change(MATCH_SCOPE, async ({ db }) => {
    await sql`update feed_run set warning_count = ${warnings}
      where feed_run_id = ${feedRunId}`.execute(db);
  });
}

interface FeedRunRow {
  readonly feed_run_id: string;
  readonly kind: SourceKind;
  readonly source: string;
  readonly state: FeedRunView['state'];
  readonly started_at_ms: number;
  readonly finished_at_ms: number | null;
  readonly digest: string | null;
  readonly read_count: number;
  readonly added_count: number;
  readonly changed_count: number;
  readonly refused_count: number;
  readonly warning_count: number;
  readonly problem: string | null;
  readonly problem_parameters: Record<string, string | number> | null;
  readonly outbox_id: string | null;
}

const RUN_COLUMNS =
  sql.raw(`feed_run_id, kind, source, state, started_at_ms, finished_at_ms, digest,
  read_count, added_count, changed_count, refused_count, warning_count, problem, problem_parameters,
  outbox_id`);

/** One run. Throws WRN_NO_FEED_RUN. */
export async function readFeedRun(context: WarnContext, feedRunId: string): Promise<FeedRunView> {
  const { rows } = await context.store.read(MATCH_SCOPE, (db) =>
    sql<FeedRunRow>`select ${RUN_COLUMNS} from feed_run
      where feed_run_id = ${feedRunId}`.execute(db),
  );
  const [row] = rows;
  if (!row) throw warnErrors('NO_FEED_RUN', { run: feedRunId });
  const [view] = await showRuns(context, [row]);
  return view as FeedRunView;
}

/** The latest runs of a kind, newest first. */
export async function listFeedRuns(
  context: WarnContext,
  kind: SourceKind,
  limit = 10,
): Promise<readonly FeedRunView[]> {
  const { rows } = await context.store.read(MATCH_SCOPE, (db) =>
    sql<FeedRunRow>`select ${RUN_COLUMNS} from feed_run where kind = ${kind}
      order by started_at_ms desc, feed_run_id desc limit ${limit}`.execute(db),
  );
  return showRuns(context, rows);
}

async function showRuns(
  context: WarnContext,
  rows: readonly FeedRunRow[],
): Promise<readonly FeedRunView[]> {
  const ids = rows.flatMap((row) => row.outbox_id ?? []);
  const receipts = await findReceipts(context, ids);
  return rows.map((row) => {
    const receipt = receipts.get(row.outbox_id ?? '');
    return {
      id: row.feed_run_id,
      kind: row.kind,
      source: row.source,
      state: row.state,
      started: toInstant(row.started_at_ms),
      ...(row.finished_at_ms === null ? {} : { finished: toInstant(row.finished_at_ms) }),
      ...(row.digest === null ? {} : { digest: row.digest }),
      counts: {
        read: row.read_count,
        added: row.added_count,
        changed: row.changed_count,
        refused: row.refused_count,
        warnings: row.warning_count,
      },
      ...problemOf(row),
      ...(receipt ? { receipt } : {}),
    };
  });
}

function problemOf({ problem, problem_parameters: parameters }: FeedRunRow) {
  const code = problem?.replace(/^WRN_/, '') as keyof typeof warnErrors.specifications | undefined;
  if (!code || !(code in warnErrors.specifications)) return {};
  const error = warnErrors(code, (parameters ?? {}) as never);
  return { problem: { ja: error.text('ja'), en: error.text('en') } };
}

/** Where entries stand on the ledger, by their outbox key; absent while not yet published. */
export async function findReceipts(
  context: WarnContext,
  outboxIds: readonly string[],
): Promise<ReadonlyMap<string, ReceiptReference>> {
  if (outboxIds.length === 0) return new Map();
  // Entries are the ledger's own rows: no tenant, no content.
  const { rows } = await sql<{ outbox_id: string; log: string; index: number }>`
    select outbox_id, log, index from ledger_entry
    where outbox_id = any(${outboxIds}::uuid[])`.execute(context.store.plain);
  return new Map(rows.map(({ outbox_id, log, index }) => [outbox_id, { log, index }]));
}
