// SPDX-License-Identifier: Apache-2.0
/** The outbox: entries of a transaction, written by the message that commits it. */
import { randomBytes } from 'node:crypto';
import { type LedgerEntryDraft, type LogName, sealEntry } from '@sakimori/ledger';
import type { Statement } from './exchange.ts';

/** What sealing needs; the same for all entries of an instance. */
export interface Sealing {
  readonly log: LogName;
  readonly exercise: boolean;
  /** 32 secret bytes or more, escrowed with the commission. */
  readonly tagKey: Uint8Array;
  readonly nowMs: () => number;
}

export interface OutboxRow {
  readonly outboxId: string;
  readonly bytes: Uint8Array;
}

/** Seals a draft and gives it a key that sorts by time. */
export function sealRow(draft: LedgerEntryDraft, actor: string, sealing: Sealing): OutboxRow {
  const bytes = sealEntry(
    { ...draft, actor: draft.actor ?? actor },
    {
      at: sealing.nowMs(),
      exercise: sealing.exercise,
      tagKey: sealing.tagKey,
      nonce: takeRandom(32),
    },
  );
  return { outboxId: nextId(Date.now()), bytes };
}

const ROWS_AT_ONCE = 5_000;

/** The statements that put the rows into the outbox; they are sent together with the commit. */
export function outboxStatements(log: LogName, rows: readonly OutboxRow[]): Statement[] {
  if (rows.length === 1) {
    const [row] = rows as [OutboxRow];
    const text = 'insert into ledger_outbox (log, outbox_id, bytes) values ($1, $2, $3)';
    return [{ name: 'sk_outbox', text, values: [log, row.outboxId, row.bytes] }];
  }
  const statements: Statement[] = [];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const part = rows.slice(from, from + ROWS_AT_ONCE);
    const ids = part.map((row) => row.outboxId);
    statements.push({
      name: 'sk_outbox_rows',
      text: `insert into ledger_outbox (log, outbox_id, bytes)
       select $1, outbox_id, bytes from unnest($2::uuid[], $3::bytea[]) as given (outbox_id, bytes)`,
      values: [log, `{${ids.join(',')}}`, toByteaArray(part.map((row) => row.bytes))],
    });
  }
  return statements;
}

const BYTEA = 17;

/** A bytea[] in the server's own form: as text, every byte would be written and read in hex. */
function toByteaArray(items: readonly Uint8Array[]): Buffer {
  const length = items.reduce((sum, item) => sum + 4 + item.length, 20);
  const array = Buffer.allocUnsafe(length);
  // One dimension, no nulls, element type, number of elements, first index.
  [1, 0, BYTEA, items.length, 1].forEach((word, i) => {
    array.writeInt32BE(word, 4 * i);
  });
  let at = 20;
  for (const item of items) {
    at = array.writeInt32BE(item.length, at);
    array.set(item, at);
    at += item.length;
  }
  return array;
}

const POOL_BYTES = 4096;
let pool: Buffer = Buffer.alloc(0);

/** Fresh random bytes; asked for by the page, since each asking costs more than the bytes. */
function takeRandom(count: number): Buffer {
  if (pool.length < count) pool = randomBytes(POOL_BYTES);
  const taken = pool.subarray(0, count);
  pool = pool.subarray(count);
  return taken;
}

let lastMs = 0;
let lastCount = 0;

/** A UUID of version 7 (RFC 9562) whose 12 bits after the time count within a millisecond. */
function nextId(nowMs: number): string {
  if (nowMs > lastMs) {
    [lastMs, lastCount] = [nowMs, 0];
  } else {
    lastCount += 1;
    if (lastCount > 0xfff) [lastMs, lastCount] = [lastMs + 1, 0];
  }
  const bytes = takeRandom(16);
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | lastCount, 6);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
