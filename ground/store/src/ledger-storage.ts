// SPDX-License-Identifier: Apache-2.0
/** The ledger's storage port on PostgreSQL: outbox, head and entries; the lock is a connection's. */
import {
  type LedgerStorage,
  type LogHead,
  type LogName,
  ledgerErrors,
  type PendingEntry,
} from '@sakimori/ledger';
import type pg from 'pg';
import { connect, explain } from './database.ts';
import { storeErrors } from './errors.ts';

/** First key of the advisory lock; the second is the log. */
const SEQUENCER_LOCK = 5_371_002;
const LOG_NUMBERS: Readonly<Record<LogName, number>> = { operations: 1, exercise: 2, public: 3 };

const PENDING = `
  select outbox_id as "outboxId", bytes from (
    select outbox_id, bytes, sum(length(bytes)) over (order by outbox_id) as total,
           row_number() over (order by outbox_id) as place
    from (select outbox_id, bytes from ledger_outbox where log = $1 order by outbox_id limit $2) few
  ) counted
  where total <= $3 or place = 1
  order by outbox_id`;

/** One statement and one round trip: moves the rows and the head, and says how many of each. */
const ADVANCE = `
  with head as (
    insert into ledger_head as h (log, size, root, checkpoint)
    select $1, $3::bigint, $4, $5
    where $2::bigint = 0 or exists (select from ledger_head where log = $1)
    on conflict (log) do update
      set size = excluded.size, root = excluded.root, checkpoint = excluded.checkpoint,
          changed_at = now()
      where h.size = $2::bigint
    returning 1
  ), taken as (
    delete from ledger_outbox where log = $1 and outbox_id = any($6::uuid[])
    returning outbox_id, bytes
  ), moved as (
    insert into ledger_entry (log, index, outbox_id, bytes)
    select $1, $2::bigint + place - 1, outbox_id, bytes
    from unnest($6::uuid[]) with ordinality as given (outbox_id, place)
    join taken using (outbox_id)
    returning 1
  )
  select (select count(*) from head) as heads, (select count(*) from moved) as moved`;

/** A storage that also ends its connection. */
export interface ClosableLedgerStorage extends LedgerStorage {
  close(): Promise<void>;
}

/**
 * The storage of one sequencer.
 *
 * In          target of the tables' owner
 * Concurrency everything runs on the one connection that holds the lock: when it breaks, the lock
 *             is gone and every later call is refused until `lock` is called again
 * Throws      LOG_HEAD_MOVED, STORE_UNAVAILABLE, STORE_DISK_FULL
 */
export function openLedgerStorage(owner: pg.ClientConfig): ClosableLedgerStorage {
  let client: pg.Client | undefined;

  async function ask<R extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<R[]> {
    if (!client) throw storeErrors('UNAVAILABLE', { reason: 'lock-lost' });
    try {
      return (await client.query<R>({ name, text, values })).rows;
    } catch (error) {
      throw explain(error);
    }
  }

  async function forget(): Promise<void> {
    const old = client;
    client = undefined;
    await old?.end().catch(() => {});
  }

  return {
    async lock(log) {
      if (!client) {
        try {
          const fresh = await connect(owner, 'sakimori sequencer');
          fresh.once('end', () => {
            if (client === fresh) client = undefined;
          });
          client = fresh;
        } catch (error) {
          throw explain(error);
        }
      }
      const rows = await ask<{ taken: boolean }>(
        'lock',
        'select pg_try_advisory_lock($1, $2) as taken',
        [SEQUENCER_LOCK, LOG_NUMBERS[log]],
      );
      return rows[0]?.taken === true;
    },

    async unlock(log) {
      if (!client) return;
      await ask('unlock', 'select pg_advisory_unlock($1, $2)', [SEQUENCER_LOCK, LOG_NUMBERS[log]]);
    },

    async head(log) {
      const rows = await ask<{ size: number; root: Buffer; checkpoint: string }>(
        'head',
        'select size, root, checkpoint from ledger_head where log = $1',
        [log],
      );
      const row = rows[0];
      return row && { size: row.size, root: toBytes(row.root), checkpoint: row.checkpoint };
    },

    async pending(log, entriesMax, bytesMax) {
      const rows = await ask<{ outboxId: string; bytes: Buffer }>('pending', PENDING, [
        log,
        entriesMax,
        bytesMax,
      ]);
      return rows.map(
        (row): PendingEntry => ({ outboxId: row.outboxId, bytes: toBytes(row.bytes) }),
      );
    },

    async advance(log, expectedSize, next, outboxIds) {
      if (next.size !== expectedSize + outboxIds.length) {
        throw new RangeError('the next size has to count every entry');
      }
      await transact(async () => {
        const rows = await ask<{ heads: number; moved: number }>('advance', ADVANCE, [
          log,
          expectedSize,
          next.size,
          Buffer.from(next.root),
          next.checkpoint,
          outboxIds,
        ]);
        if (rows[0]?.heads !== 1 || rows[0].moved !== outboxIds.length) {
          throw ledgerErrors('HEAD_MOVED', { log, expectedSize });
        }
      });
    },

    async entries(log, from, to) {
      const rows = await ask<{ bytes: Buffer }>(
        'entries',
        'select bytes from ledger_entry where log = $1 and index >= $2 and index < $3 order by index',
        [log, from, to],
      );
      return rows.map((row) => toBytes(row.bytes));
    },

    close: forget,
  };

  async function transact(work: () => Promise<void>): Promise<void> {
    await ask('begin', 'begin', []);
    try {
      await work();
      await ask('commit', 'commit', []);
    } catch (error) {
      await client?.query('rollback').catch(() => forget());
      throw error;
    }
  }
}

function toBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

export type { LogHead };
