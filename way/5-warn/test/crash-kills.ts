// SPDX-License-Identifier: Apache-2.0
/** Kills the way with SIGKILL at seeded instants until it got through, then looks at what is left. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskFiles, makeKey, readSigner, verifyLog } from '@sakimori/ledger';
import { openStore } from '@sakimori/store';
import { freshDatabase } from '@sakimori/store/testing';
import { CVES, OPERATORS, outcome, settle } from './crash-scenario.ts';
import { worldOn } from './world.ts';

const ORIGIN = 'example.jp/ledger/crash';

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * In     how many kills, and the seed of their instants
 * Throws an assertion when a warning is lost or doubled, a run or task is left, or the log is broken
 */
export async function killAndCheck(kills: number, seed: number): Promise<void> {
  const { targets, folder, drop } = await freshDatabase();
  const random = seeded(seed);
  try {
    mkdirSync(join(folder, 'log'), { recursive: true });
    const key = makeKey('ed25519', ORIGIN, randomBytes(32));
    const open = () =>
      openStore({
        database: { targets },
        exercise: true,
        origin: ORIGIN,
        signers: [readSigner(key.skey)],
        files: diskFiles(join(folder, 'log')),
        tagKey: new Uint8Array(32),
        clock: { nowMs: Date.now },
      });
    const before = await open();
    await settle(worldOn(before));
    await before.close();
    let finished = false;
    for (let attempt = 0; attempt < kills; attempt += 1) {
      const given = JSON.stringify({ targets, folder, skey: key.skey, origin: ORIGIN, attempt });
      finished = (await runAndKill(given, Math.floor(random() * 900))) || finished;
    }
    const last = { targets, folder, skey: key.skey, origin: ORIGIN, attempt: kills };
    assert.ok(await runAndKill(JSON.stringify(last), undefined), 'the last run gets through');
    const after = await open();
    try {
      const lines = await outcome(worldOn(after));
      const warnings = lines.filter((line) => line.startsWith('org_'));
      assert.equal(warnings.length, OPERATORS.length * CVES.length);
      assert.ok(
        warnings.every((line) => / alarm open r2 2 14D$/.test(line)),
        warnings[0] ?? '',
      );
      for (const line of ['open runs 0', 'tasks 0', 'staged 0', 'unsent 0']) {
        assert.ok(lines.includes(line), `${line}: ${lines.slice(-8).join(', ')}`);
      }
    } finally {
      await after.close();
    }
    const mails = readFileSync(join(folder, 'mails'), 'utf8').trim().split('\n');
    assert.ok(new Set(mails).size >= OPERATORS.length);
    const files = diskFiles(join(folder, 'log'));
    const report = await verifyLog({
      read: (path) => files.read(path),
      vkeys: [key.vkey],
      origin: ORIGIN,
    });
    assert.equal(report.ok, true, JSON.stringify(report));
  } finally {
    await drop();
  }
}

/** Runs the child; true when it got through before it was killed. */
async function runAndKill(given: string, afterMs: number | undefined): Promise<boolean> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'crash-child.ts'), given], {
    stdio: ['ignore', 'pipe', 'inherit'] as const,
  });
  let said = '';
  let timer: NodeJS.Timeout | undefined;
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    said += part;
    if (said.includes('ready') && afterMs !== undefined && !timer) {
      timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
    }
  });
  await new Promise((done) => child.on('close', done));
  clearTimeout(timer);
  return said.includes('done');
}
