// SPDX-License-Identifier: Apache-2.0
/** A backup: one consistent view of the database, the tiles it covers, secrets, attachments, digests. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { LogName } from '@sakimori/ledger';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import {
  BACKUP_FORMAT,
  BACKUP_VERSION,
  type BackupHead,
  type BackupManifest,
  type BackupPart,
  type BackupTable,
  isPartName,
  isWithin,
  MANIFEST,
  MANIFEST_DIGEST,
} from './backup-format.ts';
import { connect, type DatabaseTargets, explain } from './database.ts';
import { storeErrors } from './errors.ts';
import { TarWriter } from './tar.ts';

export interface BackupOptions {
  readonly targets: DatabaseTargets;
  /** Data folder: `secrets`, `attachments` and `ledger/<log>` below it are taken along. */
  readonly folder: string;
  readonly out: Writable;
  readonly nowMs: number;
  /** Called after each table with its name and rows. */
  readonly progress?: (table: string, rows: number) => void;
}

const PART_BYTES = 4 * 1024 * 1024;
const compress = promisify(gzip);

/**
 * Writes a backup as one tar file while the hub goes on working.
 *
 * In      see BackupOptions; `out` is ended by the caller
 * Out     the manifest
 * Throws  STORE_BACKUP_INCOMPLETE when row-level security would hide rows from it,
 *         STORE_UNAVAILABLE
 * Never   takes the password of the database; takes tiles that the database's view does not cover
 *         (they are made again from the entries)
 */
export async function backup(options: BackupOptions): Promise<BackupManifest> {
  const writer = new PartWriter(new TarWriter(options.out), options.nowMs);
  const client = await connect(options.targets.owner, 'sakimori backup').catch((error) => {
    throw explain(error);
  });
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query(`set local sakimori.reach = 'backup'`);
    const tables: BackupTable[] = [];
    for (const name of await listTables(client)) {
      const table = await writeTable(client, writer, name, tables.length);
      tables.push(table);
      options.progress?.(name, table.rows);
    }
    const jobs = await writeJobs(client, writer, tables);
    const heads = await readHeads(client);
    const manifestWithoutParts = {
      format: BACKUP_FORMAT,
      version: BACKUP_VERSION,
      createdAt: new Date(options.nowMs).toISOString(),
      migrations: await listMigrations(client),
      heads,
      tables: jobs,
      sequences: await readSequences(client),
    } as const;
    await client.query('commit');
    for (const head of heads) await writeTiles(writer, options.folder, head);
    await writeSecrets(writer, options.folder);
    await writeAttachments(writer, options.folder);
    return await writer.finish(manifestWithoutParts);
  } catch (error) {
    throw explain(error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Adds parts and keeps account of them. */
class PartWriter {
  readonly #tar: TarWriter;
  readonly #nowMs: number;
  readonly #parts: BackupPart[] = [];

  constructor(tar: TarWriter, nowMs: number) {
    this.#tar = tar;
    this.#nowMs = nowMs;
  }

  async add(name: string, content: Uint8Array): Promise<void> {
    await this.#tar.add(name, content, this.#nowMs);
    this.#parts.push({ name, bytes: content.length, sha256: digest(content) });
  }

  async finish(rest: Omit<BackupManifest, 'parts'>): Promise<BackupManifest> {
    const manifest = { ...rest, parts: this.#parts };
    const text = Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
    await this.#tar.add(MANIFEST, text, this.#nowMs);
    await this.#tar.add(MANIFEST_DIGEST, Buffer.from(`${digest(text)}\n`), this.#nowMs);
    await this.#tar.end();
    return manifest;
  }
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Tables of the instance, those that others refer to first; throws when one cannot be read whole. */
async function listTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; open: boolean; refers: string[] }>(`
    select c.relname as name,
      not c.relrowsecurity
        or exists (select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls))
        or exists (select from pg_policy p where p.polrelid = c.oid
                   and p.polname = c.relname || '_backup') as open,
      array(select distinct f.relname::text from pg_constraint k join pg_class f on f.oid = k.confrelid
            where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as refers
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relpersistence = 'p'
      and c.relname not like 'kysely_migration%' and c.relname <> 'job_restored'
    order by c.relname`);
  const hidden = rows.find((row) => !row.open);
  if (hidden) throw storeErrors('BACKUP_INCOMPLETE', { table: hidden.name });
  const sorted: string[] = [];
  const left = new Map(rows.map((row) => [row.name, row.refers]));
  while (left.size > 0) {
    const ready = [...left].filter(([, refers]) => refers.every((other) => !left.has(other)));
    // Tables that refer to each other in a circle come together; the constraints have to be
    // deferrable then, and restoring says so when they are not.
    for (const [name] of ready.length > 0 ? ready : [...left]) {
      sorted.push(name);
      left.delete(name);
    }
  }
  return sorted;
}

async function writeTable(
  client: pg.Client,
  writer: PartWriter,
  name: string,
  place: number,
): Promise<BackupTable> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [`public.${name}`],
  );
  const columns = rows.map((row) => row.name);
  const list = columns.map((column) => `"${column}"`).join(', ');
  const folder = `database/${String(place).padStart(3, '0')}-${name}`;
  return writeRows(
    client,
    writer,
    folder,
    name,
    columns,
    `copy public.${name} (${list}) to stdout`,
  );
}

