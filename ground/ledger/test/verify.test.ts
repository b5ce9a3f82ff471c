// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  MemoryFiles,
  MemoryStorage,
  makeReceipt,
  readLogProof,
  readSigner,
  sealEntry,
  startSequencer,
  verifyLog,
  verifyReceipt,
  writeLogProof,
} from '../src/index.ts';
import {
  ED25519,
  entryBytes,
  LOG,
  logOf,
  ML_DSA,
  NOW_MS,
  ORIGIN,
  options,
  seed,
  verifierOf,
  verify,
} from './log-fixture.ts';

const KEYS = [verifierOf(ED25519.vkey), verifierOf(ML_DSA.vkey)];
const BOTH = { signers: [readSigner(ED25519.skey), readSigner(ML_DSA.skey)] };

test('logs of the boundary sizes verify', async () => {
  for (const size of [0, 1, 2, 255, 256, 257, 511, 512]) {
    const { files } = await logOf([size]);
    const report = await verify(files);
    assert.deepEqual([report.ok, report.size, report.entries], [true, size, size], `${size}`);
  }
});

test('a log that grew through the boundary sizes verifies at 70,000', async () => {
  const { files } = await logOf([1, 1, 253, 1, 1, 254, 1, 65_023, 1, 4464]);
  const report = await verify(files);
  assert.deepEqual([report.ok, report.size, report.entries], [true, 70_000, 70_000]);
  assert.ok(files.files.has('tile/0/273.p/112') && files.files.has('tile/2/000.p/1'));
});

