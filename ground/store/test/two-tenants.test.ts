// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { guardByTenants, type Scope } from '@sakimori/store';
import { testDatabase, testScope } from '@sakimori/store/testing';
import { type Kysely, sql } from 'kysely';

interface Tables {
  gift: { id: string; giver_id: string; taker_id: string | null };
}

const GIFTS = [
  ['a to b', 'org_a', 'org_b'],
  ['b to c', 'org_b', 'org_c'],
  ['a to nobody', 'org_a', null],
] as const;

async function openGifts(t: { after(work: () => Promise<void>): void }) {
  const { store } = await testDatabase(t);
  const owner = store.plain as unknown as Kysely<Tables>;
  await sql`create table gift (id text primary key, giver_id text not null, taker_id text)`.execute(
    owner,
  );
  await guardByTenants(owner, 'gift', ['giver_id', 'taker_id']);
  const gifts = store.as<Tables>();
  await gifts.change(testScope(), async ({ db }) => {
    for (const [id, giver_id, taker_id] of GIFTS) {
      await db.insertInto('gift').values({ id, giver_id, taker_id }).execute();
    }
  });
  return gifts;
}

const own = (organisation: string): Scope => testScope({ reach: 'own', organisation });

test('a row of two organisations is seen by either, and by nobody else', async (t) => {
  const gifts = await openGifts(t);
  const seenBy = (scope: Scope) =>
    gifts.read(scope, async (db) => {
      const rows = await db.selectFrom('gift').select('id').orderBy('id').execute();
      return rows.map(({ id }) => id);
    });
  assert.deepEqual(await seenBy(own('org_a')), ['a to b', 'a to nobody']);
  assert.deepEqual(await seenBy(own('org_b')), ['a to b', 'b to c']);
  assert.deepEqual(await seenBy(own('org_c')), ['b to c']);
  assert.deepEqual(await seenBy(own('org_d')), []);
  assert.deepEqual(await seenBy(testScope({ reach: 'none', organisation: 'org_a' })), []);
  assert.equal((await seenBy(testScope())).length, 3);
});

test('either may write the row, a third can neither make nor take one', async (t) => {
  const gifts = await openGifts(t);
  const give = (scope: Scope, id: string, giver_id: string, taker_id: string | null) =>
    gifts.change(scope, ({ db }) =>
      db.insertInto('gift').values({ id, giver_id, taker_id }).execute(),
    );
  await give(own('org_b'), 'b to a', 'org_b', 'org_a');
  await assert.rejects(give(own('org_d'), 'x', 'org_a', 'org_b'), { code: 'STORE_OUT_OF_SCOPE' });
  await assert.rejects(give(own('org_b'), 'y', 'org_a', null), { code: 'STORE_OUT_OF_SCOPE' });
  const move = (scope: Scope, id: string) =>
    gifts.change(scope, ({ db }) =>
      db
        .updateTable('gift')
        .set({ giver_id: 'org_x', taker_id: 'org_y' })
        .where('id', '=', id)
        .executeTakeFirst(),
    );
  await assert.rejects(move(own('org_a'), 'a to b'), { code: 'STORE_OUT_OF_SCOPE' });
  const { value } = await move(own('org_d'), 'a to b');
  assert.equal(value.numUpdatedRows, 0n);
});

test('no scope, no row, and one column alone is refused', async (t) => {
  const gifts = await openGifts(t);
  const { rows } = await sql`select 1 from gift`.execute(gifts.plain);
  assert.deepEqual(rows, []);
  await assert.rejects(guardByTenants(gifts.plain, 'gift', ['giver_id']), /guardByTenant/);
});
