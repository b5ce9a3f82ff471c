// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ledgerErrors,
  MemoryFiles,
  MemoryStorage,
  makeKey,
  makeReceipt,
  readSigner,
  startSequencer,
  verifyReceipt,
} from '../src/index.ts';
import {
  addEntry,
  closeAll,
  ED25519,
  entryBytes,
  failing,
  LOG,
  logOf,
  NOW_MS,
  ORIGIN,
  options,
  type Plan,
  seed,
  verifierOf,
  verify,
} from './log-fixture.ts';

test('a new log begins with a signed empty tree', async () => {
  const { files, storage } = await logOf([]);
  const report = await verify(files);
  assert.deepEqual([report.ok, report.size], [true, 0]);
  assert.equal((await storage.head(LOG))?.size, 0);
});

test('indexes follow the order of the outbox, without gaps, over all batches', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const sequencer = await startSequencer(
    options(storage, files, { limits: { batchEntriesMax: 7, gatherMs: 0, pollMs: 20 } }),
  );
  const ids = Array.from({ length: 100 }, (_, n) => addEntry(storage, n));
  const indexes = await sequencer.waitFor([...ids].reverse());
  assert.deepEqual(indexes, ids.map((_, n) => n).reverse());
  assert.equal(sequencer.published('o42'), 42);
  assert.equal(sequencer.published('unknown'), undefined);
  assert.deepEqual(await sequencer.waitFor(['o3', 'o3']), [3, 3]);
  assert.deepEqual(await sequencer.waitFor([]), []);
  await sequencer.close();
  assert.ok((await verify(files)).ok);
});

test('nobody is answered before the checkpoint that covers him is on disk', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const sequencer = await startSequencer(options(storage, files));
  for (let n = 0; n < 30; n += 1) {
    const [index] = await sequencer.waitFor([addEntry(storage, n)]);
    const checkpoint = new TextDecoder().decode(files.files.get('checkpoint'));
    const receipt = await makeReceipt((path) => files.read(path), index as number, checkpoint);
    assert.ok(verifyReceipt(receipt, entryBytes(String(n)), [verifierOf(ED25519.vkey)]).ok);
  }
  await sequencer.close();
});

test('the order of writing: batch on disk, head, tiles read back, checkpoint, then the answer', async () => {
  const events: string[] = [];
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const watch = <T extends object>(port: T): T =>
    new Proxy(port, {
      get:
        (target, name) =>
        (...args: unknown[]) => {
          const call = `${String(name)} ${typeof args[0] === 'string' ? args[0] : ''}`;
          if (!/^(lock|unlock|pending|head)/.test(call)) events.push(call);
          return (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, args);
        },
    });
  const sequencer = await startSequencer(options(watch(storage), watch(files)));
  events.length = 0;
  await sequencer.waitFor([addEntry(storage, 0)]);
  events.push('answered');
  await sequencer.close();
  const order = [
    'overwrite staging',
    'read staging',
    `advance ${LOG}`,
    'create tile/0/000.p/1',
    'read tile/0/000.p/1',
    'replace checkpoint',
    'answered',
  ];
  assert.deepEqual(
    events.filter((event) => order.includes(event)),
    order,
  );
});

test('a second sequencer of the same log is refused while the first lives', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const first = await startSequencer(options(storage, files));
  const other = options(storage.connect(), files);
  await assert.rejects(startSequencer(other), { code: 'LOG_LOCKED' });
  await first.waitFor([addEntry(storage, 0)]);
  await first.close();
  const second = await startSequencer(other);
  assert.deepEqual(await second.waitFor([addEntry(storage, 1)]), [1]);
  await second.close();
  assert.ok((await verify(files)).ok);
});

