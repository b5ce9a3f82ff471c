// SPDX-License-Identifier: Apache-2.0
/** From the outbox key that a room remembers to the place of its entry in the log. */
import type { OpenStore } from '@sakimori/store';
import type { ReceiptReference } from '@sakimori/vocabulary/wire';

export type Receipts = (
  outboxIds: readonly (string | undefined)[],
) => Promise<ReadonlyMap<string, ReceiptReference>>;

interface EntryTables {
  ledger_entry: { log: string; index: string; outbox_id: string };
}

/** Places of these entries; those that are not yet published are left out. */
export function receiptsOf(store: OpenStore): Receipts {
  return async (outboxIds) => {
    const wanted = [...new Set(outboxIds.filter((id) => id !== undefined))];
    if (wanted.length === 0) return new Map();
    const rows = await store
      .as<EntryTables>()
      .plain.selectFrom('ledger_entry')
      .select(['outbox_id', 'index'])
      .where('outbox_id', 'in', wanted)
      .execute();
    return new Map(
      rows.map((row) => [row.outbox_id, { log: store.logName, index: Number(row.index) }]),
    );
  };
}
