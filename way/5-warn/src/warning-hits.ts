// SPDX-License-Identifier: Apache-2.0
/**
 * Hits: how many computers of whom a set of verdicts reaches. Counted inside the
 * database: a million computers with twenty vulnerabilities each are some ten thousand rows here,
 * and no computer passes through this process.
 */
import type { Exposure } from '@sakimori/vocabulary/wire';
import { type RawBuilder, sql } from 'kysely';
import type { WarnContext } from './context.ts';
import type { AnyTransaction } from './ports.ts';

/** Exposures by their bit, so that a set of them is one number. */
export const EXPOSURE_BITS: readonly Exposure[] = [
  'internet',
  'partner',
  'internal',
  'isolated',
  'unknown',
];

function exposureBit(column: string): RawBuilder<unknown> {
  const cases = EXPOSURE_BITS.map((exposure, bit) => `when '${exposure}' then ${1 << bit}`);
  return sql.raw(`case ${column} ${cases.join(' ')} else 16 end`);
}

/** Verdicts that concern somebody. */
const CONCERNS = sql.raw(`('affected', 'cannot-decide')`);

/**
 * Whom these vulnerabilities reach.
 *
 * Out    the temporary table `warn_hit`, one row an organisation, vulnerability, verdict;
 *        `warn_touched`: warnings that may change, hit or not; `warn_twice`: computers that were
 *        counted more than once, because several of their items are hit by the same vulnerability
 */
export async function gatherHitsOfVulnerabilities(
  context: WarnContext,
  db: AnyTransaction,
  vulnerabilityIds: readonly string[],
): Promise<void> {
  await makeHits(context, db, { vulnerabilityIds });
  await sql`create temporary table warn_touched on commit drop as
    select warning_id, organisation_id, vulnerability_id from warning
    where vulnerability_id = any(${vulnerabilityIds}::text[])`.execute(db);
}

/** What reaches these organisations, counted anew: their computers changed, one is small. */
export async function gatherHitsOfOrganisations(
  context: WarnContext,
  db: AnyTransaction,
  organisationIds: readonly string[],
): Promise<void> {
  await makeHits(context, db, { organisationIds });
  await sql`create temporary table warn_touched on commit drop as
    select warning_id, organisation_id, vulnerability_id from warning
    where organisation_id = any(${organisationIds}::text[])`.execute(db);
}

interface Reach {
  readonly vulnerabilityIds?: readonly string[];
  readonly organisationIds?: readonly string[];
}

function within(column: string, ids: readonly string[] | undefined): RawBuilder<unknown> {
  return ids === undefined ? sql`true` : sql`${sql.ref(column)} = any(${ids}::text[])`;
}

async function makeHits(context: WarnContext, db: AnyTransaction, reach: Reach): Promise<void> {
  const { holdings } = context.register;
  const owners = within('h.organisation_id', reach.organisationIds);
  const held = reach.organisationIds
    ? sql`v.identity_id in (select h.identity_id from ${holdings} h where ${owners})`
    : sql`true`;
  await sql`create temporary table warn_verdict on commit drop as
    select v.vulnerability_id, v.identity_id, v.verdict, v.confidence, v.product, v.rule
    from verdict v where ${within('v.vulnerability_id', reach.vulnerabilityIds)} and ${held}
      and v.verdict in ${CONCERNS}`.execute(db);
  await sql`analyze warn_verdict`.execute(db);
  // The ids are given, not joined: a plan that names no temporary table may use both cores.
  const { rows } = await sql<{ id: number }>`select distinct identity_id as id
    from warn_verdict`.execute(db);
  const identityIds = rows.map((row) => row.id);
  await sql`create temporary table warn_holding on commit drop as
    select h.organisation_id, h.identity_id, h.exposure, h.computer_id from ${holdings} h
    where ${owners} and h.identity_id = any(${identityIds}::bigint[])`.execute(db);
  await sql`analyze warn_holding`.execute(db);
  await sql`create temporary table warn_hit on commit drop as
    select x.organisation_id, x.vulnerability_id, x.verdict, sum(x.n)::int as n,
      bit_or(${exposureBit('x.exposure')})::smallint as exposures,
      min(case x.confidence when 'high' then 0 when 'medium' then 1 else 2 end)::int as sure
    from (
      select h.organisation_id, v.vulnerability_id, v.verdict, h.exposure, v.confidence, h.n,
        v.product, v.rule
      from (select organisation_id, identity_id, exposure, count(*)::int as n from warn_holding
        group by 1, 2, 3) h
      join warn_verdict v on v.identity_id = h.identity_id
      union all
      select c.organisation_id, c.vulnerability_id, c.verdict, h.exposure, c.confidence, 1,
        c.product, c.rule
      from computer_verdict c
      join ${holdings} h on h.computer_id = c.computer_id and h.identity_id = c.identity_id
      where ${within('c.vulnerability_id', reach.vulnerabilityIds)} and ${owners}
        and c.verdict in ${CONCERNS}
    ) x
    where not exists (
      select 1 from suppression s where s.removed_at_ms is null
        and s.organisation_id = x.organisation_id and s.product = x.product and s.rule = x.rule)
    group by 1, 2, 3`.execute(db);
  await sql`analyze warn_hit`.execute(db);
  await context.reached('match.counted');
  await sql`create temporary table warn_twice on commit drop as
    select organisation_id, vulnerability_id, verdict, sum(n - 1)::int as extra from (
      select h.organisation_id, v.vulnerability_id, h.computer_id, min(v.verdict) as verdict,
        count(*) as n
      from warn_holding h join warn_verdict v on v.identity_id = h.identity_id
      where h.computer_id in (
        select computer_id from warn_holding group by computer_id having count(*) > 1)
      group by h.organisation_id, v.vulnerability_id, h.computer_id having count(*) > 1
    ) several group by organisation_id, vulnerability_id, verdict`.execute(db);
}
