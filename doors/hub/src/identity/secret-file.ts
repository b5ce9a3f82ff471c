// SPDX-License-Identifier: Apache-2.0
/** Secrets are files that only their owner can read; never rows, never environment variables. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { keepSecret } from '@sakimori/store';
import { identityErrors } from './errors.ts';

const NAME = 'identity.key';

/**
 * Reads the secret that signs cookies and encrypts what must come back; makes it at the first start.
 *
 * Out     43 characters, 256 random bits
 * Throws  IDN_SECRET_FILE_OPEN when others can read it, IDN_SECRET_FILE_BROKEN when it is no secret
 */
export async function readSecret(dataFolder: string): Promise<string> {
  const secret = keepSecret(dataFolder, NAME, () => randomBytes(32).toString('base64url'));
  const { mode } = await stat(join(dataFolder, 'secrets', NAME));
  if ((mode & 0o077) !== 0) throw identityErrors('SECRET_FILE_OPEN', { field: NAME });
  if (!/^[A-Za-z0-9_-]{43}$/.test(secret)) {
    throw identityErrors('SECRET_FILE_BROKEN', { field: NAME });
  }
  return secret;
}

/** Where the command line of the data folder's owner finds its token. */
export function ownerTokenPath(dataFolder: string): string {
  return join(dataFolder, 'run', 'owner.token');
}

/**
 * Writes a token that is new at every start, for the owner of the data folder.
 *
 * Out  the token; the file is 0600 before the token is in it
 */
export async function writeOwnerToken(dataFolder: string): Promise<string> {
  const path = ownerTokenPath(dataFolder);
  await mkdir(join(dataFolder, 'run'), { recursive: true, mode: 0o700 });
  await unlink(path).catch(() => {});
  const token = `skm_owner_${randomBytes(32).toString('base64url')}`;
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${token}\n`);
  } finally {
    await file.close();
  }
  await chmod(path, 0o600);
  return token;
}
