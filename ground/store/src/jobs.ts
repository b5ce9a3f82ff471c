// SPDX-License-Identifier: Apache-2.0
/** Jobs: sent inside the transaction that causes them, worked until they succeed, effective once. */
import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import { type Db, PgBoss } from 'pg-boss';
import { APPLICATION_ROLE } from './guards.ts';
import type { OpenStore } from './open.ts';

/** A job as its worker gets it. */
export interface Job<T extends object = Record<string, unknown>> {
  readonly queue: string;
  /** Names the effect: two jobs of a queue with the same key are one. */
  readonly key: string;
  readonly data: T;
  /** How often it was tried before. */
  readonly attempt: number;
  /** Ends when the hub closes. */
  readonly signal: AbortSignal;
}

export interface JobRequest {
  readonly key: string;
  /** Ids and words; never content that has to be forgotten some day. */
  readonly data?: object;
  /** Not before; UTC milliseconds. */
  readonly startAtMs?: number;
}

export interface Jobs {
  /** Sends within the transaction: no commit, no job; commit, exactly one job for the key. */
  send<DB>(db: Transaction<DB>, queue: string, request: JobRequest): Promise<void>;
  /**
   * Works a queue. A handler that throws is tried again, later and later, twenty times (about a
   * day); then the job stays as failed, for health and people to see.
   */
  work<T extends object>(
    queue: string,
    handler: (job: Job<T>) => Promise<void>,
    options?: { readonly atOnce?: number },
  ): Promise<void>;
  /**
   * Claims the job's effect within the transaction that has it. False: an earlier attempt had it
   * already, do nothing.
   */
  claim<DB>(db: Transaction<DB>, job: Pick<Job, 'queue' | 'key'>): Promise<boolean>;
  /** A job of the queue at each time of the cron expression (UTC); its key holds the minute. */
  schedule(queue: string, cron: string, data?: object): Promise<void>;
  /** Jobs by queue that wait, run or have failed for good. */
  counts(): Promise<readonly JobCounts[]>;
  /** Lets running jobs finish (30 s), then ends. */
  close(): Promise<void>;
}

export interface JobCounts {
  readonly queue: string;
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
}

const SCHEMA = 'pgboss';
const EFFECT_DAYS = 30;
const QUEUE_NAME = /^[a-z][a-z0-9-]{0,48}$/;

/**
 * Opens the jobs of a store.
 *
 * In      `queues`: every queue that is sent to or worked here
 * Out     jobs; those that a restored backup brought are sent now
 */
export async function openJobs(
  store: Pick<OpenStore, 'targets' | 'plain'>,
  options: {
    readonly queues: readonly string[];
    readonly log?: (message: string) => void;
  },
): Promise<Jobs> {
  const boss = new PgBoss({
    ...(store.targets.owner as object),
    application_name: 'sakimori jobs',
    schema: SCHEMA,
    max: 4,
    useListenNotify: true,
    warningQueueSize: 1_000_000,
  });
  boss.on('error', (error) =>
    options.log?.(`jobs: ${(error as { code?: string }).code ?? 'error'}`),
  );
  await boss.start();
  try {
    for (const queue of options.queues) await makeQueue(boss, queue);
    await grantSending(store.plain);
    await sendRestored(boss, store.plain);
    await sql`delete from job_effect where done_at < now() - make_interval(days => ${EFFECT_DAYS})`.execute(
      store.plain,
    );
  } catch (error) {
    await boss.stop({ graceful: false });
    throw error;
  }
  return {
    async send(db, queue, { key, data, startAtMs }) {
      await boss.send(
        queue,
        { key, data: data ?? {} },
        {
          id: jobId(queue, key),
          db: executorOf(db),
          ...(startAtMs === undefined ? {} : { startAfter: new Date(startAtMs) }),
        },
      );
    },

    async work(queue, handler, workOptions = {}) {
      const settings = {
        localConcurrency: workOptions.atOnce ?? 1,
        pollingIntervalSeconds: 2,
        notifyPollingIntervalSeconds: 2,
      };
      await boss.work<{ key?: string; data?: object }>(queue, settings, async (jobs) => {
        for (const job of jobs) {
          await handler({
            queue,
            // A scheduled job has no key of its own: its id is made of queue and minute.
            key: job.data?.key ?? job.id,
            data: (job.data?.data ?? {}) as never,
            attempt: job.retryCount,
            signal: job.signal,
          });
        }
      });
    },

    async claim(db, job) {
      const { numAffectedRows } = await sql`
        insert into job_effect (queue, key) values (${job.queue}, ${job.key})
        on conflict do nothing`.execute(db);
      return numAffectedRows === 1n;
    },

    async schedule(queue, cron, data) {
      await boss.schedule(queue, cron, { data: data ?? {} }, { tz: 'UTC' });
    },

    async counts() {
      const { rows } = await sql<JobCounts>`
        select name as queue,
          count(*) filter (where state in ('created', 'retry')) as waiting,
          count(*) filter (where state = 'active') as active,
          count(*) filter (where state = 'failed') as failed
        from pgboss.job group by name order by name`.execute(store.plain);
      return rows;
    },

    close: () => boss.stop({ graceful: true, timeout: 30_000 }),
  };
}

async function makeQueue(boss: PgBoss, queue: string): Promise<void> {
  if (!QUEUE_NAME.test(queue)) throw new Error('a queue has a plain name');
  await boss.createQueue(queue, {
    retryLimit: 20,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 2 * 3_600,
    expireInSeconds: 900,
    notify: true,
  });
}

/** The application may add jobs and nothing else. */
async function grantSending(owner: Kysely<never> | OpenStore['plain']): Promise<void> {
  const tables = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = ${SCHEMA} and c.relkind in ('r', 'p') and c.relname like 'job%'`.execute(
    owner as OpenStore['plain'],
  );
  const statements = [
    `grant usage on schema ${SCHEMA} to ${APPLICATION_ROLE}`,
    `grant select on ${SCHEMA}.queue to ${APPLICATION_ROLE}`,
    ...tables.rows
      .filter(({ name }) => name === 'job' || name === 'job_common')
      .map(({ name }) => `grant insert, select on ${SCHEMA}.${name} to ${APPLICATION_ROLE}`),
  ];
  for (const statement of statements) {
    await sql.raw(statement).execute(owner as OpenStore['plain']);
  }
}

async function sendRestored(boss: PgBoss, owner: OpenStore['plain']): Promise<void> {
  await owner.transaction().execute(async (db) => {
    const { rows } = await sql<{
      queue: string;
      data: { key?: string };
      start_after: Date;
    }>`delete from job_restored returning queue, data, start_after`.execute(db);
    for (const row of rows) {
      const key = row.data.key;
      await boss.send(row.queue, row.data, {
        db: executorOf(db),
        startAfter: row.start_after,
        ...(key === undefined ? {} : { id: jobId(row.queue, key) }),
      });
    }
  });
}

/** The same queue and key always give the same id; the second insert does nothing. */
function jobId(queue: string, key: string): string {
  const hex = createHash('sha256').update(`${queue}\n${key}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function executorOf<DB>(db: Transaction<DB>): Db {
  return {
    async executeSql(text, values) {
      const query = {
        sql: text,
        parameters: values ?? [],
        query: { kind: 'RawNode' },
        queryId: {},
      };
      const result = await db.executeQuery(query as never);
      return { rows: result.rows as unknown[] };
    },
  };
}
