// SPDX-License-Identifier: Apache-2.0
/** Only what changed is matched: tasks committed with the change, done with the warnings they make. */
import { sql } from 'kysely';
import { MATCH_SCOPE, type WarnContext } from './context.ts';
import { RULES_CHANGED } from './feed-apply.ts';
import { lockKnowledge } from './knowledge-lock.ts';
import { decideForComputers, decideForVulnerabilities } from './match-verdicts.ts';
import type { AnyTransaction } from './ports.ts';
import { gatherHits, type Reach } from './warning-hits.ts';
import { type IssuedWarnings, issueWarnings } from './warning-issue.ts';

export interface MatchedTasks {
  readonly tasks: number;
  readonly warnings: number;
  readonly updated: number;
  readonly questions: number;
  readonly withdrawn: number;
}

/** Why a vulnerability or computer is looked at, by its id. */
export interface TaskReasons {
  readonly changes: ReadonlyMap<string, readonly string[]>;
  readonly knownAtMs: ReadonlyMap<string, number>;
  /** The tasks are about computers: what ended, ended because the computers changed. */
  readonly aboutComputers: boolean;
}

/** One transaction takes so many; a KEV update fits into one. */
const VULNERABILITIES_MAX = 2_000;
const COMPUTERS_MAX = 5_000;

/** Computers of one organisation whose items, exposure or retirement changed. */
export interface ChangedComputers {
  readonly organisationId: string;
  readonly computerIds: readonly string[];
}

/**
 * Queues computers for matching. Call it in the transaction that adds or changes them, so that a
 * crash after it cannot lose the match; then call `runMatchTasks`.
 */
export async function queueComputers(
  db: AnyTransaction,
  { organisationId, computerIds }: ChangedComputers,
  nowMs: number,
): Promise<void> {
  await sql`insert into match_task (kind, ref, known_at_ms, organisation_id)
    select 'computer', ref, ${nowMs}, ${organisationId} from unnest(${computerIds}::text[]) ref
    on conflict (kind, ref) do nothing`.execute(db);
}

/** Queues computers that another transaction has already stored, and matches them. */
export async function computersChanged(
  context: WarnContext,
  changed: ChangedComputers,
): Promise<MatchedTasks> {
  await context.store.change(MATCH_SCOPE, ({ db }) =>
    queueComputers(db, changed, context.clock.now()),
  );
  return runMatchTasks(context);
}

/**
 * Does every waiting task.
 *
 * Out    what came of it
 * Never  does a task twice: tasks end in the transaction that stores their warnings; a crash before
 *        it leaves them waiting, a crash after it leaves nothing to do
 */
export async function runMatchTasks(context: WarnContext): Promise<MatchedTasks> {
  const sum = { tasks: 0, warnings: 0, updated: 0, questions: 0, withdrawn: 0 };
  for (const kind of ['vulnerability', 'computer'] as const) {
    for (;;) {
      const done = await runBatch(context, kind);
      if (done.tasks === 0) break;
      sum.tasks += done.tasks;
      sum.warnings += done.warnings;
      sum.updated += done.updated;
      sum.questions += done.questions;
      sum.withdrawn += done.withdrawn;
    }
  }
  return sum;
}

async function runBatch(
  context: WarnContext,
  kind: 'vulnerability' | 'computer',
): Promise<{ readonly tasks: number } & IssuedWarnings> {
  const { value } = await context.store.change(MATCH_SCOPE, async (change) => {
    const { db } = change;
    await lockKnowledge(db);
    const { refs, reasons, organisationIds } = await takeTasks(db, kind);
    const none = { warnings: 0, updated: 0, questions: 0, withdrawn: 0 };
    if (refs.length === 0) return { tasks: 0, ...none };
    await sql`set local work_mem = '256MB'`.execute(db);
    // Compiling a statement that runs once costs more than running it.
    await sql`set local jit = off`.execute(db);
    const reach: Reach =
      kind === 'vulnerability' ? { vulnerabilityIds: refs } : { organisationIds };
    if (kind === 'vulnerability') {
      const rules = refs.filter((ref) => reasons.changes.get(ref)?.includes(RULES_CHANGED));
      await decideForVulnerabilities(context, db, rules);
    } else {
      await decideForComputers(context, db, refs);
    }
    await context.reached('match.decided');
    const hits = await gatherHits(context, db, reach);
    await context.reached('match.gathered');
    const issued = await issueWarnings(context, change, { reach, hits, reasons });
    await context.reached('match.issued');
    return { tasks: refs.length, ...issued };
  });
  if (value.tasks > 0) await context.reached('match.committed');
  return value;
}

interface TaskRow {
  readonly ref: string;
  readonly changes: string[];
  readonly known_at_ms: number;
  readonly organisation_id: string | null;
}

async function takeTasks(db: AnyTransaction, kind: 'vulnerability' | 'computer') {
  const limit = kind === 'vulnerability' ? VULNERABILITIES_MAX : COMPUTERS_MAX;
  const { rows } = await sql<TaskRow>`
    delete from match_task where task_id in (
      select task_id from match_task where kind = ${kind} order by task_id limit ${limit}
    ) returning ref, changes, known_at_ms, organisation_id`.execute(db);
  const reasons: TaskReasons = {
    changes: new Map(rows.map((row) => [row.ref, row.changes])),
    knownAtMs: new Map(rows.map((row) => [row.ref, row.known_at_ms])),
    aboutComputers: kind === 'computer',
  };
  const organisationIds = [...new Set(rows.flatMap((row) => row.organisation_id ?? []))];
  return { refs: rows.map((row) => row.ref), reasons, organisationIds };
}
