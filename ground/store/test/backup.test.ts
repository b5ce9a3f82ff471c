// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import test, { type TestContext } from 'node:test';
import { diskFiles, makeKey, readSigner, verifyLog } from '@sakimori/ledger';
import { backup, keepSecret, openDatabase, openJobs, openStore, restore } from '@sakimori/store';
import { freshDatabase, testScope } from '@sakimori/store/testing';
import { sql } from 'kysely';

const ORIGIN = 'example.jp/ledger/test';
const ATTACHMENT = join('attachments', 'ab', `ab${'0'.repeat(62)}`);

async function open(
  targets: Parameters<typeof openStore>[0]['database']['targets'],
  folder: string,
  witnesses: Parameters<typeof openStore>[0]['witnesses'] = [],
) {
  const skey = keepSecret(
    folder,
    'ledger.skey',
    () => makeKey('ed25519', ORIGIN, randomBytes(32)).skey,
  );
  return openStore({
    database: { targets },
    exercise: true,
    origin: ORIGIN,
    signers: [readSigner(skey)],
    files: diskFiles(join(folder, 'ledger', 'exercise')),
    tagKey: new Uint8Array(32),
    clock: { nowMs: Date.now },
    witnesses,
  });
}

type Store = Awaited<ReturnType<typeof open>>;

async function register(store: Store, from: number, to: number): Promise<void> {
  await store.change(testScope(), async ({ db, record }) => {
    for (let i = from; i < to; i += 1) {
      await db
        .insertInto('organisation')
        .values({
          id: `org_${i}`,
          kind: 'operator',
          name_ja: `名前\t改行\n${i}`,
          name_en: `Back\\slash ${i}`,
          parent: i > 0 ? `org_${i - 1}` : null,
        })
        .execute();
      await record({ type: 'organisation.registered', refs: [`org_${i}`] });
    }
  });
}

/** A filled instance and its backup. */
async function makeBackup(t: TestContext) {
  const { targets, folder, drop } = await freshDatabase();
  t.after(drop);
  mkdirSync(join(folder, 'ledger', 'exercise'), { recursive: true });
  const store = await open(targets, folder);
  const jobs = await openJobs(store, { queues: ['notify'] });
  await register(store, 0, 300);
  mkdirSync(join(folder, 'attachments', 'ab'), { recursive: true });
  writeFileSync(join(folder, ATTACHMENT), 'evidence');
  writeFileSync(join(folder, `${ATTACHMENT}.0123.tmp`), 'half');
  await store.change(testScope(), ({ db }) =>
    jobs.send(db, 'notify', { key: 'k', data: { a: 1 } }),
  );
  const out = new PassThrough();
  const bytes = out.toArray();
  const manifest = await backup({ targets, folder, out, nowMs: Date.now() });
  out.end();
  return { store, jobs, folder, manifest, tar: Buffer.concat(await bytes), targets };
}

function chunksOf(tar: Buffer): Readable {
  return Readable.from(
    (function* () {
      for (let i = 0; i < tar.length; i += 10_007) yield tar.subarray(i, i + 10_007);
    })(),
  );
}

