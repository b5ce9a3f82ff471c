// SPDX-License-Identifier: Apache-2.0
import { sql } from 'kysely';
import type { AnyTransaction } from './ports.ts';

/** Only one transaction at a time changes what is known of vulnerabilities, or matches. */
export async function lockKnowledge(db: AnyTransaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(5371030)`.execute(db);
}
