// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ledgerErrors,
  MemoryFiles,
  MemoryStorage,
  makeKey,
  readSigner,
  type SequencerOptions,
  startSequencer,
} from '../src/index.ts';
import { writeStaging } from '../src/staging.ts';
import {
  addEntry,
  entryBytes,
  failing,
  LOG,
  logOf,
  ORIGIN,
  options,
  type Plan,
  seed,
  verify,
} from './log-fixture.ts';

const FIRST = 250;
const SECOND = 10;

/** Publishes two batches over a tile's end with the plan at work; returns what was acknowledged. */
async function runWithPlan(storage: MemoryStorage, files: MemoryFiles, plan: Plan) {
  const connection = storage.connect();
  const limits = { gatherMs: 0, pollMs: 5, retryMs: 1, waitMsMax: 250 };
  const acknowledged = new Map<string, number>();
  const work = async () => {
    const sequencer = await startSequencer(
      options(failing(connection, plan), failing(files, plan), { limits }),
    );
    for (const [from, n] of [
      [0, FIRST],
      [FIRST, SECOND],
    ] as const) {
      if (plan.dead) break;
      const ids = Array.from({ length: n }, (_, i) => addEntry(storage, from + i));
      try {
        const indexes = await sequencer.waitFor(ids);
        ids.forEach((id, i) => {
          acknowledged.set(id, indexes[i] as number);
        });
      } catch {
        // Not acknowledged: nothing was promised.
      }
    }
    return sequencer;
  };
  const dead = new Promise<undefined>((resolve) => {
    // What others could still do in this turn, they do; then the process is gone.
    plan.onDead = () => setTimeout(() => resolve(undefined), 1);
  });
  const sequencer = await Promise.race([work(), dead]);
  // It lived to the end of its work: nothing that it still does on its own may kill it now.
  if (!plan.dead) plan.at = 0;
  return { acknowledged, sequencer: plan.dead ? undefined : sequencer, connection };
}

/** After whatever happened: a new process brings all entries out, each once, all verifiable. */
async function checkRecovered(
  storage: MemoryStorage,
  files: MemoryFiles,
  acknowledged: ReadonlyMap<string, number>,
  where: string,
): Promise<void> {
  const sequencer = await startSequencer(options(storage.connect(), files));
  const all = Array.from({ length: FIRST + SECOND + 1 }, (_, n) => `o${n}`);
  for (let n = 0; n < all.length; n += 1) {
    if (storage.indexOf(LOG, `o${n}`) === undefined) addEntry(storage, n);
  }
  await sequencer.waitFor([`o${FIRST + SECOND}`]);
  const size = sequencer.status().size;
  await sequencer.close();
  const indexes = all.map((id) => storage.indexOf(LOG, id));
  assert.deepEqual(
    [...indexes].sort((a, b) => a! - b!),
    all.map((_, n) => n),
    `once: ${where}`,
  );
  assert.equal(size, all.length, where);
  for (const [id, index] of acknowledged) {
    assert.equal(storage.indexOf(LOG, id), index, `acknowledged: ${where}`);
    const [bytes] = await storage.entries(LOG, index, index + 1);
    assert.deepEqual(bytes, entryBytes(id.slice(1)), where);
  }
  const report = await verify(files);
  assert.deepEqual([report.ok, report.size, report.problems], [true, all.length, []], where);
}

test('killed at any call of any port: nothing acknowledged is lost, nothing stands twice', async () => {
  const places = new Set<string>();
  for (const how of ['killed-before', 'killed-after'] as const) {
    for (let at = 1; ; at += 1) {
      const storage = new MemoryStorage();
      const files = new MemoryFiles();
      const plan: Plan = { calls: 0, at, how, dead: false, where: '' };
      const run = await runWithPlan(storage, files, plan);
      if (run.sequencer) {
        await run.sequencer.close();
        break;
      }
      places.add(plan.where);
      run.connection.disconnect();
      await checkRecovered(storage, files, run.acknowledged, `${how} ${plan.where} (${at})`);
    }
  }
  // The test itself must have passed through every step of the procedure.
  for (const step of [`advance ${LOG}`, 'overwrite staging', 'read staging', 'create tile/0/000']) {
    assert.ok(places.has(step), step);
  }
  assert.ok(places.has('replace checkpoint') && places.has('create tile/entries/000'));
});

