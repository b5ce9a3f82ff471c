// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase, testScope } from '@sakimori/store/testing';
import { type Kysely, sql, type Transaction } from 'kysely';
import { connect } from '../src/database.ts';
import { exchange } from '../src/exchange.ts';

interface Tables {
  thing: { id: string };
}

async function openThings(t: { after(work: () => Promise<void>): void }) {
  const { store } = await testDatabase(t);
  const owner = store.plain as unknown as Kysely<Tables>;
  await sql`create table thing (id text primary key)`.execute(owner);
  await sql`grant select, insert on thing to sakimori_app`.execute(owner);
  const client = await connect(store.targets.owner, 'test');
  t.after(() => client.end());
  const ids = async () => (await owner.selectFrom('thing').select('id').execute()).map((r) => r.id);
  return { store: store.as<Tables>(), client, ids };
}

const add = (id: string) => ({
  name: 'add',
  text: 'insert into thing (id) values ($1)',
  values: [id],
});

test('statements that travel together: the last one answers, in our types', async (t) => {
  const { client } = await openThings(t);
  const answer = await exchange(client, [
    { text: 'begin' },
    { text: 'select 1 as passed_over' },
    add('a'),
    { text: 'select id, 7::bigint as n, null as nothing from thing' },
  ]);
  assert.deepEqual(answer.rows, [{ id: 'a', n: 7, nothing: null }]);
  assert.deepEqual([answer.command, answer.rowCount], ['SELECT', 1]);
  assert.equal((await exchange(client, [{ text: 'rollback' }])).command, 'ROLLBACK');
});

test('the first that fails keeps later ones from running, and the connection goes on', async (t) => {
  const { client, ids } = await openThings(t);
  const wrong = { name: 'wrong', text: 'select * from nowhere' };
  for (let round = 0; round < 2; round += 1) {
    const fails = exchange(client, [{ text: 'begin' }, add('x'), wrong, { text: 'commit' }]);
    await assert.rejects(fails, { code: '42P01' });
    await exchange(client, [{ text: 'rollback' }]);
  }
  await exchange(client, [add('y')]);
  assert.deepEqual(await ids(), ['y']);
  await client.query('create table nowhere (id text)');
  assert.deepEqual((await exchange(client, [wrong])).rows, []);
});

test('a value that cannot be sent is refused before anything is sent', async (t) => {
  const { client, ids } = await openThings(t);
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const values = [circle];
  await assert.rejects(exchange(client, [add('x'), { ...add(''), values }]), TypeError);
  await exchange(client, [add('y')]);
  assert.deepEqual(await ids(), ['y']);
});

test('a failure that was passed over is no commit', async (t) => {
  const { store, ids } = await openThings(t);
  const change = store.change(testScope(), async ({ db }) => {
    await db.insertInto('thing').values({ id: 'a' }).execute();
    await sql`select 1 / 0`.execute(db).catch(() => {});
  });
  await assert.rejects(change, /had failed and was undone/);
  assert.deepEqual(await ids(), []);
});

test('what comes after the end of its transaction is refused', async (t) => {
  const { store, ids } = await openThings(t);
  let kept: Transaction<Tables> | undefined;
  await store.change(testScope(), async ({ db }) => {
    kept = db;
  });
  const late = kept?.insertInto('thing').values({ id: 'late' }).execute();
  await assert.rejects(late as Promise<unknown>, /has ended/);
  assert.deepEqual(await ids(), []);
});

test('an entry without any other statement is committed and published', async (t) => {
  const { store } = await openThings(t);
  const changed = await store.change(testScope(), async ({ record }) => {
    await record({ type: 'warning.answered', refs: ['wrn_1'] });
  });
  assert.equal(changed.entries.length, 1);
});
