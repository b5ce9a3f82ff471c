// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase, testScope } from '@sakimori/store/testing';
import { sql } from 'kysely';

test('a warning cannot be written without an entry on the ledger', async (t) => {
  const { store } = await testDatabase(t);
  await assert.rejects(
    store.change(testScope(), async ({ db }) => {
      await sql`insert into suppression
        (suppression_id, organisation_id, product, rule, word, person_id, at_ms)
        values ('s1', 'org_a', 'p', 'r', 'w', 'per_1', 1)`.execute(db);
    }),
    { code: 'STORE_GUARDED_WITHOUT_ENTRY' },
  );
});