test('one failure that heals at any call: the same process goes on, all are acknowledged', async () => {
  for (const how of ['throws-before', 'throws-after'] as const) {
    for (let at = 9; ; at += 1) {
      const storage = new MemoryStorage();
      const files = new MemoryFiles();
      const error = ledgerErrors('WRITE_FAILED', { path: 'x' });
      const plan: Plan = { calls: 0, at, how, error, dead: false, where: '' };
      const connection = storage.connect();
      const limits = { gatherMs: 0, pollMs: 1, retryMs: 1 };
      let sequencer: Awaited<ReturnType<typeof startSequencer>>;
      try {
        sequencer = await startSequencer(
          options(failing(connection, plan), failing(files, plan), { limits }),
        );
      } catch (failure) {
        assert.equal((failure as { code?: string }).code, 'LOG_WRITE_FAILED');
        continue;
      }
      const ids = Array.from({ length: 300 }, (_, n) => addEntry(storage, n));
      assert.deepEqual(
        await sequencer.waitFor(ids),
        ids.map((_, n) => n),
        plan.where,
      );
      assert.equal(sequencer.status().failure, undefined);
      await sequencer.close();
      assert.ok((await verify(files)).ok, plan.where);
      if (plan.calls < at) break;
    }
  }
});

async function checkRefused(
  storage: MemoryStorage,
  files: MemoryFiles,
  code: string,
  source: string,
  more: Partial<SequencerOptions> = {},
): Promise<void> {
  const before = new Map(files.files);
  await assert.rejects(startSequencer(options(storage.connect(), files, more)), (error) => {
    const refusal = error as Error & { code: string; parameters: Record<string, unknown> };
    assert.deepEqual([refusal.code, refusal.parameters.source], [code, source]);
    return true;
  });
  assert.deepEqual(files.files.get('checkpoint'), before.get('checkpoint'), 'nothing was signed');
}

/** A log of 10, a backup, 10 more, and the backup restored. */
async function restoredBackup() {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const sequencer = await startSequencer(options(storage, files));
  await sequencer.waitFor(Array.from({ length: 10 }, (_, n) => addEntry(storage, n)));
  const restore = storage.snapshot(LOG);
  const old = new Map(files.files);
  await sequencer.waitFor(Array.from({ length: 10 }, (_, n) => addEntry(storage, 10 + n)));
  const { checkpoint } = sequencer.status();
  await sequencer.close();
  restore();
  return { storage, files, old, checkpoint };
}

const witness = (checkpoint: string) => ({
  latest: async () => ({ source: 'witness', checkpoint }),
});

test("yesterday's database with today's files is refused", async () => {
  const { storage, files } = await restoredBackup();
  await checkRefused(storage, files, 'LOG_HEAD_BEHIND', 'disk');
});

test("yesterday's database with yesterday's files is refused when a witness saw today", async () => {
  const { storage, old, checkpoint } = await restoredBackup();
  const files = new MemoryFiles();
  for (const [path, bytes] of old) files.files.set(path, bytes);
  const witnesses = [witness(checkpoint)];
  await checkRefused(storage, files, 'LOG_HEAD_BEHIND', 'witness', { witnesses });
});

test('an empty database with a published log is refused', async () => {
  const { files } = await logOf([3]);
  await checkRefused(new MemoryStorage(), files, 'LOG_HEAD_BEHIND', 'disk');
});

test('a batch on disk that begins beyond the head is refused', async () => {
  const { storage, files } = await restoredBackup();
  files.files.clear();
  files.files.set('staging', writeStaging({ origin: ORIGIN, from: 20, entries: [] }));
  await checkRefused(storage, files, 'LOG_HEAD_BEHIND', 'staging');
});

