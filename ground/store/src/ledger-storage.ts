// SPDX-License-Identifier: Apache-2.0
/** The ledger's storage port on PostgreSQL: outbox, head and entries; the lock is a connection's. */
import {
  type LedgerStorage,
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

/** One statement, one round trip, one commit: moves the rows and the head, all or nothing. */
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
  select sakimori_expect(
    (select count(*) from head) = 1 and (select count(*) from moved) = cardinality($6::uuid[])
  )`;

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
  // A session may take the same lock many times; it is taken once, so that one unlock is enough.
  const held = new Set<LogName>();

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
    held.clear();
    await old?.end().catch(() => {});
  }

  return {
    async lock(log) {
      if (!client) {
        try {
          const fresh = await connect(owner, 'sakimori sequencer');
          fresh.once('end', () => {
            if (client === fresh) void forget();
          });
          client = fresh;
        } catch (error) {
          throw explain(error);
        }
      }
      if (held.has(log)) return true;
      const rows = await ask<{ taken: boolean }>(
        'lock',
        'select pg_try_advisory_lock($1, $2) as taken',
        [SEQUENCER_LOCK, LOG_NUMBERS[log]],
      );
      if (rows[0]?.taken !== true) return false;
      held.add(log);
      return true;
    },

    async unlock(log) {
      if (!client || !held.delete(log)) return;
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
      try {
        await ask('advance', ADVANCE, [
          log,
          expectedSize,
          next.size,
          Buffer.from(next.root),
          next.checkpoint,
          outboxIds,
        ]);
      } catch (error) {
        if ((error as { code?: string }).code !== 'SK003') throw error;
        throw ledgerErrors('HEAD_MOVED', { log, expectedSize }, error);
      }
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
}

function toBytes(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
