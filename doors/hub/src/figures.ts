// SPDX-License-Identifier: Apache-2.0
/** Figures that need register and warnings side by side; the database's row policies hold here too. */
import type { Scope, Store, StoreTables } from '@sakimori/store';
import type { BoardCell, BoardNumbers, VulnerabilityBrief } from '@sakimori/vocabulary/wire';
import { vulnerabilityBrief } from '@sakimori/warn';
import { sql } from 'kysely';

export interface Figures {
  openByComputer(
    scope: Scope,
    computerIds: readonly string[],
  ): Promise<ReadonlyMap<string, number>>;
  byOrganisation(
    scope: Scope,
    organisationIds: readonly string[],
  ): Promise<ReadonlyMap<string, { readonly open: number; readonly silent: number }>>;
  /** Vulnerabilities with an open alarm on a computer. */
  warningIdsOfComputer(scope: Scope, computerId: string): Promise<readonly string[]>;
  board(scope: Scope): Promise<{
    readonly totals: BoardNumbers;
    readonly bySector: readonly BoardCell[];
    readonly byPrefecture: readonly BoardCell[];
  }>;
  warnings(
    scope: Scope,
    nowMs: number,
  ): Promise<{ open: number; overdue: number; answered: number }>;
}

const OPEN = sql.raw(`('open', 'acknowledged', 'working')`);

interface BoardRow {
  readonly sector: string | null;
  readonly prefecture: string | null;
  readonly computers: string;
  readonly affected: string;
  readonly warned: boolean;
  readonly silent: boolean;
  readonly fixed: boolean;
}

/** Computers that an open alarm is about: by identity, or by several items of one computer. */
const ALARMED = sql`(
  select h.computer_id, h.organisation_id, w.warning_id
  from warning w
  join verdict v on v.vulnerability_id = w.vulnerability_id and v.verdict = 'affected'
  join holding h on h.identity_id = v.identity_id and h.organisation_id = w.organisation_id
  where w.form = 'alarm' and w.state in ${OPEN}
  union
  select c.computer_id, c.organisation_id, w.warning_id
  from warning w
  join computer_verdict c on c.vulnerability_id = w.vulnerability_id
    and c.organisation_id = w.organisation_id and c.verdict = 'affected'
  where w.form = 'alarm' and w.state in ${OPEN}
)`;

/**
 * One row an operator: its computers in use, those that an open alarm is about, and whether it was
 * warned, stays silent (an alarm nobody has looked at), has fixed everything.
 */
const BOARD = sql`
  select o.sector, o.prefecture,
    coalesce(c.computers, 0) as computers, coalesce(a.affected, 0) as affected,
    coalesce(w.warned, false) as warned, coalesce(w.silent, false) as silent,
    coalesce(w.fixed, false) as fixed
  from organisation o
  left join (
    select organisation_id, count(*) as computers from computer
    where retired_at_ms is null group by organisation_id
  ) c on c.organisation_id = o.id
  left join (
    select alarmed.organisation_id, count(distinct alarmed.computer_id) as affected
    from ${ALARMED} alarmed group by alarmed.organisation_id
  ) a on a.organisation_id = o.id
  left join (
    select organisation_id, true as warned,
      bool_or(state = 'open') as silent, bool_and(state = 'resolved') as fixed
    from warning where form = 'alarm' and state <> 'withdrawn' group by organisation_id
  ) w on w.organisation_id = o.id
  where o.kind = 'operator'`;

const NONE: BoardNumbers = {
  organisations: 0,
  computers: 0,
  affectedComputers: 0,
  warned: 0,
  acknowledged: 0,
  silent: 0,
  fixed: 0,
};

