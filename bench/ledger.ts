// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench -- ledger [--seconds N] [--callers 64,...] [--batch N] [--memory]`: guarded actions
 * through the store on the embedded PostgreSQL. Everything is as in service: fsync on, row-level
 * security and guard in force, both signatures, an action answered only after its checkpoint is
 * published. Afterwards the log is verified and every answered entry is looked for.
 *
 * Two shapes: callers that each wait for their answer before the next action of one row and one
 * entry, and producers whose one transaction carries many of both.
 *
 * `--memory` leaves the database out (the outbox is in memory): the ledger's own limit.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  bundlePath,
  diskFiles,
  type LedgerFiles,
  MemoryStorage,
  makeKey,
  readBundle,
  readSigner,
  sealEntry,
  startSequencer,
  verifyLog,
} from '@sakimori/ledger';
import {
  guardByLedger,
  guardByTenant,
  insertRows,
  type OpenStore,
  openDatabase,
  openStore,
  type Scope,
} from '@sakimori/store';
import { type Kysely, sql } from 'kysely';
import { printResult, quantile } from './machine.ts';
import { treeCpuMs } from './processor-time.ts';

const ORIGIN = 'bench.example/ledger/exercise';
const PRODUCERS = 16;

interface Shape {
  readonly callers: number;
  readonly entriesPerAction: number;
  readonly seconds: number;
  /** Before counting begins: connections, prepared statements, compiled code. */
  readonly warmUpSeconds: number;
}

/** One guarded action: changes something under these references and answers with their indexes. */
type Act = (refs: readonly string[]) => Promise<readonly number[]>;

/** What the processes at work have used so far, in milliseconds of processor time. */
interface CpuMs {
  readonly hub: number;
  readonly database: number;
}

interface Measured {
  /** Reference of every answered entry and the index it was told. */
  readonly answered: ReadonlyMap<string, number>;
  readonly actions: number;
  readonly seconds: number;
  /** From the call to its answer: commit and publication. */
  readonly waitsMs: readonly number[];
  readonly cpuMs: CpuMs;
}

/** Callers act one after the other each, all at once together, until the time is over. */
async function drive(act: Act, shape: Shape, cpu: () => CpuMs): Promise<Measured> {
  const answered = new Map<string, number>();
  const waitsMs: number[] = [];
  const countFromMs = performance.now() + shape.warmUpSeconds * 1000;
  const endMs = countFromMs + shape.seconds * 1000;
  const runCaller = async (caller: number) => {
    for (let n = 0; performance.now() < endMs; n += 1) {
      const refs = Array.from({ length: shape.entriesPerAction }, (_, i) => `r${caller}_${n}_${i}`);
      const startedMs = performance.now();
      const indexes = await act(refs);
      const doneMs = performance.now();
      refs.forEach((ref, i) => {
        answered.set(ref, indexes[i] ?? -1);
      });
      if (doneMs >= countFromMs && doneMs <= endMs) waitsMs.push(doneMs - startedMs);
    }
  };
  const callers = Promise.all(Array.from({ length: shape.callers }, (_, n) => runCaller(n)));
  const used = (async () => {
    await sleepUntil(countFromMs);
    const before = cpu();
    await sleepUntil(endMs);
    const after = cpu();
    return { hub: after.hub - before.hub, database: after.database - before.database };
  })();
  const [cpuMs] = await Promise.all([used, callers]);
  return { answered, actions: waitsMs.length, seconds: shape.seconds, waitsMs, cpuMs };
}

function sleepUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, atMs - performance.now()));
  });
}

/** Processor time of this process and, when a server's id is given, of it and its children. */
function cpuOf(server: number | undefined): CpuMs {
  const { user, system } = process.cpuUsage();
  return { hub: (user + system) / 1000, database: server === undefined ? 0 : treeCpuMs(server) };
}

function makeKeys() {
  const keys = (['ed25519', 'ml-dsa-44'] as const).map((type) =>
    makeKey(type, ORIGIN, randomBytes(32)),
  );
  return { signers: keys.map(({ skey }) => readSigner(skey)), vkeys: keys.map((k) => k.vkey) };
}

/** Verifies the log and looks for every answered entry at the index that was answered. */
async function countLost(
  files: LedgerFiles,
  vkeys: readonly string[],
  answered: ReadonlyMap<string, number>,
): Promise<{ lost: number; verifiedEntries: number }> {
  const report = await verifyLog({ read: (path) => files.read(path), vkeys });
  if (!report.ok || report.signedBy.length !== vkeys.length) {
    throw new Error(`the log does not verify: ${JSON.stringify(report.problems)}`);
  }
  const refAt = new Map<number, string>();
  for (let from = 0; from < report.size; from += 256) {
    const width = Math.min(256, report.size - from);
    const bytes = await files.read(bundlePath(from / 256, width));
    const entries = (bytes && readBundle(bytes)) ?? [];
    entries.forEach((entry, i) => {
      refAt.set(from + i, JSON.parse(Buffer.from(entry).toString()).refs?.[0]);
    });
  }
  const lost = [...answered].filter(([ref, index]) => refAt.get(index) !== ref).length;
  return { lost, verifiedEntries: report.entries };
}

