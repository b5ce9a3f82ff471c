// SPDX-License-Identifier: Apache-2.0
/** What follows from acts, done afterwards: relations, notices, changed rules. May die anywhere. */
import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, SYSTEM } from './context.ts';
import type { Protection } from './engine/index.ts';
import { protectionOf } from './indicators.ts';
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

const TOGETHER = 50;
/** How long it rests after each batch, in times of what the batch took. */
const REST = { quiet: 0.5, busy: 8 } as const;
const REST_MS_MAX = 2_000;
/** From this share of the process's time on, others have much to do. */
const BUSY_FROM = 0.6;
/** So long at most without a look at notices and rules. */
const SPELL_MS_MAX = 5_000;
const ROUNDS_MAX = 2_000;
const BACKOFF_MS_MAX = 3_600_000;

/** A second caller in the same process gets the run that is under way: its share is its share. */
const underWay = new WeakMap<ReportContext, Promise<WorkRound>>();

/**
 * Works on what waits.
 *
 * In     `signal` ends it after the batch that it is at; the rest waits for the next time
 * Never  does anything by halves: a task is gone with its effect or not at all, so that a process
 *        that is killed between any two steps leaves nothing lost and nothing done twice
 */
export function runBackground(context: ReportContext, signal?: AbortSignal): Promise<WorkRound> {
  const running = underWay.get(context);
  if (running) return running;
  const started = runAll(context, signal).finally(() => underWay.delete(context));
  underWay.set(context, started);
  return started;
}

async function runAll(context: ReportContext, signal: AbortSignal | undefined): Promise<WorkRound> {
  const sum = { related: 0, recomputed: 0, notices: 0, failed: 0 };
  for (;;) {
    const tasks = await runTasks(context, signal);
    sum.related += tasks.done;
    sum.failed += tasks.failed;
    if (signal?.aborted) return sum;
    sum.recomputed += await recomputeOpen(context);
    const notices = await sendNotices(context);
    sum.notices += notices.sent;
    sum.failed += notices.failed;
    if (!tasks.isMore) return sum;
  }
}

/** In a surge whoever reports comes first: this takes its share of the time, no more. */
async function rest(
  startedMs: number,
  before: EventLoopUtilization,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { utilization } = performance.eventLoopUtilization(before);
  const share = utilization < BUSY_FROM ? REST.quiet : REST.busy;
  const restMs = Math.min(REST_MS_MAX, share * (performance.now() - startedMs));
  await sleep(restMs, undefined, signal && { signal }).catch(() => {});
}

async function runTasks(context: ReportContext, signal: AbortSignal | undefined) {
  const sum = { done: 0, failed: 0, isMore: false };
  const untilMs = performance.now() + SPELL_MS_MAX;
  let together = TOGETHER;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const claimed: Task[] = [];
    const [startedMs, before] = [performance.now(), performance.eventLoopUtilization()];
    if (startedMs > untilMs || signal?.aborted) return { ...sum, isMore: true };
    const protection = await protectionOf(context);
    try {
      await context.store.change(SYSTEM, async ({ db }) => {
        claimed.length = 0;
        claimed.push(...(await take(context, db, together)));
        await workAll(context, db, claimed, protection);
        await context.reached('task.worked');
      });
      sum.done += claimed.length;
      if (claimed.length === 0) return sum;
      together = TOGETHER;
      await context.reached('task.done');
      await rest(startedMs, before, signal);
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

/** What people did comes before what thousands of reports leave behind. */
async function take(
  context: ReportContext,
  db: AnyTransaction,
  limit: number,
): Promise<readonly Task[]> {
  const { rows } = await sql<Task>`delete from report_task where task_id in (
      select task_id from report_task where not_before_ms <= ${context.now()}
      order by kind = 'submission', task_id limit ${limit} for update skip locked)
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

async function workAll(
  context: ReportContext,
  db: AnyTransaction,
  tasks: readonly Task[],
  protection: Protection,
): Promise<void> {
  const submissions = tasks.filter(({ kind }) => kind === 'submission');
  if (submissions.length > 0) await workSubmissions(context, db, submissions, protection);
  for (const task of tasks) if (task.kind !== 'submission') await work(context, db, task);
}

/** All at once: in a surge there are thousands. */
async function workSubmissions(
  context: ReportContext,
  db: AnyTransaction,
  tasks: readonly Task[],
  protection: Protection,
): Promise<void> {
  await relate(protection, db, [...new Set(tasks.map(({ ref }) => ref))]);
  const { rows: desks } = await sql<{ desk: string }>`select distinct c.desk_id as desk
    from report_copy c join ${submissionsOf(tasks)}
      on c.report_id = t.ref and c.position = t.position`.execute(db);
  const nowMs = context.now();
  await planArrivals(
    db,
    desks.map(({ desk }) => desk),
    nowMs,
  );
  await planNotices(db, await telephoneNotices(db, tasks), nowMs);
}

const submissionsOf = (tasks: readonly Task[]) =>
  sql`unnest(${tasks.map(({ ref }) => ref)}::text[],
    ${tasks.map(({ position }) => position)}::integer[]) as t (ref, position)`;

async function work(context: ReportContext, db: AnyTransaction, task: Task): Promise<void> {
  const nowMs = context.now();
  switch (task.kind) {
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
async function telephoneNotices(
  db: AnyTransaction,
  tasks: readonly Task[],
): Promise<PlannedNotice[]> {
  const { rows } = await sql<{ ref: string; position: number; reporter: string }>`select t.ref,
      t.position, u.organisation_id as reporter
    from report_submission u join ${submissionsOf(tasks)}
      on u.report_id = t.ref and u.position = t.position
    where u.via = 'telephone'`.execute(db);
  return rows.map(({ ref, position, reporter }) => ({
    key: `taken:${ref}:${position}`,
    ...{ organisationId: reporter, order: 1 },
    ...SAY.taken,
    href: `/reports/${ref}`,
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
