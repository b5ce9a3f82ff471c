// SPDX-License-Identifier: Apache-2.0
/** Submitting: record, duties, copies and their entry in one act. */
import type { Scope } from '@sakimori/store';
import type { IndicatorView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, digestOf, keptKey, type ReportContext, shortId } from './context.ts';
import { type DutyPlan, planDuties } from './duties.ts';
import { addresseesAt, type IncidentRecord, readRecord, readReportRules } from './engine/index.ts';
import { refuseRecord, reportErrors } from './errors.ts';
import { expectation } from './expectation.ts';
import { type FactsRow, factsOf, type StatedFacts } from './facts.ts';
import { lawUsed } from './form-content.ts';
import { viewIndicators } from './indicators.ts';
import type { Law } from './law-overlay.ts';
import { getReport } from './reports.ts';
import type { SubmitInput, SubmitResult } from './service.ts';
import { viewReport } from './views.ts';
import {
  awareOf,
  insertReport,
  makeCopies,
  type NewCopy,
  type NewSubmission,
  titleOf,
  writtenCopies,
  writtenDuties,
} from './writing.ts';

interface Reporter extends FactsRow {
  readonly criticality: number;
  readonly facts: StatedFacts | null;
  readonly earlier: Earlier | null;
}

interface Earlier {
  readonly id: string;
  readonly digest: string;
  readonly outbox: string;
}

/** Another took the number between our look and our insert; what it wrote is found next time. */
class NumberTaken extends Error {}

const TRIES_MAX = 3;

/**
 * Submits a report.
 *
 * Out     the report as its reporter sees it; `repeated` when it had been submitted before
 * Throws  see `ReportService.reports.submit`
 * Never   takes the same number twice; answers before the entry is published
 * Cost    two round trips and the commit; relations to other reports are looked for afterwards
 * Law     Act art. 5; delivered means: committed and published in one act
 */
export async function submitReport(
  context: ReportContext,
  scope: Scope,
  input: SubmitInput,
): Promise<SubmitResult> {
  if (!input.acceptDataUse) throw reportErrors('DATA_USE_NOT_ACCEPTED', {});
  const read = readRecord(input.record);
  if (read.refusals) throw refuseRecord(read.refusals);
  const parts = { record: read.value, digest: digestOf(read.value) };
  const [law, directory] = await Promise.all([context.overlay.current(), context.directory.now()]);
  const keyed = { ...input, idempotencyKey: keptKey(input.idempotencyKey) };
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(context, scope, keyed, { ...parts, law, directory });
    } catch (error) {
      if (!(error instanceof NumberTaken) || tries >= TRIES_MAX) throw error;
    }
  }
}

interface Parts {
  readonly record: IncidentRecord;
  readonly digest: Buffer;
  readonly law: Law;
  readonly directory: Awaited<ReturnType<ReportContext['directory']['now']>>;
}

async function attempt(
  context: ReportContext,
  scope: Scope,
  input: SubmitInput,
  { record, digest, law, directory }: Parts,
): Promise<SubmitResult> {
  const atMs = context.now();
  const changed = await context.store.change(scope, async ({ db, record: enter }) => {
    const reporter = await findReporter(db, input, record.reference);
    if (reporter.earlier) return { earlier: reporter.earlier };
    const facts = factsOf(reporter, reporter.facts ?? {});
    const { ruleAt } = law;
    const plan = planDuties({
      ...{ record, facts, ruleAt, atMs, directory },
      ...{ told: {}, given: {}, extended: {}, stage: record.stage },
    });
    const reportId = context.id('report');
    const copies = makeCopies(context, reportId, 1, plan.copies, () => []);
    const { commitment, salt } = context.commit({ report: reportId, position: 1, record });
    const outboxId = await enter({
      type: 'report.submitted',
      tenant: input.organisationId,
      basis: { article: 'act art. 5' },
      counts: { ...countsOf(record, plan, copies, facts.sectors[0]), data_use_accepted: 1 },
      commits: [commitment, ...copies.map((copy) => copy.commitment)],
      refs: [reportId],
    });
    const submission: NewSubmission = {
      ...{ reportId, record, digest, salt, outboxId, facts, atMs },
      organisationId: input.organisationId,
      position: 1,
      stage: record.stage,
      actor: scope.actor,
      via: input.via,
      changes: [],
      note: input.telephone ?? null,
      idempotencyKey: input.idempotencyKey,
      ...lawUsed(law, atMs),
      draftId: input.draftId,
    };
    const { criticality } = reporter;
    if (!(await insertReport(db, submission, plan.duties, copies, criticality))) {
      throw new NumberTaken();
    }
    return { submission, plan, copies, criticality };
  });
  const { value } = changed;
  if (value.earlier) return repeat(context, scope, value.earlier, digest);
  context.onWork?.();
  const view =
    record.attachments === undefined
      ? viewWritten(value, law, directory, await viewIndicators(context, record.indicators ?? []))
      : await getReport(context, scope, value.submission.reportId);
  const expect = await expectation(context, scope);
  return { ...changed, value: { ...view, ...(expect && { expect }) }, repeated: false };
}

