// SPDX-License-Identifier: Apache-2.0
/** Processor time and memory of the processes of a run, from /proc; elsewhere 0. */
import { readdirSync, readFileSync } from 'node:fs';

const TICK_MS = 10;

/** Milliseconds of processor time used so far. */
export interface CpuMs {
  readonly hub: number;
  readonly database: number;
  readonly client: number;
}

/**
 * What the processes at work have used so far.
 *
 * In    ids of the hub and of the database server, whose children count with it; this process is
 *       the client
 */
export function cpuOf(hub: number | undefined, server: number | undefined): CpuMs {
  const { user, system } = process.cpuUsage();
  return {
    hub: hub === undefined ? 0 : ownCpuMs(hub),
    database: server === undefined ? 0 : treeCpuMs(server),
    client: (user + system) / 1000,
  };
}

/** Milliseconds of each for one report, to a tenth. */
export function cpuPerReport(before: CpuMs, after: CpuMs, reports: number) {
  const each = (name: keyof CpuMs) =>
    Math.round(((after[name] - before[name]) * 10) / Math.max(1, reports)) / 10;
  return { hub: each('hub'), database: each('database'), client: each('client') };
}

/** Resident memory of a process now, and the most that it ever was, in MiB. */
export function memoryOf(pid: number | undefined): {
  readonly nowMiB: number;
  readonly mostMiB: number;
} {
  const status = pid === undefined ? '' : readProc(`/proc/${pid}/status`);
  const read = (name: string) =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return { nowMiB: read('VmRSS'), mostMiB: read('VmHWM') };
}

function ownCpuMs(pid: number): number {
  const fields = readStat(String(pid));
  return fields ? (Number(fields[11]) + Number(fields[12])) * TICK_MS : 0;
}

/** Of a process and its children; 0 where there is no /proc. */
export function treeCpuMs(root: number): number {
  let ticks = 0;
  for (const pid of readProcessIds()) {
    const fields = readStat(pid);
    if (!fields || (Number(pid) !== root && Number(fields[1]) !== root)) continue;
    ticks += Number(fields[11]) + Number(fields[12]);
    // Of children that have ended, the parent keeps the account.
    if (Number(pid) === root) ticks += Number(fields[13]) + Number(fields[14]);
  }
  return ticks * TICK_MS;
}

function readProcessIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Fields of /proc/PID/stat after the name: state, parent, ... */
function readStat(pid: string): string[] | undefined {
  const text = readProc(`/proc/${pid}/stat`);
  return text === '' ? undefined : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
