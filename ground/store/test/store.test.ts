// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { verifyLog } from '@sakimori/ledger';
import { APPLICATION_ROLE, guardByLedger, guardByTenant, type Scope } from '@sakimori/store';
import { type TestDatabase, testDatabase, testScope } from '@sakimori/store/testing';
import { type Kysely, sql } from 'kysely';

interface Tables {
  organisation: { id: string; kind: string; name_ja: string; name_en: string; sector: string };
  thing: { id: string; organisation_id: string; note: string | null };
}

const ORGANISATIONS = [
  ['org_a', 'power'],
  ['org_b', 'power'],
  ['org_c', 'water'],
] as const;

/** Three tenants in two sectors with one thing each. */
async function openTenants(t: { after(work: () => Promise<void>): void }) {
  const opened: TestDatabase = await testDatabase(t);
  const owner = opened.store.plain as unknown as Kysely<Tables>;
  await sql`create table thing (id text primary key, organisation_id text not null, note text)`.execute(
    owner,
  );
  await guardByTenant(owner, 'thing');
  await guardByLedger(owner, 'thing');
  const store = opened.store.as<Tables>();
  await store.change(testScope(), async ({ db, record }) => {
    for (const [id, sector] of ORGANISATIONS) {
      await db
        .insertInto('organisation')
        .values({ id, kind: 'operator', name_ja: id, name_en: id, sector })
        .execute();
      await db
        .insertInto('thing')
        .values({ id: `thing of ${id}`, organisation_id: id, note: null })
        .execute();
    }
    await record({ type: 'organisation.registered', counts: { organisations: 3 } });
  });
  return { ...opened, tenants: store };
}

async function seenBy(tenants: Awaited<ReturnType<typeof openTenants>>['tenants'], scope: Scope) {
  return tenants.read(scope, async (db) => {
    const things = await db.selectFrom('thing').select('organisation_id').orderBy('id').execute();
    const organisations = await db.selectFrom('organisation').select('id').orderBy('id').execute();
    const single = await sql<{ id: string }>`
      select organisation_id as id from thing where sakimori_sees(organisation_id) order by 1`.execute(
      db,
    );
    assert.deepEqual(
      single.rows.map(({ id }) => id),
      things.map((row) => row.organisation_id),
    );
    assert.deepEqual(
      organisations.map(({ id }) => id),
      things.map((row) => row.organisation_id),
    );
    return things.map((row) => row.organisation_id.slice(-1)).join('');
  });
}

test('a transaction sees the rows that its reach names, and no other', async (t) => {
  const { tenants } = await openTenants(t);
  const check = async (scope: Partial<Scope>, expected: string) =>
    assert.equal(await seenBy(tenants, testScope(scope)), expected, JSON.stringify(scope));
  await check({ reach: 'none' }, '');
  await check({ reach: 'none', organisation: 'org_a' }, '');
  await check({ reach: 'own' }, '');
  await check({ reach: 'own', organisation: '' }, '');
  await check({ reach: 'own', organisation: 'org_a' }, 'a');
  await check({ reach: 'own', organisation: 'org_', sectors: ['power'] }, '');
  await check({ reach: 'sector' }, '');
  await check({ reach: 'sector', sectors: ['power'] }, 'ab');
  await check({ reach: 'sector', sectors: ['power'], organisation: 'org_c' }, 'abc');
  await check({ reach: 'sector', sectors: ["power' or true --"] }, '');
  await check({ reach: 'all' }, 'abc');
});

test('what a scope says cannot become a command or another scope', async (t) => {
  const { tenants } = await openTenants(t);
  for (const organisation of [
    "x'; set local sakimori.reach = 'all'; --",
    "\\'; commit; --",
    '$$',
  ]) {
    assert.equal(await seenBy(tenants, testScope({ reach: 'own', organisation })), '');
    assert.equal(await seenBy(tenants, testScope({ actor: organisation, reach: 'none' })), '');
  }
  for (const organisation of ['org_a,org_b', 'org_a\0']) {
    await assert.rejects(seenBy(tenants, testScope({ reach: 'own', organisation })), {
      code: 'STORE_OUT_OF_SCOPE',
    });
  }
  await assert.rejects(seenBy(tenants, testScope({ purpose: 'investigation' })), {
    code: 'STORE_PURPOSE_REFUSED',
  });
});

