// SPDX-License-Identifier: Apache-2.0
/** Statistics of reports: from a desk's own copies, and from the ledger alone. */
import type { Scope } from '@sakimori/store';
import { endOfDayInJapan, readInstant } from '@sakimori/vocabulary';
import type { CountCell, ReportKind, ReportStatistics, Text } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, widened } from './context.ts';
import type { Directory } from './directory.ts';
import {
  type Count,
  type IncidentFact,
  type IncidentKind,
  incidentStatistics,
  protectYear,
  type Spread,
  yearlyFigures,
} from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { KIND_WORDS } from './words.ts';

const YEARS_MAX = 10;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const YEAR_MS = 366 * 86_400_000;

interface FactRow {
  readonly organisation_id: string;
  readonly kind: IncidentKind;
  readonly stage: IncidentFact['stage'];
  readonly techniques: unknown;
  readonly occurred: string | null;
  readonly recovered: string | null;
  readonly aware_at_ms: number;
  readonly reported: number;
  readonly accepted: number | null;
  readonly answered: number | null;
}

/**
 * Figures of the reports that a desk was given.
 *
 * In      first and last day; the period is widened to whole months, so that nobody learns of one
 *         report by moving a day
 * Out     small counts hidden, also against subtraction; the yearly figures from the ledger's entries
 * Throws  RPT_PERIOD_INVALID
 */
export async function findStatistics(
  context: ReportContext,
  scope: Scope,
  period: { readonly from: string; readonly to: string },
): Promise<ReportStatistics> {
  const { from, to } = readPeriod(period);
  const directory = await context.directory.now();
  const { deskId, isOwn } = deskOf(scope, directory);
  const reach = isOwn ? scope : widened(scope);
  const rows = await context.store.read(reach, (db) => readFacts(db, deskId, from, to));
  const facts = rows.map((row) => factOf(row, directory));
  const sectors = sectorsOf(context);
  const figures = incidentStatistics(
    facts,
    sectors.map(({ id }) => id),
  );
  const nameOf = new Map<string, Text>(sectors.map(({ id, name }) => [id, name]));
  const cell = ({ name, count }: Count, label: Text): CountCell => ({
    ...{ key: name, label, hidden: count === null },
    ...(count !== null && { count }),
  });
  const plain = (name: string): Text => ({ ja: name, en: name });
  const spread = (name: string, value: Spread | undefined) =>
    value ? { [name]: { median: value.medianMs, p90: value.p90Ms } } : {};
  return {
    ...{ from, to },
    total: cell({ name: 'total', count: figures.total }, { ja: '合計', en: 'total' }),
    byKind: figures.byKind.map((one) => cell(one, KIND_WORDS[one.name as ReportKind])),
    bySector: figures.bySector.map((one) => cell(one, nameOf.get(one.name) ?? OTHERS)),
    byTechnique: figures.byTechnique.map((one) => cell(one, plain(one.name))),
    byMonth: figures.byMonth.map((one) => cell(one, plain(one.name))),
    ...spread('toReportMs', figures.toReport),
    ...spread('toRecoverMs', figures.toRecover),
    ...spread('toFeedbackMs', figures.toFeedback),
    smallest: figures.smallest,
    yearly: await yearly(context),
  };
}

const OTHERS: Text = { ja: 'その他の分野', en: 'other sectors' };

function readPeriod({ from, to }: { readonly from: string; readonly to: string }) {
  const [fromMs, toMs] = [from, to].map((day) => (DAY.test(day) ? readInstant(day) : undefined));
  if (fromMs === undefined || toMs === undefined || toMs < fromMs) {
    throw reportErrors('PERIOD_INVALID', { yearsMax: YEARS_MAX });
  }
  if (toMs - fromMs > YEARS_MAX * YEAR_MS) {
    throw reportErrors('PERIOD_INVALID', { yearsMax: YEARS_MAX });
  }
  const [year, month] = to.split('-').map(Number) as [number, number];
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { from: `${from.slice(0, 7)}-01`, to: `${to.slice(0, 7)}-${String(last)}` };
}

/** Who receives reports sees its own; who oversees without a desk sees the office's figures. */
function deskOf(scope: Scope, directory: Directory) {
  const own = scope.organisation ?? '';
  const kind = directory.find(own)?.kind;
  const receives = ['office', 'ministry', 'police', 'privacy-commission'].includes(kind ?? '');
  if (receives) return { deskId: own, isOwn: true };
  return { deskId: directory.desk('office', { sectors: [] })?.id ?? '', isOwn: false };
}

async function readFacts(
  db: AnyTransaction,
  deskId: string,
  from: string,
  to: string,
): Promise<readonly FactRow[]> {
  const fromMs = readInstant(from) as number;
  const toMs = endOfDayInJapan(to) as number;
  const { rows } = await sql<FactRow>`select distinct on (c.report_id) c.organisation_id, c.kind,
      c.stage, c.content -> 'techniques' as techniques, c.content ->> 'occurred' as occurred,
      c.content ->> 'recovered' as recovered, c.aware_at_ms, f.reported, f.accepted,
      (select min(m.at_ms) from report_message m where m.report_id = c.report_id
        and m.desk_id = c.desk_id and m.from_id = c.desk_id) as answered
    from report_copy c join lateral (
      select min(o.at_ms) as reported, min(o.accepted_at_ms) as accepted from report_copy o
      where o.report_id = c.report_id and o.desk_id = c.desk_id) f on true
    where c.desk_id = ${deskId} and c.latest and c.withdrawn_at_ms is null
      and f.reported between ${fromMs} and ${toMs}
    order by c.report_id, c.named desc, c.copy_id`.execute(db);
  return rows;
}

function factOf(row: FactRow, directory: Directory): IncidentFact {
  const { accepted, answered } = row;
  const feedback = [accepted, answered].filter((one) => one !== null);
  const occurredAtMs = readInstant(row.occurred ?? '');
  const recoveredAtMs = readInstant(row.recovered ?? '');
  return {
    sector: directory.find(row.organisation_id)?.sector ?? 'other',
    kind: row.kind,
    stage: row.stage,
    techniques: Array.isArray(row.techniques) ? row.techniques.map(String) : [],
    awareAtMs: row.aware_at_ms,
    reportedAtMs: row.reported,
    ...(occurredAtMs !== undefined && { occurredAtMs }),
    ...(recoveredAtMs !== undefined && { recoveredAtMs }),
    ...(feedback.length > 0 && { feedbackAtMs: Math.min(...feedback) }),
  };
}

function sectorsOf(
  context: ReportContext,
): readonly { readonly id: string; readonly name: Text }[] {
  const { sectors } = context.law.ruleAt<{
    sectors: readonly { id: string; ja: string; en: string }[];
  }>('sectors', context.now()).value;
  return sectors.map(({ id, ja, en }) => ({ id, name: { ja, en } }));
}

async function yearly(context: ReportContext): Promise<ReportStatistics['yearly']> {
  if (!context.ledgerFigures) return [];
  const { entries } = await context.ledgerFigures();
  // Whoever may read the entries recomputes the whole; here small counts are hidden as above.
  return yearlyFigures(entries).years.map((year) => protectYear(year));
}
