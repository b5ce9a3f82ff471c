// SPDX-License-Identifier: Apache-2.0
/** Bytes of attachments in the data folder, under their digest; nobody here looks into them. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FilesPort } from '@sakimori/report';

export interface AttachmentFiles extends FilesPort {
  /** As `get`, piece by piece: for the sandbox origin. */
  stream(sha256: string): Promise<Readable | undefined>;
}

/**
 * Files below `attachments` of the data folder.
 *
 * Out    the port: after `put` the bytes are on the disk whole, or `put` has thrown
 * Never  uses a name from outside: the digest is the name, and it is checked; makes a file that
 *        can be executed
 */
export function attachmentFiles(dataFolder: string): AttachmentFiles {
  const root = join(dataFolder, 'attachments');
  const place = (sha256: string): string => {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error('not a digest');
    return join(root, sha256.slice(0, 2), sha256);
  };
  const exists = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );
  return {
    async put(sha256, bytes) {
      const path = place(sha256);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw new Error('the digest is of other bytes');
      }
      if (await exists(path)) return;
      const folder = join(root, sha256.slice(0, 2));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await writeDurably(temporary, bytes);
        await rename(temporary, path);
        await syncFolder(folder);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async get(sha256) {
      try {
        return new Uint8Array(await readFile(place(sha256)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async stream(sha256) {
      const path = place(sha256);
      return (await exists(path)) ? createReadStream(path) : undefined;
    },
  };
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** The name is durable once its folder is; Windows cannot sync a folder and does not need it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