function add(sum: BoardNumbers, row: BoardRow): BoardNumbers {
  const one = (holds: boolean) => (holds ? 1 : 0);
  return {
    organisations: sum.organisations + 1,
    computers: sum.computers + Number(row.computers),
    affectedComputers: sum.affectedComputers + Number(row.affected),
    warned: sum.warned + one(row.warned),
    acknowledged: sum.acknowledged + one(row.warned && !row.silent),
    silent: sum.silent + one(row.silent),
    fixed: sum.fixed + one(row.fixed),
  };
}

function cells(rows: readonly BoardRow[], keyOf: (row: BoardRow) => string | null): BoardCell[] {
  const sums = new Map<string, BoardNumbers>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== null) sums.set(key, add(sums.get(key) ?? NONE, row));
  }
  return [...sums]
    .map(([key, sum]) => ({ key, ...sum }))
    .sort((a, b) => a.key.localeCompare(b.key));
}

/** Makes the figures over a store. Every one of them takes the scope of whoever asks. */
export function figuresOf(store: Store<StoreTables>): Figures {
  return {
    async openByComputer(scope, computerIds) {
      if (computerIds.length === 0) return new Map();
      const { rows } = await store.read(scope, (db) =>
        sql<{ computer_id: string; open: string }>`
          select alarmed.computer_id, count(*) as open from ${ALARMED} alarmed
          where alarmed.computer_id = any(${computerIds}::text[])
          group by alarmed.computer_id`.execute(db),
      );
      return new Map(rows.map((row) => [row.computer_id, Number(row.open)]));
    },
    async byOrganisation(scope, organisationIds) {
      if (organisationIds.length === 0) return new Map();
      const { rows } = await store.read(scope, (db) =>
        sql<{ organisation_id: string; open: string; silent: string }>`
          select organisation_id, count(*) as open, count(*) filter (where state = 'open') as silent
          from warning where state in ${OPEN} and form = 'alarm'
            and organisation_id = any(${organisationIds}::text[])
          group by organisation_id`.execute(db),
      );
      return new Map(
        rows.map((row) => [
          row.organisation_id,
          { open: Number(row.open), silent: Number(row.silent) },
        ]),
      );
    },
    async warningIdsOfComputer(scope, computerId) {
      const { rows } = await store.read(scope, (db) =>
        sql<{ warning_id: string }>`
          select alarmed.warning_id from ${ALARMED} alarmed
          where alarmed.computer_id = ${computerId} limit 200`.execute(db),
      );
      return rows.map((row) => row.warning_id);
    },
    async board(scope) {
      const { rows } = await store.read(scope, (db) => sql<BoardRow>`${BOARD}`.execute(db));
      return {
        totals: rows.reduce(add, NONE),
        bySector: cells(rows, (row) => row.sector),
        byPrefecture: cells(rows, (row) => row.prefecture),
      };
    },
    async warnings(scope, nowMs) {
      const { rows } = await store.read(scope, (db) =>
        sql<{ open: string; overdue: string; answered: string }>`
          select count(*) filter (where state in ${OPEN}) as open,
            count(*) filter (where state in ${OPEN} and due_at_ms < ${nowMs}) as overdue,
            count(*) filter (where state <> 'open' and state <> 'withdrawn') as answered
          from warning where form = 'alarm'`.execute(db),
      );
      const [row] = rows;
      return {
        open: Number(row?.open ?? 0),
        overdue: Number(row?.overdue ?? 0),
        answered: Number(row?.answered ?? 0),
      };
    },
  };
}

type Facts = Parameters<typeof vulnerabilityBrief>[0];

/** What became known last, exploited vulnerabilities only; they are public. */
export function latestVulnerabilities(
  store: Store<StoreTables>,
): (limit: number) => Promise<readonly VulnerabilityBrief[]> {
  return async (limit) => {
    const { rows } = await sql<{ facts: Facts }>`
      select facts from vulnerability where exploited
      order by exploited_on desc nulls last, vulnerability_id desc limit ${limit}`.execute(
      store.plain,
    );
    return rows.map(({ facts }) => vulnerabilityBrief(facts));
  };
}
