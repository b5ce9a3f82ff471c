// SPDX-License-Identifier: Apache-2.0
/** Figures of incidents by sector, kind, technique, month and stage, and how long things took. */
import { dayInJapan, readInstant } from '@sakimori/vocabulary';
import { INCIDENT_KINDS, type IncidentKind, type IncidentRecord, STAGES } from '../record.ts';
import {
  type ProtectedTable,
  protectList,
  protectTable,
  type Shown,
  SMALLEST_SHOWN,
  TABLE_SIDE_MAX,
} from './small-counts.ts';
import { type Spread, spreadOf } from './spread.ts';

/** What statistics know of one incident. Nothing in it says whose it is. */
export interface IncidentFact {
  readonly sector: string;
  readonly kind: IncidentKind;
  /** The furthest stage that was reported. */
  readonly stage: (typeof STAGES)[number];
  readonly techniques: readonly string[];
  readonly awareAtMs: number;
  /** When the first report was received. */
  readonly reportedAtMs?: number;
  readonly occurredAtMs?: number;
  readonly recoveredAtMs?: number;
  /** When the reporter first got something back. */
  readonly feedbackAtMs?: number;
}

/** One name and its count; null: hidden. */
export interface Count {
  readonly name: string;
  readonly count: Shown;
}

export interface IncidentStatistics {
  readonly total: Shown;
  readonly sectors: readonly string[];
  readonly kinds: readonly IncidentKind[];
  /** Sectors by kinds, with sums; only when it was asked for. */
  readonly table?: ProtectedTable;
  readonly bySector: readonly Count[];
  readonly byKind: readonly Count[];
  readonly byStage: readonly Count[];
  /** Months of awareness in Japan, `2026-11`, in order; the last `TABLE_SIDE_MAX`. */
  readonly byMonth: readonly Count[];
  /** Incidents that name a technique; one incident may name several, so these have no sum. */
  readonly byTechnique: readonly Count[];
  readonly toReport?: Spread;
  /** From occurrence, or awareness where that is not known, to recovery. */
  readonly toRecover?: Spread;
  readonly toFeedback?: Spread;
  /** The least count that is shown. */
  readonly smallest: number;
}

/**
 * The fact of one record.
 *
 * In     the record, the sector of its reporter and what the hub knows of its handling
 * Out    undefined when the instant of awareness cannot be read
 */
export function factOf(
  record: IncidentRecord,
  known: {
    readonly sector: string;
    readonly reportedAtMs?: number;
    readonly feedbackAtMs?: number;
  },
): IncidentFact | undefined {
  const awareAtMs = readInstant(record.awareness.at);
  if (awareAtMs === undefined) return undefined;
  const occurredAtMs = readInstant(record.occurred ?? '');
  const recoveredAtMs = readInstant(record.recovered ?? '');
  return {
    sector: known.sector,
    kind: record.kind,
    stage: record.stage,
    techniques: [...new Set(record.techniques ?? [])],
    awareAtMs,
    ...(known.reportedAtMs !== undefined && { reportedAtMs: known.reportedAtMs }),
    ...(known.feedbackAtMs !== undefined && { feedbackAtMs: known.feedbackAtMs }),
    ...(occurredAtMs !== undefined && { occurredAtMs }),
    ...(recoveredAtMs !== undefined && { recoveredAtMs }),
  };
}

/** The sector of what belongs to none of those that were asked for. */
export const OTHER_SECTOR = 'other';

/**
 * Sums incidents up.
 *
 * In     facts of a period; `sectors` in the order in which they are shown; others count as
 *        `OTHER_SECTOR`; `smallest` the least count that is shown; `withTable` also sectors by
 *        kinds, for which more sums must be hidden: publish figures with it or without, never both
 * Out    figures with small counts protected, also against subtraction from sums
 * Never  protects against comparing two overlapping periods: publish periods that do not overlap
 */
