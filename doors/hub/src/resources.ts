// SPDX-License-Identifier: Apache-2.0
/** A thing as it stands in the store now, for "why can, or cannot, this person see this?". */
import { type Action, isMarked, type Resource, typeOfAction } from '@sakimori/authority';
import type { Scope, Store, StoreTables } from '@sakimori/store';
import { sql } from 'kysely';
import type { OrganisationNames } from './organisations.ts';

/** Of which organisation a thing is: table and columns by the type that actions name. */
const OWNERS: Readonly<Record<string, { table: string; id: string; organisation: string }>> = {
  computer: { table: 'computer', id: 'computer_id', organisation: 'organisation_id' },
  warning: { table: 'warning', id: 'warning_id', organisation: 'organisation_id' },
  notification: { table: 'notification', id: 'notification_id', organisation: 'organisation_id' },
  suppression: { table: 'suppression', id: 'suppression_id', organisation: 'organisation_id' },
  report: { table: 'report', id: 'report_id', organisation: 'organisation_id' },
  // What an addressee was given is the addressee's.
  copy: { table: 'report_copy', id: 'copy_id', organisation: 'desk_id' },
  organisation: { table: 'organisation', id: 'id', organisation: 'id' },
};

/**
 * In    action (its type says what kind of thing); id; the scope of whoever asks the question
 * Out   the thing with its organisation and sectors; undefined when the asker may not see it
 */
export function resourcesOf(
  store: Store<StoreTables>,
  names: OrganisationNames,
): (action: Action, id: string, scope: Scope) => Promise<Resource | undefined> {
  return async (action, id, scope) => {
    const type = typeOfAction(action);
    const owner = OWNERS[type];
    if (!owner) return undefined;
    const { rows } = await store.read(scope, (db) =>
      sql<{ organisation: string }>`
        select ${sql.ref(owner.organisation)} as organisation from ${sql.table(owner.table)}
        where ${sql.ref(owner.id)} = ${id}`.execute(db),
    );
    const organisation = rows[0]?.organisation;
    if (organisation === undefined) return undefined;
    return {
      type,
      id,
      organisation,
      sectors: await names.sectorsOf(organisation),
      // Warnings go to one operator and its helpers; nothing here is wider.
      ...(isMarked(type) && { tlp: 'AMBER' as const }),
    } as Resource;
  };
}