test('no scope, no row: not for the application and not for the owner of the tables', async (t) => {
  const { tenants, store } = await openTenants(t);
  const count = sql<{ n: number }>`select count(*) as n from thing`;
  assert.equal((await count.execute(store.plain)).rows[0]?.n, 0);
  await store.plain.connection().execute(async (db) => {
    await sql`set role ${sql.raw(APPLICATION_ROLE)}`.execute(db);
    assert.equal((await count.execute(db)).rows[0]?.n, 0);
    await sql`reset role`.execute(db);
  });
  // One transaction's scope is gone with it: the next on the same connection starts with none.
  await tenants.read(testScope(), (db) => count.execute(db));
  assert.equal(await seenBy(tenants, testScope({ reach: 'none' })), '');
});

test('rows of others cannot be written, moved or taken', async (t) => {
  const { tenants } = await openTenants(t);
  const own = testScope({ reach: 'own', organisation: 'org_a' });
  const entry = { type: 'computer.changed' } as const;
  await assert.rejects(
    tenants.change(own, async ({ db, record }) => {
      await record(entry);
      await db
        .insertInto('thing')
        .values({ id: 'x', organisation_id: 'org_b', note: null })
        .execute();
    }),
    { code: 'STORE_OUT_OF_SCOPE' },
  );
  await assert.rejects(
    tenants.change(own, async ({ db, record }) => {
      await record(entry);
      await db.updateTable('thing').set({ organisation_id: 'org_b' }).execute();
    }),
    { code: 'STORE_OUT_OF_SCOPE' },
  );
  const { value } = await tenants.change(own, async ({ db, record }) => {
    await record(entry);
    const deleted = await db.deleteFrom('thing').executeTakeFirst();
    return Number(deleted.numDeletedRows);
  });
  assert.equal(value, 1);
  const left = await tenants.read(testScope(), (db) =>
    db.selectFrom('thing').select('organisation_id').orderBy('id').execute(),
  );
  assert.deepEqual(left, [{ organisation_id: 'org_b' }, { organisation_id: 'org_c' }]);
});

test('the application role cannot go round the guards by SQL', async (t) => {
  const { tenants } = await openTenants(t);
  const refused = [
    'alter table thing disable row level security',
    'alter table thing disable trigger all',
    'drop policy thing_tenant on thing',
    'drop table thing',
    'truncate thing',
    'create policy mine on thing using (true)',
    'create table loot as select * from thing; select * from loot',
    'set session authorization sakimori_admin',
    'set role sakimori_admin',
    'set session_replication_role = replica',
    'set row_security = off; select * from thing',
    'select * from ledger_outbox',
    'delete from ledger_outbox',
    'update ledger_entry set bytes = bytes',
    'delete from ledger_entry',
    'update ledger_head set size = 0',
    'delete from ledger_guard',
    `insert into ledger_outbox (log, outbox_id, bytes, xact)
       values ('exercise', gen_random_uuid(), 'x', '1')`,
    'alter function sakimori_sees owner to sakimori_app',
    `create or replace function sakimori_sees(organisation_id text) returns boolean
       language sql as 'select true'`,
    `copy thing to '/tmp/x'`,
    `copy thing to program 'true'`,
    `select pg_read_file('/etc/passwd')`,
  ];
  for (const statement of refused) {
    for (const scope of [testScope({ reach: 'own', organisation: 'org_a' }), testScope()]) {
      await assert.rejects(
        tenants.change(scope, async ({ db }) => {
          for (const one of statement.split(/; (?=[a-z])/)) await sql.raw(one).execute(db);
        }),
        /permission denied|must be owner|reaches outside|not allowed|must be able to SET ROLE/,
        statement,
      );
    }
  }
});

test('a guarded change without an entry fails at commit, whole', async (t) => {
  const { tenants } = await openTenants(t);
  const code = 'STORE_GUARDED_WITHOUT_ENTRY';
  const insert = (db: Kysely<Tables>, id: string) =>
    db.insertInto('thing').values({ id, organisation_id: 'org_a', note: null }).execute();
  const check = (work: (db: Kysely<Tables>) => Promise<unknown>) =>
    assert.rejects(
      tenants.change(testScope(), async ({ db }) => {
        await work(db);
      }),
      { code },
    );
  await check((db) => insert(db, 'x'));
  await check((db) => db.updateTable('thing').set({ note: 'x' }).execute());
  await check((db) => db.deleteFrom('thing').execute());
  await check((db) => db.deleteFrom('thing').where('id', '=', 'no such').execute());
  await check(async (db) => {
    // Asking for the check early, before the write, does not spare it.
    await sql`set constraints all immediate`.execute(db);
    await insert(db, 'y');
  });
  await check(async (db) => {
    // An entry that was rolled back does not count.
    await insert(db, 'z');
    await sql`savepoint a`.execute(db);
    await sql`insert into ledger_outbox (log, outbox_id, bytes)
      values ('exercise', gen_random_uuid(), 'x')`.execute(db);
    await sql`rollback to savepoint a`.execute(db);
  });
  assert.equal(await seenBy(tenants, testScope()), 'abc');
});