/** The organisation's row and facts, and what it submitted under this number before. */
export async function findReporter(
  db: AnyTransaction,
  input: Pick<SubmitInput, 'organisationId' | 'idempotencyKey'>,
  reference: string | undefined,
): Promise<Reporter> {
  const { organisationId, idempotencyKey } = input;
  const earlier = sql`json_build_object('id', u.report_id,
    'digest', encode(u.content_digest, 'hex'), 'outbox', u.outbox_id)`;
  const { rows } = await sql<Reporter>`select o.id, o.name_ja, o.name_en, o.sector, o.prefecture,
      o.criticality, s.facts, coalesce(
        (select ${earlier} from report_submission u where u.organisation_id = o.id
          and u.idempotency_key = ${idempotencyKey ?? null}),
        (select ${earlier} from report r join report_submission u
            on u.report_id = r.report_id and u.position = 1
          where r.organisation_id = o.id and r.reference = ${reference ?? null})) as earlier
    from organisation o left join report_settings s on s.organisation_id = o.id
    where o.id = ${organisationId}`.execute(db);
  const [found] = rows;
  if (!found) {
    throw reportErrors('NO_ORGANISATION', { organisationId: shortId(organisationId) });
  }
  return found;
}

/** The same again gives the same answer; something else under the same number is refused. */
async function repeat(
  context: ReportContext,
  scope: Scope,
  earlier: Earlier,
  digest: Buffer,
): Promise<SubmitResult> {
  if (earlier.digest !== digest.toString('hex')) {
    throw reportErrors('REFERENCE_TAKEN', { reportId: earlier.id });
  }
  await context.published([earlier.outbox]);
  const value = await getReport(context, scope, earlier.id);
  return { value, outboxIds: [], entries: [], repeated: true };
}

/** Counts of an entry: figures can be made from them, contents cannot. */
export function countsOf(
  record: IncidentRecord,
  plan: Pick<DutyPlan, 'duties'>,
  copies: readonly NewCopy[],
  sector: string | undefined,
): Readonly<Record<string, number>> {
  const name = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '_');
  return {
    [`kind_${name(record.kind)}`]: 1,
    [`stage_${name(record.stage)}`]: 1,
    addressees: copies.length,
    duties: plan.duties.filter(({ obligation }) => obligation.nature === 'duty').length,
    ...(sector !== undefined && { [`sector_${name(sector).slice(0, 30)}`]: 1 }),
    computers: record.computers?.length ?? 0,
    indicators: record.indicators?.length ?? 0,
  };
}

interface Written {
  readonly submission: NewSubmission;
  readonly plan: DutyPlan;
  readonly copies: readonly NewCopy[];
  readonly criticality: number;
}

/** The new report's page out of what was just written: nothing else can have happened to it. */
function viewWritten(
  { submission, plan, copies, criticality }: Written,
  law: Law,
  directory: Parts['directory'],
  indicators: readonly IndicatorView[],
) {
  const { record, reportId, atMs } = submission;
  const rows = {
    report: {
      ...{ report_id: reportId, organisation_id: submission.organisationId },
      reference: record.reference ?? null,
      content_digest: submission.digest,
      kind: record.kind,
      title: titleOf(record, record.kind),
      stage: submission.stage,
      state: submission.stage === 'final' ? ('final' as const) : ('open' as const),
      revision: 1,
      aware_at_ms: awareOf(record),
      ...{ submitted_at_ms: atMs, changed_at_ms: atMs },
      facts: submission.facts,
      law: submission.law,
      law_version: submission.lawVersion,
    },
    submissions: [
      {
        ...{ report_id: reportId, position: 1, stage: submission.stage, at_ms: atMs },
        ...{ actor: submission.actor, via: submission.via, record, changes: [] },
        ...{ note: submission.note, content_digest: submission.digest },
        outbox_id: submission.outboxId,
      },
    ],
    duties: writtenDuties(submission, plan.duties),
    copies: writtenCopies(submission, copies, criticality),
    ...{ changes: [], messages: [], uses: [], attachments: [] },
  };
  return viewReport(rows, {
    directory,
    obligations: plan.obligations,
    addressees: addresseesAt(law.ruleAt, atMs),
    clockRules: readReportRules(law.ruleAt, 'report-clocks', atMs),
    nowMs: atMs,
    indicators,
    gotBack: { items: [] },
  });
}