test('a sequencer whose lock was lost dies at the head that moved, and signs no fork', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const first = await startSequencer(options(storage, files, { limits: { pollMs: 60_000 } }));
  await first.waitFor([addEntry(storage, 0)]);
  storage.disconnect();
  const connection = storage.connect();
  const second = await startSequencer(options(connection, files));
  await second.waitFor([addEntry(storage, 1)]);
  await second.close();
  connection.disconnect();
  const waiting = first.waitFor([addEntry(storage, 2)]);
  await assert.rejects(waiting, { code: 'LOG_STOPPED' });
  assert.equal(((await first.failed) as Error & { code: string }).code, 'LOG_HEAD_MOVED');
  assert.deepEqual([first.status().state, first.status().failure], ['failed', 'LOG_HEAD_MOVED']);
  await assert.rejects(first.waitFor(['o2']), { code: 'LOG_STOPPED' });
  await first.close();
  const third = await startSequencer(options(storage.connect(), files));
  assert.deepEqual(await third.waitFor(['o2']), [2]);
  await third.close();
  assert.ok((await verify(files)).ok);
});

test('waiting ends with an answer that says the action is saved but not confirmed', async () => {
  const storage = new MemoryStorage();
  const sequencer = await startSequencer(
    options(storage, new MemoryFiles(), { limits: { waitMsMax: 20, pollMs: 5, gatherMs: 0 } }),
  );
  await assert.rejects(sequencer.waitFor(['never']), { code: 'LOG_NOT_PUBLISHED_IN_TIME' });
  assert.equal(sequencer.status().waiting, 0);
  const waiting = sequencer.waitFor(['not yet']);
  await Promise.all([sequencer.close(), assert.rejects(waiting, { code: 'LOG_STOPPED' })]);
  assert.equal(sequencer.status().state, 'stopped');
});

test('what came without a poke is found by looking', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const sequencer = await startSequencer(options(storage, files, { limits: { pollMs: 5 } }));
  addEntry(storage, 0);
  while (sequencer.published('o0') === undefined) await new Promise((r) => setTimeout(r, 5));
  await sequencer.close();
  assert.ok((await verify(files)).ok);
});

test('memory of published ids is bounded, also when one batch is larger than it', async () => {
  const storage = new MemoryStorage();
  const sequencer = await startSequencer(
    options(storage, new MemoryFiles(), { limits: { rememberedMax: 10, gatherMs: 0 } }),
  );
  const ids = Array.from({ length: 50 }, (_, n) => addEntry(storage, n));
  assert.deepEqual(
    await sequencer.waitFor(ids),
    ids.map((_, n) => n),
  );
  assert.equal(sequencer.published('o39'), undefined);
  assert.equal(sequencer.published('o40'), 40);
  await sequencer.close();
});

test('a storage that breaks its word stops the log: empty entry, entry twice', async () => {
  for (const pending of [
    [{ outboxId: 'a', bytes: new Uint8Array(0) }],
    [{ outboxId: 'a', bytes: new Uint8Array(65_536) }],
    [
      { outboxId: 'a', bytes: entryBytes('1') },
      { outboxId: 'a', bytes: entryBytes('1') },
    ],
  ]) {
    const storage = new MemoryStorage();
    const broken = new Proxy(storage, {
      get:
        (target, name) =>
        (...args: unknown[]) =>
          name === 'pending'
            ? Promise.resolve(pending)
            : (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(target, args),
    });
    const sequencer = await startSequencer(options(broken, new MemoryFiles()));
    const error = (await sequencer.failed) as Error & { code: string };
    assert.equal(error.code, 'LOG_STORAGE_BROKEN');
    await sequencer.close();
  }
});

test('a disk that gives other bytes than it got stops the log before anything is signed', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const flipping = new Proxy(files, {
    get:
      (target, name) =>
      async (...args: [string]) => {
        const result = await (Reflect.get(target, name) as (...a: unknown[]) => unknown).apply(
          target,
          args,
        );
        if (name === 'read' && args[0] === 'staging' && result instanceof Uint8Array) {
          result[result.length - 1] = (result.at(-1) as number) ^ 1;
        }
        return result;
      },
  });
  const sequencer = await startSequencer(options(storage, flipping));
  addEntry(storage, 0);
  sequencer.poke();
  const error = (await sequencer.failed) as Error & { code: string };
  assert.equal(error.code, 'LOG_STORED_BYTES_CHANGED');
  assert.equal((await storage.head(LOG))?.size, 0);
  await sequencer.close();
});

