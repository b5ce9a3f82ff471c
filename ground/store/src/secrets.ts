// SPDX-License-Identifier: Apache-2.0
/** Secrets of the instance: files below `secrets` in the data folder, for their owner only. */
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Reads a secret, or makes it when there is none.
 *
 * In      data folder; plain name; `make` gives the text to keep
 * Out     the text; of two that make it at once, both get the same
 * Never   overwrites; leaves half a file; lets others than the owner read
 */
export function keepSecret(folder: string, name: string, make: () => string): string {
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)) throw new Error('a secret has a plain name');
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  const path = join(secrets, name);
  const there = read(path);
  if (there !== undefined) return there;
  const temporary = `${path}.${process.pid}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, `${make()}\n`);
  fsyncSync(file);
  closeSync(file);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
  }
  const handle = openSync(secrets, 'r');
  fsyncSync(handle);
  closeSync(handle);
  return read(path) as string;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
