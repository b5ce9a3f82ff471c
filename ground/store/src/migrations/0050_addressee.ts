// SPDX-License-Identifier: Apache-2.0
import { type Kysely, sql } from 'kysely';

/**
 * 0050 addressee: police and personal-information commission as organisations, with their desks.
 *
 * Kind    additive: two more kinds and two more roles are allowed
 * Rows    none
 * Undo    none: organisations of these kinds may exist
 * Law     Act art. 5; APPI art. 26 (personal-information commission)
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table organisation drop constraint organisation_kind_check',
  `alter table organisation add constraint organisation_kind_check check (kind in
     ('operator', 'office', 'ministry', 'police', 'privacy-commission', 'vendor', 'commission',
      'carrier', 'partner'))`,
  'alter table identity_membership drop constraint identity_membership_roles_check',
  `alter table identity_membership add constraint identity_membership_roles_check check
     (roles <@ array['operator-admin', 'operator-member', 'office-analyst', 'ministry-desk',
      'police-desk', 'privacy-desk', 'vendor', 'commission', 'auditor', 'steward'])`,
];
