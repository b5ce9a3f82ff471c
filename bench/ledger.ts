// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench -- ledger [--seconds N] [--clients 1,64,...] [--batch N]`: the sequencer with files
 * on disk (every write synced) and both signatures; the outbox is in memory, so this is the ledger's
 * own limit, above which no database can lift it.
 *
 * Two shapes: clients that each wait for publication before their next single entry (guarded
 * actions), and producers whose one transaction carries many entries.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  diskFiles,
  MemoryStorage,
  makeKey,
  readSigner,
  type Sequencer,
  sealEntry,
  startSequencer,
  verifyLog,
} from '@sakimori/ledger';
import { printResult, quantile } from './machine.ts';

const ORIGIN = 'bench.example/ledger/exercise';

interface Bench {
  readonly storage: MemoryStorage;
  readonly sequencer: Sequencer;
  readonly seal: () => Uint8Array;
}

/** One client: seals, commits, waits for publication; again until the time is over. */
async function runClient(
  bench: Bench,
  name: string,
  batch: number,
  endMs: number,
  waits: number[],
): Promise<number> {
  let done = 0;
  while (performance.now() < endMs) {
    const startedMs = performance.now();
    const ids = Array.from({ length: batch }, (_, i) => `${name}-${done + i}`);
    for (const id of ids) bench.storage.add('exercise', id, bench.seal());
    await bench.sequencer.waitFor(ids);
    waits.push(performance.now() - startedMs);
    done += batch;
  }
  return done;
}

async function measure(clients: number, batch: number, seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bench-'));
  const keys = (['ed25519', 'ml-dsa-44'] as const).map((type) =>
    makeKey(type, ORIGIN, randomBytes(32)),
  );
  const storage = new MemoryStorage();
  const files = diskFiles(folder);
  const sequencer = await startSequencer({
    log: 'exercise',
    origin: ORIGIN,
    storage,
    files,
    signers: keys.map(({ skey }) => readSigner(skey)),
    clock: { nowMs: Date.now },
  });
  const tagKey = randomBytes(32);
  const seal = () =>
    sealEntry(
      { type: 'warning.answered', tenant: 'org_1', actor: 'per_1', refs: ['wrn_1'] },
      { at: Date.now(), exercise: true, tagKey, nonce: randomBytes(32) },
    );
  const waits: number[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  const bench = { storage, sequencer, seal };
  const counts = await Promise.all(
    Array.from({ length: clients }, (_, n) => runClient(bench, `c${n}`, batch, endMs, waits)),
  );
  const tookSeconds = (performance.now() - startedMs) / 1000;
  await sequencer.close();
  const entries = counts.reduce((sum, n) => sum + n, 0);
  const verifyStartedMs = performance.now();
  const report = await verifyLog({
    read: (path) => files.read(path),
    vkeys: keys.map(({ vkey }) => vkey),
  });
  if (!report.ok || report.entries !== entries) throw new Error('the log does not verify');
  printResult('ledger', {
    storage: 'memory',
    clients,
    entriesPerAction: batch,
    seconds: round(tookSeconds),
    entriesPerSecond: Math.round(entries / tookSeconds),
    publishMsP50: round(quantile(waits, 0.5)),
    publishMsP99: round(quantile(waits, 0.99)),
    verifiedEntriesPerSecond: Math.round(entries / ((performance.now() - verifyStartedMs) / 1000)),
  });
  rmSync(folder, { recursive: true, force: true });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      clients: { type: 'string', default: '1,16,64' },
      batch: { type: 'string', default: '50' },
    },
  });
  const seconds = Number(values.seconds);
  for (const clients of values.clients.split(',')) await measure(Number(clients), 1, seconds);
  await measure(16, Number(values.batch), seconds);
}