test('what was backed up is there again: rows, log, secrets, attachments and jobs that wait', async (t) => {
  const made = await makeBackup(t);
  await made.jobs.close();
  await made.store.close();
  const folder = join(made.folder, 'restored');
  const manifest = await restore({ folder, input: chunksOf(made.tar) });
  assert.deepEqual(manifest, made.manifest);
  const database = await openDatabase({ folder });
  t.after(() => database.close());
  const store = await open(database.targets, folder);
  t.after(() => store.close());
  const rows = await store.read(testScope(), (db) =>
    db.selectFrom('organisation').select(['id', 'name_ja', 'name_en', 'parent']).execute(),
  );
  assert.equal(rows.length, 300);
  assert.deepEqual(
    rows.find(({ id }) => id === 'org_7'),
    { id: 'org_7', name_ja: '名前\t改行\n7', name_en: 'Back\\slash 7', parent: 'org_6' },
  );
  await register(store, 300, 301);
  const vkey = readSigner(readFileSync(join(folder, 'secrets', 'ledger.skey'), 'utf8')).vkey;
  assert.equal(statSync(join(folder, 'secrets', 'ledger.skey')).mode & 0o777, 0o600);
  assert.equal(readFileSync(join(folder, ATTACHMENT), 'utf8'), 'evidence');
  assert.equal(existsSync(join(folder, `${ATTACHMENT}.0123.tmp`)), false);
  const files = diskFiles(join(folder, 'ledger', 'exercise'));
  const report = await verifyLog({ read: files.read, vkeys: [vkey], origin: ORIGIN });
  assert.deepEqual([report.ok, report.entries], [true, 301]);
  const jobs = await openJobs(store, { queues: ['notify'] });
  try {
    const worked = await new Promise((resolve) => {
      void jobs.work('notify', async ({ key, data }) => resolve([key, data]));
    });
    assert.deepEqual(worked, ['k', { a: 1 }]);
  } finally {
    await jobs.close();
  }
  // Guards stand again after the restore.
  await assert.rejects(
    store.change(testScope(), ({ db }) => sql`update organisation set name_en = 'x'`.execute(db)),
    { code: 'STORE_GUARDED_WITHOUT_ENTRY' },
  );
});

test('a backup that is cut off or changed anywhere is refused before anything is written', async (t) => {
  const made = await makeBackup(t);
  await made.jobs.close();
  await made.store.close();
  const folder = join(made.folder, 'restored');
  const refuse = async (tar: Buffer) => {
    await assert.rejects(restore({ folder, input: chunksOf(tar) }), {
      code: 'STORE_BACKUP_DAMAGED',
    });
    assert.equal(existsSync(folder), false);
    assert.deepEqual(
      readdirSync(made.folder).filter((name) => name.includes('restor')),
      [],
    );
  };
  for (const share of [0, 0.3, 0.9]) await refuse(made.tar.subarray(0, made.tar.length * share));
  await refuse(made.tar.subarray(0, made.tar.length - 512));
  const contents = [made.tar.indexOf('.copy.gz') + 600, made.tar.length - 2_000, 20];
  for (const place of contents) {
    const changed = Buffer.from(made.tar);
    changed[place] = (changed[place] as number) ^ 1;
    await refuse(changed);
  }
});

test('a backup is not restored over anything', async (t) => {
  const made = await makeBackup(t);
  await made.jobs.close();
  await made.store.close();
  await assert.rejects(restore({ folder: made.folder, input: chunksOf(made.tar) }), {
    code: 'STORE_RESTORE_NOT_EMPTY',
  });
  const url = process.env.SAKIMORI_TEST_DATABASE_URL;
  const databaseUrl = (made.targets.owner as { connectionString: string }).connectionString;
  assert.ok(url === undefined || databaseUrl.length > 0);
  await assert.rejects(
    restore({ folder: join(made.folder, 'restored'), input: chunksOf(made.tar), databaseUrl }),
    { code: 'STORE_RESTORE_NOT_EMPTY' },
  );
});

test('a restored older backup does not sign beside a newer checkpoint that a witness holds', async (t) => {
  const made = await makeBackup(t);
  await register(made.store, 300, 310);
  const checkpoint = made.store.ledgerStatus()?.checkpoint ?? '';
  await made.jobs.close();
  await made.store.close();
  const fresh = await freshDatabase();
  t.after(fresh.drop);
  rmSync(fresh.folder, { recursive: true });
  const databaseUrl = (fresh.targets.owner as { connectionString: string }).connectionString;
  await restore({ folder: fresh.folder, input: chunksOf(made.tar), databaseUrl });
  const witness = { latest: async () => ({ source: 'witness', checkpoint }) };
  await assert.rejects(open(fresh.targets, fresh.folder, [witness]), { code: 'LOG_HEAD_BEHIND' });
});