test('one flipped byte in any file of the log is found, and named', async () => {
  const { files } = await logOf([600, 5], BOTH);
  assert.ok((await verify(files)).ok);
  // Only what the checkpoint's size names: older partial tiles may be gone at any time.
  const paths = [...files.files.keys()].filter(
    (path) => !/\.p\/(88|2)$/.test(path) || /605/.test(path),
  );
  const checked = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (path, at, change) => {
        const bytes = files.files.get(path) as Uint8Array;
        const changed = bytes.slice();
        changed[at % bytes.length] = (changed[at % bytes.length] as number) ^ change;
        files.files.set(path, changed);
        const report = await verifyLog({
          read: (p) => files.read(p),
          vkeys: [ED25519.vkey, ML_DSA.vkey],
          foreign: true,
        });
        files.files.set(path, bytes);
        checked.add(path);
        // A change in the name of a signature line makes that key absent; the report says who signed.
        assert.ok(!report.ok || report.signedBy.length < 2, path);
        if (!report.ok) assert.ok(report.problems.length > 0);
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(checked.size > 3);
});

test('without bundles the tree is verified from the hash tiles alone, and the report says so', async () => {
  const { files } = await logOf([700]);
  const read = async (path: string) =>
    path.startsWith('tile/entries/') ? undefined : files.read(path);
  const report = await verifyLog({ read, vkeys: [ED25519.vkey] });
  assert.deepEqual([report.ok, report.bundles, report.entries], [true, 'closed', 0]);
});

test('one missing bundle among others is a fault, not a policy', async () => {
  const { files } = await logOf([700]);
  files.files.delete('tile/entries/001');
  const report = await verify(files);
  assert.deepEqual(report.problems, [{ kind: 'bundle-missing', path: 'tile/entries/001' }]);
});

test('a missing tile, another log, an unknown key, no checkpoint: each has its word', async () => {
  const { files } = await logOf([300]);
  const read = (path: string) => files.read(path);
  const kinds = async (vkeys: string[], more = {}) =>
    (await verifyLog({ read, vkeys, foreign: true, ...more })).problems.map(({ kind }) => kind);
  assert.deepEqual(await kinds([ML_DSA.vkey]), ['signature-missing']);
  assert.deepEqual(await kinds(['x']), ['key-unreadable']);
  assert.deepEqual(await kinds([ED25519.vkey], { origin: 'other.example' }), ['other-log']);
  files.files.delete('tile/0/000');
  assert.deepEqual(await kinds([ED25519.vkey]), ['tile-missing']);
  files.files.delete('checkpoint');
  assert.deepEqual(await kinds([ED25519.vkey]), ['checkpoint-missing']);
});

test('entries are counted by type; a well-hashed entry that is none of ours is named', async () => {
  const storage = new MemoryStorage();
  const files = new MemoryFiles();
  const sequencer = await startSequencer(options(storage, files));
  const context = { at: NOW_MS, exercise: true, tagKey: seed(9) };
  for (let i = 0; i < 5; i += 1) {
    const type = i < 3 ? 'warning.issued' : 'heartbeat';
    storage.add(LOG, `o${i}`, sealEntry({ type }, { ...context, nonce: seed(i) }));
  }
  storage.add(LOG, 'o5', entryBytes('not an entry'));
  await sequencer.waitFor(['o5']);
  await sequencer.close();
  const report = await verifyLog({ read: (p) => files.read(p), vkeys: [ED25519.vkey] });
  assert.deepEqual({ ...report.byType }, { 'warning.issued': 3, heartbeat: 2 });
  const problem = { kind: 'entry-not-readable', path: 'tile/entries/000.p/6', index: 5 };
  assert.deepEqual(report.problems, [problem]);
});

test('a receipt is verified offline with the bytes of its entry, and with no others', async () => {
  const { files, checkpoint } = await logOf([700], BOTH);
  const read = (path: string) => files.read(path);
  for (const index of [0, 255, 256, 511, 699]) {
    const receipt = await makeReceipt(read, index, checkpoint);
    const result = verifyReceipt(receipt, entryBytes(String(index)), KEYS);
    assert.deepEqual(
      [result.ok, result.ok && result.index, result.ok && result.size],
      [true, index, 700],
    );
    const other = verifyReceipt(receipt, entryBytes('other'), KEYS);
    assert.equal(other.problem, 'entry-not-included');
    assert.equal(verifyReceipt(receipt, entryBytes(String(index)), KEYS, 'x').problem, 'other-log');
  }
  await assert.rejects(makeReceipt(read, 700, checkpoint), { code: 'LOG_PROOF_OUT_OF_RANGE' });
});

test('no changed receipt verifies', async () => {
  const { files, checkpoint } = await logOf([300]);
  const receipt = new TextEncoder().encode(await makeReceipt((p) => files.read(p), 7, checkpoint));
  fc.assert(
    fc.property(fc.nat({ max: receipt.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
      const changed = receipt.slice();
      changed[at] = (changed[at] as number) ^ (1 << bit);
      assert.equal(verifyReceipt(changed, entryBytes('7'), KEYS).ok, false);
    }),
  );
});

test('a receipt that is none is refused within bounds', async () => {
  const { files, checkpoint } = await logOf([3]);
  const receipt = await makeReceipt((path) => files.read(path), 1, checkpoint);
  assert.deepEqual(readLogProof(receipt)?.index, 1);
  const withExtra = writeLogProof({ ...readLogProof(receipt)!, extra: seed(3) });
  assert.deepEqual(readLogProof(withExtra)?.extra, seed(3));
  const bad: Record<string, string> = {
    empty: '',
    'another version': receipt.replace('@v1', '@v2'),
    'no index': receipt.replace('index 1\n', ''),
    'a leading zero': receipt.replace('index 1', 'index 01'),
    'an index beyond 2^53': receipt.replace('index 1', 'index 9007199254740993'),
    'a short hash': receipt.replace(/\n[^\n]{44}\n/, '\nAAAA\n'),
    'a hundred hashes': receipt.replace(
      'index 1\n',
      `index 1\n${`${'A'.repeat(43)}=\n`.repeat(100)}`,
    ),
    'no checkpoint': receipt.slice(0, receipt.indexOf('\n\n') + 2),
    'two megabytes': receipt + 'x'.repeat(2_000_000),
  };
  for (const [name, text] of Object.entries(bad)) {
    const result = verifyReceipt(text, entryBytes('1'), [verifierOf(ED25519.vkey)], ORIGIN);
    assert.equal(result.problem, 'not-a-proof-file', name);
  }
});