test('superseded partial tiles go after their time, and the log still verifies', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  let nowMs = NOW_MS;
  const limits = { partialKeepMs: 1000, gatherMs: 0, batchEntriesMax: 20 };
  const clock = { nowMs: () => nowMs };
  let sequencer = await startSequencer(options(storage, files, { limits, clock }));
  const partials = () => [...files.files.keys()].filter((path) => path.includes('000.p/')).length;
  const add = (from: number, n: number) =>
    sequencer.waitFor(Array.from({ length: n }, (_, i) => addEntry(storage, from + i)));
  await add(0, 200);
  assert.ok(partials() > 10);
  await sequencer.close();
  sequencer = await startSequencer(options(storage, files, { limits, clock }));
  await add(200, 60);
  nowMs += 1000;
  await add(260, 1);
  await sequencer.close();
  const left = [...files.files.keys()].filter((path) => /(0|entries)\/000\.p/.test(path));
  assert.deepEqual(left, []);
  assert.ok((await verify(files)).ok);
});

test('keys must bear the name of the origin, and the origin must be a key name', async () => {
  const start = (more: object) =>
    startSequencer(options(new MemoryStorage(), new MemoryFiles(), more));
  const stranger = readSigner(makeKey('ed25519', 'other.example', seed(4)).skey);
  await assert.rejects(start({ signers: [stranger] }), { code: 'LOG_KEY_INVALID' });
  await assert.rejects(start({ signers: [] }), { code: 'LOG_KEY_INVALID' });
  for (const origin of ['', 'two words', 'a+b', 'a\nb', 'x'.repeat(256)]) {
    await assert.rejects(start({ origin }), { code: 'LOG_ORIGIN_INVALID' });
  }
});

test('after a change of keys the old checkpoint is accepted only when its key is named', async () => {
  const { storage, files } = await logOf([5]);
  const fresh = makeKey('ed25519', ORIGIN, seed(50));
  const signers = [readSigner(fresh.skey)];
  const start = (more: object) => startSequencer(options(storage, files, { signers, ...more }));
  await assert.rejects(start({}), { code: 'LOG_CHECKPOINT_UNREADABLE' });
  const sequencer = await start({ formerVkeys: [ED25519.vkey] });
  assert.deepEqual(await sequencer.waitFor([addEntry(storage, 5)]), [5]);
  await sequencer.close();
});

test('every error of the catalogue speaks both languages with all its parameters', () => {
  for (const [code, { ja, en, params }] of Object.entries(ledgerErrors.specifications)) {
    for (const name of Object.keys(params).filter((p) => p !== 'expectedSize')) {
      assert.ok(en.includes(`{${name}}`), `${code} en ${name}`);
      assert.ok(ja.includes(`{${name}}`), `${code} ja ${name}`);
    }
    assert.match(ja, /[\u3040-\u30ff]/, code);
  }
});

test('a failed fsync ends the log for good; nothing is tried again', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const error = ledgerErrors('FSYNC_FAILED', { path: 'x' });
  const plan: Plan = { calls: 0, at: 9, how: 'throws-after', error, dead: false, where: '' };
  const sequencer = await startSequencer(options(storage, failing(files, plan)));
  const waiting = sequencer.waitFor([addEntry(storage, 0)]);
  await assert.rejects(waiting, { code: 'LOG_STOPPED' });
  assert.equal(sequencer.status().failure, 'LOG_FSYNC_FAILED');
  await closeAll(sequencer);
});
