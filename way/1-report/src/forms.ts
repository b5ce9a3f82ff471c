// SPDX-License-Identifier: Apache-2.0
/** A report or a copy as a form that is printed or exported. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import type { ReportContext } from './context.ts';
import { reporterOf } from './copies.ts';
import { addresseesAt, findForm } from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { blocksOf } from './form-content.ts';
import { loadCopy, loadReport, loadSubmissions } from './loading.ts';
import type { FormContent } from './service.ts';
import { recordUse } from './uses.ts';

const COMMON: Text = { ja: '共通様式', en: 'Common form' };
const EVERYBODY: Text = { ja: '報告先すべて', en: 'all addressees' };

/**
 * The form of a report for its reporter.
 *
 * In      `addressee`: its own form, else the common one; `position`: as it stood then
 * Throws  RPT_NO_REPORT
 */
export async function reportForm(
  context: ReportContext,
  scope: Scope,
  reportId: string,
  options: {
    readonly addressee?: string | undefined;
    readonly position?: number | undefined;
  } = {},
): Promise<FormContent> {
  const { report, submissions } = await context.store.read(scope, async (db) => ({
    report: await loadReport(db, reportId),
    submissions: await loadSubmissions(db, reportId),
  }));
  const shown =
    options.position === undefined
      ? submissions.at(-1)
      : submissions.find(({ position }) => position === options.position);
  if (!shown) throw reportErrors('NO_REPORT', { reportId });
  await context.overlay.current();
  const { ruleAt } = context.overlay.of(report.law.changes);
  const addressee = addresseesAt(ruleAt, report.law.atMs).get(options.addressee ?? '');
  const name = addressee?.form ?? 'common';
  const form = findForm(ruleAt, name, shown.record.kind, shown.at_ms);
  const directory = await context.directory.now();
  return {
    report: reportId,
    stage: shown.stage,
    position: shown.position,
    title: form?.name ?? COMMON,
    addressee: addressee?.name ?? EVERYBODY,
    clause: form?.clause ?? '-',
    organisation: directory.brief(report.organisation_id).name,
    submittedAt: toInstant(shown.at_ms),
    exercise: context.exercise === true,
    blocks: blocksOf(
      {
        content: shown.record,
        kind: shown.record.kind,
        form: name,
        facts: report.facts,
      },
      ruleAt,
      shown.at_ms,
    ),
    outboxId: shown.outbox_id,
  };
}

/** The form of what a copy holds; the use is on the ledger first. Throws RPT_NO_COPY. */
export async function copyForm(
  context: ReportContext,
  scope: Scope,
  copyId: string,
): Promise<FormContent> {
  await recordUse(context, scope, copyId, 'form');
  const copy = await context.store.read(scope, (db) => loadCopy(db, copyId));
  const { ruleAt } = await context.overlay.current();
  const addressee = addresseesAt(ruleAt, copy.at_ms).get(copy.addressee);
  const name = addressee?.form ?? 'common';
  const form = findForm(ruleAt, name, copy.kind, copy.at_ms);
  const directory = await context.directory.now();
  return {
    report: copy.report_id,
    stage: copy.stage,
    position: copy.position,
    title: form?.name ?? COMMON,
    addressee: addressee?.name ?? EVERYBODY,
    clause: copy.clause,
    organisation: reporterOf(copy, directory).name,
    submittedAt: toInstant(copy.at_ms),
    exercise: context.exercise === true,
    blocks: blocksOf(
      { content: copy.content, kind: copy.kind, form: name, withheld: copy.withheld },
      ruleAt,
      copy.at_ms,
    ),
    outboxId: copy.outbox_id,
  };
}
