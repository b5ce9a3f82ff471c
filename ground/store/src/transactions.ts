// SPDX-License-Identifier: Apache-2.0
/** Transactions under a scope: few round trips, settings that the database itself reads. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type KyselyProps,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutor,
  type QueryResult,
  Transaction,
} from 'kysely';
import pg from 'pg';
import { storeErrors } from './errors.ts';
import { APPLICATION_ROLE } from './guards.ts';
import type { Scope } from './store.ts';

/** Statements seen this often on all connections together are worth preparing. */
const PREPARE_AFTER = 3;
const PREPARED_MAX = 400;
const PREPARED_TEXT_MAX = 4_000;

/**
 * The first message of a transaction: begin, take the application role, enter the scope.
 *
 * In      scope; `reading` makes a snapshot that cannot write
 * Throws  STORE_PURPOSE_REFUSED for the purpose that no ground of ours covers
 */
export function beginText(scope: Scope, reading: boolean): string {
  if (scope.purpose === 'investigation') {
    throw storeErrors('PURPOSE_REFUSED', { purpose: scope.purpose });
  }
  const begin = reading ? 'begin isolation level repeatable read read only' : 'begin';
  const text = pg.escapeLiteral;
  const start = `${begin}; set local role ${APPLICATION_ROLE}; `;
  const words = [scope.actor, scope.organisation ?? '', scope.purpose, ...scope.sectors];
  // A zero would end the message early and leave the transaction unopened.
  if (words.some((word) => word.includes('\0'))) throw storeErrors('OUT_OF_SCOPE', {});
  const organisation = scope.organisation ?? '';
  if (scope.reach === 'sector') {
    const sectors = `array[${scope.sectors.map(text).join(',')}]::text[]`;
    return (
      `${start}select sakimori_enter(${text(scope.actor)}, ${text(organisation)}, 'sector', ` +
      `${sectors}, ${text(scope.purpose)})`
    );
  }
  // The same without a call: a third of the time.
  const settings: Record<string, string> = {
    actor: scope.actor,
    organisation,
    purpose: scope.purpose,
    visible: scope.reach === 'own' && organisation !== '' ? `,${organisation},` : '',
    reach: scope.reach,
  };
  if (organisation.includes(',')) throw storeErrors('OUT_OF_SCOPE', {});
  const sets = Object.entries(settings).map(
    ([name, value]) => `set local sakimori.${name} = ${text(value)}`,
  );
  return start + sets.join('; ');
}

/** Prepared statements: the same short text often enough gets a name, within bounds. */
class StatementNames {
  readonly #seen = new Map<string, number>();
  readonly #names = new Map<string, string>();

  nameOf(text: string): string | undefined {
    const name = this.#names.get(text);
    if (name !== undefined) return name;
    if (text.length > PREPARED_TEXT_MAX || this.#names.size >= PREPARED_MAX) return undefined;
    const times = (this.#seen.get(text) ?? 0) + 1;
    if (times < PREPARE_AFTER) {
      // Texts with a changing number of places would otherwise fill the memory.
      if (this.#seen.size > 4 * PREPARED_MAX) this.#seen.clear();
      this.#seen.set(text, times);
      return undefined;
    }
    this.#seen.delete(text);
    const made = `s${this.#names.size}`;
    this.#names.set(text, made);
    return made;
  }
}

/** Makes Kysely transactions on connections that are already inside one. */
export class TransactionFactory {
  readonly #names = new StatementNames();
  readonly #dialect: Dialect;
  readonly #driver: Driver;
  readonly #executor: QueryExecutor;

  constructor() {
    const driver = noDriver();
    this.#driver = driver;
    this.#dialect = {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    };
    this.#executor = new Kysely({ dialect: this.#dialect }).getExecutor();
  }

  over<DB>(client: pg.ClientBase): Transaction<DB> {
    const connection = new ClientConnection(client, this.#names);
    const props: KyselyProps = {
      config: { dialect: this.#dialect },
      dialect: this.#dialect,
      driver: this.#driver,
      executor: this.#executor.withConnectionProvider(new OneConnection(connection)),
    };
    const transaction = new Transaction<DB>(props);
    clients.set(transaction, client);
    return transaction;
  }
}

const clients = new WeakMap<object, pg.ClientBase>();

/** The connection below a transaction of ours, for COPY and other messages Kysely has no word for. */
export function clientOf<DB>(transaction: Transaction<DB>): pg.ClientBase {
  const client = clients.get(transaction);
  if (!client) throw new Error('not a transaction of this store');
  return client;
}

/** One connection that statements use one after the other, also when asked at once. */
class OneConnection {
  readonly #connection: DatabaseConnection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: DatabaseConnection) {
    this.#connection = connection;
  }

  provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    const next = this.#last.then(
      () => consumer(this.#connection),
      () => consumer(this.#connection),
    );
    this.#last = next.catch(() => {});
    return next;
  }
}

class ClientConnection implements DatabaseConnection {
  readonly #client: pg.ClientBase;
  readonly #names: StatementNames;
  #cursors = 0;

  constructor(client: pg.ClientBase, names: StatementNames) {
    this.#client = client;
    this.#names = names;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const name = this.#names.nameOf(query.sql);
    const result = await this.#client.query({
      text: query.sql,
      values: query.parameters as unknown[],
      ...(name === undefined ? {} : { name }),
    });
    const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(result.command);
    return {
      rows: (result.rows ?? []) as R[],
      ...(changes ? { numAffectedRows: BigInt(result.rowCount ?? 0) } : {}),
    };
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<R>> {
    this.#cursors += 1;
    const cursor = `stream_${this.#cursors}`;
    const values = query.parameters as unknown[];
    await this.#client.query(`declare ${cursor} no scroll cursor for ${query.sql}`, values);
    try {
      for (;;) {
        const { rows } = await this.#client.query(`fetch ${chunkSize} from ${cursor}`);
        if (rows.length === 0) return;
        yield { rows: rows as R[] };
      }
    } finally {
      await this.#client.query(`close ${cursor}`).catch(() => {});
    }
  }
}

/** Connections are handed in; nothing may be taken from here. */
function noDriver(): Driver {
  const refuse = () => Promise.reject(new Error('a transaction has the connection it was given'));
  return {
    init: () => Promise.resolve(),
    acquireConnection: refuse,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: () => Promise.resolve(),
    destroy: () => Promise.resolve(),
    savepoint: (connection, name) =>
      connection.executeQuery(CompiledQuery.raw(`savepoint ${name}`)).then(() => {}),
    rollbackToSavepoint: (connection, name) =>
      connection.executeQuery(CompiledQuery.raw(`rollback to ${name}`)).then(() => {}),
    releaseSavepoint: (connection, name) =>
      connection.executeQuery(CompiledQuery.raw(`release ${name}`)).then(() => {}),
  };
}
