// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFiles, makeKey, readSigner, verifyLog } from '@sakimori/ledger';
import { openDatabase, openStore } from '@sakimori/store';
import { testScope } from '@sakimori/store/testing';
import { isRunning, runProgram } from './running-program.ts';

const SEED = Number(process.env.SAKIMORI_SEED ?? 20261121);
const ROUNDS = 5;

/** Small seeded generator (mulberry32): a failing run can be run again. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function serverPid(folder: string): number {
  return Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await sleep(20);
}

test('kill -9 of hub and database in the middle of changes loses nothing acknowledged', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-kill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  t.diagnostic(`seed ${SEED}`);
  const random = randomFrom(SEED);
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const program = runProgram('changing-program.ts', [folder, String(round)]);
    await program.line((line) => line === 'ready');
    await sleep(100 + random() * 500);
    const pid = serverPid(folder);
    if (round % 2 === 1) {
      // The database alone dies: the program itself starts it again and goes on.
      const before = program.lines.length;
      process.kill(pid, 'SIGKILL');
      await sleep(50);
      await program.line(() => program.lines.length > before + 20);
    }
    const lastPid = round % 2 === 1 ? undefined : pid;
    await program.end('SIGKILL');
    // No orphan: the server ends by itself although nobody could ask it to.
    if (lastPid !== undefined) await untilGone(lastPid);
    for (const line of program.lines) {
      const [id, index] = line.split(' ');
      if (id && index !== undefined) acknowledged.set(id, Number(index));
    }
  }

  const database = await openDatabase({ folder });
  const files = diskFiles(join(folder, 'ledger', 'exercise'));
  const origin = 'example.jp/ledger/test';
  const key = makeKey('ed25519', origin, createHash('sha256').update('a test key').digest());
  const store = await openStore({
    database,
    exercise: true,
    origin,
    signers: [readSigner(key.skey)],
    files,
    tagKey: new Uint8Array(32),
    clock: { nowMs: Date.now },
  });
  try {
    // Entries are published in the order of their age: after this one, none is left in the outbox.
    await store.change(testScope(), ({ record }) => record({ type: 'heartbeat' }));
    assert.ok(acknowledged.size > 100, `only ${acknowledged.size} changes`);
    const found = await store.read(testScope(), (db) =>
      db.selectFrom('organisation').select('id').execute(),
    );
    const present = new Set(found.map(({ id }) => id));
    const lost = [...acknowledged.keys()].filter((id) => !present.has(id));
    assert.deepEqual(lost, []);
    const size = store.ledgerStatus()?.size ?? 0;
    assert.equal(size, found.length + 1, 'one entry a change, neither lost nor doubled');
    assert.ok([...acknowledged.values()].every((index) => index < size));
    assert.equal(new Set(acknowledged.values()).size, acknowledged.size, 'no index given twice');
    const report = await verifyLog({ read: files.read, vkeys: [key.vkey], origin });
    assert.equal(report.ok, true, JSON.stringify(report.problems.slice(0, 5)));
    assert.equal(report.entries, size);
  } finally {
    await store.close();
    await database.close();
  }
});
