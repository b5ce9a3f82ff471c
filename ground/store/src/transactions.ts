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
import type pg from 'pg';
import { storeErrors } from './errors.ts';
import { type Answer, exchange, type Statement } from './exchange.ts';
import { APPLICATION_ROLE } from './guards.ts';
import type { Scope } from './store.ts';

/** Statements seen this often on all connections together are worth preparing. */
const PREPARE_AFTER = 3;
const PREPARED_MAX = 400;
const PREPARED_TEXT_MAX = 4_000;

const BEGIN: Statement = { name: 'sk_begin', text: 'begin' };
const BEGIN_READING: Statement = {
  name: 'sk_begin_reading',
  text: 'begin isolation level repeatable read read only',
};
export const COMMIT: Statement = { name: 'sk_commit', text: 'commit' };

const set = (name: string, value: string) => `pg_catalog.set_config('${name}', ${value}, true)`;
const TAKE_ROLE = set('role', `'${APPLICATION_ROLE}'`);
const SETTINGS = ['actor', 'organisation', 'purpose', 'visible', 'reach'];
const ENTER = `select ${[TAKE_ROLE, ...SETTINGS.map((name, i) => set(`sakimori.${name}`, `$${i + 1}`))].join(', ')}`;

/**
 * The first statements of a transaction: begin, take the application role, enter the scope.
 *
 * In      scope; `reading` makes a snapshot that cannot write
 * Throws  STORE_PURPOSE_REFUSED for the purpose that no ground of ours covers; STORE_OUT_OF_SCOPE
 */
export function openingOf(scope: Scope, reading: boolean): readonly Statement[] {
  if (scope.purpose === 'investigation') {
    throw storeErrors('PURPOSE_REFUSED', { purpose: scope.purpose });
  }
  const { actor, purpose, reach, sectors } = scope;
  const organisation = scope.organisation ?? '';
  // A comma parts ids from each other; a zero no text of the database can hold.
  const words = [actor, organisation, purpose, ...sectors];
  if (words.some((word) => word.includes('\0')) || organisation.includes(',')) {
    throw storeErrors('OUT_OF_SCOPE', {});
  }
  const begin = reading ? BEGIN_READING : BEGIN;
  if (reach === 'sector') {
    return [
      begin,
      { name: 'sk_role', text: `select ${TAKE_ROLE}` },
      {
        name: 'sk_enter_sector',
        text: `select sakimori_enter($1, $2, 'sector', $3::text[], $4)`,
        values: [actor, organisation, [...sectors], purpose],
      },
    ];
  }
  const visible = reach === 'own' && organisation !== '' ? `,${organisation},` : '';
  const values = [actor, organisation, purpose, visible, reach];
  return [begin, { name: 'sk_enter', text: ENTER, values }];
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

  /** A transaction on a connection; its opening is sent together with its first statement. */
  over<DB>(client: pg.ClientBase, opening: readonly Statement[]): OpenTransaction<DB> {
    const connection = new ClientConnection(client, opening, this.#names);
    const props: KyselyProps = {
      config: { dialect: this.#dialect },
      dialect: this.#dialect,
      driver: this.#driver,
      executor: this.#executor.withConnectionProvider(new OneConnection(connection)),
    };
    const db = new Transaction<DB>(props);
    connections.set(db, connection);
    return {
      db,
      finish: (statements) => connection.finish(statements),
      end: () => connection.end(),
    };
  }
}

/** A transaction and how it ends. */
export interface OpenTransaction<DB> {
  readonly db: Transaction<DB>;
  /** Sends the last statements, commit among them; nothing at all when nothing was ever asked. */
  finish(statements: readonly Statement[]): Promise<void>;
  /** Refuses whatever comes later, so that it cannot run in the connection's next transaction. */
  end(): void;
}

const connections = new WeakMap<object, ClientConnection>();

/** The connection below a transaction of ours, for COPY and other messages Kysely has no word for. */
export async function clientOf<DB>(transaction: Transaction<DB>): Promise<pg.ClientBase> {
  const connection = connections.get(transaction);
  if (!connection) throw new Error('not a transaction of this store');
  return connection.opened();
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
  #opening: readonly Statement[];
  #cursors = 0;
  #ended = false;

  constructor(client: pg.ClientBase, opening: readonly Statement[], names: StatementNames) {
    this.#client = client;
    this.#opening = opening;
    this.#names = names;
  }

  /** The connection, inside the transaction and its scope. */
  async opened(): Promise<pg.ClientBase> {
    this.#refuseEnded();
    if (this.#opening.length > 0) await this.#send([]);
    return this.#client;
  }

  async finish(statements: readonly Statement[]): Promise<void> {
    // A commit alone, of a transaction that never began, has nothing to do.
    if (this.#opening.length > 0 && statements.length === 1) return;
    const { command } = await this.#send(statements);
    // A statement failed, its error was passed over, and the server could only undo everything.
    if (command === 'ROLLBACK') throw new Error('the transaction had failed and was undone');
  }

  end(): void {
    this.#ended = true;
  }

  #send(statements: readonly Statement[]): Promise<Answer> {
    const together = [...this.#opening, ...statements];
    this.#opening = [];
    return exchange(this.#client, together);
  }

  #refuseEnded(): void {
    if (this.#ended) throw new Error('this transaction has ended');
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#refuseEnded();
    const { sql: text, parameters: values } = query;
    const name = this.#names.nameOf(text);
    const result = await this.#send([{ name, text, values }]);
    const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(result.command);
    return {
      rows: result.rows as R[],
      ...(changes ? { numAffectedRows: BigInt(result.rowCount) } : {}),
    };
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<R>> {
    this.#cursors += 1;
    const cursor = `stream_${this.#cursors}`;
    const values = query.parameters as unknown[];
    await this.opened();
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
