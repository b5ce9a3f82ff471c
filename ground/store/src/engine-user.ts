// SPDX-License-Identifier: Apache-2.0
/** As whom the database runs: never as root, and able to reach its programs and its folder. */
import { spawnSync } from 'node:child_process';
import { lchownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { storeErrors } from './errors.ts';

/** A user of the system. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program of the engine. */
export interface EngineRunner {
  /** Undefined when the programs run as the user who started us. */
  readonly user: SystemUser | undefined;
  /** Words to put before the program. */
  readonly prefix: readonly string[];
  /** Set when only Node can change the user (no setpriv here). */
  readonly spawnAs: { uid: number; gid: number } | undefined;
}

const OWN_USER = 'sakimori';

/** The user for a database folder: its owner if it has one, else ours, else one that exists. */
export function chooseUser(databaseFolder: string): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = ownerOf(databaseFolder);
  if (owner && owner.uid !== 0) return { name: String(owner.uid), ...owner };
  return (
    findUser(OWN_USER) ??
    createUser(OWN_USER) ??
    findUser('postgres') ??
    findUser('nobody') ??
    none()
  );
}

/**
 * Finds the mildest way in which the user can run the engine and reach the folder.
 *
 * In      program to try, folder that must be passed through, the user (undefined: our own)
 * Out     a runner, or undefined when no way works from here
 * Never   gives the database more than it needs: no capability if plain works; else permission to
 *         pass and read; else also to ignore file modes
 */
export function findRunner(
  program: string,
  folder: string,
  user: SystemUser | undefined,
): EngineRunner | undefined {
  if (!user) return { user, prefix: [], spawnAs: undefined };
  const ids = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--pdeathsig=INT'];
  for (const capabilities of ['', '+dac_read_search', '+dac_read_search,+dac_override']) {
    // access(2) looks at real ids and drops capabilities unless told not to.
    const extra = capabilities
      ? [
          '--securebits=+no_setuid_fixup',
          `--bounding-set=-all,${capabilities}`,
          `--inh-caps=-all,${capabilities}`,
          `--ambient-caps=-all,${capabilities}`,
        ]
      : [];
    const runner = { user, prefix: ['setpriv', ...ids, ...extra], spawnAs: undefined };
    if (canRun(runner, program, folder)) return runner;
  }
  const spawned = { user, prefix: [], spawnAs: { uid: user.uid, gid: user.gid } };
  return canRun(spawned, program, folder) ? spawned : undefined;
}

/** Gives a whole tree to the user; for folders that were copied as root. */
export function giveTree(folder: string, user: SystemUser): void {
  lchownSync(folder, user.uid, user.gid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTree(path, user);
    else lchownSync(path, user.uid, user.gid);
  }
}

/** Owner of a folder, or undefined when it does not exist. */
export function ownerOf(folder: string): { uid: number; gid: number } | undefined {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid };
}

function canRun(runner: EngineRunner, program: string, folder: string): boolean {
  // The engine complains on stderr when it cannot find itself; then it would not start either.
  const script =
    '[ -x "$2" ] && out=$("$1" --version 2>&1) && case $out in postgres*) exit 0;; esac; exit 1';
  const words = [...runner.prefix, 'sh', '-c', script, 'probe', program, folder];
  const run = spawnSync(words[0] as string, words.slice(1), {
    ...runner.spawnAs,
    cwd: '/',
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  return run.status === 0;
}

function findUser(name: string): SystemUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const run = spawnSync('id', [flag, name], { encoding: 'utf8' });
    return run.status === 0 ? Number(run.stdout.trim()) : Number.NaN;
  });
  if (!(Number(uid) > 0)) return undefined;
  return { name, uid: Number(uid), gid: Number(gid) };
}

function createUser(name: string): SystemUser | undefined {
  const flags = ['--system', '--no-create-home', '--home-dir', '/nonexistent'];
  spawnSync('useradd', [...flags, '--shell', '/usr/sbin/nologin', name], { stdio: 'ignore' });
  return findUser(name);
}

function none(): never {
  throw storeErrors('NO_DATABASE_USER', {});
}
