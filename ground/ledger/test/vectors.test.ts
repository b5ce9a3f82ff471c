// SPDX-License-Identifier: Apache-2.0
/**
 * spec/ledger/vectors.json is what outsiders build against: our code must give exactly it. After a
 * wanted change of the format: UPDATE_GOLDEN=1, and the difference is reviewed.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test from 'node:test';
import {
  commitmentRoot,
  commitTo,
  hashLeaf,
  type LedgerEntryDraft,
  makeKey,
  makeReceipt,
  readEntry,
  readSigner,
  sealEntry,
  toBase64,
  toHex,
  verifyMerkleCase,
  verifyReceipt,
} from '../src/index.ts';
import { logOf, NOW_MS, ORIGIN, seed, verifierOf } from './log-fixture.ts';

const FILE = new URL('../../../spec/ledger/vectors.json', import.meta.url);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const DRAFTS: LedgerEntryDraft[] = [
  { type: 'heartbeat' },
  {
    type: 'warning.issued',
    tenant: 'org_01k2example',
    actor: 'per_01k2example',
    basis: { article: 'act art. 41(1)' },
    counts: { computers: 3, organisations: 1 },
    commits: [commitTo({ advisory: 'example', computers: ['a', 'b', 'c'] }, seed(4))],
    refs: ['CVE-2026-0001', 'wrn_01k2example'],
  },
];

/** Everything but the ML-DSA-44 signature, which is another one each time. */
async function makeVectors(mlDsaCheckpoint: string | undefined) {
  const context = { at: NOW_MS, exercise: true, tagKey: seed(3), nonce: seed(7) };
  const records = Array.from({ length: 5 }, (_, i) => ({ flow: i }));
  const batch = commitmentRoot(records.map((record, i) => commitTo(record, seed(i))));
  const keys = {
    ed25519: makeKey('ed25519', ORIGIN, seed(1)),
    mlDsa44: makeKey('ml-dsa-44', ORIGIN, seed(2)),
  };
  const ed25519 = await logOf([300]);
  const both = { signers: [readSigner(keys.ed25519.skey), readSigner(keys.mlDsa44.skey)] };
  const checkpointBoth = mlDsaCheckpoint ?? (await logOf([300], both)).checkpoint;
  const read = (path: string) => ed25519.files.read(path);
  return {
    about: 'Test vectors of the Sakimori ledger; see README.md beside. All keys here are public.',
    entries: DRAFTS.map((draft) => {
      const bytes = sealEntry(draft, context);
      return {
        draft,
        at: context.at,
        exercise: true,
        tagKeyHex: toHex(context.tagKey),
        nonceHex: toHex(context.nonce),
        entry: text(bytes),
        leafHash: toBase64(hashLeaf(bytes)),
      };
    }),
    batch: {
      records,
      saltsHex: records.map((_, i) => toHex(seed(i))),
      commitments: records.map((record, i) => commitTo(record, seed(i))),
      root: batch.root,
      proofOfRecord3: batch.prove(3),
    },
    keys,
    log: {
      about: 'entry n is the text "entry n"',
      size: 300,
      checkpoint: ed25519.checkpoint,
      checkpointBoth,
      receiptOfEntry256: await makeReceipt(read, 256, ed25519.checkpoint),
    },
    merkle: [
      {
        case: { kind: 'consistency', size1: 0, size2: 1, root1: '', root2: '', proof: [] },
        result: { ok: false },
      },
      { case: { kind: 'inclusion', leafIdx: -1 }, result: 'error' },
    ],
  };
}

test('our code gives the published test vectors, byte for byte', async () => {
  if (process.env.UPDATE_GOLDEN === '1') {
    writeFileSync(FILE, `${JSON.stringify(await makeVectors(undefined), null, 2)}\n`);
  }
  const published = JSON.parse(readFileSync(FILE, 'utf8'));
  assert.deepEqual(await makeVectors(published.log.checkpointBoth), published);
});

test('the published vectors verify', () => {
  const { entries, keys, log, merkle } = JSON.parse(readFileSync(FILE, 'utf8'));
  for (const { entry } of entries) assert.ok(readEntry(new TextEncoder().encode(entry)).entry);
  const both = [verifierOf(keys.ed25519.vkey), verifierOf(keys.mlDsa44.vkey)];
  const bytes = new TextEncoder().encode('entry 256');
  assert.ok(verifyReceipt(log.receiptOfEntry256, bytes, both).ok);
  const hybrid = log.receiptOfEntry256.replace(log.checkpoint, log.checkpointBoth);
  const result = verifyReceipt(hybrid, bytes, both);
  assert.equal(result.ok && result.signedBy.length, 2);
  for (const vector of merkle) {
    const got = verifyMerkleCase(vector.case);
    assert.deepEqual('error' in got ? 'error' : got, vector.result);
  }
});
