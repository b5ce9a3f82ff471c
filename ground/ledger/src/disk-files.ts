// SPDX-License-Identifier: Apache-2.0
/** The files of a log on a disk that is believed only after fsync. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { equalBytes } from './bytes.ts';
import { ledgerErrors } from './errors.ts';
import { STAGING_PATH } from './staging.ts';
import type { LedgerFiles } from './storage.ts';

const READ_BYTES_MAX = 256 * 65_537;
/** How much of a longer forerunner may stay behind what was written over it. */
const OVERHANG_BYTES_MAX = 64 * 1024;

/**
 * Files below one folder.
 *
 * In          `folder`, made when missing (its parent must exist durably)
 * Out         the port; a file is there whole or not at all after a crash at any instant
 * Throws      LOG_PATH_REFUSED, LOG_FILE_EXISTS, LOG_WRITE_FAILED (nothing is there: may be tried
 *             again), LOG_FSYNC_FAILED (what is on the disk is unknown: the process must end)
 * Never       leaves the folder, follows a path upwards, or calls a write done before file and
 *             folder are synced
 */
export function diskFiles(folder: string): LedgerFiles {
  const root = resolve(folder);
  const knownFolders = new Set<string>();

  const place = (path: string): string => {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path)) {
      throw ledgerErrors('PATH_REFUSED', { expected: 'path-below-the-log' });
    }
    const full = join(root, path);
    if (!full.startsWith(root + sep)) {
      throw ledgerErrors('PATH_REFUSED', { expected: 'path-below-the-log' });
    }
    return full;
  };

  const write = async (path: string, bytes: Uint8Array): Promise<void> => {
    const full = place(path);
    const temporary = `${full}.${randomBytes(6).toString('hex')}.tmp`;
    await makeFolder(dirname(full), path, knownFolders);
    let handle: FileHandle | undefined;
    try {
      handle = await open(temporary, 'wx', 0o644);
      await writeAll(handle, bytes);
      await syncContent(handle, path);
      await handle.close();
      handle = undefined;
      await rename(temporary, full);
      await syncFolder(dirname(full), path);
    } catch (error) {
      await handle?.close().catch(() => {});
      await rm(temporary, { force: true }).catch(() => {});
      throw asLedgerError(error, path);
    }
  };

  const overwrite = async (path: string, bytes: Uint8Array): Promise<void> => {
    let handle: FileHandle | undefined;
    try {
      handle = await open(place(path), 'r+');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return write(path, bytes);
      throw asLedgerError(error, path);
    }
    try {
      await writeAll(handle, bytes);
      const { size } = await handle.stat();
      if (size > OVERHANG_BYTES_MAX + bytes.length) await handle.truncate(bytes.length);
      await syncContent(handle, path);
    } catch (error) {
      throw asLedgerError(error, path);
    } finally {
      await handle.close();
    }
  };

  const read = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      const bytes = await readFile(place(path));
      if (bytes.length > READ_BYTES_MAX && path !== STAGING_PATH) return undefined;
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error))) return undefined;
      throw asLedgerError(error, path);
    }
  };

  return {
    read,
    async create(path, bytes) {
      const there = await read(path);
      if (there) {
        if (!equalBytes(there, bytes)) throw ledgerErrors('FILE_EXISTS', { path });
        // A crash may have come between link and the sync of the folder: sync it now.
        await syncFolder(dirname(place(path)), path);
        return;
      }
      await write(path, bytes);
    },
    replace: write,
    overwrite,
    async remove(path) {
      const full = place(path);
      await rm(full, { force: true });
      // The folder of partial tiles goes with its last file; a folder in use refuses, and stays.
      if (dirname(full).endsWith('.p')) {
        knownFolders.delete(dirname(full));
        await rmdir(dirname(full)).catch(() => {});
      }
    },
  };
}

async function makeFolder(folder: string, path: string, known: Set<string>): Promise<void> {
  if (known.has(folder)) return;
  try {
    const first = await mkdir(folder, { recursive: true });
    if (first !== undefined) {
      // Every new folder's name lives in its parent: sync from the first new one downwards.
      for (let at = folder; at.length >= first.length; at = dirname(at)) {
        await syncFolder(dirname(at), path);
      }
    }
    if (known.size > 4096) known.clear();
    known.add(folder);
  } catch (error) {
    throw asLedgerError(error, path);
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at, at)).bytesWritten;
  }
}

async function syncFolder(folder: string, path: string): Promise<void> {
  // Windows cannot sync a folder and does not need it for a rename.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await sync(handle, path);
  } finally {
    await handle.close();
  }
}

function sync(handle: FileHandle, path: string): Promise<void> {
  return asSync(handle.sync(), path);
}

/** Content and length of a file, which is all that a reader needs; its times may come later. */
function syncContent(handle: FileHandle, path: string): Promise<void> {
  return asSync(handle.datasync(), path);
}

async function asSync(syncing: Promise<void>, path: string): Promise<void> {
  try {
    await syncing;
  } catch (error) {
    // After a failed fsync the kernel may drop the dirty pages and call the next one a success.
    throw ledgerErrors('FSYNC_FAILED', { path }, error);
  }
}

function asLedgerError(error: unknown, path: string): unknown {
  return codeOf(error).startsWith('LOG_') ? error : ledgerErrors('WRITE_FAILED', { path }, error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
