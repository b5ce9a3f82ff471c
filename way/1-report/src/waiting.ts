// SPDX-License-Identifier: Apache-2.0
/** What waits for an organisation: its reports on one side, its desk on the other. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import type { ReportContext } from './context.ts';
import { listDrafts } from './drafts.ts';
import { expectation } from './expectation.ts';
import { listReports } from './reports.ts';
import type { ReportWaiting } from './service.ts';

/** As many open reports as a home page could ever show. */
const LOOKED_AT = 200;

/** For the home page of the scope's organisation; empty where it has no such side. */
export async function findWaiting(context: ReportContext, scope: Scope): Promise<ReportWaiting> {
  const own = scope.organisation ?? '';
  const nowMs = context.now();
  const desk = await context.store.read(scope, async (db) => {
    const { rows } = await sql<{ fresh: number; overdue: number; oldest: number | null }>`select
        count(*) filter (where c.state = 'delivered') as fresh,
        count(*) filter (where d.due_at_ms < ${nowMs}) as overdue,
        min(c.at_ms) filter (where c.state = 'delivered') as oldest
      from report_copy c left join report_duty d
        on d.report_id = c.report_id and d.rule = c.rule and d.desk_id = c.desk_id
      where c.desk_id = ${own} and c.latest and c.withdrawn_at_ms is null`.execute(db);
    return rows[0] as { fresh: number; overdue: number; oldest: number | null };
  });
  const { items } = await listReports(context, scope, {
    ...{ organisationId: own, state: 'open', limit: LOOKED_AT },
  });
  const expect = await expectation(context, scope);
  return {
    drafts: await listDrafts(context, scope, { organisationId: own }),
    reports: items.filter(
      ({ next, overdue, unanswered }) =>
        overdue > 0 || unanswered > 0 || next?.state === 'soon' || next?.state === 'overdue',
    ),
    newCopies: desk.fresh,
    overdueCopies: desk.overdue,
    ...(desk.oldest !== null && { oldestCopyAt: toInstant(desk.oldest) }),
    ...(expect && { expect }),
  };
}
