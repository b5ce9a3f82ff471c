// SPDX-License-Identifier: Apache-2.0
/** Statements that travel together: one message to the server, one turn of waiting. */
import pg from 'pg';
import { valueTypes } from './database.ts';

/** A statement; one with a name is prepared once a connection. */
export interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What the last statement answered. */
export interface Answer {
  /** First word of the command tag, for example `INSERT`. */
  readonly command: string;
  readonly rowCount: number;
  readonly rows: Record<string, unknown>[];
}

/**
 * Runs statements one after the other; the first that fails keeps all later ones from running.
 *
 * In      a connection; at least one statement, none with several commands in its text
 * Out     the answer of the last; the others' are passed over
 * Throws  the server's error of the first that failed
 * Cost    one round trip, whatever the number of statements
 */
export async function exchange(
  client: pg.ClientBase,
  statements: readonly Statement[],
): Promise<Answer> {
  const sent = new Exchange(statements);
  client.query(sent);
  try {
    return await sent.answer;
  } catch (error) {
    // The stack of the socket's callback says nothing; that of the one who asked does.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

type Prepared = Buffer | string | null;

/** What a connection of pg offers to those who put messages together themselves. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { text: string; name: string }): void;
  bind(message: { statement: string; values: readonly Prepared[] }): void;
  describe(message: { type: 'P' }): void;
  execute(message: object): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

interface Column {
  readonly name: string;
  readonly read: (text: string) => unknown;
}

const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): Prepared } })
  .utils;

/** Names that each connection has prepared under `exchange`; no other sender uses them. */
const preparedOf = new WeakMap<object, Set<string>>();

class Exchange {
  readonly answer: Promise<Answer>;
  /** Without meaning for us: one that is set would let the client keep our names as its own. */
  readonly name = undefined;
  callback: (error?: unknown) => void = () => {};
  readonly #statements: readonly (Statement & { readonly prepared: readonly Prepared[] })[];
  readonly #rows: Record<string, unknown>[] = [];
  #resolve: (answer: Answer) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #left: number;
  #columns: readonly Column[] = [];
  #tag = '';
  #broken: { readonly error: unknown } | undefined;
  /** Names first prepared by this message: doubtful again when it fails. */
  readonly #fresh: string[] = [];
  #known: Set<string> | undefined;

  constructor(statements: readonly Statement[]) {
    // Before anything is sent: a value that cannot be sent must not leave half a message behind.
    this.#statements = statements.map((statement) => ({
      ...statement,
      prepared: (statement.values ?? []).map((value) => prepareValue(value)),
    }));
    this.#left = statements.length;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: unknown): void {
    const wire = connection as Wire;
    const known = preparedOf.get(wire) ?? new Set<string>();
    preparedOf.set(wire, known);
    this.#known = known;
    wire.stream.cork();
    try {
      this.#statements.forEach(({ name = '', text, prepared }, i) => {
        if (!known.has(name)) {
          // Closing what is not there is no error; after a failure it may be there or not.
          if (name !== '') wire.close({ type: 'S', name });
          wire.parse({ text, name });
          if (name !== '') {
            known.add(name);
            this.#fresh.push(name);
          }
        }
        wire.bind({ statement: name, values: prepared });
        if (i === this.#statements.length - 1) wire.describe({ type: 'P' });
        wire.execute({});
      });
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  handleRowDescription(message: { readonly fields: readonly Field[] }): void {
    this.#columns = message.fields.map(({ name, dataTypeID }) => ({
      name,
      read: valueTypes.getTypeParser(dataTypeID, 'text') as (text: string) => unknown,
    }));
  }

  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void {
    if (this.#left > 1 || this.#broken) return;
    try {
      const row: Record<string, unknown> = {};
      message.fields.forEach((text, i) => {
        const column = this.#columns[i] as Column;
        row[column.name] = text === null ? null : column.read(text);
      });
      this.#rows.push(row);
    } catch (error) {
      this.#broken = { error };
    }
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.#left -= 1;
    this.#tag = message.text;
  }

  handleEmptyQuery(): void {
    this.#left -= 1;
  }

  handlePortalSuspended(): void {}

  handleCopyInResponse(connection: unknown): void {
    (connection as Wire).sendCopyFail('rows are copied by copyRows');
  }

  handleCopyData(): void {}

  handleError(error: unknown): void {
    for (const name of this.#fresh) this.#known?.delete(name);
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#broken) {
      this.#reject(this.#broken.error);
      return;
    }
    const [command = '', ...counts] = this.#tag.split(' ');
    this.#resolve({ command, rowCount: Number(counts.at(-1) ?? 0) || 0, rows: this.#rows });
  }
}
