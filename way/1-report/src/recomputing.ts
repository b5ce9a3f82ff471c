// SPDX-License-Identifier: Apache-2.0
/** Rules or facts changed while an incident is open: its duties are worked out again, and explained. */
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, SYSTEM } from './context.ts';
import type { Directory } from './directory.ts';
import { planDuties } from './duties.ts';
import { compareObligations } from './engine/index.ts';
import { factsOf } from './facts.ts';
import type { Law } from './law-overlay.ts';
import { loadDeliveries, loadDuties, loadReport, loadSubmissions } from './loading.ts';
import { planNotices, SAY } from './notices.ts';
import { findReporter } from './submitting.ts';
import { dutiesBefore, explain, historyOf } from './supplementing.ts';
import type { SubmissionRow } from './tables.ts';
import { replaceDuties } from './writing.ts';

const BATCH = 50;

/** Of a report whose organisation's facts changed: it is looked at again. */
export const FACTS_CHANGED = '';

/**
 * Works out the duties of every open report that was last looked at under other rules or facts.
 *
 * Out    how many were looked at
 * Never  gives a new copy to anybody: what was told stays told, the rest is the reporter's act
 */
export async function recomputeOpen(context: ReportContext): Promise<number> {
  const [law, directory] = await Promise.all([context.overlay.current(), context.directory.now()]);
  const version = law.version(context.now());
  let done = 0;
  for (;;) {
    const ids = await context.store.read(SYSTEM, async (db) => {
      const { rows } = await sql<{ id: string }>`select report_id as id from report
        where state = 'open' and law_version <> ${version}
        order by report_id limit ${BATCH}`.execute(db);
      return rows.map(({ id }) => id);
    });
    for (const id of ids) {
      await context.store.change(SYSTEM, ({ db }) =>
        recompute(context, db, id, { law, version, directory }),
      );
      await context.reached('report.recomputed');
      done += 1;
    }
    if (ids.length < BATCH) return done;
  }
}

interface Looked {
  readonly law: Law;
  readonly version: string;
  readonly directory: Directory;
}

async function recompute(
  context: ReportContext,
  db: AnyTransaction,
  reportId: string,
  { law, version, directory }: Looked,
): Promise<void> {
  const report = await loadReport(db, reportId, true);
  // Another process was here first, or the reporter was.
  if (report.state !== 'open' || report.law_version === version) return;
  const atMs = context.now();
  const { record } = (await loadSubmissions(db, reportId)).at(-1) as SubmissionRow;
  const kept = await loadDuties(db, reportId);
  const deliveries = await loadDeliveries(db, reportId);
  const owner = { organisationId: report.organisation_id, idempotencyKey: undefined };
  const reporter = await findReporter(db, owner, undefined);
  const facts = factsOf(reporter, reporter.facts ?? {});
  const before = dutiesBefore(context, report, record);
  const plan = planDuties({
    ...{ record, facts, atMs, ruleAt: law.ruleAt, directory },
    ...historyOf(kept, deliveries),
  });
  await replaceDuties(db, report, plan.duties);
  await sql`update report set facts = ${JSON.stringify(facts)}::jsonb,
      law = ${JSON.stringify({ atMs, changes: law.changes })}::jsonb, law_version = ${version}
    where report_id = ${reportId}`.execute(db);
  const changes = compareObligations(before, plan.obligations);
  const cause = report.law_version === FACTS_CHANGED ? 'facts' : 'rules';
  await explain(db, report, atMs, cause, changes, undefined);
  if (changes.length === 0) return;
  await planNotices(
    db,
    [
      {
        key: `duties:${reportId}:${version}:${atMs}`,
        ...{ organisationId: report.organisation_id, order: 1 },
        ...SAY.duties,
        href: `/reports/${reportId}`,
      },
    ],
    atMs,
  );
}
