// SPDX-License-Identifier: Apache-2.0
/** Connections: where they go, how values come back, and what a broken one means. */
import { SakimoriError } from '@sakimori/vocabulary';
import pg from 'pg';
import { storeErrors } from './errors.ts';

/** How to reach one database, as its owner and as the application. */
export interface DatabaseTargets {
  /** Owner of the tables: migrations, the sequencer, jobs, backup. */
  readonly owner: pg.ClientConfig;
  /** Serves requests; always works as the application role. */
  readonly application: pg.ClientConfig;
}

export const SERVER_VERSION_LEAST = 15;

const INT8 = 20;
const INT8_ARRAY = 1016;
const DATE = 1082;

/**
 * Values as they come back: bigint as number (refused beyond 2^53), date as text, timestamptz as
 * Date, json and jsonb as objects, numeric as text.
 */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (oid === INT8) return toSafeInteger;
    if (oid === DATE) return (text: string) => text;
    if (oid === INT8_ARRAY) {
      const parse = pg.types.getTypeParser(oid as never, 'text') as (text: string) => string[];
      return (text: string) =>
        parse(text).map((item) => (item === null ? item : toSafeInteger(item)));
    }
    return pg.types.getTypeParser(oid as never, 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint from the database exceeds 2^53');
  return value;
}

/** Targets of a server given by address; the application may have a login of its own. */
export function readTargets(url: string, applicationUrl?: string): DatabaseTargets {
  const owner = readUrl(url, 'SAKIMORI_DATABASE_URL');
  return {
    owner,
    application: applicationUrl
      ? readUrl(applicationUrl, 'SAKIMORI_DATABASE_APPLICATION_URL')
      : owner,
  };
}

function readUrl(url: string, setting: string): pg.ClientConfig {
  // A missing host means a socket, named by ?host=: right for PostgreSQL, not for URL.
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url.replace('@/', '@localhost/'))) {
    throw storeErrors('URL_INVALID', { setting });
  }
  return { connectionString: url };
}

/** A pool whose idle connections may die without taking the process along. */
export function makePool(target: pg.ClientConfig, max: number, name: string): pg.Pool {
  const pool = new pg.Pool({
    ...target,
    types: valueTypes,
    max,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** A connection of its own, connected. */
export async function connect(target: pg.ClientConfig, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...target,
    types: valueTypes,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What an error of the driver or the server means for the one who asked. */
export type Trouble = 'lost' | 'collision' | 'stale-plan' | 'other';

/** Sorts an error: connection gone, collision with another transaction, anything else. */
export function troubleOf(error: unknown): Trouble {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : '';
  if (typeof code === 'string') {
    if (code === '40001' || code === '40P01') return 'collision';
    // A prepared statement outlived a change of its table.
    if (code === '0A000' && text.includes('cached plan')) return 'stale-plan';
    if (/^(08...|57P0[1-5]|53300)$/.test(code) || LOST.has(code)) return 'lost';
    return 'other';
  }
  return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Client was closed|timeout expired)/.test(
    text,
  )
    ? 'lost'
    : 'other';
}

/** The refusal that a person should see for an error of the database; others pass unchanged. */
export function explain(error: unknown): unknown {
  if (error instanceof SakimoriError) return error;
  const { code, message } = error as { code?: string; message?: string };
  if (code === '53100') return storeErrors('DISK_FULL', {}, error);
  if (code === '53200') return storeErrors('UNAVAILABLE', { reason: 'out-of-memory' }, error);
  if (code === 'SK001') return storeErrors('GUARDED_WITHOUT_ENTRY', {}, error);
  if (code === '42501' && /row-level security/.test(message ?? '')) {
    return storeErrors('OUT_OF_SCOPE', {}, error);
  }
  switch (troubleOf(error)) {
    case 'lost':
      return storeErrors('UNAVAILABLE', { reason: 'connection-lost' }, error);
    case 'collision':
    case 'stale-plan':
      return storeErrors('BUSY', { attempts: 1 }, error);
    default:
      return error;
  }
}
