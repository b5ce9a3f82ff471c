// SPDX-License-Identifier: Apache-2.0
/** The outbox: entries of a transaction, written with the message that commits it. */
import { randomBytes } from 'node:crypto';
import { type LedgerEntryDraft, type LogName, sealEntry } from '@sakimori/ledger';
import type pg from 'pg';

/** What sealing needs; the same for all entries of an instance. */
export interface Sealing {
  readonly log: LogName;
  readonly exercise: boolean;
  /** 32 secret bytes or more, escrowed with the commission. */
  readonly tagKey: Uint8Array;
  readonly nowMs: () => number;
}

/** Entries up to this many go out as text together with `commit`; more go as parameters. */
const INLINE_MAX = 64;

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
      nonce: randomBytes(32),
    },
  );
  return { outboxId: nextId(Date.now()), bytes };
}

/** Writes the rows and commits, in one message where that is not too long. */
export async function commitWith(
  client: pg.ClientBase,
  log: LogName,
  rows: readonly OutboxRow[],
): Promise<void> {
  if (rows.length === 0) {
    await client.query('commit');
    return;
  }
  if (rows.length <= INLINE_MAX) {
    // Ids are ours, the log is a closed word, bytes go as hex: nothing here needs quoting.
    const values = rows.map(
      (row) => `('${log}','${row.outboxId}','\\x${Buffer.from(row.bytes).toString('hex')}')`,
    );
    await client.query(
      `insert into ledger_outbox (log, outbox_id, bytes) values ${values.join(',')}; commit`,
    );
    return;
  }
  for (let from = 0; from < rows.length; from += 5_000) {
    const part = rows.slice(from, from + 5_000);
    await client.query(
      `insert into ledger_outbox (log, outbox_id, bytes)
       select $1, outbox_id, bytes from unnest($2::uuid[], $3::bytea[]) as given (outbox_id, bytes)`,
      [log, part.map((row) => row.outboxId), part.map((row) => Buffer.from(row.bytes))],
    );
  }
  await client.query('commit');
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
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | lastCount, 6);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