async function writeRows(
  client: pg.Client,
  writer: PartWriter,
  folder: string,
  name: string,
  columns: readonly string[],
  statement: string,
): Promise<BackupTable> {
  const stream = client.query(copyTo(statement));
  const parts: string[] = [];
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  const flush = async () => {
    if (bytes === 0) return;
    const part = `${folder}/${String(parts.length + 1).padStart(6, '0')}.copy.gz`;
    await writer.add(part, await compress(Buffer.concat(chunks), { level: 3 }));
    parts.push(part);
    [chunks, bytes] = [[], 0];
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= PART_BYTES) await flush();
  }
  await flush();
  return { name, columns, rows: stream.rowCount, parts };
}

/** Jobs that have not succeeded yet: the restored instance sends them again, under their keys. */
async function writeJobs(
  client: pg.Client,
  writer: PartWriter,
  tables: readonly BackupTable[],
): Promise<BackupTable[]> {
  const found = await client.query(`select to_regclass('pgboss.job') is not null as present`);
  if (!found.rows[0]?.present) return [...tables];
  const folder = `database/${String(tables.length).padStart(3, '0')}-job_restored`;
  const columns = ['queue', 'data', 'start_after'];
  const table = await writeRows(
    client,
    writer,
    folder,
    'job_restored',
    columns,
    `copy (select name, coalesce(data, '{}'::jsonb), start_after from pgboss.job
           where state in ('created', 'retry', 'active') and name not like '\\_\\_%') to stdout`,
  );
  return [...tables, table];
}

async function listMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from kysely_migration order by name',
  );
  return rows.map((row) => row.name);
}

async function readHeads(client: pg.Client): Promise<BackupHead[]> {
  const { rows } = await client.query<{ log: LogName; size: number; checkpoint: string }>(
    'select log, size, checkpoint from ledger_head order by log',
  );
  return rows;
}

async function readSequences(client: pg.Client) {
  const { rows } = await client.query<{ name: string; value: number | null }>(
    `select sequencename::text as name, last_value as value from pg_sequences
     where schemaname = 'public' order by 1`,
  );
  return rows;
}

async function writeTiles(writer: PartWriter, folder: string, head: BackupHead): Promise<void> {
  const root = join(folder, 'ledger', head.log);
  if (!existsSync(join(root, 'tile'))) return;
  const entries = await readdir(join(root, 'tile'), { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || !isWithin(path, head.size)) continue;
    await writer.add(`ledger/${head.log}/${path}`, await readFile(join(root, path)));
  }
}

async function writeSecrets(writer: PartWriter, folder: string): Promise<void> {
  const root = join(folder, 'secrets');
  if (!existsSync(root)) return;
  for (const entry of await readdir(root, { withFileTypes: true })) {
    if (!entry.isFile() || !/^[a-z0-9][a-z0-9.-]{0,63}$/.test(entry.name)) continue;
    await writer.add(`secrets/${entry.name}`, await readFile(join(root, entry.name)));
  }
}

/** Every file whose row the database's view holds was there before it: bytes come before the row. */
async function writeAttachments(writer: PartWriter, folder: string): Promise<void> {
  const root = join(folder, 'attachments');
  if (!existsSync(root)) return;
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || !isPartName(path)) continue;
    await writer.add(path, await readFile(join(folder, path)));
  }
}