export function incidentStatistics(
  facts: readonly IncidentFact[],
  sectors: readonly string[],
  options: { readonly smallest?: number; readonly withTable?: boolean } = {},
): IncidentStatistics {
  const { smallest = SMALLEST_SHOWN, withTable = false } = options;
  const known = new Set(sectors);
  const sectorOf = (fact: IncidentFact) => (known.has(fact.sector) ? fact.sector : OTHER_SECTOR);
  const hasOther = !known.has(OTHER_SECTOR) && facts.some((fact) => !known.has(fact.sector));
  const names = [...known, ...(hasOther ? [OTHER_SECTOR] : [])];
  const cells = names.map(() => INCIDENT_KINDS.map(() => 0));
  for (const fact of facts) {
    const row = cells[names.indexOf(sectorOf(fact))] as number[];
    const column = INCIDENT_KINDS.indexOf(fact.kind);
    row[column] = (row[column] as number) + 1;
  }
  const table = withTable ? protectTable(cells, INCIDENT_KINDS.length, smallest) : undefined;
  const bySector = countBy(names, facts, sectorOf, smallest);
  const byKind = countBy(INCIDENT_KINDS, facts, (fact) => fact.kind, smallest);
  const shownAs = (counts: readonly Count[], sums: readonly Shown[] | undefined) =>
    counts.map(({ name, count }, index) => ({ name, count: sums ? (sums[index] ?? null) : count }));
  const months = monthsOf(facts);
  const [toReport, toRecover, toFeedback] = spreadsOf(facts, smallest);
  return {
    total: facts.length > 0 && facts.length < smallest ? null : facts.length,
    sectors: names,
    kinds: INCIDENT_KINDS,
    ...(table && { table }),
    bySector: shownAs(bySector, table?.rows),
    byKind: shownAs(byKind, table?.columns),
    byStage: countBy(STAGES, facts, (fact) => fact.stage, smallest),
    byMonth: countBy(months, facts, (fact) => monthOf(fact), smallest),
    byTechnique: techniquesOf(facts, smallest),
    ...(toReport && { toReport }),
    ...(toRecover && { toRecover }),
    ...(toFeedback && { toFeedback }),
    smallest,
  };
}

function countBy(
  names: readonly string[],
  facts: readonly IncidentFact[],
  nameOf: (fact: IncidentFact) => string,
  smallest: number,
): Count[] {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const fact of facts) {
    const name = nameOf(fact);
    if (counts.has(name)) counts.set(name, (counts.get(name) as number) + 1);
  }
  const shown = protectList([...counts.values()], smallest).counts;
  return [...counts.keys()].map((name, index) => ({ name, count: shown[index] as Shown }));
}

function monthOf(fact: IncidentFact): string {
  return dayInJapan(fact.awareAtMs).slice(0, 7);
}

function monthsOf(facts: readonly IncidentFact[]): string[] {
  return [...new Set(facts.map(monthOf))].sort().slice(-TABLE_SIDE_MAX);
}

/** Each technique by itself: the most frequent first, the hidden ones last by name. */
function techniquesOf(facts: readonly IncidentFact[], smallest: number): Count[] {
  const counts = new Map<string, number>();
  for (const { techniques } of facts) {
    for (const name of new Set(techniques)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count: count < smallest ? null : count }))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0) || (a.name < b.name ? -1 : 1));
}

function spreadsOf(facts: readonly IncidentFact[], smallest: number): (Spread | undefined)[] {
  const between = (
    from: (fact: IncidentFact) => number | undefined,
    to: (fact: IncidentFact) => number | undefined,
  ) =>
    spreadOf(
      facts.flatMap((fact) => {
        const [start, end] = [from(fact), to(fact)];
        return start === undefined || end === undefined ? [] : [end - start];
      }),
      Math.max(5, smallest),
    );
  return [
    between(
      (fact) => fact.awareAtMs,
      (fact) => fact.reportedAtMs,
    ),
    between(
      (fact) => fact.occurredAtMs ?? fact.awareAtMs,
      (fact) => fact.recoveredAtMs,
    ),
    between(
      (fact) => fact.reportedAtMs,
      (fact) => fact.feedbackAtMs,
    ),
  ];
}
