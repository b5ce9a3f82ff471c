// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { prepareDatabase } from '@sakimori/store';
import { freshDatabase, testDatabase } from '@sakimori/store/testing';
import { sql } from 'kysely';
import { migrations } from '../src/migrations/index.ts';

const folder = join(import.meta.dirname, '../src/migrations');
const files = readdirSync(folder).filter((name) => /^\d{4}_/.test(name));

test('every migration says its kind, rows, undo and law', () => {
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8');
    const number = file.slice(0, 4);
    assert.match(text, new RegExp(`\\n \\* ${number} [a-z_]+: `), `${file}: number and name`);
    for (const heading of ['Kind', 'Rows', 'Undo', 'Law']) {
      assert.match(text, new RegExp(`\\n \\* ${heading}  +\\S`), `${file}: ${heading}`);
    }
  }
});

test('every migration stands in the list, under its own name and number', () => {
  const listed = Object.keys(migrations);
  assert.deepEqual(
    [...listed].sort(),
    files.map((file) => file.replace(/\.ts$/, '')),
  );
  assert.equal(new Set(listed.map((name) => name.slice(0, 4))).size, listed.length);
});

test('a second start changes nothing, and two at once are one', async (t) => {
  const { targets, drop } = await freshDatabase();
  t.after(drop);
  const applied = await Promise.all([prepareDatabase(targets), prepareDatabase(targets)]);
  assert.deepEqual(applied, [[], []]);
});

test('data of a newer release is refused', async (t) => {
  const { targets, drop } = await freshDatabase();
  t.after(drop);
  const { default: pg } = await import('pg');
  const client = new pg.Client(targets.owner);
  await client.connect();
  await client.query(`insert into kysely_migration (name, timestamp) values ('9999_later', '')`);
  await client.end();
  await assert.rejects(prepareDatabase(targets), { code: 'STORE_SCHEMA_NEWER' });
});

test('every table is guarded by tenant, or open for a reason that it states', async (t) => {
  const { store } = await testDatabase(t);
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p')
      and not (c.relrowsecurity and c.relforcerowsecurity)
      and coalesce(obj_description(c.oid, 'pg_class'), '') not like 'open: %'
      and c.relname not like 'kysely_migration%'
    order by 1`.execute(store.plain);
  assert.deepEqual(rows, []);
});

test('a table with row-level security lets a backup see it whole', async (t) => {
  const { store } = await testDatabase(t);
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relrowsecurity
      and not exists (select from pg_policy p where p.polrelid = c.oid
                      and p.polname = c.relname || '_backup')
    order by 1`.execute(store.plain);
  assert.deepEqual(rows, []);
});
