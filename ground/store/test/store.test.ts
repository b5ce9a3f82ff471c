// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { testDatabase, testScope } from '@sakimori/store/testing';

test('a change and its entry commit together and get an index', async (t) => {
  const { store } = await testDatabase(t);
  const changed = await store.change(testScope(), async ({ db, record }) => {
    await db
      .insertInto('organisation')
      .values({ id: 'org_a', kind: 'operator', name_ja: '甲', name_en: 'A' })
      .execute();
    await record({ type: 'organisation.registered', tenant: 'org_a' });
    return 'done';
  });
  assert.deepEqual([changed.value, changed.entries], ['done', [{ log: 'exercise', index: 0 }]]);
});
