// SPDX-License-Identifier: Apache-2.0
/** What reporter and addressee say to each other: one thread for each addressee of a report. */
import type { Changed, Scope } from '@sakimori/store';
import { endOfDayInJapan, readInstant } from '@sakimori/vocabulary';
import type { CopyDetail, MessageView } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { cleanText } from './clean-texts.ts';
import { type AnyTransaction, type ReportContext, shortId } from './context.ts';
import { queueMessage, refuseUnlessOpen, reporterOf, showCopy } from './copies.ts';
import { TEXT_MAX } from './engine/index.ts';
import { reportErrors } from './errors.ts';
import { loadCopy, loadReport } from './loading.ts';
import type { Unplaced } from './receipts.ts';
import type { CopyRow, MessageRow } from './tables.ts';
import { viewMessage } from './views.ts';

const DAY_TEXT = /^\d{4}-\d{2}-\d{2}$/;
const CLAUSE_MAX = 200;

/** What a message says, before it has a row. */
interface Said {
  readonly kind: MessageRow['kind'];
  readonly text: string;
  readonly clause?: string | undefined;
  readonly dueAtMs?: number | undefined;
  readonly answers?: string | undefined;
}

type Thread = Pick<CopyRow, 'copy_id' | 'report_id' | 'organisation_id' | 'desk_id' | 'addressee'>;

/** Trimmed; throws RPT_TEXT_INVALID. */
function checkText(text: string): string {
  const trimmed = cleanText(text).trim();
  if (trimmed === '' || trimmed.length > TEXT_MAX.text) {
    throw reportErrors('TEXT_INVALID', { charactersMax: TEXT_MAX.text });
  }
  return trimmed;
}

/** A day ends with its last millisecond in Japan. Throws RPT_DUE_INVALID for what is not to come. */
export function readDue(text: string, nowMs: number, field: string): number {
  const atMs = DAY_TEXT.test(text) ? endOfDayInJapan(text) : readInstant(text);
  if (atMs === undefined || atMs <= nowMs) throw reportErrors('DUE_INVALID', { field });
  return atMs;
}

/** Writes a message; whoever it is for is told by the background. */
export async function writeMessage(
  context: ReportContext,
  scope: Scope,
  db: AnyTransaction,
  thread: Thread,
  said: Said,
  ends: { readonly from: string; readonly to: string },
  sealed: { readonly messageId: string; readonly salt: Buffer; readonly outboxId: string },
): Promise<MessageRow> {
  const { messageId, salt, outboxId } = sealed;
  const atMs = context.now();
  const { rows } = await sql<MessageRow>`insert into report_message (message_id, report_id,
      organisation_id, desk_id, addressee, copy_id, kind, from_id, to_id, at_ms, actor, content,
      clause, due_at_ms, answers, salt, outbox_id)
    values (${messageId}, ${thread.report_id}, ${thread.organisation_id}, ${thread.desk_id},
      ${thread.addressee}, ${thread.copy_id}, ${said.kind}, ${ends.from}, ${ends.to}, ${atMs},
      ${scope.actor}, ${said.text}, ${said.clause ?? null}, ${said.dueAtMs ?? null},
      ${said.answers ?? null}, ${salt}, ${outboxId})
    returning message_id, report_id, organisation_id, desk_id, addressee, copy_id, kind, from_id,
      to_id, at_ms, actor, content, clause, due_at_ms, answers, answered_at_ms, outbox_id`.execute(
    db,
  );
  await queueMessage(db, 'message', messageId, atMs);
  return rows[0] as MessageRow;
}

/** Seals a message: its words are committed to, not told. */
export function sealMessage(context: ReportContext, thread: Thread, said: Said) {
  const messageId = context.id('message');
  const { text, kind, clause = '', answers = '', dueAtMs = 0 } = said;
  const content = { message: messageId, report: thread.report_id, kind, text, clause, answers };
  return { messageId, ...context.commit({ ...content, dueAtMs }) };
}

/** The addressee asks or advises. Throws RPT_NO_COPY, RPT_TEXT_INVALID, RPT_DUE_INVALID. */
export async function messageReporter(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  input: {
    readonly kind: 'question' | 'advice';
    readonly text: string;
    readonly due?: string | undefined;
  },
): Promise<Changed<Unplaced<MessageView>>> {
  const { due } = input;
  const dueAtMs = due === undefined ? undefined : readDue(due, context.now(), 'due');
  const said = { kind: input.kind, text: checkText(input.text), dueAtMs };
  return fromDesk(context, scope, copyId, said, 'report.message');
}

/**
 * The competent ministry orders a correction, with its clause and a deadline.
 *
 * Throws  RPT_NOT_A_MINISTRY, RPT_DUE_INVALID, RPT_TEXT_INVALID, RPT_NO_COPY
 * Law     Act arts 6, 10
 */
export async function orderCorrection(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  input: { readonly text: string; readonly clause: string; readonly due: string },
): Promise<Changed<Unplaced<MessageView>>> {
  const clause = cleanText(input.clause).trim();
  if (clause === '' || clause.length > CLAUSE_MAX) {
    throw reportErrors('TEXT_INVALID', { charactersMax: CLAUSE_MAX });
  }
  const dueAtMs = readDue(input.due, context.now(), 'due');
  const said = { kind: 'order' as const, text: checkText(input.text), clause, dueAtMs };
  return fromDesk(context, scope, copyId, said, 'report.ordered');
}

