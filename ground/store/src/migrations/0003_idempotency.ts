// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';
import { openToAll } from '../guards.ts';

/**
 * 0003 idempotency: the answer to a write is kept, so that the same request again gets it again.
 *
 * Kind    additive
 * Rows    one a write with an Idempotency-Key; cleared after days
 * Undo    drop table idempotency_key
 * Law     design 5.12: a retry never doubles
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('idempotency_key')
    .addColumn('key', 'text', (c) => c.notNull().check(sql`length(key) between 1 and 255`))
    .addColumn('actor', 'text', (c) => c.notNull())
    // Digest of method and path, and of the request's body.
    .addColumn('target_digest', 'bytea', (c) => c.notNull())
    .addColumn('request_digest', 'bytea', (c) => c.notNull())
    // Null while the first request is under way.
    .addColumn('status', 'smallint')
    .addColumn('response', 'jsonb')
    .addColumn('created_at', 'timestamptz', (c) => c.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('idempotency_key_pkey', ['actor', 'key'])
    .execute();
  await db.schema
    .createIndex('idempotency_key_created')
    .on('idempotency_key')
    .column('created_at')
    .execute();
  // A key belongs to the one who sent it: no one else can read the answer.
  const own = sql.raw(`(actor = (select current_setting('sakimori.actor', true)))`);
  const whole = sql.raw(`(current_setting('sakimori.reach', true) = 'backup')`);
  await sql`alter table idempotency_key enable row level security`.execute(db);
  await sql`alter table idempotency_key force row level security`.execute(db);
  await sql`create policy idempotency_key_own on idempotency_key using ${own} with check ${own}`.execute(
    db,
  );
  await sql`create policy idempotency_key_backup on idempotency_key to current_user using ${whole} with check ${whole}`.execute(
    db,
  );
  await openToAll(db, 'idempotency_key', 'rows of the actor only, by policy', [
    'select',
    'insert',
    'update',
    'delete',
  ]);
}
