// SPDX-License-Identifier: Apache-2.0
/** What would follow from a record, before anything is sent. Writes nothing. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { RelatedView, ReportKind, ReportPreview } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { AnyTransaction, ReportContext } from './context.ts';
import { planDuties } from './duties.ts';
import {
  addresseesAt,
  clockRulesAt,
  type FieldRefusal,
  type IncidentRecord,
  readRecord,
} from './engine/index.ts';
import { factsOf } from './facts.ts';
import { findIndicators, protectionOf, textsOf, viewIndicators } from './indicators.ts';
import type { Unplaced } from './receipts.ts';
import { degreesOf, findCandidates, keptKeys, scoreCandidates } from './relating.ts';
import { findReporter } from './submitting.ts';
import { viewPlanned } from './views.ts';

/**
 * Duties, what is missing, indicators in the texts, and reports that may be the same incident.
 *
 * Out     fields that cannot be taken are named; the rest is looked at without them
 * Throws  RPT_NO_ORGANISATION
 */
export async function previewReport(
  context: ReportContext,
  scope: Scope,
  input: { readonly organisationId: string; readonly record: unknown },
): Promise<Unplaced<ReportPreview>> {
  const atMs = context.now();
  const { organisationId } = input;
  const given = input.record;
  const { record, refusals } = readWhatFits(given);
  const reporter = await context.store.read(scope, (db) =>
    findReporter(db, { organisationId, idempotencyKey: undefined }, undefined),
  );
  const indicators = await indicatorsOf(context, given, record);
  if (!record) return { duties: [], missing: [], indicators, refusals, duplicates: [] };
  const [{ ruleAt }, directory] = await Promise.all([
    context.overlay.current(),
    context.directory.now(),
  ]);
  const facts = factsOf(reporter, reporter.facts ?? {});
  const plan = planDuties({
    ...{ record, facts, ruleAt, atMs, directory, stage: record.stage },
    ...{ told: {}, given: {}, extended: {} },
  });
  const duties = viewPlanned(plan, record, {
    ...{ directory, nowMs: atMs },
    addressees: addresseesAt(ruleAt, atMs),
    clockRules: clockRulesAt(ruleAt, atMs),
  });
  const wanted = new Map<string, ReportPreview['missing'][number]>();
  for (const { obligation } of plan.duties) {
    for (const { field, stage, text } of obligation.missing) {
      if (stage === 'first' || record.stage === 'final') wanted.set(field, { field, text });
    }
  }
  const duplicates = await findDuplicates(context, scope, record, organisationId);
  return { duties, missing: [...wanted.values()], indicators, refusals, duplicates };
}

/** Reads a record; what is refused is left out, so that the rest can be looked at already. */
function readWhatFits(value: unknown): {
  readonly record?: IncidentRecord;
  readonly refusals: readonly FieldRefusal[];
} {
  const read = readRecord(value);
  if (!read.refusals) return { record: read.value, refusals: [] };
  const { refusals } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { refusals };
  const bad = new Set(refusals.map(({ field }) => field.split('.')[0]));
  const rest = Object.fromEntries(Object.entries(value).filter(([name]) => !bad.has(name)));
  const again = readRecord(rest);
  return again.refusals ? { refusals } : { record: again.value, refusals };
}

async function indicatorsOf(
  context: ReportContext,
  given: unknown,
  record: IncidentRecord | undefined,
): Promise<ReportPreview['indicators']> {
  const stated = record?.indicators ?? [];
  const shown = await viewIndicators(context, stated);
  const found = await findIndicators(context, textsOf(given), stated);
  return [
    ...shown.map((one, i) => ({ ...one, value: stated[i]?.value ?? '', source: 'indicators' })),
    ...found.filter(({ confirmed }) => !confirmed),
  ];
}

/** Reports of the same organisation that may tell of the same incident. */
async function findDuplicates(
  context: ReportContext,
  scope: Scope,
  record: IncidentRecord,
  organisationId: string,
): Promise<readonly RelatedView[]> {
  const keys = keptKeys(await protectionOf(context), record, organisationId);
  const found = await context.store.read(scope, async (db) => {
    const degrees = await degreesOf(db, keys);
    const among = sql`k.organisation_id = ${organisationId}`;
    const scored = scoreCandidates(
      keys,
      await findCandidates(db, '', keys, degrees, among),
      degrees,
    );
    return { scored, reports: await reportsOf(db, scored) };
  });
  return found.scored.flatMap(({ id, score, why }) => {
    const one = found.reports.get(id);
    if (!one) return [];
    const { kind, title, aware } = one;
    return [{ report: id, kind, title, aware: toInstant(aware), score, why }];
  });
}

async function reportsOf(db: AnyTransaction, scored: readonly { readonly id: string }[]) {
  const { rows } = await sql<{ id: string; kind: ReportKind; title: string; aware: number }>`select
      report_id as id, kind, title, aware_at_ms as aware from report
    where report_id = any(${scored.map(({ id }) => id)}::text[])
      and state <> 'withdrawn'`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}
