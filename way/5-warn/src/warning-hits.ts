// SPDX-License-Identifier: Apache-2.0
/**
 * Hits: which computers a set of verdicts reaches, gathered inside the database. A million
 * computers never pass through this process; only counts by organisation do.
 */
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import type { AnyTransaction } from './ports.ts';

/** Verdicts that concern somebody. */
const CONCERNS = sql.raw(`('affected', 'cannot-decide')`);

/**
 * All computers that these vulnerabilities reach.
 *
 * Out    the temporary table `warn_hit`, one row a computer and vulnerability (the item that decides),
 *        and `warn_touched`: warnings that may change, hit or not
 */
export async function gatherHitsOfVulnerabilities(
  context: WarnContext,
  db: AnyTransaction,
  vulnerabilityIds: readonly string[],
): Promise<void> {
  const { holdings } = context.register;
  await makeHits(
    db,
    sql`
    select h.organisation_id, v.vulnerability_id, h.computer_id, v.identity_id, v.verdict,
      v.confidence, v.weight, h.exposure, v.product, v.rule
    from verdict v join ${holdings} h on h.identity_id = v.identity_id
    where v.vulnerability_id = any(${vulnerabilityIds}::text[]) and v.verdict in ${CONCERNS}
    union all
    select c.organisation_id, c.vulnerability_id, c.computer_id, c.identity_id, c.verdict,
      c.confidence, c.weight, h.exposure, c.product, c.rule
    from computer_verdict c
    join ${holdings} h on h.computer_id = c.computer_id and h.identity_id = c.identity_id
    where c.vulnerability_id = any(${vulnerabilityIds}::text[]) and c.verdict in ${CONCERNS}`,
  );
  await sql`create temporary table warn_touched on commit drop as
    select warning_id, organisation_id, vulnerability_id from warning
    where vulnerability_id = any(${vulnerabilityIds}::text[])`.execute(db);
}

/** All vulnerabilities that reach these computers; other computers of the same warnings stay. */
export async function gatherHitsOfComputers(
  context: WarnContext,
  db: AnyTransaction,
  computerIds: readonly string[],
): Promise<void> {
  const { holdings } = context.register;
  await makeHits(
    db,
    sql`
    select h.organisation_id, v.vulnerability_id, h.computer_id, v.identity_id, v.verdict,
      v.confidence, v.weight, h.exposure, v.product, v.rule
    from ${holdings} h join verdict v on v.identity_id = h.identity_id
    where h.computer_id = any(${computerIds}::text[]) and v.verdict in ${CONCERNS}
    union all
    select c.organisation_id, c.vulnerability_id, c.computer_id, c.identity_id, c.verdict,
      c.confidence, c.weight, h.exposure, c.product, c.rule
    from computer_verdict c
    join ${holdings} h on h.computer_id = c.computer_id and h.identity_id = c.identity_id
    where c.computer_id = any(${computerIds}::text[]) and c.verdict in ${CONCERNS}`,
  );
  await sql`create temporary table warn_touched on commit drop as
    select w.warning_id, w.organisation_id, w.vulnerability_id from warning w
    where w.warning_id in (
      select warning_id from warning_computer
      where computer_id = any(${computerIds}::text[]) and left_at_ms is null)
    or exists (select 1 from warn_hit h where h.organisation_id = w.organisation_id
      and h.vulnerability_id = w.vulnerability_id)`.execute(db);
  // The rest of each touched warning counts too: a deadline follows from all its computers.
  await sql`insert into warn_hit
    select w.organisation_id, t.vulnerability_id, w.computer_id, w.identity_id, w.verdict,
      w.confidence, 0, w.exposure, '', '', true
    from warn_touched t join warning_computer w on w.warning_id = t.warning_id
    where w.left_at_ms is null and w.computer_id <> all(${computerIds}::text[])`.execute(db);
}

async function makeHits(db: AnyTransaction, rows: ReturnType<typeof sql>): Promise<void> {
  await sql`create temporary table warn_hit on commit drop as
    select distinct on (vulnerability_id, computer_id) x.organisation_id, x.vulnerability_id,
      x.computer_id, x.identity_id, x.verdict, x.confidence, x.weight, x.exposure, x.product,
      x.rule, false as carried
    from (${rows}) x
    where not exists (
      select 1 from suppression s where s.removed_at_ms is null
        and s.organisation_id = x.organisation_id and s.product = x.product and s.rule = x.rule)
    order by vulnerability_id, computer_id, x.verdict, x.weight desc, x.identity_id`.execute(db);
  await sql`analyze warn_hit`.execute(db);
}
