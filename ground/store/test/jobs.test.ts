// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Job, openJobs } from '@sakimori/store';
import { type TestDatabase, testDatabase, testScope } from '@sakimori/store/testing';
import { sql } from 'kysely';

async function open(t: { after(work: () => Promise<void>): void }): Promise<{
  store: TestDatabase['store'];
  jobs: Awaited<ReturnType<typeof openJobs>>;
}> {
  let jobs: Awaited<ReturnType<typeof openJobs>> | undefined;
  const { store } = await testDatabase({
    after: (work) =>
      t.after(async () => {
        await jobs?.close();
        await work();
      }),
  });
  jobs = await openJobs(store, { queues: ['notify'] });
  return { store, jobs };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a job leaves with the commit of its cause, and not without', async (t) => {
  const { store, jobs } = await open(t);
  await assert.rejects(
    store.change(testScope(), async ({ db }) => {
      await jobs.send(db, 'notify', { key: 'given-up' });
      throw new Error('given up');
    }),
    /given up/,
  );
  await store.change(testScope(), ({ db }) =>
    jobs.send(db, 'notify', { key: 'kept', data: { a: 1 } }),
  );
  const worked: Job<object>[] = [];
  await jobs.work('notify', async (job) => {
    worked.push(job);
  });
  await until(() => worked.length > 0);
  assert.deepEqual(
    worked.map(({ key, data }) => [key, data]),
    [['kept', { a: 1 }]],
  );
});

test('a key sent twice is one job, and a handler that fails after its effect has it once', async (t) => {
  const { store, jobs } = await open(t);
  for (let i = 0; i < 2; i += 1) {
    await store.change(testScope(), ({ db }) => jobs.send(db, 'notify', { key: 'one' }));
  }
  await sql`update pgboss.queue set retry_delay = 0, retry_backoff = false`.execute(store.plain);
  await sql`update pgboss.job set retry_delay = 0, retry_backoff = false`.execute(store.plain);
  const effects: number[] = [];
  let tries = 0;
  await jobs.work('notify', async (job) => {
    tries += 1;
    await store.change(testScope(), async ({ db }) => {
      if (await jobs.claim(db, job)) effects.push(job.attempt);
    });
    if (job.attempt === 0) throw new Error('the connection broke after the commit');
  });
  await until(() => tries === 2);
  assert.deepEqual(effects, [0]);
});

test('the application can add a job but cannot take one away', async (t) => {
  const { store } = await open(t);
  await assert.rejects(
    store.change(testScope(), ({ db }) => sql`delete from pgboss.job`.execute(db)),
    /permission denied/,
  );
});
