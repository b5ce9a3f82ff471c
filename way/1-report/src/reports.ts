// SPDX-License-Identifier: Apache-2.0
/** The reporter's side: its reports, and what follows from them. */
import type { Scope } from '@sakimori/store';
import type { Page, ReportBrief, ReportDetail } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import type { AnyTransaction, ReportContext } from './context.ts';
import { likeText, pageSize, readCursor, writeCursor } from './cursors.ts';
import { addresseesAt, findObligations, readReportRules } from './engine/index.ts';
import { expectation } from './expectation.ts';
import { findGotBack } from './got-back.ts';
import { loadRows } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import type { ReportFilter } from './service.ts';
import type { DutyRow, ReportRow, SubmissionRow } from './tables.ts';
import { type ReportRows, type ViewParts, viewBrief, viewReport } from './views.ts';

/** The page of a report. Throws RPT_NO_REPORT, also for what lies outside the scope. */
export async function getReport(
  context: ReportContext,
  scope: Scope,
  reportId: string,
): Promise<Unplaced<ReportDetail>> {
  const rows = await context.store.read(scope, (db) => loadRows(db, reportId));
  const view = viewReport(rows, await viewParts(context, scope, rows));
  const expect = view.state === 'open' ? await expectation(context, scope) : undefined;
  return { ...view, ...(expect && { expect }) };
}

async function viewParts(
  context: ReportContext,
  scope: Scope,
  rows: ReportRows,
): Promise<ViewParts> {
  const { report } = rows;
  const { record } = rows.submissions.at(-1) as SubmissionRow;
  const current = await context.overlay.current();
  const law = context.overlay.of(report.law.changes);
  const { atMs } = report.law;
  const nowMs = context.now();
  const directory = await context.directory.now();
  return {
    directory,
    obligations: findObligations(record, report.facts, law.ruleAt, atMs),
    addressees: addresseesAt(law.ruleAt, atMs),
    clockRules: readReportRules(current.ruleAt, 'report-clocks', nowMs),
    nowMs,
    ...(await findGotBack(context, scope, rows, record, directory)),
  };
}

type ListRow = ReportRow & {
  readonly duties: readonly Pick<
    DutyRow,
    'rule' | 'addressee_name' | 'clocks' | 'due_at_ms' | 'due_stage'
  >[];
  readonly unanswered: number;
};

/** Reports within the scope, newest first. Throws RPT_CURSOR_INVALID. */
export async function listReports(
  context: ReportContext,
  scope: Scope,
  filter: ReportFilter = {},
): Promise<Page<Unplaced<ReportBrief>>> {
  const size = pageSize(filter.limit);
  const rows = await context.store.read(scope, (db) => readList(db, filter, size + 1));
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    items: await briefsOf(context, shown),
    ...(rows.length > size &&
      last && { next: writeCursor({ atMs: last.submitted_at_ms, id: last.report_id }) }),
  };
}

async function briefsOf(
  context: ReportContext,
  rows: readonly ListRow[],
): Promise<readonly Unplaced<ReportBrief>[]> {
  const nowMs = context.now();
  const { ruleAt } = await context.overlay.current();
  const parts = {
    directory: await context.directory.now(),
    clockRules: readReportRules(ruleAt, 'report-clocks', nowMs),
    nowMs,
  };
  return rows.map((row) => {
    const open = Array.from({ length: row.unanswered }, () => ({
      kind: 'question' as const,
      answered_at_ms: null,
    }));
    return viewBrief(row, row.duties, open, parts);
  });
}

async function readList(
  db: AnyTransaction,
  filter: ReportFilter,
  limit: number,
): Promise<readonly ListRow[]> {
  const { organisationId, state, kind, query } = filter;
  const after = filter.cursor === undefined ? undefined : readCursor(filter.cursor);
  const { rows } = await sql<ListRow>`select r.report_id, r.organisation_id, r.reference,
      r.content_digest, r.kind, r.title, r.stage, r.state, r.revision, r.aware_at_ms,
      r.submitted_at_ms, r.changed_at_ms, r.law, r.law_version,
      coalesce(d.duties, '[]') as duties,
      (select count(*) from report_message m where m.report_id = r.report_id
        and m.kind in ('question', 'order') and m.answered_at_ms is null) as unanswered
    from report r left join lateral (
      select json_agg(json_build_object('rule', rule, 'addressee_name', addressee_name, 'clocks', clocks,
        'due_at_ms', due_at_ms, 'due_stage', due_stage)) as duties
      from report_duty where report_id = r.report_id and due_at_ms is not null) d on true
    where true
      ${organisationId === undefined ? sql`` : sql`and r.organisation_id = ${organisationId}`}
      ${state === undefined ? sql`` : sql`and r.state = ${state}`}
      ${kind === undefined ? sql`` : sql`and r.kind = ${kind}`}
      ${
        query === undefined || query.trim() === ''
          ? sql``
          : sql`and (r.title ilike ${likeText(query)} or r.reference ilike ${likeText(query)}
              or r.report_id = ${query.trim()})`
      }
      ${
        after === undefined
          ? sql``
          : sql`and (r.submitted_at_ms, r.report_id) < (${after.atMs}, ${after.id})`
      }
    order by r.submitted_at_ms desc, r.report_id desc limit ${limit}`.execute(db);
  return rows;
}
