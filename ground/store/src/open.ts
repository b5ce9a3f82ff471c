// SPDX-License-Identifier: Apache-2.0
/** Opens the store of an instance: folder, server, migrations, sequencer; and closes it again. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type LedgerFiles,
  type LogName,
  type NoteSigner,
  type Sequencer,
  type SequencerLimits,
  type SequencerOptions,
  type SequencerStatus,
  startSequencer,
  type Witness,
} from '@sakimori/ledger';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import type pg from 'pg';
import { type DatabaseTargets, explain, makePool, readTargets, troubleOf } from './database.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { storeErrors } from './errors.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { openLedgerStorage } from './ledger-storage.ts';
import { prepareDatabase } from './migrate.ts';
import { type OutboxRow, outboxStatements, type Sealing, sealRow } from './outbox.ts';
import { Publication } from './publication.ts';
import type { Change, Changed, Scope, Store } from './store.ts';
import type { StoreTables } from './tables.ts';
import { COMMIT, openingOf, TransactionFactory } from './transactions.ts';

/** A database that is ready to be worked with. */
export interface OpenDatabase {
  readonly targets: DatabaseTargets;
  /** Absent in server mode. */
  readonly embedded: EmbeddedServer | undefined;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Data folder of the instance; locked for as long as the database is open. */
  readonly folder: string;
  /** Value of SAKIMORI_DATABASE_URL: a PostgreSQL server, 15 or newer, instead of the embedded. */
  readonly databaseUrl?: string | undefined;
  /** A login of its own for the application on that server; default the same as `databaseUrl`. */
  readonly applicationUrl?: string | undefined;
  readonly log?: ((message: string) => void) | undefined;
}

/**
 * Locks the data folder, starts or finds the server, brings the database to this release's level.
 *
 * Throws  STORE_FOLDER_IN_USE, those of `startEmbedded` and `prepareDatabase`, STORE_UNAVAILABLE
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(folder);
  // Entries are for the commission: closed by their own mode, whatever the data folder's is.
  mkdirSync(join(folder, 'ledger'), { recursive: true, mode: 0o700 });
  let embedded: EmbeddedServer | undefined;
  try {
    if (!options.databaseUrl) {
      embedded = await startEmbedded({ folder, ...(options.log ? { log: options.log } : {}) });
    }
    const targets = embedded
      ? { owner: embedded.target('owner'), application: embedded.target('hub') }
      : readTargets(options.databaseUrl as string, options.applicationUrl);
    await prepareDatabase(targets).catch((error) => {
      throw explain(error);
    });
    return { targets, embedded, close: () => closeDatabase(lock, embedded) };
  } catch (error) {
    await closeDatabase(lock, embedded);
    throw error;
  }
}

async function closeDatabase(lock: FolderLock, embedded: EmbeddedServer | undefined) {
  await embedded?.stop();
  lock.release();
}

export interface StoreOptions {
  readonly database: Pick<OpenDatabase, 'targets'>;
  /** An exercise instance writes the exercise log and marks every entry. */
  readonly exercise: boolean;
  /** First line of the log's checkpoints. */
  readonly origin: string;
  readonly signers: readonly NoteSigner[];
  /** vkeys that signed earlier checkpoints, after a change of keys. */
  readonly formerVkeys?: readonly string[] | undefined;
  /** Where the log's files go. */
  readonly files: LedgerFiles;
  readonly tagKey: Uint8Array;
  readonly clock: { nowMs(): number };
  /** Checkpoints that others hold; when one is ahead of ours, the ledger refuses to sign. */
  readonly witnesses?: readonly Witness[] | undefined;
  readonly limits?: Partial<SequencerLimits> | undefined;
  readonly log?: ((message: string) => void) | undefined;
  /** Connections for requests. */
  readonly connectionsMax?: number | undefined;
  /** How long a transaction waits for a database that is away before it is refused. */
  readonly connectMsMax?: number | undefined;
  /** Another sequencer, for tests. */
  readonly start?: ((options: SequencerOptions) => Promise<Sequencer>) | undefined;
}

/** The store, and what the door that opened it may do with it. */
export interface OpenStore<DB = StoreTables> extends Store<DB> {
  readonly logName: LogName;
  /** Where to connect; for jobs and backups. */
  readonly targets: DatabaseTargets;
  /** One round trip to the database. Throws STORE_UNAVAILABLE. */
  ping(): Promise<void>;
  /** State of the log; undefined while its sequencer is being started again. */
  ledgerStatus(): SequencerStatus | undefined;
  /** Finishes what is under way, then closes connections and the sequencer. */
  close(): Promise<void>;
}

const ATTEMPTS_MAX = 6;
const CONNECT_MS_MAX = 5_000;
const CONNECTIONS_MAX = 16;

/**
 * Opens the store on a prepared database and starts its log.
 *
 * Throws  what `startSequencer` throws; STORE_UNAVAILABLE
 */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const store = new PostgresStore(options);
  try {
    await store.start();
  } catch (error) {
    await store.close();
    throw explain(error);
  }
  return store;
}

