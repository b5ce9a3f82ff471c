// SPDX-License-Identifier: Apache-2.0
// A small program in the middle of changes, to be killed: registers organisations one after the
// other with several callers and says each id on stdout once its change is acknowledged.
// Usage: node changing-program.ts FOLDER SEED
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { diskFiles, makeKey, readSigner } from '@sakimori/ledger';
import { openDatabase, openStore } from '@sakimori/store';
import { testScope } from '@sakimori/store/testing';

const [folder = '', seed = ''] = process.argv.slice(2);
const origin = 'example.jp/ledger/test';
const key = makeKey('ed25519', origin, createHash('sha256').update('a test key').digest());
const database = await openDatabase({ folder });
const store = await openStore({
  database,
  exercise: true,
  origin,
  signers: [readSigner(key.skey)],
  files: diskFiles(join(folder, 'ledger', 'exercise')),
  tagKey: new Uint8Array(32),
  clock: { nowMs: Date.now },
});
process.stdout.write('ready\n');
await Promise.all(
  Array.from({ length: 8 }, async (_, caller) => {
    for (let i = 0; ; i += 1) {
      const id = `org_${seed}_${caller}_${i}`;
      try {
        const { entries } = await store.change(testScope(), async ({ db, record }) => {
          await db
            .insertInto('organisation')
            .values({ id, kind: 'operator', name_ja: '試験', name_en: 'Test' })
            .execute();
          await record({ type: 'organisation.registered', refs: [id] });
        });
        process.stdout.write(`${id} ${entries[0]?.index}\n`);
      } catch {
        // The database was killed under us: what was not acknowledged does not count.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }),
);
