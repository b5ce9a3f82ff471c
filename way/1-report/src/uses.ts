// SPDX-License-Identifier: Apache-2.0
/** Who looks at a copy, and what for: on the ledger before anything is shown. */
import type { Scope } from '@sakimori/store';
import type { Text } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, shortId } from './context.ts';
import { addresseesAt } from './engine/index.ts';
import { reportErrors } from './errors.ts';
import type { UseRow } from './tables.ts';

/** Within this time the same person looking at the same copy is one use. */
const ONE_USE_MS = 600_000;

interface Looked {
  readonly report_id: string;
  readonly organisation_id: string;
  readonly desk_id: string;
  readonly addressee: string;
  readonly state: string;
}

/**
 * Records that somebody looks at a copy; the first look also makes it "read".
 *
 * Out     once the entry `record.accessed` is published
 * Throws  RPT_NO_COPY; then nothing was recorded
 * Law     Act art. 8: use bound to purpose; the reporter sees who read what, and why
 */
export async function recordUse(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  what: UseRow['what'],
): Promise<void> {
  const atMs = context.now();
  const { ruleAt } = await context.overlay.current();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const copy = await lockCopy(db, copyId);
    const earlier = await findUse(db, copyId, scope.actor, what, atMs - ONE_USE_MS);
    if (earlier !== undefined) return earlier;
    const purpose = purposeOf(addresseesAt(ruleAt, atMs).get(copy.addressee)?.purpose);
    const outboxId = await record({
      type: 'record.accessed',
      tenant: copy.organisation_id,
      basis: { article: 'act art. 8' },
      counts: { copies: 1, [`what_${what}`]: 1 },
      refs: [copyId, copy.report_id],
    });
    await sql`insert into report_use (copy_id, report_id, organisation_id, desk_id, actor, what,
        purpose, at_ms, outbox_id)
      values (${copyId}, ${copy.report_id}, ${copy.organisation_id}, ${copy.desk_id},
        ${scope.actor}, ${what}, ${JSON.stringify(purpose)}::jsonb, ${atMs}, ${outboxId})`.execute(
      db,
    );
    if (copy.state === 'delivered') {
      await sql`update report_copy set state = 'read', read_at_ms = ${atMs},
          read_outbox = ${outboxId} where copy_id = ${copyId}`.execute(db);
    }
    return undefined;
  });
  // Another look of hers is still on its way to the ledger: this one waits for it.
  if (changed.value !== undefined) await context.published([changed.value]);
}

const UNSAID: Text = { ja: '報告先の職務のため', en: 'for the task of the addressee' };

function purposeOf(purpose: Text | undefined): Text {
  return purpose ? { ja: purpose.ja, en: purpose.en } : UNSAID;
}

async function lockCopy(db: AnyTransaction, copyId: string): Promise<Looked> {
  const { rows } = await sql<Looked>`select report_id, organisation_id, desk_id, addressee, state
    from report_copy where copy_id = ${copyId} for update`.execute(db);
  if (!rows[0]) throw reportErrors('NO_COPY', { copyId: shortId(copyId) });
  return rows[0];
}

async function findUse(
  db: AnyTransaction,
  copyId: string,
  actor: string,
  what: string,
  sinceMs: number,
): Promise<string | undefined> {
  const { rows } = await sql<{ outbox: string }>`select outbox_id as outbox from report_use
    where copy_id = ${copyId} and actor = ${actor} and what = ${what} and at_ms > ${sinceMs}
    order by at_ms desc limit 1`.execute(db);
  return rows[0]?.outbox;
}
