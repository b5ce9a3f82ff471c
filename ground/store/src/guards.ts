// SPDX-License-Identifier: Apache-2.0
/** What migrations put around a table: whose rows may be seen, and no change without an entry. */
import { type Kysely, sql } from 'kysely';

/** The role under which the application works. It owns nothing and cannot bypass anything. */
export const APPLICATION_ROLE = 'sakimori_app';

const NAME = /^[a-z][a-z0-9_]{0,50}$/;

function checkName(name: string): string {
  if (!NAME.test(name)) throw new Error('a table or column name has to be plain');
  return name;
}

/**
 * Shows rows of a table only to transactions whose scope reaches their organisation, whoever asks
 * (owner of the table included), and lets the application role read and write the rest.
 *
 * In     `table`; `column` that holds the organisation's id, default `organisation_id`
 * Never  shows a row to a transaction without a scope
 */
export async function guardByTenant<DB>(
  db: Kysely<DB>,
  table: string,
  options: { readonly column?: string } = {},
): Promise<void> {
  checkName(table);
  const column = checkName(options.column ?? 'organisation_id');
  // Sub-selects without outer references run once a statement and are hashed: a scan of a million
  // rows pays one hash lookup a row. For rows that are written, the plain function starts sooner.
  const sees =
    `(select current_setting('sakimori.reach', true)) = 'all' ` +
    `or ${column} in (select sakimori_visible())`;
  await run(db, [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy ${table}_tenant on ${table} using (${sees})
       with check (sakimori_sees(${column}))`,
    `grant select, insert, update, delete on ${table} to ${APPLICATION_ROLE}`,
    ...ownerPolicy(table),
  ]);
}

/**
 * Shows a row to every organisation that one of its columns names: for what one has given another.
 *
 * In     `table`; `columns` that hold organisations' ids, two or more; null in one names nobody
 * Never  shows a row to a transaction without a scope; shows a party the other's own tables
 * Note   either party may write the row. What nobody may rewrite afterwards is taken away by
 *        column: `revoke update`, then `grant update (columns)`
 */
export async function guardByTenants<DB>(
  db: Kysely<DB>,
  table: string,
  columns: readonly string[],
): Promise<void> {
  checkName(table);
  if (columns.length < 2) throw new Error('rows of one tenant are guarded by guardByTenant');
  const names = columns.map(checkName);
  const sees = names.map((column) => `${column} in (select sakimori_visible())`).join(' or ');
  const writes = names.map((column) => `coalesce(sakimori_sees(${column}), false)`).join(' or ');
  await run(db, [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy ${table}_tenants on ${table}
       using ((select current_setting('sakimori.reach', true)) = 'all' or ${sees})
       with check (${writes})`,
    `grant select, insert, update, delete on ${table} to ${APPLICATION_ROLE}`,
    ...ownerPolicy(table),
  ]);
}

/**
 * A table whose rows belong to no tenant, or to all. The reason stands in the table's comment; a
 * test refuses a table that is neither guarded nor open for a reason.
 *
 * In     `reason` in a few words; `rights` of the application role, default read only
 */
export async function openToAll<DB>(
  db: Kysely<DB>,
  table: string,
  reason: string,
  rights: readonly ('select' | 'insert' | 'update' | 'delete')[] = ['select'],
): Promise<void> {
  checkName(table);
  await sql`comment on table ${sql.table(table)} is ${sql.lit(`open: ${reason}`)}`.execute(db);
  if (rights.length > 0)
    await run(db, [`grant ${rights.join(', ')} on ${table} to ${APPLICATION_ROLE}`]);
}

/**
 * Makes a transaction that writes to the table fail at commit unless it also put an entry into the
 * ledger's outbox.
 *
 * Cost   one look-up a statement and one check a transaction, whatever the number of rows
 */
export async function guardByLedger<DB>(db: Kysely<DB>, table: string): Promise<void> {
  checkName(table);
  await run(db, [
    `create trigger ${table}_ledger after insert or update or delete or truncate on ${table}
       for each statement execute function sakimori_mark_guarded()`,
  ]);
}

/** Lets a backup or restore, and only the owner of the tables, reach every row. */
function ownerPolicy(table: string): string[] {
  const whole = `current_setting('sakimori.reach', true) = 'backup'`;
  return [
    `create policy ${table}_backup on ${table} to current_user using (${whole}) with check (${whole})`,
  ];
}

async function run<DB>(db: Kysely<DB>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
