// SPDX-License-Identifier: Apache-2.0
/** Files that belong to reports: hashed, kept apart, bounded, never opened. */
import { hash } from 'node:crypto';
import type { Scope } from '@sakimori/store';
import type { AttachmentView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId, widened } from './context.ts';
import { reportErrors } from './errors.ts';
import type { AttachmentBytes, AttachmentInput } from './service.ts';
import type { AttachmentRow } from './tables.ts';
import { recordUse } from './uses.ts';
import { viewAttachment } from './views.ts';

/** Value of a rule of the set `attachment-limits`. */
interface AttachmentLimits {
  readonly bytesMax: number;
  readonly filesMax: number;
}

const TYPE = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,100}$/;
const NAME_MAX = 200;

type Owner = { readonly draftId: string } | { readonly reportId: string };

/**
 * Keeps a file and binds it to a draft or a report.
 *
 * Throws  RPT_FILES_OFF, RPT_FILE_TOO_LARGE, RPT_FILE_TYPE, RPT_FILES_FULL, RPT_NO_DRAFT,
 *         RPT_NO_REPORT
 * Never   looks inside; a name is only shown, never used as a path
 */
export async function addAttachment(
  context: ReportContext,
  scope: Scope,
  owner: Owner,
  file: AttachmentInput,
): Promise<AttachmentView> {
  const { files } = context;
  if (!files) throw reportErrors('FILES_OFF', {});
  const atMs = context.now();
  const { ruleAt } = await context.overlay.current();
  const limits = ruleAt<AttachmentLimits>('attachment-limits', atMs).value;
  const { bytesMax, filesMax } = limits;
  if (file.bytes.length > bytesMax) throw reportErrors('FILE_TOO_LARGE', { bytesMax });
  const { name, type } = checkNames(file);
  const organisationId = await context.store.read(scope, (db) => ownerOf(db, owner, filesMax));
  const sha256 = hash('sha256', file.bytes, 'hex');
  // The bytes first: a row must never point to nothing.
  await files.put(sha256, file.bytes);
  await context.reached('attachment.kept');
  const id = context.id('attachment');
  const { value } = await context.store.change(scope, async ({ db }) => {
    await ownerOf(db, owner, filesMax);
    const { rows } = await sql<AttachmentRow>`insert into report_attachment (attachment_id,
        organisation_id, draft_id, report_id, name, type, bytes, sha256, at_ms, actor)
      values (${id}, ${organisationId}, ${'draftId' in owner ? owner.draftId : null},
        ${'reportId' in owner ? owner.reportId : null}, ${name}, ${type}, ${file.bytes.length},
        ${sha256}, ${atMs}, ${scope.actor})
      returning attachment_id, organisation_id, draft_id, report_id, name, type, bytes, sha256,
        at_ms`.execute(db);
    return rows[0] as AttachmentRow;
  });
  return viewAttachment(value);
}

function checkNames(file: AttachmentInput): { readonly name: string; readonly type: string } {
  // Signs that reorder or hide characters make one name look like another.
  const name = cleanText(file.name)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[\\/]/g, '_')
    .trim();
  if (name === '' || name.length > NAME_MAX) throw reportErrors('FILE_TYPE', { field: 'name' });
  const type = (file.type.split(';')[0] as string).trim().toLowerCase();
  if (!TYPE.test(type)) throw reportErrors('FILE_TYPE', { field: 'type' });
  return { name, type };
}

/** Out: the organisation of the draft or report. */
async function ownerOf(db: AnyTransaction, owner: Owner, filesMax: number): Promise<string> {
  const [table, column, id] =
    'draftId' in owner
      ? (['report_draft', 'draft_id', owner.draftId] as const)
      : (['report', 'report_id', owner.reportId] as const);
  const { rows } = await sql<{ organisation: string; files: number }>`select
      o.organisation_id as organisation, (select count(*) from report_attachment a
        where ${sql.ref(`a.${column}`)} = ${sql.ref(`o.${column}`)}) as files
    from ${sql.table(table)} o where ${sql.ref(`o.${column}`)} = ${id}`.execute(db);
  if (!rows[0]) {
    throw 'draftId' in owner
      ? reportErrors('NO_DRAFT', { draftId: shortId(id) })
      : reportErrors('NO_REPORT', { reportId: shortId(id) });
  }
  if (rows[0].files >= filesMax) throw reportErrors('FILES_FULL', { filesMax });
  return rows[0].organisation;
}

interface Found {
  readonly row: AttachmentRow;
  /** Set where the asker is an addressee: the copy that names the file. */
  readonly copyId?: string;
}

/** The file for the reporter, or for a desk whose copy names it. Throws RPT_NO_ATTACHMENT. */
async function look(context: ReportContext, scope: Scope, attachmentId: string): Promise<Found> {
  const missing = () => reportErrors('NO_ATTACHMENT', { attachmentId: shortId(attachmentId) });
  const own = await context.store.read(scope, (db) => loadFile(db, attachmentId));
  if (own) return { row: own };
  // Whose it is can only be seen with a wider look; whether it may be shown, under the own reach.
  const row = await context.store.read(widened(scope), (db) => loadFile(db, attachmentId));
  if (!row) throw missing();
  const copyId = await context.store.read(scope, (db) => copyWith(db, row));
  if (copyId === undefined) throw missing();
  return { row, copyId };
}

async function loadFile(db: AnyTransaction, id: string): Promise<AttachmentRow | undefined> {
  const { rows } = await sql<AttachmentRow>`select attachment_id, organisation_id, draft_id,
      report_id, name, type, bytes, sha256, at_ms
    from report_attachment where attachment_id = ${id}`.execute(db);
  return rows[0];
}

async function copyWith(db: AnyTransaction, file: AttachmentRow): Promise<string | undefined> {
  const named = JSON.stringify([{ sha256: file.sha256 }]);
  const { rows } = await sql<{ id: string }>`select copy_id as id from report_copy
    where organisation_id = ${file.organisation_id}
      and content -> 'attachments' @> ${named}::jsonb
    order by latest desc, position desc, copy_id limit 1`.execute(db);
  return rows[0]?.id;
}

/** Facts of a file, for the decision; no use, no bytes. */
export async function findAttachment(
  context: ReportContext,
  scope: Scope,
  attachmentId: string,
): Promise<AttachmentView & { readonly organisationId: string; readonly report?: string }> {
  const { row } = await look(context, scope, attachmentId);
  return {
    ...viewAttachment(row),
    organisationId: row.organisation_id,
    ...(row.report_id !== null && { report: row.report_id }),
  };
}

/**
 * The bytes. For an addressee the use is on the ledger first.
 *
 * Throws  RPT_NO_ATTACHMENT, RPT_FILES_OFF, RPT_FILE_LOST: the kept bytes are gone or not the same
 */
export async function openAttachment(
  context: ReportContext,
  scope: Scope,
  attachmentId: string,
): Promise<AttachmentBytes> {
  const { files } = context;
  if (!files) throw reportErrors('FILES_OFF', {});
  const { row, copyId } = await look(context, scope, attachmentId);
  if (copyId !== undefined) await recordUse(context, scope, copyId, 'attachment');
  const content = await files.get(row.sha256);
  if (!content || hash('sha256', content, 'hex') !== row.sha256) {
    throw reportErrors('FILE_LOST', { attachmentId: shortId(attachmentId) });
  }
  return { ...viewAttachment(row), content };
}
