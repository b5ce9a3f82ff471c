// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { copyRows, guardByTenant, insertRows } from '@sakimori/store';
import { testDatabase, testScope } from '@sakimori/store/testing';
import fc from 'fast-check';
import { sql } from 'kysely';

const COLUMNS = [
  { name: 'id', type: 'bigint' },
  { name: 'organisation_id', type: 'text' },
  { name: 'words', type: 'text' },
  { name: 'list', type: 'text[]' },
  { name: 'data', type: 'jsonb' },
  { name: 'bytes', type: 'bytea' },
  { name: 'at', type: 'timestamptz' },
  { name: 'yes', type: 'boolean' },
];

async function open(t: { after(work: () => Promise<void>): void }) {
  const { store } = await testDatabase(t);
  await sql`create table load (id bigint primary key, organisation_id text not null, words text,
    list text[], data jsonb, bytes bytea, at timestamptz, yes boolean)`.execute(store.plain);
  await guardByTenant(store.plain, 'load');
  return store;
}

// PostgreSQL holds any text but zero bytes and lone surrogates.
const text = fc.string({ unit: 'grapheme' }).map((one) => one.replaceAll('\0', '').toWellFormed());
const row = fc.record({
  words: fc.option(fc.oneof(text, fc.constantFrom('\\N', '\\.', 'a\tb', '\\\\x', '\r\n', '"{},'))),
  list: fc.option(fc.array(fc.oneof(text, fc.constantFrom('', 'NULL', '"', '\\', '{', ',')))),
  data: fc.option(fc.dictionary(text, fc.oneof(text, fc.integer(), fc.boolean()))),
  bytes: fc.option(fc.uint8Array()),
  at: fc.option(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })),
  yes: fc.option(fc.boolean()),
});

for (const [name, load] of [
  ['insertRows', insertRows],
  ['copyRows', copyRows],
] as const) {
  test(`${name}: what goes in comes out, whatever it holds`, async (t) => {
    const store = await open(t);
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (given) => {
        const values = given.map((one, i) => [
          i,
          'org_a',
          one.words,
          one.list,
          one.data,
          one.bytes,
          one.at,
          one.yes,
        ]);
        const { value } = await store.change(testScope(), async ({ db }) => {
          const loaded = await load(db, 'load', COLUMNS, values);
          const { rows } = await sql<{ id: number }>`select * from load order by id`.execute(db);
          await sql`delete from load`.execute(db);
          return { loaded, rows };
        });
        assert.equal(value.loaded, given.length);
        const expected = given.map((one, id) => ({
          id,
          organisation_id: 'org_a',
          ...one,
          data: one.data && { ...one.data },
          bytes: one.bytes && Buffer.from(one.bytes),
        }));
        assert.deepEqual(value.rows, expected);
      }),
      { numRuns: 15 },
    );
  });

  test(`${name}: rows of others are refused, and a failing source leaves nothing`, async (t) => {
    const store = await open(t);
    const one = (id: number, organisation: string) =>
      [id, organisation, null, null, null, null, null, null] as const;
    await assert.rejects(
      store.change(testScope({ reach: 'own', organisation: 'org_a' }), ({ db }) =>
        load(db, 'load', COLUMNS, [one(1, 'org_a'), one(2, 'org_b')]),
      ),
      { code: 'STORE_OUT_OF_SCOPE' },
    );
    await assert.rejects(
      store.change(testScope(), ({ db }) =>
        load(
          db,
          'load',
          COLUMNS,
          (function* () {
            yield one(1, 'org_a');
            throw new Error('the source broke');
          })(),
        ),
      ),
      /the source broke/,
    );
    await assert.rejects(
      store.change(testScope(), ({ db }) => load(db, 'load', COLUMNS, [[1]])),
      { code: 'STORE_ROWS_INVALID' },
    );
    const left = await store.read(testScope(), (db) =>
      sql<{ n: number }>`select count(*) as n from load`.execute(db),
    );
    assert.equal(left.rows[0]?.n, 0);
  });

  test(`${name}: a row that is there already is changed or left, as asked`, async (t) => {
    const store = await open(t);
    const rows = [[1, 'org_a', 'first', null, null, null, null, null]] as const;
    const { value } = await store.change(testScope(), async ({ db }) => {
      const first = await load(db, 'load', COLUMNS, rows);
      const again = await load(db, 'load', COLUMNS, rows, { onConflict: '(id) do nothing' });
      return [first, again];
    });
    assert.deepEqual(value, [1, 0]);
  });
}

test('copyRows: a source that fails after thousands of rows fails the transaction', async (t) => {
  const store = await open(t);
  const failing = (function* () {
    for (let id = 0; id < 4_500; id += 1) yield [id, 'org_a', 'x', null, null, null, null, true];
    throw new Error('the source broke');
  })();
  await assert.rejects(
    store.change(testScope(), async ({ db }) => {
      await copyRows(db, 'load', COLUMNS, failing).catch(() => {});
    }),
  );
  const left = await store.read(testScope(), (db) =>
    sql<{ n: number }>`select count(*) as n from load`.execute(db),
  );
  assert.equal(left.rows[0]?.n, 0);
});

test('copyRows: thousands of rows come in once each', async (t) => {
  const store = await open(t);
  const rows = Array.from({ length: 4_500 }, (_, id) => [
    id,
    'org_a',
    null,
    null,
    null,
    null,
    null,
    id % 2 === 0,
  ]);
  await store.change(testScope(), async ({ db }) => {
    assert.equal(await copyRows(db, 'load', COLUMNS, rows), 4_500);
    const { rows: found } = await sql<{ n: number; sum: number; yes: number }>`
      select count(*) as n, sum(id)::int as sum, count(*) filter (where yes) as yes
      from load`.execute(db);
    assert.deepEqual(found, [{ n: 4_500, sum: (4_500 * 4_499) / 2, yes: 2_250 }]);
  });
});

test('copyRows: the source may ask the same transaction meanwhile', async (t) => {
  const store = await open(t);
  await store.change(testScope(), async ({ db }) => {
    const asking = (async function* () {
      for (let from = 0; from < 4_500; from += 450) {
        const { rows } = await sql<{ n: number }>`select ${from}::int as n`.execute(db);
        const first = rows[0]?.n as number;
        for (let id = first; id < first + 450; id += 1) {
          yield [id, 'org_a', null, null, null, null, null, null];
        }
      }
    })();
    assert.equal(await copyRows(db, 'load', COLUMNS, asking), 4_500);
    const { rows } = await sql<{ n: number }>`select count(*) as n from load`.execute(db);
    assert.equal(rows[0]?.n, 4_500);
  });
});
