// SPDX-License-Identifier: Apache-2.0
/** Drafts: saved while somebody writes, by whoever holds the newest; no word of them on the ledger. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { DraftView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText, cleanTexts } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId } from './context.ts';
import type { ReadReport } from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { findIndicators, textsOf } from './indicators.ts';
import { loadAttachments } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import { getReport } from './reports.ts';
import type { DraftInput, DraftSave, SubmitResult } from './service.ts';
import { submitReport } from './submitting.ts';
import { supplementReport } from './supplementing.ts';
import type { AttachmentRow, DraftRow } from './tables.ts';
import { viewAttachment } from './views.ts';

const DRAFT_BYTES_MAX = 1_048_576;
const DRAFTS_MAX = 500;
const STEP_MAX = 80;
const TEXTS_CHARACTERS_MAX = 200_000;

const COLUMNS = sql`draft_id, organisation_id, report_id, record, step, revision, created_at_ms,
  saved_at_ms, actor,
  via, proposal, notes, texts`;

/** Begins a draft. Throws RPT_DRAFT_TOO_LARGE, RPT_DRAFTS_FULL, RPT_NO_ORGANISATION. */
export async function createDraft(
  context: ReportContext,
  scope: Scope,
  input: DraftInput,
): Promise<Unplaced<DraftView>> {
  const row = await insertDraft(context, scope, { ...input, proposal: null });
  return viewDraft(context, row, []);
}

export interface NewDraft extends DraftInput {
  readonly proposal: 'precursor' | 'draft' | null;
  readonly groupKey?: string | undefined;
  readonly notes?: ReadReport['notes'];
  readonly texts?: ReadReport['texts'];
}

/** Out: the row; that of an earlier one where alerts of the same group gather. */
export async function insertDraft(
  context: ReportContext,
  scope: Scope,
  input: NewDraft,
): Promise<DraftRow> {
  const record = recordText(input.record);
  const atMs = context.now();
  const { value } = await context.store.change(scope, async ({ db }) => {
    await checkRoom(db, input.organisationId);
    const { rows } = await sql<DraftRow>`insert into report_draft (draft_id, organisation_id,
        report_id, record, step, created_at_ms, saved_at_ms, actor, via, proposal, group_key, notes,
        texts)
      values (${context.id('draft')}, ${input.organisationId}, ${input.reportId ?? null},
        ${record}::jsonb, ${stepText(input.step)}, ${atMs}, ${atMs},
        ${scope.actor}, ${input.via}, ${input.proposal}, ${input.groupKey ?? null},
        ${JSON.stringify(input.notes ?? [])}::jsonb,
        ${JSON.stringify(boundedTexts(input.texts ?? []))}::jsonb)
      -- Alerts of one group gather, until a person has taken the draft up.
      on conflict (organisation_id, group_key) where group_key is not null do update set
        record = case when report_draft.revision = 1 then excluded.record
          else report_draft.record end,
        notes = case when report_draft.revision = 1 then excluded.notes
          else report_draft.notes end,
        saved_at_ms = greatest(excluded.saved_at_ms, report_draft.created_at_ms + 1)
      returning ${COLUMNS}`.execute(db);
    return rows[0] as DraftRow;
  });
  return value;
}

function recordText(record: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(cleanTexts(record));
  if (Buffer.byteLength(text) > DRAFT_BYTES_MAX) {
    throw reportErrors('DRAFT_TOO_LARGE', { bytesMax: DRAFT_BYTES_MAX });
  }
  return text;
}

const stepText = (step: string | undefined): string | null =>
  step === undefined ? null : cleanText(step.slice(0, STEP_MAX));

function boundedTexts(texts: ReadReport['texts']): ReadReport['texts'] {
  let left = TEXTS_CHARACTERS_MAX;
  return texts.map(({ field, text }) => {
    const kept = cleanText(text.slice(0, left));
    left -= kept.length;
    return { field, text: kept };
  });
}

async function checkRoom(db: AnyTransaction, organisationId: string): Promise<void> {
  const { rows } = await sql<{ known: boolean; drafts: number }>`select
      exists (select 1 from organisation where id = ${organisationId}) as known,
      (select count(*) from report_draft where organisation_id = ${organisationId}) as drafts`.execute(
    db,
  );
  if (!rows[0]?.known) {
    throw reportErrors('NO_ORGANISATION', { organisationId: shortId(organisationId) });
  }
  if (rows[0].drafts >= DRAFTS_MAX) throw reportErrors('DRAFTS_FULL', { draftsMax: DRAFTS_MAX });
}

/** Drafts within the scope, newest first; at most 500. */
export async function listDrafts(
  context: ReportContext,
  scope: Scope,
  filter: { readonly organisationId?: string | undefined } = {},
): Promise<readonly Unplaced<DraftView>[]> {
  const { organisationId } = filter;
  const { rows, files } = await context.store.read(scope, async (db) => {
    const found = await sql<DraftRow>`select ${COLUMNS} from report_draft
      where ${organisationId === undefined ? sql`true` : sql`organisation_id = ${organisationId}`}
      order by saved_at_ms desc, draft_id desc limit ${DRAFTS_MAX}`.execute(db);
    const attached = await sql<AttachmentRow>`select attachment_id, organisation_id, draft_id,
        report_id, name, type, bytes, sha256, at_ms from report_attachment
      where draft_id = any(${found.rows.map((row) => row.draft_id)}::text[])
      order by at_ms, attachment_id`.execute(db);
    return { rows: found.rows, files: attached.rows };
  });
  return Promise.all(
    rows.map((row) =>
      viewDraft(
        context,
        row,
        files.filter((file) => file.draft_id === row.draft_id),
      ),
    ),
  );
}

