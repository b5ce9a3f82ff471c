// SPDX-License-Identifier: Apache-2.0
/** What follows from acts, done afterwards: relations, notices, changed rules. May die anywhere. */
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, SYSTEM } from './context.ts';
import { type PlannedNotice, planArrivals, planNotices, SAY, sendNotices } from './notices.ts';
import { recomputeOpen } from './recomputing.ts';
import { relate } from './relating.ts';
import type { WorkRound } from './service.ts';

interface Task {
  readonly task_id: number;
  readonly kind: 'submission' | 'message' | 'accepted' | 'extended' | 'relayed';
  readonly ref: string;
  readonly position: number;
  readonly attempts: number;
}

const TOGETHER = 20;
const ROUNDS_MAX = 2_000;
const BACKOFF_MS_MAX = 3_600_000;

/**
 * Works on what waits.
 *
 * Never  does anything by halves: a task is gone with its effect or not at all, so that a process
 *        that is killed between any two steps leaves nothing lost and nothing done twice
 */
export async function runBackground(context: ReportContext): Promise<WorkRound> {
  const tasks = await runTasks(context);
  const recomputed = await recomputeOpen(context);
  const notices = await sendNotices(context);
  return {
    related: tasks.done,
    recomputed,
    notices: notices.sent,
    failed: tasks.failed + notices.failed,
  };
}

async function runTasks(context: ReportContext) {
  const sum = { done: 0, failed: 0 };
  let together = TOGETHER;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const claimed: Task[] = [];
    try {
      await context.store.change(SYSTEM, async ({ db }) => {
        claimed.length = 0;
        claimed.push(...(await take(context, db, together)));
        for (const task of claimed) await work(context, db, task);
        await context.reached('task.worked');
      });
      sum.done += claimed.length;
      if (claimed.length === 0) return sum;
      together = TOGETHER;
      await context.reached('task.done');
    } catch (error) {
      const [first] = claimed;
      // One of many failed: they go one by one, so that the others are not held up by it.
      if (claimed.length > 1) together = 1;
      else if (first) {
        await putOff(context, first);
        sum.failed += 1;
        together = TOGETHER;
      } else throw error;
    }
  }
  return sum;
}

async function take(
  context: ReportContext,
  db: AnyTransaction,
  limit: number,
): Promise<readonly Task[]> {
  const { rows } = await sql<Task>`delete from report_task where task_id in (
      select task_id from report_task where not_before_ms <= ${context.now()}
      order by task_id limit ${limit} for update skip locked)
    returning task_id, kind, ref, position, attempts`.execute(db);
  return rows.toSorted((a, b) => a.task_id - b.task_id);
}

async function putOff(context: ReportContext, { task_id, attempts }: Task): Promise<void> {
  const pauseMs = Math.min(BACKOFF_MS_MAX, 5_000 * 2 ** attempts);
  await context.store.change(SYSTEM, ({ db }) =>
    sql`update report_task set attempts = attempts + 1,
      not_before_ms = ${context.now() + pauseMs} where task_id = ${task_id}`.execute(db),
  );
}

async function work(context: ReportContext, db: AnyTransaction, task: Task): Promise<void> {
  const nowMs = context.now();
  switch (task.kind) {
    case 'submission': {
      await relate(context, db, task.ref);
      const { rows } = await sql<{ desk: string }>`select distinct desk_id as desk
        from report_copy where report_id = ${task.ref} and position = ${task.position}`.execute(db);
      await planArrivals(
        db,
        rows.map(({ desk }) => desk),
        nowMs,
      );
      await planNotices(db, await telephoneNotices(db, task), nowMs);
      return;
    }
    case 'relayed': {
      const { rows } = await sql<{ desk: string }>`select desk_id as desk from report_copy
        where copy_id = ${task.ref}`.execute(db);
      await planArrivals(
        db,
        rows.map(({ desk }) => desk),
        nowMs,
      );
      return;
    }
    case 'message':
      await planNotices(db, await messageNotices(db, task.ref), nowMs);
      return;
    default:
      await planNotices(db, await stepNotices(db, task), nowMs);
  }
}

/** Somebody spoke for the operator: its contacts learn of it at once. */
async function telephoneNotices(db: AnyTransaction, task: Task): Promise<PlannedNotice[]> {
  const { rows } = await sql<{ reporter: string }>`select organisation_id as reporter
    from report_submission where report_id = ${task.ref} and position = ${task.position}
      and via = 'telephone'`.execute(db);
  return rows.map(({ reporter }) => ({
    key: `taken:${task.ref}:${task.position}`,
    ...{ organisationId: reporter, order: 1 },
    ...SAY.taken,
    href: `/reports/${task.ref}`,
  }));
}

async function messageNotices(db: AnyTransaction, messageId: string): Promise<PlannedNotice[]> {
  const { rows } = await sql<{
    to: string;
    kind: string;
    report: string;
    reporter: string;
    copy: string;
  }>`select to_id as to, kind, report_id as report, organisation_id as reporter, copy_id as copy
    from report_message where message_id = ${messageId}`.execute(db);
  return rows.map(({ to, kind, report, reporter, copy }) => ({
    key: `message:${messageId}`,
    ...{ organisationId: to, order: 1 },
    ...(kind === 'order' ? SAY.order : SAY.message),
    href: to === reporter ? `/reports/${report}` : `/desk/${copy}`,
  }));
}

async function stepNotices(db: AnyTransaction, task: Task): Promise<PlannedNotice[]> {
  const { rows } = await sql<{ report: string; reporter: string }>`select report_id as report,
      organisation_id as reporter from report_copy where copy_id = ${task.ref}`.execute(db);
  return rows.map(({ report, reporter }) => ({
    key: `${task.kind}:${task.ref}:${task.task_id}`,
    ...{ organisationId: reporter, order: 1 },
    ...(task.kind === 'accepted' ? SAY.accepted : SAY.extended),
    href: `/reports/${report}`,
  }));
}
