// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { openToAll } from '../guards.ts';

/**
 * 0004 instance: settings of this installation. Secrets are files in the data folder, never rows.
 *
 * Kind    additive
 * Rows    tens
 * Undo    drop table instance_setting
 * Law     design 5.11: whether this is an exercise is fixed when the instance is made
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('instance_setting')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'jsonb', (c) => c.notNull())
    .addColumn('changed_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .execute();
  await openToAll(db, 'instance_setting', 'belongs to the installation', [
    'select',
    'insert',
    'update',
  ]);
}