/** Throws RPT_NO_DRAFT. */
export async function getDraft(
  context: ReportContext,
  scope: Scope,
  draftId: string,
): Promise<Unplaced<DraftView>> {
  const { row, files } = await context.store.read(scope, async (db) => ({
    row: await loadDraft(db, draftId),
    files: await loadAttachments(db, { draftId }),
  }));
  return viewDraft(context, row, files);
}

async function loadDraft(db: AnyTransaction, draftId: string): Promise<DraftRow> {
  const { rows } = await sql<DraftRow>`select ${COLUMNS} from report_draft
    where draft_id = ${draftId}`.execute(db);
  if (!rows[0]) throw reportErrors('NO_DRAFT', { draftId: shortId(draftId) });
  return rows[0];
}

/**
 * Saves what was written meanwhile.
 *
 * In      `revision` that the writer had: another one has saved since when it differs
 * Throws  RPT_NO_DRAFT, RPT_CHANGED_MEANWHILE, RPT_DRAFT_TOO_LARGE
 */
export async function saveDraft(
  context: ReportContext,
  scope: Scope,
  draftId: string,
  input: DraftSave,
): Promise<Unplaced<DraftView>> {
  const record = recordText(input.record);
  const { value } = await context.store.change(scope, async ({ db }) => {
    const { rows } = await sql<DraftRow>`update report_draft set record = ${record}::jsonb,
        step = ${stepText(input.step)}, revision = revision + 1,
        saved_at_ms = ${context.now()}, actor = ${scope.actor}
      where draft_id = ${draftId} and revision = ${input.revision} returning ${COLUMNS}`.execute(
      db,
    );
    if (rows[0]) return { row: rows[0], files: await loadAttachments(db, { draftId }) };
    const { revision } = await loadDraft(db, draftId);
    throw reportErrors('CHANGED_MEANWHILE', { id: shortId(draftId), revision });
  });
  return viewDraft(context, value.row, value.files);
}

/** Removes it, with its files' rows. Throws RPT_NO_DRAFT. */
export async function removeDraft(
  context: ReportContext,
  scope: Scope,
  draftId: string,
): Promise<void> {
  await context.store.change(scope, async ({ db }) => {
    const { numAffectedRows } = await sql`delete from report_draft
      where draft_id = ${draftId}`.execute(db);
    if (numAffectedRows === 0n) throw reportErrors('NO_DRAFT', { draftId: shortId(draftId) });
    await sql`delete from report_attachment where draft_id = ${draftId}`.execute(db);
  });
}

/** Submits a draft as a report, or as a supplement to one; the draft is gone with it. */
export async function submitDraft(
  context: ReportContext,
  scope: Scope,
  draftId: string,
  input: { readonly acceptDataUse: boolean },
): Promise<SubmitResult> {
  // The draft's own id is its key: pressed twice it is one report.
  const idempotencyKey = draftId;
  const found = await context.store.read(scope, async (db) => ({
    row: await findDraft(db, draftId),
    files: await loadAttachments(db, { draftId }),
    earlier: await findSubmitted(db, idempotencyKey),
  }));
  const { row, files, earlier } = found;
  if (!row) {
    if (!earlier) throw reportErrors('NO_DRAFT', { draftId: shortId(draftId) });
    await context.published([earlier.outbox]);
    const value = await getReport(context, scope, earlier.id);
    return { value, outboxIds: [], entries: [], repeated: true };
  }
  const record = withFiles(row.record, files);
  const more = { record, via: row.via, idempotencyKey, draftId };
  if (row.report_id !== null) return supplementReport(context, scope, row.report_id, more);
  const { organisation_id: organisationId } = row;
  const { acceptDataUse } = input;
  return submitReport(context, scope, { ...more, organisationId, acceptDataUse });
}

async function findDraft(db: AnyTransaction, draftId: string): Promise<DraftRow | undefined> {
  const { rows } = await sql<DraftRow>`select ${COLUMNS} from report_draft
    where draft_id = ${draftId}`.execute(db);
  return rows[0];
}

async function findSubmitted(db: AnyTransaction, key: string) {
  const { rows } = await sql<{ id: string; outbox: string }>`select report_id as id,
      outbox_id as outbox from report_submission where idempotency_key = ${key}`.execute(db);
  return rows[0];
}

/** The record with the files that were attached to the draft. */
function withFiles(
  record: Readonly<Record<string, unknown>>,
  files: readonly AttachmentRow[],
): Readonly<Record<string, unknown>> {
  if (files.length === 0) return record;
  const named = Array.isArray(record.attachments) ? record.attachments : [];
  const known = new Set(named.map((one) => (one as { sha256?: unknown })?.sha256));
  const added = files
    .filter(({ sha256 }) => !known.has(sha256))
    .map(({ sha256, name, type, bytes }) => ({ sha256, name, type, bytes }));
  return { ...record, attachments: [...named, ...added] };
}

async function viewDraft(
  context: ReportContext,
  row: DraftRow,
  files: readonly AttachmentRow[],
): Promise<Unplaced<DraftView>> {
  const directory = await context.directory.now();
  const confirmed = Array.isArray(row.record.indicators) ? row.record.indicators : [];
  return {
    id: row.draft_id,
    organisation: directory.brief(row.organisation_id),
    ...(row.report_id !== null && { report: row.report_id }),
    record: row.record,
    ...(row.step !== null && { step: row.step }),
    revision: row.revision,
    savedAt: toInstant(row.saved_at_ms),
    by: row.actor,
    via: row.via,
    ...(row.proposal !== null && { proposal: row.proposal }),
    notes: row.notes,
    indicators: await findIndicators(context, [...row.texts, ...textsOf(row.record)], confirmed),
    attachments: files.map(viewAttachment),
  };
}
