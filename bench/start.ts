// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench -- start [--rounds N]`: seconds from the command to `ready`, cold (empty data
 * folder, sample nation) and warm, and the memory of hub and database when idle.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, printResult } from './machine.ts';

const root = join(import.meta.dirname, '..');
const IDLE_MS = 8_000;
const READY_MS_MAX = 300_000;

interface Running {
  readonly child: ChildProcess;
  readonly readySeconds: number;
}

/** Starts the hub as `npm start` does; resolves at its `ready` line. */
function startHub(folder: string): Promise<Running> {
  const startedMs = performance.now();
  const child = spawn(
    process.execPath,
    ['tools/launch.mjs', 'doors/hub/src/main.ts', 'start', '--port', '0', '--data', folder],
    { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('not ready in time')), READY_MS_MAX);
    child.stdout?.on('data', (data: Buffer) => {
      if (!data.toString().includes('ready ')) return;
      clearTimeout(timer);
      resolve({ child, readySeconds: (performance.now() - startedMs) / 1000 });
    });
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code}`)));
  });
}

async function stopHub({ child }: Running): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.removeAllListeners('exit');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, gone]);
}

/** Memory of the hub and of every server process of its database, in MiB. */
function memoryOf(hub: number, folder: string): { rssMiB: number; pssMiB: number } {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const mine = pids.filter((pid) => Number(pid) === hub || belongsToDatabase(pid, folder));
  let [rss, pss] = [0, 0];
  for (const pid of mine) {
    const rollup = readProc(`/proc/${pid}/smaps_rollup`);
    rss += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    pss += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return { rssMiB: Math.round(rss / 1024), pssMiB: Math.round(pss / 1024) };
}

function belongsToDatabase(pid: string, folder: string): boolean {
  if (readProc(`/proc/${pid}/cmdline`).includes(folder)) return true;
  const parent = /^PPid:\s+(\d+)/m.exec(readProc(`/proc/${pid}/status`))?.[1];
  return parent !== undefined && readProc(`/proc/${parent}/cmdline`).includes(folder);
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const rounds = Number(args[args.indexOf('--rounds') + 1] || 3);
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-start-'));
  try {
    const cold = await startHub(folder);
    await stopHub(cold);
    const warm: number[] = [];
    let memory = { rssMiB: 0, pssMiB: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const running = await startHub(folder);
      warm.push(running.readySeconds);
      if (round === rounds - 1) {
        await sleep(IDLE_MS);
        memory = memoryOf(running.child.pid ?? 0, folder);
      }
      await stopHub(running);
    }
    printResult('start', {
      command: 'npm run bench -- start',
      coldSeconds: Number(cold.readySeconds.toFixed(2)),
      warmSeconds: Number(median(warm).toFixed(2)),
      rounds,
      idle: memory,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
