// SPDX-License-Identifier: Apache-2.0
/** What the office sees of a vulnerability: who is affected, warned, silent, fixed, and how fast. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type {
  BoardCell,
  BoardNumbers,
  Page,
  VulnerabilityBrief,
  VulnerabilityDetail,
  WarningState,
} from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { WarnContext } from './context.ts';
import { warnErrors } from './errors.ts';
import type { VulnerabilityFacts } from './facts.ts';
import { readStatements } from './feed-apply.ts';
import type { AnyTransaction } from './ports.ts';
import { readFacts } from './warning-issue.ts';
import { vulnerabilityBrief } from './warning-reading.ts';

const LIMIT_MAX = 200;
const ORGANISATIONS_SHOWN = 500;

/** The counts that every figure of the office is made of. `silent`: open and nobody has answered. */
const NUMBERS = sql.raw(`
  count(distinct w.organisation_id)::int as organisations,
  coalesce(sum(w.computers), 0)::int as computers,
  coalesce(sum(w.computers) filter (where w.state not in ('resolved', 'withdrawn')), 0)::int
    as "affectedComputers",
  count(*)::int as warned,
  count(*) filter (where w.acknowledged_at_ms is not null)::int as acknowledged,
  count(*) filter (where w.state = 'open' and w.acknowledged_at_ms is null)::int as silent,
  count(*) filter (where w.resolution in ('fixed', 'mitigated', 'left'))::int as fixed`);

const NOTHING: BoardNumbers = {
  organisations: 0,
  computers: 0,
  affectedComputers: 0,
  warned: 0,
  acknowledged: 0,
  silent: 0,
  fixed: 0,
};

export interface VulnerabilityFilter {
  readonly query?: string;
  readonly exploited?: boolean;
  readonly cursor?: string;
  readonly limit?: number;
}

