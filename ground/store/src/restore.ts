// SPDX-License-Identifier: Apache-2.0
/** Restoring a backup: everything is checked before anything takes effect, then all or nothing. */
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  type BackupManifest,
  isPartName,
  MANIFEST,
  MANIFEST_DIGEST,
} from './backup-format.ts';
import { connect, type DatabaseTargets, readTargets } from './database.ts';
import { startEmbedded } from './embedded.ts';
import { storeErrors } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { prepareDatabase } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { readTar, type TarDamage } from './tar.ts';

export interface RestoreOptions {
  /** Data folder to make; absent or empty. */
  readonly folder: string;
  readonly input: AsyncIterable<Uint8Array>;
  /** A server to restore into; its database has no rows. Default: embedded in the folder. */
  readonly databaseUrl?: string | undefined;
  readonly applicationUrl?: string | undefined;
  readonly log?: (message: string) => void;
}

const PART_BYTES_MAX = 256 * 1024 * 1024;
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Makes an instance from a backup.
 *
 * In      see RestoreOptions
 * Out     the manifest; its `heads` say up to where each log reaches, to compare with witnesses
 * Throws  STORE_BACKUP_DAMAGED, STORE_RESTORE_NOT_EMPTY, STORE_SCHEMA_NEWER, STORE_FOLDER_IN_USE
 * Never   leaves a half-made instance: the folder appears whole, as the last step; the database of a
 *         server is filled in one transaction. Nothing is written before every digest was checked
 */
