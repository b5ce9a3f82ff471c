// SPDX-License-Identifier: Apache-2.0
/** Secrets are files that only their owner can read; never rows, never environment variables. */
import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { identityErrors } from './errors.ts';

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * Reads the secret; makes it when the file does not exist yet.
 *
 * Out     43 characters, 256 random bits
 * Throws  IDN_SECRET_FILE_OPEN when others can read it, IDN_SECRET_FILE_BROKEN when it is no secret
 */
export async function readOrMakeSecret(path: string): Promise<string> {
  const field = basename(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw identityErrors('SECRET_FILE_BROKEN', { field }, error);
    }
    text = await makeSecretFile(path);
  }
  if (((await stat(path)).mode & 0o077) !== 0) throw identityErrors('SECRET_FILE_OPEN', { field });
  const secret = text.trim();
  if (!SECRET.test(secret)) throw identityErrors('SECRET_FILE_BROKEN', { field });
  return secret;
}

/** Complete or absent: written beside, synced, then linked; the first of two makers wins. */
async function makeSecretFile(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('base64url')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(beside);
  }
  return readFile(path, 'utf8');
}

/**
 * Writes a token that is new at every start, for the owner of the data folder.
 *
 * Out  the token; the file is 0600 before the token is in it
 */
export async function writeOwnerToken(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
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
