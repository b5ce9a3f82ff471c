// SPDX-License-Identifier: Apache-2.0
/** Drafts become rows, each with its commitment: what the ledger holds us to. */
import { copyRows, insertRows } from '@sakimori/store';
import { makeId } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import { Commitments } from './many-commitments.ts';
import type { AnyTransaction } from './ports.ts';
import { CONCERNING, type Concerning } from './warning-hits.ts';
import type { DraftWarning, Recount, StandingWarning } from './warning-issue.ts';

/** A new warning has these; the table itself says what it cannot have yet. */
const NEW_COLUMNS = [
  { name: 'warning_id', type: 'text' },
  { name: 'organisation_id', type: 'text' },
  { name: 'vulnerability_id', type: 'text' },
  { name: 'form', type: 'text' },
  { name: 'state', type: 'text' },
  { name: 'revision', type: 'integer' },
  { name: 'known_at_ms', type: 'bigint' },
  { name: 'issued_at_ms', type: 'bigint' },
  { name: 'updated_at_ms', type: 'bigint' },
  { name: 'due_at_ms', type: 'bigint' },
  { name: 'outcome', type: 'text' },
  { name: 'rank', type: 'smallint' },
  { name: 'triage_first', type: 'boolean' },
  { name: 'law_rule', type: 'text' },
  { name: 'exposure', type: 'text' },
  { name: 'counted_from_ms', type: 'bigint' },
  { name: 'confidence', type: 'text' },
  { name: 'computers', type: 'integer' },
  { name: 'immediate', type: 'boolean' },
  { name: 'batch_id', type: 'text' },
  { name: 'position', type: 'integer' },
  { name: 'salt', type: 'bytea' },
  { name: 'content', type: 'text' },
  { name: 'affected_items', type: 'integer' },
  { name: 'undecided_items', type: 'integer' },
] as const;
const REVISED_COLUMNS = [
  ...NEW_COLUMNS,
  { name: 'changes', type: 'text[]' },
  { name: 'acknowledged_at_ms', type: 'bigint' },
  { name: 'resolved_at_ms', type: 'bigint' },
  { name: 'resolution', type: 'text' },
  { name: 'escalated_at_ms', type: 'bigint' },
  { name: 'reminded_at_ms', type: 'bigint' },
] as const;
/** Never changed once written; later counts of items stand in `warning_item`. */
const FIXED: ReadonlySet<string> = new Set([
  'warning_id',
  'organisation_id',
  'vulnerability_id',
  'issued_at_ms',
  'affected_items',
  'undecided_items',
]);
const REVISION = REVISED_COLUMNS.filter(({ name }) => !FIXED.has(name))
  .map(({ name }) => `${name} = excluded.${name}`)
  .join(', ');

export interface WrittenBatch {
  readonly drafts: readonly DraftWarning[];
  readonly batchId: string;
  readonly commitments: Commitments;
}

/**
 * Writes drafts while they are made: the database takes the first, the hub commits to the next.
 *
 * Out    the drafts, and their batch with its commitments
 * Never  replaces what stood before an update: it is kept, so that each revision can still be proven
 */
export async function writeDrafts(
  context: WarnContext,
  db: AnyTransaction,
  made: Iterable<DraftWarning>,
  now: number,
): Promise<WrittenBatch> {
  const batch: BatchInHand = {
    batchId: `wbt_${makeId('warning', now, context.random.bytes(10)).slice(4)}`,
    commitments: new Commitments((count) => context.random.bytes(count)),
    now,
  };
  const drafts: DraftWarning[] = [];
  const revised: DraftWarning[] = [];
  function* rowsOfNew() {
    for (const draft of made) {
      drafts.push(draft);
      if (draft.revision > 1) revised.push(draft);
      else yield rowOf(draft, batch);
    }
  }
  await copyRows(db, 'warning', NEW_COLUMNS, rowsOfNew());
  if (revised.length > 0) {
    await keepRevisions(db, revised);
    const rows = revised.values().map((draft) => [...rowOf(draft, batch), ...laterOf(draft, now)]);
    await copyRows(db, 'warning', REVISED_COLUMNS, rows, {
      onConflict: `(vulnerability_id, organisation_id) do update set ${REVISION}`,
    });
  }
  return { drafts, batchId: batch.batchId, commitments: batch.commitments };
}