test('another history of the same size, or an older one, is a fork and refused', async () => {
  const { checkpoint } = await logOf([8]);
  for (const size of [8, 12]) {
    const storage = new MemoryStorage();
    const files = new MemoryFiles();
    const sequencer = await startSequencer(options(storage, files));
    const ids = Array.from({ length: size }, (_, n) => `x${n}`);
    for (const id of ids) storage.add(LOG, id, entryBytes(`other ${id}`));
    await sequencer.waitFor(ids);
    await sequencer.close();
    const witnesses = [witness(checkpoint)];
    await checkRefused(storage, files, 'LOG_FORKED', 'witness', { witnesses });
  }
});

test('a witness with an older checkpoint of the same history is no obstacle', async () => {
  const { checkpoint } = await logOf([8]);
  const { storage, files } = await logOf([8, 5]);
  const witnesses = [witness(checkpoint), { latest: async () => undefined }];
  const sequencer = await startSequencer(options(storage, files, { witnesses }));
  assert.deepEqual(await sequencer.waitFor([addEntry(storage, 13)]), [13]);
  await sequencer.close();
});

test('hostile checkpoints on disk or from a witness are refused and change nothing', async () => {
  const { storage, files, checkpoint } = await logOf([4]);
  const stranger = makeKey('ed25519', ORIGIN, seed(66));
  const { checkpoint: foreign } = await logOf([9], { signers: [readSigner(stranger.skey)] });
  const hostile = {
    'not a note': 'hello',
    nothing: '',
    'of an unknown key': foreign,
    'with another size': checkpoint.replace('\n4\n', '\n999\n'),
    'with another origin': checkpoint.replaceAll('exercise', 'public'),
  };
  for (const text of Object.values(hostile)) {
    const witnesses = [witness(text)];
    await checkRefused(storage, files, 'LOG_CHECKPOINT_UNREADABLE', 'witness', { witnesses });
  }
  for (const text of Object.values(hostile)) {
    files.files.set('checkpoint', new TextEncoder().encode(text));
    await checkRefused(storage, files, 'LOG_CHECKPOINT_UNREADABLE', 'disk');
  }
});

test('a lost folder is rebuilt from the database, byte for byte where the size asks for it', async () => {
  const { storage, files } = await logOf([700]);
  const empty = new MemoryFiles();
  const sequencer = await startSequencer(options(storage, empty));
  await sequencer.close();
  assert.deepEqual(new Map([...empty.files].sort()), new Map([...files.files].sort()));
  assert.ok((await verify(empty)).ok);
});

test('a lost tile of the right edge is made again; a changed one is reported, never overwritten', async () => {
  const { storage, files } = await logOf([300]);
  files.files.delete('tile/0/001.p/44');
  await (await startSequencer(options(storage, files))).close();
  assert.ok((await verify(files)).ok);
  const changed = files.files.get('tile/0/001.p/44') as Uint8Array;
  changed[5] = (changed[5] as number) ^ 1;
  await assert.rejects(startSequencer(options(storage, files)), { code: 'LOG_FILE_EXISTS' });
});

test('a database that lost or changed committed entries is refused', async () => {
  const { storage } = await logOf([20]);
  const change = (entries: (all: Uint8Array[]) => Uint8Array[]) =>
    new Proxy(storage, {
      get:
        (target, name) =>
        async (...args: unknown[]) => {
          const result = await (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(
            target,
            args,
          );
          return name === 'entries' ? entries(result as Uint8Array[]) : result;
        },
    });
  const lost = options(
    change((all) => all.slice(1)),
    new MemoryFiles(),
  );
  await assert.rejects(startSequencer(lost), { code: 'LOG_STORAGE_BROKEN' });
  const swapped = options(
    change((all) => [...all].reverse()),
    new MemoryFiles(),
  );
  await assert.rejects(startSequencer(swapped), { code: 'LOG_FORKED' });
});
