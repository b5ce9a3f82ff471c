// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { MemoryFiles, makeKey, readSigner } from '@sakimori/ledger';
import { openStore, prepareDatabase, startEmbedded } from '@sakimori/store';
import { testScope } from '@sakimori/store/testing';
import { explain } from '../src/database.ts';

const ORIGIN = 'example.jp/ledger/test';

test('a database that is away is a clear refusal, and work resumes by itself', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-outage-'));
  let server = await startEmbedded({ folder });
  const targets = { owner: server.target('owner'), application: server.target('hub') };
  await prepareDatabase(targets);
  const key = makeKey('ed25519', ORIGIN, new Uint8Array(32));
  const store = await openStore({
    database: { targets },
    exercise: true,
    origin: ORIGIN,
    signers: [readSigner(key.skey)],
    files: new MemoryFiles(),
    tagKey: new Uint8Array(32),
    clock: { nowMs: Date.now },
    connectMsMax: 200,
    limits: { retryMs: 20 },
  });
  t.after(async () => {
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const change = () => store.change(testScope(), ({ record }) => record({ type: 'heartbeat' }));
  assert.deepEqual((await change()).entries, [{ log: 'exercise', index: 0 }]);

  await server.stop();
  for (const ask of [change, () => store.read(testScope(), async () => 1), () => store.ping()]) {
    await assert.rejects(ask, { code: 'STORE_UNAVAILABLE' });
  }

  server = await startEmbedded({ folder });
  assert.deepEqual((await change()).entries, [{ log: 'exercise', index: 1 }]);

  // Dies while changes are under way: they are tried again or refused, never half done.
  const many = Promise.allSettled(Array.from({ length: 40 }, change));
  process.kill(server.pid() as number, 'SIGKILL');
  for (const outcome of await many) {
    if (outcome.status === 'rejected') {
      assert.equal(outcome.reason.specification?.retry, 'later', String(outcome.reason));
    }
  }
  const untilDone = async (): Promise<number> => {
    try {
      return (await change()).entries.length;
    } catch (error) {
      assert.equal((error as { specification?: { retry: string } }).specification?.retry, 'later');
      return untilDone();
    }
  };
  assert.equal(await untilDone(), 1);
  await store.close();
  await server.stop();
});

test('a full disk is named as such, and a person need not do anything but make room', () => {
  const check = (code: string, expected: string) => {
    const error = explain(Object.assign(new Error('x'), { code })) as { code: string };
    assert.equal(error.code, expected);
  };
  check('53100', 'STORE_DISK_FULL');
  check('53300', 'STORE_UNAVAILABLE');
  check('57P03', 'STORE_UNAVAILABLE');
  check('08006', 'STORE_UNAVAILABLE');
  check('ECONNREFUSED', 'STORE_UNAVAILABLE');
  check('40001', 'STORE_BUSY');
  check('SK001', 'STORE_GUARDED_WITHOUT_ENTRY');
  check('23505', '23505');
});