interface BatchInHand {
  readonly batchId: string;
  readonly commitments: Commitments;
  readonly now: number;
}

function rowOf(draft: DraftWarning, { batchId, commitments, now }: BatchInHand) {
  const content = JSON.stringify(contentOf(draft));
  const position = commitments.count;
  return [
    draft.warningId,
    draft.organisationId,
    draft.vulnerabilityId,
    draft.form,
    draft.state,
    draft.revision,
    draft.knownAtMs,
    draft.issuedAtMs,
    now,
    draft.risk.dueAtMs,
    draft.risk.outcome,
    draft.risk.rank,
    draft.risk.triageFirst,
    draft.risk.rule,
    draft.exposure,
    draft.countedFromMs,
    draft.confidence,
    draft.computers,
    draft.immediate,
    batchId,
    position,
    commitments.add(content),
    content,
    draft.affected,
    draft.undecided,
  ];
}

function laterOf(draft: DraftWarning, now: number) {
  const resolvedAtMs = draft.resolution === null ? null : now;
  return [draft.changes, draft.acknowledgedAtMs, resolvedAtMs, draft.resolution, null, null];
}

/**
 * What the ledger holds us to, per warning and revision. Members in the order of canonical JSON, and
 * only values whose text JSON and RFC 8785 write alike (a test compares with the ledger's own).
 */
function contentOf(draft: DraftWarning) {
  return {
    changes: draft.changes,
    computers: draft.computers,
    confidence: draft.confidence,
    dueAtMs: draft.risk.dueAtMs,
    form: draft.form,
    organisation: draft.organisationId,
    outcome: draft.risk.outcome,
    revision: draft.revision,
    rule: draft.risk.rule,
    state: draft.state,
    vulnerability: draft.vulnerabilityId,
    warning: draft.warningId,
  };
}

/** What stood before an update is kept: each revision can still be proven. */
async function keepRevisions(db: AnyTransaction, drafts: readonly DraftWarning[]): Promise<void> {
  const ids = drafts.map((draft) => draft.warningId);
  await sql`insert into warning_revision (warning_id, revision, organisation_id, at_ms, batch_id,
      position, salt, content, changes)
    select warning_id, revision, organisation_id, updated_at_ms, batch_id, position, salt, content,
      changes
    from warning where warning_id = any(${ids}::text[])`.execute(db);
}

const ITEM_COLUMNS = [
  { name: 'warning_id', type: 'text' },
  { name: 'verdict', type: 'text' },
  { name: 'organisation_id', type: 'text' },
  { name: 'computers', type: 'integer' },
  { name: 'exposures', type: 'smallint' },
] as const;

/** Items of a verdict that were hit when a warning was last looked at. */
export function itemsBefore(warning: StandingWarning, verdict: Concerning): number {
  return verdict === 'affected' ? warning.affected : warning.undecided;
}

/** Counts of standing warnings, where they differ from what is known of them. */
export async function writeRecounts(
  db: AnyTransaction,
  recounts: readonly Recount[],
): Promise<void> {
  const rows = recounts.flatMap(({ warning, hits }) =>
    CONCERNING.flatMap((verdict) => {
      const hit = hits.find((one) => one.verdict === verdict);
      const n = hit?.n ?? 0;
      if (n === itemsBefore(warning, verdict)) return [];
      const { warning_id: id, organisation_id: organisation } = warning;
      return [[id, verdict, organisation, n, hit?.exposures ?? 0] as const];
    }),
  );
  await insertRows(db, 'warning_item', ITEM_COLUMNS, rows, {
    onConflict: `(warning_id, verdict) do update
      set computers = excluded.computers, exposures = excluded.exposures`,
  });
}
