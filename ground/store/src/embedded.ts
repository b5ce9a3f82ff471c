// SPDX-License-Identifier: Apache-2.0
/** The embedded server: a real PostgreSQL below the data folder, reached by a Unix socket only. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { copyEngine, type EngineFiles, findEngine } from './engine-files.ts';
import {
  chooseUser,
  type EngineRunner,
  findRunner,
  giveTree,
  ownerOf,
  type SystemUser,
} from './engine-user.ts';
import { storeErrors } from './errors.ts';

/** Who connects: `admin` prepares roles, `owner` migrates, `hub` serves and owns nothing. */
export type EngineLogin = 'admin' | 'owner' | 'hub';

export const LOGIN_NAMES: Readonly<Record<EngineLogin, string>> = {
  admin: 'sakimori_admin',
  owner: 'sakimori',
  hub: 'sakimori_hub',
};

export interface EmbeddedOptions {
  /** Data folder of the instance; the caller holds its lock. */
  readonly folder: string;
  /** False only for tests that do not test durability: no fsync, lost at power failure. */
  readonly durable?: boolean;
  /** Told of what happens, in words for a log; never holds data. */
  readonly log?: (message: string) => void;
}

/** How to connect to a database as one of the logins. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface EmbeddedServer {
  /** Target of a login; the database defaults to the instance's. */
  target(login: EngineLogin, database?: string): ConnectionTarget;
  /** Process id of the running server, for health and tests. */
  pid(): number | undefined;
  /** Fast shutdown; resolves when the server is gone. A second call does nothing. */
  stop(): Promise<void>;
}

const DATABASE = 'sakimori';
const LOG_FILE = 'postgres.log';
const PASSWORD_FILE = 'postgres-password';
const LOG_BYTES_MAX = 8 * 1024 * 1024;
/** sun_path holds 108 bytes on Linux and 104 on macOS, the ending zero and the name included. */
const SOCKET_PATH_BYTES_MAX = 100;
const SOCKET_NAME = '.s.PGSQL.5432';
const PORT = 5432;
/** Recovery of a large log takes minutes; it is let finish. */
const READY_MS_MAX = 15 * 60_000;
const STOP_MS_MAX = 60_000;
const RESTART_MS_MAX = 5_000;

/**
 * The one who ends the server with us: a shell in a session of its own (Ctrl-C in the terminal does
 * not reach it) that reads a pipe which only we hold. However we end, the pipe ends, and the server
 * is shut down. Interrupts are ignored until the server has its own handlers, hence the loop.
 */