function report(
  storage: string,
  shape: Shape,
  measured: Measured,
  checked: { lost: number; verifiedEntries: number; rowsMissing?: number },
): void {
  const { actions, seconds, waitsMs, cpuMs } = measured;
  const { callers, entriesPerAction } = shape;
  const per1000 = (ms: number) => Math.round((ms * 1000) / Math.max(1, actions));
  printResult('ledger', {
    command: `npm run bench -- ${process.argv.slice(2).join(' ')}`,
    storage,
    callers,
    entriesPerAction,
    seconds,
    actionsPerSecond: Math.round(actions / seconds),
    entriesPerSecond: Math.round((actions * entriesPerAction) / seconds),
    publishMsP50: round(quantile(waitsMs, 0.5)),
    publishMsP99: round(quantile(waitsMs, 0.99)),
    hubCpuMsPer1000Actions: per1000(cpuMs.hub),
    databaseCpuMsPer1000Actions: per1000(cpuMs.database),
    acknowledged: measured.answered.size,
    ...checked,
    load: loadavg().map(round),
  });
  if (checked.lost > 0 || checked.rowsMissing) process.exitCode = 1;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

interface BenchTables {
  bench_act: { id: string; organisation_id: string; note: string };
}

const SCOPE: Scope = {
  actor: 'per_bench',
  organisation: 'org_bench',
  reach: 'own',
  sectors: [],
  purpose: 'cybersecurity',
};
const COLUMNS = ['id', 'organisation_id', 'note'].map((name) => ({ name, type: 'text' }));

function actOn(opened: OpenStore): Act {
  const store = opened.as<BenchTables>();
  return async (refs) => {
    const { entries } = await store.change(SCOPE, async ({ db, record }) => {
      if (refs.length === 1) {
        const [id] = refs as [string];
        await db
          .insertInto('bench_act')
          .values({ id, organisation_id: 'org_bench', note: 'answered' })
          .execute();
      } else {
        const rows = refs.map((id) => [id, 'org_bench', 'answered']);
        await insertRows(db, 'bench_act', COLUMNS, rows);
      }
      for (const ref of refs) {
        await record({ type: 'warning.answered', tenant: 'org_bench', refs: [ref] });
      }
    });
    return entries.map(({ index }) => index);
  };
}

async function measureStore(shape: Shape): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bench-'));
  const database = await openDatabase({ folder });
  try {
    const { signers, vkeys } = makeKeys();
    const files = diskFiles(join(folder, 'ledger'));
    const store = await openStore({
      database,
      exercise: true,
      origin: ORIGIN,
      signers,
      files,
      tagKey: randomBytes(32),
      clock: { nowMs: Date.now },
    });
    try {
      const owner = store.plain as unknown as Kysely<BenchTables>;
      await sql`create table bench_act (
        id text primary key, organisation_id text not null, note text not null)`.execute(owner);
      await guardByTenant(owner, 'bench_act');
      await guardByLedger(owner, 'bench_act');
      const server = database.embedded?.pid();
      const measured = await drive(actOn(store), shape, () => cpuOf(server));
      const rowsMissing = await countMissingRows(store, [...measured.answered.keys()]);
      await store.close();
      const checked = await countLost(files, vkeys, measured.answered);
      report('postgresql', shape, measured, { ...checked, rowsMissing });
    } finally {
      await store.close();
    }
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function countMissingRows(opened: OpenStore, ids: readonly string[]): Promise<number> {
  const rows = await opened
    .as<BenchTables>()
    .read(SCOPE, (db) => db.selectFrom('bench_act').select('id').execute());
  const there = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !there.has(id)).length;
}

async function measureMemory(shape: Shape): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bench-'));
  const { signers, vkeys } = makeKeys();
  const storage = new MemoryStorage();
  const files = diskFiles(folder);
  const sequencer = await startSequencer({
    log: 'exercise',
    origin: ORIGIN,
    storage,
    files,
    signers,
    clock: { nowMs: Date.now },
  });
  const tagKey = randomBytes(32);
  const act: Act = (refs) => {
    for (const ref of refs) {
      const draft = { type: 'warning.answered', tenant: 'org_1', actor: 'per_1' } as const;
      const context = { at: Date.now(), exercise: true, tagKey, nonce: randomBytes(32) };
      storage.add('exercise', ref, sealEntry({ ...draft, refs: [ref] }, context));
    }
    return sequencer.waitFor(refs);
  };
  const measured = await drive(act, shape, () => cpuOf(undefined));
  await sequencer.close();
  report('memory', shape, measured, await countLost(files, vkeys, measured.answered));
  rmSync(folder, { recursive: true, force: true });
}

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      'warm-up': { type: 'string', default: '3' },
      callers: { type: 'string', default: '1,16,64' },
      batch: { type: 'string', default: '50' },
      memory: { type: 'boolean', default: false },
    },
  });
  const measure = values.memory ? measureMemory : measureStore;
  const times = { seconds: Number(values.seconds), warmUpSeconds: Number(values['warm-up']) };
  for (const callers of values.callers.split(',').filter(Boolean)) {
    await measure({ callers: Number(callers), entriesPerAction: 1, ...times });
  }
  if (Number(values.batch) > 0) {
    await measure({ callers: PRODUCERS, entriesPerAction: Number(values.batch), ...times });
  }
}
