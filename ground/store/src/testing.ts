// SPDX-License-Identifier: Apache-2.0
/** For tests of every room: a fresh, migrated database each, on one server that is shared. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  MemoryFiles,
  makeKey,
  readSigner,
  type SequencerLimits,
  type Witness,
} from '@sakimori/ledger';
import pg from 'pg';
import { type DatabaseTargets, readTargets } from './database.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { prepareDatabase } from './migrate.ts';
import { type OpenStore, openStore } from './open.ts';
import type { Scope } from './store.ts';

/** The server of one run of tests. */
export interface TestServer {
  /** For SAKIMORI_TEST_DATABASE_URL. */
  readonly url: string;
  stop(): Promise<void>;
}

/** What a test works on. */
export interface TestDatabase {
  readonly store: OpenStore;
  readonly targets: DatabaseTargets;
  /** An empty folder of the test's own, removed at the end. */
  readonly folder: string;
  /** Files of its log, in memory, and the key that verifies them. */
  readonly files: MemoryFiles;
  readonly vkey: string;
}

/** A test's context, or anything that runs something at the end (`{ after }` of node:test). */
export interface Cleanup {
  after(work: () => Promise<void>): void;
}

export interface TestDatabaseOptions {
  readonly exercise?: boolean;
  readonly nowMs?: () => number;
  readonly connectionsMax?: number;
  readonly limits?: Partial<SequencerLimits>;
  readonly witnesses?: readonly Witness[];
}

const ORIGIN = 'example.jp/ledger/test';

/** A scope for tests: reaches everything unless told otherwise. */
export function testScope(scope: Partial<Scope> = {}): Scope {
  return {
    actor: 'per_test',
    organisation: null,
    reach: 'all',
    sectors: [],
    purpose: 'cybersecurity',
    ...scope,
  };
}

/**
 * Starts a server for tests, with a migrated template. It does not fsync: tests of durability start
 * their own.
 */
export async function startTestServer(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-test-'));
  const server = await startEmbedded({ folder, durable: false });
  const atExit = () => endAtOnce(server, folder);
  process.once('exit', atExit);
  const { host, user, password } = server.target('owner');
  const url = `postgresql://${user}:${password}@/sakimori?host=${encodeURIComponent(host)}`;
  await makeTemplate(url);
  return {
    url,
    async stop() {
      process.off('exit', atExit);
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

let ownServer: Promise<TestServer> | undefined;
const templates = new Map<string, Promise<string>>();

/**
 * A fresh database with an open store.
 *
 * In     the test's context
 * Out    store, targets, folder; all closed, dropped and removed after the test
 */
export async function testDatabase(
  t: Cleanup,
  options: TestDatabaseOptions = {},
): Promise<TestDatabase> {
  const { targets, folder, drop } = await freshDatabase();
  let store: OpenStore | undefined;
  t.after(async () => {
    await store?.close();
    await drop();
  });
  const now = options.nowMs ?? Date.now;
  const files = new MemoryFiles();
  const key = makeKey('ed25519', ORIGIN, randomBytes(32));
  store = await openStore({
    database: { targets },
    exercise: options.exercise ?? true,
    origin: ORIGIN,
    signers: [readSigner(key.skey)],
    files,
    tagKey: new Uint8Array(32),
    clock: { nowMs: now },
    connectionsMax: options.connectionsMax ?? 8,
    limits: options.limits,
    witnesses: options.witnesses,
  });
  return { store, targets, folder, files, vkey: key.vkey };
}

/** A fresh migrated database without a store on it. */
export async function freshDatabase(): Promise<{
  targets: DatabaseTargets;
  folder: string;
  drop: () => Promise<void>;
}> {
  const url = process.env.SAKIMORI_TEST_DATABASE_URL ?? (await shareServer()).url;
  let template = templates.get(url);
  if (!template) {
    template = makeTemplate(url);
    templates.set(url, template);
  }
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(url, `create database ${name} template ${await template}`);
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-test-'));
  return {
    targets: readTargets(withDatabase(url, name)),
    folder,
    async drop() {
      await dropDatabase(url, name);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function shareServer(): Promise<TestServer> {
  ownServer ??= startTestServer();
  return ownServer;
}

/** Makes the template of this code's migrations unless the server has it. */
async function makeTemplate(url: string): Promise<string> {
  const name = `sakimori_template_${migrationsDigest()}`;
  const client = new pg.Client(withDatabase(url, 'postgres'));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(5371003)');
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rows.length > 0) return name;
    const draft = `${name}_new`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    await prepareDatabase(readTargets(withDatabase(url, draft)));
    await client.query(`alter database ${draft} rename to ${name}`);
    return name;
  } finally {
    await client.end();
  }
}

function migrationsDigest(): string {
  const here = import.meta.dirname;
  const hash = createHash('sha256').update(readFileSync(join(here, 'guards.ts')));
  for (const file of readdirSync(join(here, 'migrations')).sort()) {
    hash.update(file).update(readFileSync(join(here, 'migrations', file)));
  }
  return hash.digest('hex').slice(0, 12);
}

const DROP_TRIES_MAX = 40;

/**
 * Drops a test's database. Where the server's own vacuum is just at work in it, which only a
 * superuser may end, it is tried again; what still stands then goes with the server.
 */
async function dropDatabase(url: string, name: string): Promise<void> {
  for (let attempt = 1; attempt <= DROP_TRIES_MAX; attempt += 1) {
    try {
      return await administer(url, `drop database if exists ${name} with (force)`);
    } catch (error) {
      if ((error as { code?: string }).code !== '42501') throw error;
      await sleep(250);
    }
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(withDatabase(url, 'postgres'));
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

/** The process ends without `stop`: ends the server and removes its folder before it does. */
function endAtOnce(server: EmbeddedServer, folder: string): void {
  const pid = server.pid();
  if (pid !== undefined) {
    try {
      process.kill(pid, 'SIGQUIT');
    } catch {
      // Gone already.
    }
  }
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let i = 0; i < 100 && server.pid() !== undefined; i += 1) Atomics.wait(pause, 0, 0, 20);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
