// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';

/**
 * 0033 warning_counts: how many items a warning was first made for stands in the warning itself.
 *
 * Kind    additive: rows of warning_item that exist go on holding; new ones are written only when a
 *         later look counts otherwise, which spares a row and its index entry for each warning
 * Rows    none of its own
 * Undo    none needed: without the columns every warning counts from zero, and tells of its
 *         computers once more
 * Law     none: the counts are derived and told to nobody
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table warning
    add column affected_items integer not null default 0,
    add column undecided_items integer not null default 0`.execute(db);
}