test('a read cannot write', async (t) => {
  const { tenants } = await openTenants(t);
  await assert.rejects(
    tenants.read(testScope(), (db) => db.deleteFrom('thing').execute()),
    /read-only transaction/,
  );
});

test('entries come in the order of record, and the log of many callers verifies', async (t) => {
  const { tenants, store, files, vkey } = await openTenants(t);
  const changes = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      tenants.change(testScope({ actor: `per_${i}` }), async ({ db, record }) => {
        await db
          .insertInto('thing')
          .values({ id: `t${i}`, organisation_id: 'org_a', note: null })
          .execute();
        for (let k = 0; k < 3; k += 1) await record({ type: 'computer.registered', counts: { k } });
      }),
    ),
  );
  const indexes = changes.flatMap(({ entries }) => entries.map(({ index }) => index));
  assert.equal(new Set(indexes).size, 180);
  for (const { entries } of changes) {
    const own = entries.map(({ index }) => index);
    assert.deepEqual(
      own,
      [...own].sort((a, b) => a - b),
    );
  }
  const report = await verifyLog({ read: (path) => files.read(path), vkeys: [vkey] });
  assert.deepEqual([report.ok, report.entries], [true, store.ledgerStatus()?.size]);
});

test('more entries than fit one message are one transaction as well', async (t) => {
  const { store } = await testDatabase(t);
  const { entries } = await store.change(testScope(), async ({ record }) => {
    for (let i = 0; i < 6_000; i += 1) await record({ type: 'computer.registered', counts: { i } });
  });
  assert.equal(entries.length, 6_000);
});

test('transactions that collide are tried again until both are done', async (t) => {
  const { tenants } = await openTenants(t);
  const swap = (first: string, second: string) =>
    tenants.change(testScope(), async ({ db, record }) => {
      await record({ type: 'computer.changed' });
      for (const id of [first, second]) {
        const { rows } = await sql<{ note: string | null }>`
          select note from thing where organisation_id = ${id} for update`.execute(db);
        await db
          .updateTable('thing')
          .set({ note: `${rows[0]?.note ?? ''}x` })
          .where('organisation_id', '=', id)
          .execute();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    });
  await Promise.all([swap('org_a', 'org_b'), swap('org_b', 'org_a')]);
  const notes = await tenants.read(testScope({ reach: 'sector', sectors: ['power'] }), (db) =>
    db.selectFrom('thing').select('note').execute(),
  );
  assert.deepEqual(notes, [{ note: 'xx' }, { note: 'xx' }]);
});

test('a bigint comes back as a number, and never as a wrong one', async (t) => {
  const { store } = await testDatabase(t);
  const ask = (text: string) =>
    store.read(testScope(), async (db) => {
      const { rows } = await sql.raw<{ v: unknown }>(`select ${text} as v`).execute(db);
      return rows[0]?.v;
    });
  assert.equal(await ask('9007199254740991::bigint'), Number.MAX_SAFE_INTEGER);
  await assert.rejects(ask('9007199254740993::bigint'), RangeError);
  assert.deepEqual(await ask(`array[1,2]::bigint[]`), [1, 2]);
  assert.deepEqual(await ask(`'{"a":[1]}'::jsonb`), { a: [1] });
  assert.equal(await ask(`'2027-03-31'::date`), '2027-03-31');
});

test('a stream of rows holds a few at a time', async (t) => {
  const { store } = await testDatabase(t);
  const total = await store.read(testScope(), async (db) => {
    let sum = 0;
    const rows = db
      .selectFrom(sql<{ n: number }>`generate_series(1, 2500)`.as<'series'>(sql`series (n)`))
      .select('n')
      .where('n', '>', 0)
      .stream(400);
    for await (const { n } of rows) sum += n;
    return sum;
  });
  assert.equal(total, (2500 * 2501) / 2);
});
