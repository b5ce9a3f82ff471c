// SPDX-License-Identifier: Apache-2.0
/** One hub to a data folder: a lock file that says who, and is taken over when that one is gone. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { storeErrors } from './errors.ts';

/** A lock that is held. */
export interface FolderLock {
  /** Gives the folder free; a second call does nothing. */
  release(): void;
}

interface Holder {
  readonly pid: number;
  /** Start of the process in clock ticks since boot; with `boot` it tells a reused pid apart. */
  readonly started: string;
  readonly boot: string;
  readonly mark: string;
}

const LOCK = 'lock';
const ATTEMPTS_MAX = 5;
/** Time in which two that took over the same stale lock notice each other. */
const SETTLE_MS = 50;

/**
 * Takes the folder for this process.
 *
 * In      folder of the instance; made when absent
 * Out     the lock, held until released or until the process is gone, however it ended
 * Throws  STORE_FOLDER_IN_USE with the pid of a living holder
 * Never   waits for a living holder; trusts a pid alone (start time and boot are compared)
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, LOCK);
  const mark = randomBytes(8).toString('hex');
  const mine: Holder = {
    pid: process.pid,
    started: startOf(process.pid) ?? '',
    boot: bootId(),
    mark,
  };
  const temporary = `${path}.${process.pid}.${mark}`;
  writeFileSync(temporary, JSON.stringify(mine), { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      if (linked(temporary, path)) {
        await sleep(attempt === 0 ? 0 : SETTLE_MS);
        if (readHolder(path)?.mark === mark) return { release: () => release(path, mark) };
        continue;
      }
      const holder = readHolder(path);
      if (holder && isAlive(holder)) throw storeErrors('FOLDER_IN_USE', { pid: `${holder.pid}` });
      removeStale(path, holder?.mark);
    }
  } finally {
    unlinkSync(temporary);
  }
  throw storeErrors('FOLDER_IN_USE', { pid: String(readHolder(path)?.pid ?? 0) });
}

/** Moves the stale lock away; when it turns out that a living one was moved, puts it back. */
function removeStale(path: string, seenMark: string | undefined): void {
  const aside = `${path}.stale.${randomBytes(8).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readHolder(aside)?.mark !== seenMark) linked(aside, path);
  unlinkSync(aside);
}

function release(path: string, mark: string): void {
  if (readHolder(path)?.mark !== mark) return;
  try {
    unlinkSync(path);
  } catch {
    // Already gone: the folder itself was removed.
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || !('pid' in value)) return undefined;
    return Number.isInteger(value.pid) ? (value as Holder) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.boot !== bootId()) return false;
  const started = startOf(holder.pid);
  if (started !== undefined) return started === holder.started;
  if (holder.started !== '') return false;
  // No /proc on this system: the pid alone has to do.
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * Field 22 of /proc/PID/stat; the name before it may hold blanks and brackets. A process that has
 * ended and only waits for its parent to notice (state Z) has none.
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
