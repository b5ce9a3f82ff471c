// SPDX-License-Identifier: Apache-2.0
/** Brings a database to the level of this release: version, roles, migrations. */
import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type pg from 'pg';
import { connect, type DatabaseTargets, makePool, SERVER_VERSION_LEAST } from './database.ts';
import { storeErrors } from './errors.ts';
import { APPLICATION_ROLE } from './guards.ts';
import { migrations } from './migrations/index.ts';

/** Any number, the same in every release: who migrates holds it. */
const MIGRATION_LOCK = 5_371_001;

/**
 * Prepares a database; two that start at once wait for one another.
 *
 * In      `only`: stop at exactly these migrations (a backup is filled in at its own level)
 * Out     names of the migrations that were applied now
 * Throws  STORE_SERVER_VERSION, STORE_ROLE_MISSING, STORE_ROLE_TOO_STRONG, STORE_SCHEMA_NEWER,
 *         STORE_MIGRATION_FAILED
 */
export async function prepareDatabase(
  targets: DatabaseTargets,
  only?: readonly string[],
): Promise<string[]> {
  const client = await connect(targets.owner, 'sakimori migrations');
  try {
    await checkVersion(client);
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRole(client);
    return await applyMigrations(targets.owner, only);
  } finally {
    await client.end();
  }
}

/** The newest migration of this release; backups name it. */
export function releaseLevel(): string {
  return Object.keys(migrations).sort().at(-1) ?? '';
}

async function checkVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (!(major >= SERVER_VERSION_LEAST)) {
    throw storeErrors('SERVER_VERSION', { found: String(major), least: SERVER_VERSION_LEAST });
  }
}

async function ensureRole(client: pg.Client): Promise<void> {
  const role = APPLICATION_ROLE;
  try {
    await client.query(`do $$ begin
      if not exists (select from pg_roles where rolname = '${role}') then
        create role ${role} nologin nosuperuser nobypassrls;
      end if;
    exception when duplicate_object or unique_violation then null;
    end $$`);
    await client.query(`do $$ begin
      if not pg_has_role(current_user, '${role}', 'member')
        or not (select rolsuper from pg_roles where rolname = current_user) then
        begin grant ${role} to current_user; exception when insufficient_privilege then null; end;
      end if;
    end $$`);
    await client.query(`set role ${role}`);
    await client.query('reset role');
  } catch (error) {
    throw storeErrors('ROLE_MISSING', { role }, error);
  }
  const { rows } = await client.query<{ strong: boolean }>(
    'select rolsuper or rolbypassrls as strong from pg_roles where rolname = $1',
    [role],
  );
  if (rows[0]?.strong) throw storeErrors('ROLE_TOO_STRONG', { role });
  // Servers of before 15 rights on the public schema: the application makes no tables.
  await client.query(`do $$ begin
    execute format('grant connect on database %I to ${role}', current_database());
    execute 'revoke create on schema public from public';
    execute 'grant usage on schema public to ${role}';
  exception when insufficient_privilege then null;
  end $$`);
}

async function applyMigrations(
  owner: pg.ClientConfig,
  only: readonly string[] | undefined,
): Promise<string[]> {
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: makePool(owner, 2, 'sakimori migrations') }),
  });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => chosen(only) },
      // Rooms have ranges of numbers: a later release may add 0012 to a database that has 0030.
      allowUnorderedMigrations: true,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error !== undefined) {
      const failed = results?.find((result) => result.status === 'Error');
      if (!failed && /corrupted migrations/.test(String((error as Error)?.message))) {
        throw storeErrors('SCHEMA_NEWER', { level: await newestApplied(db) }, error);
      }
      throw storeErrors('MIGRATION_FAILED', { level: failed?.migrationName ?? '-' }, error);
    }
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await db.destroy();
  }
}

function chosen(only: readonly string[] | undefined) {
  return Object.fromEntries(
    Object.entries(migrations).filter(([name]) => only === undefined || only.includes(name)),
  );
}

async function newestApplied(db: Kysely<unknown>): Promise<string> {
  const rows = await (db as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name', 'desc')
    .limit(1)
    .execute();
  return rows[0]?.name ?? '-';
}