async function fromDesk(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  said: Said,
  type: 'report.message' | 'report.ordered',
): Promise<Changed<Unplaced<MessageView>>> {
  const directory = await context.directory.now();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const copy = await loadCopy(db, copyId);
    if (said.kind === 'order' && directory.find(copy.desk_id)?.kind !== 'ministry') {
      throw reportErrors('NOT_A_MINISTRY', {});
    }
    if (copy.withdrawn_at_ms !== null) refuseUnlessOpen(copy);
    const { messageId, commitment, salt } = sealMessage(context, copy, said);
    const outboxId = await record({
      type,
      tenant: copy.organisation_id,
      ...(type === 'report.ordered' && { basis: { article: 'act arts 6 10' } }),
      counts: { [`kind_${said.kind}`]: 1 },
      commits: [commitment],
      refs: [messageId, copy.report_id],
    });
    const ends = { from: copy.desk_id, to: copy.organisation_id };
    const sealed = { messageId, salt, outboxId };
    return { copy, row: await writeMessage(context, scope, db, copy, said, ends, sealed) };
  });
  context.onWork?.();
  const { copy, row } = changed.value;
  const hide = copy.named
    ? undefined
    : { id: copy.organisation_id, as: reporterOf(copy, directory) };
  return { ...changed, value: viewMessage(row, { directory, nowMs: context.now() }, hide) };
}

/**
 * The reporter answers a message, or writes to an addressee of its own accord.
 *
 * Throws  RPT_NO_REPORT, RPT_NO_MESSAGE, RPT_NO_COPY, RPT_TEXT_INVALID
 */
export async function answerAddressee(
  context: ReportContext,
  scope: Scope,
  reportId: string,
  input: {
    readonly text: string;
    readonly answers?: string | undefined;
    readonly copyId?: string | undefined;
  },
): Promise<Changed<Unplaced<MessageView>>> {
  const text = checkText(input.text);
  const directory = await context.directory.now();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    await loadReport(db, reportId);
    const thread = await threadOf(db, reportId, input);
    const said: Said = {
      kind: input.answers === undefined ? 'note' : 'answer',
      ...{ text, answers: input.answers },
    };
    const { messageId, commitment, salt } = sealMessage(context, thread, said);
    const outboxId = await record({
      type: 'report.message',
      tenant: thread.organisation_id,
      counts: { [`kind_${said.kind}`]: 1 },
      commits: [commitment],
      refs: [messageId, reportId],
    });
    const ends = { from: thread.organisation_id, to: thread.desk_id };
    const row = await writeMessage(context, scope, db, thread, said, ends, {
      ...{ messageId, salt, outboxId },
    });
    if (input.answers !== undefined) {
      await sql`update report_message set answered_at_ms = ${row.at_ms}
        where message_id = ${input.answers} and answered_at_ms is null`.execute(db);
    }
    return row;
  });
  context.onWork?.();
  return { ...changed, value: viewMessage(changed.value, { directory, nowMs: context.now() }) };
}

async function threadOf(
  db: AnyTransaction,
  reportId: string,
  {
    answers,
    copyId,
  }: { readonly answers?: string | undefined; readonly copyId?: string | undefined },
): Promise<Thread> {
  if (answers !== undefined) {
    const { rows } =
      await sql<Thread>`select copy_id, report_id, organisation_id, desk_id, addressee
      from report_message where message_id = ${answers} and report_id = ${reportId}
        and from_id = desk_id for update`.execute(db);
    if (!rows[0]) throw reportErrors('NO_MESSAGE', { messageId: shortId(answers) });
    return rows[0];
  }
  const copy = await loadCopy(db, copyId ?? '');
  if (copy.report_id !== reportId) {
    throw reportErrors('NO_COPY', { copyId: shortId(copyId ?? '') });
  }
  return copy;
}

/**
 * The addressee sends a copy back for completion, with what is missing.
 *
 * Throws  RPT_NO_COPY, RPT_COPY_STATE, RPT_TEXT_INVALID
 */
export async function returnCopy(
  context: ReportContext,
  scope: Scope,
  copyId: string,
  input: { readonly text: string; readonly fields?: readonly string[] | undefined },
): Promise<Changed<Unplaced<CopyDetail>>> {
  const said: Said = { kind: 'question', text: checkText(input.text) };
  const atMs = context.now();
  const changed = await context.store.change(scope, async ({ db, record }) => {
    const copy = await loadCopy(db, copyId, true);
    refuseUnlessOpen(copy);
    if (copy.state === 'accepted') {
      throw reportErrors('COPY_STATE', { copyId: shortId(copyId), state: copy.state });
    }
    const { messageId, commitment, salt } = sealMessage(context, copy, said);
    const outboxId = await record({
      type: 'report.returned',
      tenant: copy.organisation_id,
      basis: { article: 'act art. 5' },
      counts: { fields: input.fields?.length ?? 0 },
      commits: [commitment],
      refs: [copyId, copy.report_id, messageId],
    });
    await sql`update report_copy set state = 'returned', returned_at_ms = ${atMs},
        returned_outbox = ${outboxId} where copy_id = ${copyId}`.execute(db);
    const ends = { from: copy.desk_id, to: copy.organisation_id };
    await writeMessage(context, scope, db, copy, said, ends, { messageId, salt, outboxId });
  });
  context.onWork?.();
  return { ...changed, value: await showCopy(context, scope, copyId) };
}
