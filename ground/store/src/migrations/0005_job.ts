// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { openToAll } from '../guards.ts';

/**
 * 0005 job: which jobs have had their effect, and jobs that a restored backup brought.
 *
 * Kind    additive
 * Rows    one a job; cleared after 30 days
 * Undo    drop table job_effect, job_restored
 * Law     design 5.12: a retry never doubles
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('job_effect')
    .addColumn('queue', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('done_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('job_effect_pkey', ['queue', 'key'])
    .execute();
  await db.schema.createIndex('job_effect_done').on('job_effect').column('done_at').execute();
  await openToAll(db, 'job_effect', 'names of work done, no content', ['select', 'insert']);
  await db.schema
    .createTable('job_restored')
    .addColumn('queue', 'text', (c) => c.notNull())
    .addColumn('data', 'jsonb', (c) => c.notNull())
    .addColumn('start_after', 'timestamptz', (c) => c.notNull())
    .execute();
  await openToAll(db, 'job_restored', 'no rights for the application', []);
}