export async function restore(options: RestoreOptions): Promise<BackupManifest> {
  const folder = resolve(options.folder);
  refuseFilled(folder);
  const work = `${folder}.restoring-${randomBytes(6).toString('hex')}`;
  mkdirSync(dirname(folder), { recursive: true });
  mkdirSync(work, { mode: 0o700 });
  try {
    const parts = join(work, 'parts');
    const manifest = await unpack(options.input, parts);
    const made = join(work, 'instance');
    mkdirSync(made, { mode: 0o700 });
    await placeFiles(parts, made);
    const appear = async () => {
      const lock = await lockFolder(folder);
      lock.release();
      refuseFilled(folder);
      renameSync(made, folder);
    };
    if (options.databaseUrl) {
      const targets = readTargets(options.databaseUrl, options.applicationUrl);
      await fillDatabase(targets, manifest, parts, appear);
    } else {
      const server = await startEmbedded({
        folder: made,
        ...(options.log ? { log: options.log } : {}),
      });
      try {
        const targets = {
          owner: server.target('owner'),
          application: server.target('hub'),
        };
        await fillDatabase(targets, manifest, parts, async () => {});
      } finally {
        await server.stop();
      }
      await appear();
    }
    return manifest;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function refuseFilled(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw storeErrors('RESTORE_NOT_EMPTY', { place: 'folder' });
  }
}

function damaged(part: string, expected: string) {
  return storeErrors('BACKUP_DAMAGED', { part, expected });
}

/** Spools the parts to disk, then holds every one of them to the manifest. */
async function unpack(input: AsyncIterable<Uint8Array>, folder: string): Promise<BackupManifest> {
  const found = new Map<string, { bytes: number; sha256: string }>();
  let manifestText: Buffer | undefined;
  let manifestDigest: string | undefined;
  const refuse = (expected: TarDamage) => damaged('archive', expected);
  for await (const file of readTar(input, refuse)) {
    if (manifestDigest !== undefined) throw damaged('archive', 'nothing-after-the-manifest');
    if (file.name === MANIFEST) {
      if (file.bytes > MANIFEST_BYTES_MAX) throw damaged(MANIFEST, 'smaller-manifest');
      manifestText = await collect(file.content);
    } else if (file.name === MANIFEST_DIGEST) {
      if (file.bytes > 100) throw damaged(MANIFEST_DIGEST, 'one-digest');
      manifestDigest = (await collect(file.content)).toString('latin1').trim();
    } else {
      if (!isPartName(file.name)) throw damaged('archive', 'known-part-names');
      if (file.bytes > PART_BYTES_MAX || found.has(file.name)) {
        throw damaged(file.name, 'part-once-and-within-bounds');
      }
      found.set(file.name, { bytes: file.bytes, sha256: await spool(folder, file) });
    }
  }
  if (!manifestText || manifestDigest === undefined) throw damaged(MANIFEST, 'complete-archive');
  const seen = createHash('sha256').update(manifestText).digest('hex');
  if (seen !== manifestDigest) throw damaged(MANIFEST, 'its-own-digest');
  const manifest = JSON.parse(manifestText.toString('utf8')) as BackupManifest;
  if (manifest.format !== BACKUP_FORMAT || manifest.version !== BACKUP_VERSION) {
    throw damaged(MANIFEST, 'known-format');
  }
  for (const { name, bytes, sha256 } of manifest.parts) {
    const part = found.get(name);
    if (part?.bytes !== bytes || part.sha256 !== sha256) throw damaged(name, 'its-digest');
  }
  if (found.size !== manifest.parts.length) throw damaged('archive', 'only-listed-parts');
  const newer = manifest.migrations.find((name) => !(name in migrations));
  if (newer !== undefined) throw storeErrors('SCHEMA_NEWER', { level: newer });
  return manifest;
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function spool(
  folder: string,
  file: { readonly name: string; readonly content: AsyncIterable<Uint8Array> },
): Promise<string> {
  const path = join(folder, file.name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const hashed = async function* () {
    for await (const chunk of file.content) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(Readable.from(hashed()), createWriteStream(path, { mode: 0o600, flush: true }));
  return hash.digest('hex');
}

async function placeFiles(parts: string, made: string): Promise<void> {
  for (const name of ['ledger', 'secrets', 'attachments']) {
    const from = join(parts, name);
    if (existsSync(from)) await cp(from, join(made, name), { recursive: true });
  }
}

/**
 * Brings the database to the backup's level, fills it in one transaction, then to our own level.
 * `beforeCommit` runs when everything is in and checked.
 */
async function fillDatabase(
  targets: DatabaseTargets,
  manifest: BackupManifest,
  parts: string,
  beforeCommit: () => Promise<void>,
): Promise<void> {
  await prepareDatabase(targets, manifest.migrations);
  const client = await connect(targets.owner, 'sakimori restore');
  try {
    await client.query('begin');
    await client.query(`set local sakimori.reach = 'backup'`);
    await refuseRows(client);
    const closeGuards = await openGuards(client, manifest);
    for (const table of manifest.tables) await fillTable(client, table, parts);
    await closeGuards();
    for (const { name, value } of manifest.sequences) {
      if (value !== null) await client.query('select setval($1, $2)', [`public.${name}`, value]);
    }
    await beforeCommit();
    await client.query('commit');
  } finally {
    await client.end().catch(() => {});
  }
  await prepareDatabase(targets);
}

/** Rows that a migration brings are replaced by the backup's; anything else is somebody's data. */
async function refuseRows(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ filled: boolean }>(
    `select exists (select from organisation) or exists (select from ledger_head)
       or exists (select from ledger_outbox) as filled`,
  );
  if (rows[0]?.filled) throw storeErrors('RESTORE_NOT_EMPTY', { place: 'database' });
}

/** COPY goes past no guard: they are off within this transaction, which nobody else sees. */
async function openGuards(
  client: pg.Client,
  manifest: BackupManifest,
): Promise<() => Promise<void>> {
  const guarded: string[] = [];
  for (const { name } of manifest.tables) {
    const { rows } = await client.query<{ guarded: boolean }>(
      'select relrowsecurity as guarded from pg_class where oid = to_regclass($1)',
      [`public.${name}`],
    );
    if (!rows[0] || !/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw damaged(MANIFEST, 'known-tables');
    if (rows[0].guarded) guarded.push(name);
  }
  const names = manifest.tables.map(({ name }) => name);
  for (const name of names) await client.query(`alter table public.${name} disable trigger user`);
  for (const name of guarded) {
    await client.query(`alter table public.${name} no force row level security`);
  }
  await client.query(`truncate ${names.map((name) => `public.${name}`).join(', ')}`);
  return async () => {
    await client.query('set constraints all immediate');
    for (const name of names) await client.query(`alter table public.${name} enable trigger user`);
    for (const name of guarded) {
      await client.query(`alter table public.${name} force row level security`);
    }
  };
}

async function fillTable(
  client: pg.Client,
  table: BackupManifest['tables'][number],
  parts: string,
): Promise<void> {
  const columns = table.columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(', ');
  const stream = client.query(copyFrom(`copy public.${table.name} (${columns}) from stdin`));
  // A row may begin in one part and end in the next: they are one stream again.
  const rows = async function* () {
    for (const part of table.parts) {
      yield* createReadStream(join(parts, part)).pipe(createGunzip()) as AsyncIterable<Buffer>;
    }
  };
  await pipeline(Readable.from(rows(), { objectMode: false }), stream as Writable);
  if (stream.rowCount !== table.rows) throw damaged(table.name, 'as-many-rows-as-listed');
}