/** Vulnerabilities by newest exploitation, then by id; `query` looks in id, title, maker, product. */
export async function listVulnerabilities(
  context: WarnContext,
  scope: Scope,
  filter: VulnerabilityFilter = {},
): Promise<Page<VulnerabilityBrief>> {
  const limit = Math.min(filter.limit ?? 50, LIMIT_MAX);
  const from = /^\d{1,7}$/.test(filter.cursor ?? '') ? Number(filter.cursor) : 0;
  const words = `%${(filter.query ?? '').replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
  return context.store.read(scope, async (db) => {
    const { rows } = await sql<{ facts: VulnerabilityFacts }>`select facts from vulnerability
      where (${filter.query ?? ''} = '' or vulnerability_id ilike ${words} or title ilike ${words}
          or maker ilike ${words} or product ilike ${words})
        and (${filter.exploited ?? null}::boolean is null
          or exploited = ${filter.exploited ?? null}::boolean)
      order by exploited_on desc nulls last, vulnerability_id desc
      offset ${from} limit ${limit + 1}`.execute(db);
    const items = rows.slice(0, limit).map(({ facts }) => vulnerabilityBrief(facts));
    return rows.length > limit ? { items, next: String(from + limit) } : { items };
  });
}

/**
 * One vulnerability.
 *
 * In     scope: figures are of the warnings inside it, so a ministry sees its sector and an operator
 *        itself; `withExposure` false leaves them out altogether
 * Throws WRN_NO_VULNERABILITY
 */
export async function readVulnerability(
  context: WarnContext,
  scope: Scope,
  id: string,
  withExposure: boolean,
): Promise<VulnerabilityDetail> {
  return context.store.read(scope, async (db) => {
    const facts = (await readFacts(db, [id])).get(id);
    if (!facts) throw warnErrors('NO_VULNERABILITY', { vulnerability: id });
    const statements = (await readStatements(db, [id])).get(id)?.statements ?? [];
    const rules = await sql<{ rule: string; reason: { ja: string; en: string } }>`
      select distinct on (v.rule) v.rule, v.reason from verdict v
      where v.vulnerability_id = ${id} and exists (
        -- A reason names the version of somebody's computer: only of those inside the scope.
        select from ${context.register.holdings} h where h.identity_id = v.identity_id)
      order by v.rule, v.identity_id limit 20`.execute(db);
    return {
      ...vulnerabilityBrief(facts),
      description: facts.summary.en,
      ...(facts.requiredAction === undefined ? {} : { requiredAction: facts.requiredAction }),
      sources: statements.map(({ provenance }) => ({
        name: provenance.name,
        id: provenance.recordId,
        ...(provenance.url === undefined ? {} : { url: provenance.url }),
      })),
      rules: rules.rows.map(({ reason }) => reason),
      ...(withExposure ? { exposure: await readExposure(context, db, id) } : {}),
    };
  });
}

async function readExposure(
  context: WarnContext,
  db: AnyTransaction,
  id: string,
): Promise<NonNullable<VulnerabilityDetail['exposure']>> {
  const of = sql`w.vulnerability_id = ${id} and w.form = 'alarm'`;
  const numbers = await sql<BoardNumbers>`select ${NUMBERS} from warning w where ${of}`.execute(db);
  const [times] = (
    await sql<Times>`select
      percentile_cont(array[0.5, 0.9]) within group (order by issued_at_ms - known_at_ms) as warn,
      percentile_cont(array[0.5, 0.9]) within group (order by acknowledged_at_ms - issued_at_ms)
        as acknowledge,
      percentile_cont(array[0.5, 0.9]) within group (order by resolved_at_ms - issued_at_ms)
        filter (where resolution in ('fixed', 'mitigated', 'left')) as fix
      from warning w where ${of}`.execute(db)
  ).rows;
  const warned = await sql<WarnedRow>`select w.organisation_id as organisation,
      w.warning_id as warning, w.state, w.computers, w.due_at_ms as due,
      w.state = 'open' and w.acknowledged_at_ms is null as silent
    from warning w where ${of} order by silent desc, w.due_at_ms, w.warning_id
    limit ${ORGANISATIONS_SHOWN}`.execute(db);
  const briefs = await context.register.organisations(
    db,
    warned.rows.map((row) => row.organisation),
  );
  const names = new Map(briefs.map((brief) => [brief.id, brief]));
  return {
    numbers: numbers.rows[0] ?? NOTHING,
    ...showTimes('timeToWarnMs', times?.warn),
    ...showTimes('timeToAcknowledgeMs', times?.acknowledge),
    ...showTimes('timeToFixMs', times?.fix),
    organisations: warned.rows.flatMap(({ organisation, due, ...row }) => {
      const brief = names.get(organisation);
      return brief ? [{ organisation: brief, ...row, due: toInstant(due) }] : [];
    }),
    bySector: await readCells(db, 'sector', of),
    byPrefecture: await readCells(db, 'prefecture', of),
  };
}

interface Times {
  readonly warn: readonly (number | null)[] | null;
  readonly acknowledge: readonly (number | null)[] | null;
  readonly fix: readonly (number | null)[] | null;
}

interface WarnedRow {
  readonly organisation: string;
  readonly warning: string;
  readonly state: WarningState;
  readonly computers: number;
  readonly due: number;
  readonly silent: boolean;
}

function showTimes<K extends string>(
  name: K,
  times: readonly (number | null)[] | null | undefined,
) {
  const [median, p90] = times ?? [];
  type Shown = { readonly [P in K]?: { readonly median: number; readonly p90: number } };
  if (median == null || p90 == null) return {} as Shown;
  return { [name]: { median: Math.round(median), p90: Math.round(p90) } } as Shown;
}

async function readCells(
  db: AnyTransaction,
  column: 'sector' | 'prefecture',
  of: ReturnType<typeof sql>,
): Promise<readonly BoardCell[]> {
  const { rows } = await sql<BoardCell>`select o.${sql.ref(column)} as key, ${NUMBERS}
    from warning w join organisation o on o.id = w.organisation_id
    where ${of} and o.${sql.ref(column)} is not null group by 1 order by 1`.execute(db);
  return rows;
}

/** Figures of all open alarms inside the scope, by sector and prefecture, for the situation board. */
export async function readBoard(context: WarnContext, scope: Scope) {
  return context.store.read(scope, async (db) => {
    const of = sql`w.form = 'alarm'`;
    const totals = await sql<BoardNumbers>`select ${NUMBERS} from warning w where ${of}`.execute(
      db,
    );
    return {
      totals: totals.rows[0] ?? NOTHING,
      bySector: await readCells(db, 'sector', of),
      byPrefecture: await readCells(db, 'prefecture', of),
    };
  });
}