class PostgresStore implements OpenStore {
  readonly plain: Kysely<StoreTables>;
  readonly logName: LogName;
  readonly targets: DatabaseTargets;
  readonly #pool: pg.Pool;
  readonly #owner: pg.Pool;
  readonly #publication: Publication;
  readonly #transactions = new TransactionFactory();
  readonly #sealing: Sealing;
  readonly #connectMsMax: number;
  #closed: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.targets = options.database.targets;
    this.logName = options.exercise ? 'exercise' : 'operations';
    this.#sealing = {
      log: this.logName,
      exercise: options.exercise,
      tagKey: options.tagKey,
      nowMs: () => options.clock.nowMs(),
    };
    this.#connectMsMax = options.connectMsMax ?? CONNECT_MS_MAX;
    const max = options.connectionsMax ?? CONNECTIONS_MAX;
    this.#pool = makePool(this.targets.application, max, 'sakimori hub');
    this.#owner = makePool(this.targets.owner, 6, 'sakimori owner');
    this.plain = new Kysely({ dialect: new PostgresDialect({ pool: this.#owner }) });
    this.#publication = new Publication({
      log: this.logName,
      openStorage: () => openLedgerStorage(this.targets.owner),
      start: (storage) => (options.start ?? startSequencer)(sequencerOptions(options, storage)),
      owner: this.#owner,
      report: options.log ?? (() => {}),
    });
  }

  start(): Promise<void> {
    return this.#publication.start();
  }

  as<Tables>(): Store<Tables> {
    return this as unknown as Store<Tables>;
  }

  async read<T>(scope: Scope, work: (db: Transaction<StoreTables>) => Promise<T>): Promise<T> {
    const opening = openingOf(scope, true);
    return this.#attempt(async (client) => {
      const transaction = this.#transactions.over<StoreTables>(client, opening);
      try {
        const value = await work(transaction.db);
        await transaction.finish([COMMIT]);
        return value;
      } finally {
        transaction.end();
      }
    });
  }

  async change<T>(
    scope: Scope,
    work: (change: Change<StoreTables>) => Promise<T>,
  ): Promise<Changed<T>> {
    const opening = openingOf(scope, false);
    const { value, rows } = await this.#attempt(async (client, committing) => {
      const rows: OutboxRow[] = [];
      const transaction = this.#transactions.over<StoreTables>(client, opening);
      try {
        const value = await work({
          db: transaction.db,
          record: async (draft) => {
            const row = sealRow(draft, scope.actor, this.#sealing);
            rows.push(row);
            return row.outboxId;
          },
        });
        committing();
        await transaction.finish([...outboxStatements(this.logName, rows), COMMIT]);
        return { value, rows };
      } finally {
        transaction.end();
      }
    });
    const outboxIds = rows.map((row) => row.outboxId);
    const indexes = outboxIds.length > 0 ? await this.#publication.waitFor(outboxIds) : [];
    const entries = indexes.map((index) => ({ log: this.logName, index }));
    return { value, outboxIds, entries };
  }

  async ping(): Promise<void> {
    try {
      await this.#pool.query('select 1');
    } catch (error) {
      throw explain(error);
    }
  }

  ledgerStatus(): SequencerStatus | undefined {
    return this.#publication.status();
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#publication.close();
      await Promise.all([this.#pool.end(), this.plain.destroy()]);
    })();
    return this.#closed;
  }

  /**
   * Runs a transaction, again when it collided with another or lost its connection before it began
   * to commit. Once it commits, a lost connection leaves the outcome open: the caller is told, and
   * asks again with the same idempotency key.
   */
  async #attempt<T>(
    run: (client: pg.PoolClient, committing: () => void) => Promise<T>,
  ): Promise<T> {
    const deadline = Date.now() + this.#connectMsMax;
    for (let attempt = 1; ; attempt += 1) {
      const client = await this.#acquire(deadline);
      let isCommitting = false;
      try {
        const value = await run(client, () => {
          isCommitting = true;
        });
        client.release();
        return value;
      } catch (error) {
        const trouble = troubleOf(error);
        await giveBack(client, trouble === 'lost' || trouble === 'stale-plan');
        const mayTryAgain =
          trouble === 'collision' ||
          trouble === 'stale-plan' ||
          (trouble === 'lost' && !isCommitting && Date.now() < deadline);
        if (!mayTryAgain) throw explain(error);
        if (attempt >= ATTEMPTS_MAX) throw storeErrors('BUSY', { attempts: attempt }, error);
        await sleep(Math.random() * 5 * 2 ** attempt);
      }
    }
  }

  async #acquire(deadline: number): Promise<pg.PoolClient> {
    for (;;) {
      try {
        return await this.#pool.connect();
      } catch (error) {
        if (troubleOf(error) !== 'lost' || Date.now() > deadline || this.#closed) {
          throw explain(error);
        }
        await sleep(50);
      }
    }
  }
}

async function giveBack(client: pg.PoolClient, isBroken: boolean): Promise<void> {
  if (!isBroken) {
    try {
      await client.query('rollback');
      client.release();
      return;
    } catch {
      // What cannot even roll back is of no more use.
    }
  }
  client.release(true);
}

function sequencerOptions(
  options: StoreOptions,
  storage: SequencerOptions['storage'],
): SequencerOptions {
  return {
    log: options.exercise ? 'exercise' : 'operations',
    origin: options.origin,
    storage,
    files: options.files,
    signers: options.signers,
    clock: options.clock,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.formerVkeys ? { formerVkeys: options.formerVkeys } : {}),
    ...(options.witnesses ? { witnesses: options.witnesses } : {}),
  };
}