const SUPERVISOR = `
sockets=$1; shift
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
(
  read -r line <&3
  while kill -INT "$server" 2>/dev/null; do
    name=postgres
    if [ -r "/proc/$server/comm" ]; then read -r name <"/proc/$server/comm"; fi
    case $name in postgres|setpriv|sh) ;; *) exit 0;; esac
    sleep 1
  done
) &
watcher=$!
exec 3<&-
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
if [ -n "$sockets" ]; then rm -f "$sockets"/.s.PGSQL.*; rmdir "$sockets"; fi
exit "$code"
`;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '40',
  shared_buffers: '128MB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  effective_cache_size: '1GB',
  random_page_cost: '1.1',
  max_wal_size: '2GB',
  min_wal_size: '128MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  jit: 'off',
  huge_pages: 'off',
  max_worker_processes: '4',
  max_parallel_workers_per_gather: '1',
  autovacuum_naptime: '15s',
  idle_in_transaction_session_timeout: '10min',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // What people entered must not come out in a log: no statements, no parameters, no row values.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
};
const DURABLE = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };
const FAST = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/**
 * Starts the server of a data folder; makes it first when the folder has none.
 *
 * Out     a server that accepts connections, with its logins and the instance's database made
 * Throws  STORE_ENGINE_MISSING, STORE_ENGINE_VERSION, STORE_ENGINE_FAILED, STORE_FOLDER_NOT_OURS,
 *         STORE_FOLDER_UNREACHABLE, STORE_NO_DATABASE_USER, STORE_PASSWORD_LOST
 * Never   listens on a network address; runs as root; outlives this process
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const engine = new Engine(folder, options);
  await engine.prepare();
  await engine.start();
  return engine;
}

class Engine implements EmbeddedServer {
  readonly #folder: string;
  readonly #database: string;
  readonly #durable: boolean;
  readonly #log: (message: string) => void;
  #files: EngineFiles | undefined;
  #runner: EngineRunner | undefined;
  #sockets = '';
  #socketsTemporary = false;
  #secret = '';
  #supervisor: ChildProcess | undefined;
  #stopping = false;
  #restarting: Promise<void> | undefined;

  constructor(folder: string, options: EmbeddedOptions) {
    this.#folder = folder;
    this.#database = join(folder, 'postgres');
    this.#durable = options.durable ?? true;
    this.#log = options.log ?? (() => {});
  }

  target(login: EngineLogin, database = DATABASE): ConnectionTarget {
    return {
      host: this.#sockets,
      port: PORT,
      user: LOGIN_NAMES[login],
      password: this.#passwordOf(login),
      database,
    };
  }

  pid(): number | undefined {
    return readPid(this.#database);
  }

  /** Everything up to a folder that holds a database which this engine can run. */
  async prepare(): Promise<void> {
    const user = chooseUser(this.#database);
    const owner = ownerOf(this.#database);
    if (!user && owner && owner.uid !== process.getuid?.()) {
      throw storeErrors('FOLDER_NOT_OURS', { user: String(owner.uid) });
    }
    this.#chooseProgram(user);
    if (owner && user && owner.uid !== user.uid) giveTree(this.#database, user);
    const found = readVersion(this.#database);
    const wanted = this.#ownVersion();
    if (found !== undefined && found !== wanted) {
      throw storeErrors('ENGINE_VERSION', { found, wanted });
    }
    this.#secret = this.#readSecret(found !== undefined);
    await stopOrphan(this.#database, this.#log);
    if (found === undefined) this.#initialise();
  }

  async start(): Promise<void> {
    this.#placeSockets();
    const deadline = Date.now() + READY_MS_MAX;
    for (;;) {
      const child = this.#spawnServer();
      const ended = await this.#untilReady(child, deadline);
      if (ended === 'ready') break;
      // Children of a server that was killed hold its memory for a moment; nothing else passes.
      if (ended !== 'memory-in-use' || Date.now() > deadline) {
        throw storeErrors('ENGINE_FAILED', { step: ended, log: LOG_FILE });
      }
      await sleep(200);
    }
    await this.#prepareLogins();
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await this.#restarting?.catch(() => {});
    const child = this.#supervisor;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    child.stdin?.end();
    const late = setTimeout(() => signalServer(this.#database, 'SIGQUIT'), STOP_MS_MAX);
    child.ref();
    await gone;
    clearTimeout(late);
  }

  #chooseProgram(user: SystemUser | undefined): void {
    const found = findEngine();
    // Second try: the folder itself may be passed through (not read) by the database's user; all
    // that is in it is closed by its own mode.
    for (const mode of user ? [undefined, 0o711] : [undefined]) {
      if (mode !== undefined) chmodSync(this.#folder, mode);
      const runner = found.whole ? findRunner(found.postgres, this.#folder, user) : undefined;
      if (runner) {
        [this.#files, this.#runner] = [found, runner];
        return;
      }
    }
    // The user cannot reach our node_modules, or it lacks its links and cannot be written.
    try {
      const copy = copyEngine(found.native, found.release, this.#folder);
      const runner = findRunner(copy.postgres, this.#folder, user);
      if (runner) {
        this.#log('the engine was copied into the data folder');
        [this.#files, this.#runner] = [copy, runner];
        return;
      }
      rmSync(join(this.#folder, `engine-${found.release}`), { recursive: true, force: true });
    } catch (error) {
      throw storeErrors('ENGINE_FAILED', { step: 'copy', log: LOG_FILE }, error);
    }
    throw storeErrors('FOLDER_UNREACHABLE', { user: user?.name ?? '' });
  }

  #ownVersion(): string {
    const run = this.#run([this.#engineFiles().postgres, '--version']);
    return /(\d+)/.exec(run.stdout)?.[1] ?? '';
  }

  #readSecret(exists: boolean): string {
    const path = join(this.#folder, PASSWORD_FILE);
    if (existsSync(path)) return readFileSync(path, 'utf8').trim();
    if (exists) throw storeErrors('PASSWORD_LOST', { file: PASSWORD_FILE });
    const secret = randomBytes(32).toString('base64url');
    const temporary = `${path}.${process.pid}`;
    const file = openSync(temporary, 'w', 0o600);
    writeSync(file, `${secret}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(temporary, path);
    syncFolder(this.#folder);
    return secret;
  }

  /** Made beside its place and moved in whole: a crash leaves nothing that looks like a database. */
  #initialise(): void {
    this.#log('making the database');
    const fresh = `${this.#database}.new`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { mode: 0o700 });
    const passwordFile = join(fresh, 'password');
    const user = this.#runner?.user;
    const inside = join(fresh, 'data');
    mkdirSync(inside, { mode: 0o700 });
    const file = openSync(passwordFile, 'w', 0o600);
    writeSync(file, `${this.#passwordOf('admin')}\n`);
    closeSync(file);
    if (user) giveTree(fresh, user);
    const run = this.#run([
      this.#engineFiles().initdb,
      `--pgdata=${inside}`,
      `--username=${LOGIN_NAMES.admin}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...(this.#durable ? [] : ['--no-sync']),
    ]);
    rmSync(passwordFile, { force: true });
    if (run.status !== 0) {
      this.#appendLog(run.stderr);
      throw storeErrors('ENGINE_FAILED', { step: 'initdb', log: LOG_FILE });
    }
    rmSync(this.#database, { recursive: true, force: true });
    renameSync(inside, this.#database);
    rmSync(fresh, { recursive: true, force: true });
    syncFolder(this.#folder);
  }

  #placeSockets(): void {
    const near = join(realpathSync(this.#folder), 'postgres-socket');
    const isShort = Buffer.byteLength(join(near, SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX;
    if (isShort) {
      mkdirSync(near, { recursive: true, mode: 0o700 });
      this.#sockets = near;
    } else if (!this.#socketsTemporary || !existsSync(this.#sockets)) {
      const base = Buffer.byteLength(tmpdir()) < 60 ? tmpdir() : '/tmp';
      this.#sockets = mkdtempSync(join(base, 'sakimori-'));
      this.#socketsTemporary = true;
    }
    chmodSync(this.#sockets, 0o700);
    const user = this.#runner?.user;
    if (user) chownSync(this.#sockets, user.uid, user.gid);
  }

  #spawnServer(): ChildProcess {
    const runner = this.#engineRunner();
    const settings = {
      ...SETTINGS,
      ...(this.#durable ? DURABLE : FAST),
      unix_socket_directories: this.#sockets,
    };
    const words = [this.#engineFiles().postgres, '-D', this.#database, '-p', String(PORT)];
    for (const [name, value] of Object.entries(settings)) words.push('-c', `${name}=${value}`);
    const log = this.#openLog();
    const temporary = this.#socketsTemporary ? this.#sockets : '';
    const child = spawn(
      'sh',
      ['-c', SUPERVISOR, 'sakimori-postgres', temporary, ...runner.prefix, ...words],
      {
        cwd: '/',
        detached: true,
        env: environment(),
        stdio: ['pipe', log, log],
        ...runner.spawnAs,
      },
    );
    closeSync(log);
    child.stdin?.on('error', () => {});
    child.on('error', () => {});
    child.unref();
    (child.stdin as unknown as { unref?: () => void }).unref?.();
    child.once('exit', () => this.#onExit(child));
    this.#supervisor = child;
    return child;
  }

  async #untilReady(child: ChildProcess, deadline: number): Promise<string> {
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) return this.#whyEnded();
      if (Date.now() > deadline) return 'start';
      const client = new pg.Client(this.target('admin', 'postgres'));
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        return 'ready';
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code === '28P01') throw storeErrors('PASSWORD_LOST', { file: PASSWORD_FILE }, error);
        await sleep(25);
      }
    }
  }

  #whyEnded(): string {
    const tail = readFileSync(join(this.#folder, LOG_FILE), 'utf8').slice(-2000);
    return /pre-existing shared memory block|lock file .* already exists/.test(tail)
      ? 'memory-in-use'
      : 'start';
  }

  /** The server ended and nobody asked it to: start it again, however often it takes. */
  #onExit(child: ChildProcess): void {
    if (this.#stopping || child !== this.#supervisor || this.#restarting || !this.#isServing)
      return;
    this.#log('the database server ended unexpectedly; starting it again');
    this.#restarting = this.#restart().finally(() => {
      this.#restarting = undefined;
    });
  }

  async #restart(): Promise<void> {
    for (let waitMs = 50; !this.#stopping; waitMs = Math.min(waitMs * 2, RESTART_MS_MAX)) {
      try {
        await stopOrphan(this.#database, this.#log);
        this.#placeSockets();
        const ended = await this.#untilReady(this.#spawnServer(), Date.now() + READY_MS_MAX);
        if (ended === 'ready') {
          this.#log('the database server is back');
          return;
        }
      } catch {
        // Whatever it was, it may pass (disk full, for example); the log of the server says more.
      }
      await sleep(waitMs);
    }
  }

  #isServing = false;

  async #prepareLogins(): Promise<void> {
    const client = new pg.Client(this.target('admin', 'postgres'));
    await client.connect();
    try {
      const roles = await client.query<{ rolname: string }>(
        `select rolname from pg_roles where rolname like 'sakimori%'`,
      );
      const present = new Set(roles.rows.map((row) => row.rolname));
      for (const login of ['owner', 'hub'] as const) {
        const name = LOGIN_NAMES[login];
        if (present.has(name)) continue;
        const password = client.escapeLiteral(this.#passwordOf(login));
        await client.query(
          `create role ${name} login nosuperuser nobypassrls nocreaterole ` +
            `${login === 'owner' ? 'createdb' : 'nocreatedb'} password ${password}`,
        );
      }
      if (!present.has('sakimori_app')) {
        await client.query('create role sakimori_app nologin nosuperuser nobypassrls');
      }
      await client.query(`grant sakimori_app to ${LOGIN_NAMES.owner}, ${LOGIN_NAMES.hub}`);
      const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
      if (found.rows.length === 0) {
        await client.query(`create database ${DATABASE} owner ${LOGIN_NAMES.owner}`);
      }
    } finally {
      await client.end();
    }
    this.#isServing = true;
  }

  #run(words: readonly string[]) {
    const runner = this.#engineRunner();
    const all = [...runner.prefix, ...words];
    return spawnSync(all[0] as string, all.slice(1), {
      cwd: '/',
      encoding: 'utf8',
      env: environment(),
      ...runner.spawnAs,
    });
  }

  #openLog(): number {
    const path = join(this.#folder, LOG_FILE);
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > LOG_BYTES_MAX) renameSync(path, `${path}.1`);
    return openSync(path, 'a', 0o600);
  }

  #appendLog(text: string): void {
    const file = this.#openLog();
    writeSync(file, text);
    closeSync(file);
  }

  #passwordOf(login: EngineLogin): string {
    return createHmac('sha256', this.#secret).update(login).digest('base64url');
  }

  #engineFiles(): EngineFiles {
    return this.#files as EngineFiles;
  }

  #engineRunner(): EngineRunner {
    return this.#runner as EngineRunner;
  }
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function readVersion(database: string): string | undefined {
  try {
    return readFileSync(join(database, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Process id in the server's own pid file, when that process runs on this folder. */
function readPid(database: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(database, 'postmaster.pid'), 'utf8').split('\n')[0]);
    if (!Number.isInteger(pid) || pid <= 0) return undefined;
    return isServerOf(pid, database) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A server stands in its data folder; where there is no /proc, being alive has to do. */
function isServerOf(pid: number, database: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(database);
  } catch {
    if (existsSync('/proc/self/stat')) return false;
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}

function signalServer(database: string, signal: NodeJS.Signals): boolean {
  const pid = readPid(database);
  if (pid === undefined) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Ends a server that an earlier process left behind on this folder, and clears away a pid file that
 * no server stands behind: its number may by now be anyone's, and the server would not start.
 */
async function stopOrphan(database: string, log: (message: string) => void): Promise<void> {
  const path = join(database, 'postmaster.pid');
  if (!existsSync(path)) return;
  const since = Date.now();
  for (let told = false; readPid(database) !== undefined; told = true) {
    if (!told) log('stopping a database server that an earlier process left behind');
    signalServer(database, Date.now() - since > STOP_MS_MAX ? 'SIGQUIT' : 'SIGINT');
    await sleep(50);
  }
  try {
    unlinkSync(path);
  } catch {
    // The server took it along.
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
