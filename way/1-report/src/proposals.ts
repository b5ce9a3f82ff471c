// SPDX-License-Identifier: Apache-2.0
/** Reports that programs and mails propose: a person confirms, unless the operator chose otherwise. */
import type { Scope } from '@sakimori/store';
import { SakimoriError } from '@sakimori/vocabulary';
import type { DraftView, ReportVia, Text } from '@sakimori/vocabulary/wire';
import { addAttachment } from './attachments.ts';
import { digestOf, keptKey, type ReportContext } from './context.ts';
import { getDraft, insertDraft } from './drafts.ts';
import type { IncidentRecord, ReadReport } from './engine/index.ts';
import type { Unplaced } from './receipts.ts';
import type { TakenAlerts } from './service.ts';
import { takesPrecursors } from './settings.ts';
import { submitReport } from './submitting.ts';

/** Alerts of one group have one reference; what has none is known by what it says. */
function groupOf(record: IncidentRecord): string {
  return keptKey(record.reference) ?? `sha256:${digestOf(record).toString('hex')}`;
}

/**
 * Drafts out of what a reader has read.
 *
 * Out     one a report, in their order; the same again finds its draft. Files that cannot be kept are
 *         named in the notes
 * Throws  RPT_NO_ORGANISATION, RPT_DRAFTS_FULL, RPT_DRAFT_TOO_LARGE
 */
export async function proposeDrafts(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
  reports: readonly ReadReport[],
  via: 'mail' | 'import' | 'alert',
): Promise<readonly Unplaced<DraftView>[]> {
  const drafts: Unplaced<DraftView>[] = [];
  for (const report of reports) {
    const id = await proposeDraft(context, scope, organisationId, report, via);
    drafts.push(await getDraft(context, scope, id));
  }
  return drafts;
}

async function proposeDraft(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
  report: ReadReport,
  via: ReportVia,
): Promise<string> {
  const { attachments } = report;
  const row = await insertDraft(context, scope, {
    ...{ organisationId, via, proposal: report.proposal },
    record: report.record as unknown as Readonly<Record<string, unknown>>,
    groupKey: `${via}:${groupOf(report.record)}`.slice(0, 300),
    notes: [...report.notes, ...(context.files ? [] : attachments.map(notKept))],
    texts: report.texts,
  });
  const isNew = row.revision === 1 && row.saved_at_ms === row.created_at_ms;
  if (context.files && isNew) {
    for (const file of attachments) {
      await addAttachment(context, scope, { draftId: row.draft_id }, file).catch(passRefusal);
    }
  }
  return row.draft_id;
}

const notKept = (): Text => ({
  ja: '添付ファイルは保存していません。この基盤では添付を受け取れません。',
  en: 'An attached file was not kept: this instance takes no attachments.',
});

/** One file too many or too large is no reason to lose the mail. */
function passRefusal(error: unknown): undefined {
  if (error instanceof SakimoriError && error.specification.status < 500) return undefined;
  throw error;
}

/**
 * Takes alerts of a sensor.
 *
 * Out     ids of drafts that wait for a person, and of precursor reports that were submitted at once
 *         because the operator's administrator chose so; `ignored`: known already
 * Throws  RPT_NO_ORGANISATION, RPT_DRAFTS_FULL
 */
export async function takeAlerts(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
  reports: readonly ReadReport[],
): Promise<TakenAlerts> {
  const automatic = await takesPrecursors(context, scope, organisationId);
  const drafts: string[] = [];
  const precursors: string[] = [];
  let ignored = 0;
  for (const report of reports) {
    if (!(automatic && report.proposal === 'precursor')) {
      drafts.push(await proposeDraft(context, scope, organisationId, report, 'alert'));
      continue;
    }
    const done = await submitPrecursor(context, scope, organisationId, report.record);
    if (done === undefined) ignored += 1;
    else precursors.push(done);
  }
  return { drafts: [...new Set(drafts)], precursors, ignored };
}

/** The group may have grown since it was first told: that is the same precursor. */
async function submitPrecursor(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
  record: IncidentRecord,
): Promise<string | undefined> {
  try {
    const { value, repeated } = await submitReport(context, scope, {
      ...{ organisationId, record, via: 'alert', acceptDataUse: true },
      idempotencyKey: `alert:${groupOf(record)}`,
    });
    return repeated ? undefined : value.id;
  } catch (error) {
    if (error instanceof SakimoriError && error.code === 'RPT_REFERENCE_TAKEN') return undefined;
    throw error;
  }
}
