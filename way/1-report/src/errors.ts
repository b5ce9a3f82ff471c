// SPDX-License-Identifier: Apache-2.0
import { defineErrors, type SakimoriError } from '@sakimori/vocabulary';
import type { FieldRefusal } from './engine/index.ts';

/** Every way that this room can refuse. Adding one here adds its row to docs/errors.md. */
export const reportErrors = defineErrors('RPT', {
  NO_ORGANISATION: {
    status: 404,
    retry: 'never',
    params: { organisationId: 'id' },
    ja: '組織 {organisationId} が見つかりません。一覧から選び直してください。',
    en: 'Organisation {organisationId} was not found. Choose it from the list.',
  },
  NO_REPORT: {
    status: 404,
    retry: 'never',
    params: { reportId: 'id' },
    ja: '報告 {reportId} が見つかりません。一覧から選び直してください。',
    en: 'Report {reportId} was not found. Choose it from the list.',
  },
  NO_COPY: {
    status: 404,
    retry: 'never',
    params: { copyId: 'id' },
    ja: '写し {copyId} が見つかりません。受付の一覧から選び直してください。',
    en: 'Copy {copyId} was not found. Choose it from the list of your desk.',
  },
  NO_DRAFT: {
    status: 404,
    retry: 'never',
    params: { draftId: 'id' },
    ja: '下書き {draftId} が見つかりません。提出済みか削除済みの場合は、報告の一覧をご覧ください。',
    en: 'Draft {draftId} was not found. If it was submitted or removed, look at the list of reports.',
  },
  NO_MESSAGE: {
    status: 404,
    retry: 'never',
    params: { messageId: 'id' },
    ja: '連絡 {messageId} が見つかりません。報告を開き直してください。',
    en: 'Message {messageId} was not found. Open the report again.',
  },
  NO_ATTACHMENT: {
    status: 404,
    retry: 'never',
    params: { attachmentId: 'id' },
    ja: '添付 {attachmentId} が見つかりません。報告を開き直してください。',
    en: 'Attachment {attachmentId} was not found. Open the report again.',
  },
  NO_MERGE: {
    status: 404,
    retry: 'never',
    params: { mergeId: 'id' },
    ja: 'まとまり {mergeId} が見つかりません。受付一覧を開き直してください。',
    en: 'Merge {mergeId} was not found. Open the intake queue again.',
  },
  NO_RULE_CHANGE: {
    status: 404,
    retry: 'never',
    params: { changeId: 'id' },
    ja: '規則の変更 {changeId} が見つかりません。規則の一覧を開き直してください。',
    en: 'Rule change {changeId} was not found. Open the list of rules again.',
  },
  NO_DUTY: {
    status: 404,
    retry: 'never',
    params: { rule: 'id', stage: 'word' },
    ja: 'この報告には規則 {rule} の期限（{stage}）がありません。報告を開き直してください。',
    en: 'This report has no clock {stage} under rule {rule}. Open the report again.',
  },
  NOT_PUBLISHED: {
    status: 503,
    retry: 'later',
    params: {},
    ja: '台帳への公開を待っています。しばらくしてから同じ内容でもう一度送ってください。二重にはなりません。',
    en: 'The entry is still waiting to be published. Send the same again in a while; it is not taken twice.',
  },
  CURSOR_INVALID: {
    status: 400,
    retry: 'never',
    params: {},
    ja: 'ページの位置を読み取れません。一覧を最初から開き直してください。',
    en: 'The position in the list cannot be read. Open the list from its beginning.',
  },
  RECORD_INVALID: {
    status: 422,
    retry: 'never',
    law: 'Act art. 5',
    params: { field: 'field', expected: 'word', fields: 'count' },
    ja: '項目 {field} を受け取れません（書き方: {expected}）。直す項目は {fields} 件です。直してもう一度送ってください。ほかの記入は残っています。',
    en: 'Field {field} cannot be taken (expected: {expected}). {fields} field(s) need a correction. Correct them and send again; nothing else is lost.',
  },
  DATA_USE_NOT_ACCEPTED: {
    status: 422,
    retry: 'never',
    law: 'Act art. 8',
    params: {},
    ja: '利用目的の確認がまだです。報告先ごとの利用目的をご覧のうえ、同意して提出してください（acceptDataUse: true）。',
    en: 'The purposes of use are not yet accepted. Look at what each addressee may do with its copy, accept, and submit (acceptDataUse: true).',
  },
  REFERENCE_TAKEN: {
    status: 409,
    retry: 'never',
    params: { reportId: 'id' },
    ja: '同じ番号で、内容の異なる報告が既にあります（{reportId}）。内容を加えるときは、その報告への続報として送ってください。',
    en: 'A report with the same number and other content exists already ({reportId}). To add to it, send a supplement to that report.',
  },
  CHANGED_MEANWHILE: {
    status: 409,
    retry: 'later',
    params: { id: 'id', revision: 'count' },
    ja: '{id} は、開いてから別の人が変更しました（現在 {revision} 版）。開き直して、もう一度保存してください。',
    en: '{id} was changed by someone else meanwhile (now revision {revision}). Open it again, then save.',
  },
  NOT_OPEN: {
    status: 409,
    retry: 'never',
    params: { reportId: 'id', state: 'word' },
    ja: '報告 {reportId} は今の状態（{state}）では変更できません。新しい事案は新しい報告として提出してください。',
    en: 'Report {reportId} cannot be changed in its state {state}. Tell something new as a new report.',
  },
  STAGE_BACKWARDS: {
    status: 409,
    retry: 'never',
    law: 'Act art. 5',
    params: { reportId: 'id', stage: 'word' },
    ja: '報告 {reportId} は既に {stage} の段階です。同じ段階か、その後の段階で送ってください。',
    en: 'Report {reportId} has reached stage {stage}. Send the same stage or a later one.',
  },
  ACCEPTED_ALREADY: {
    status: 409,
    retry: 'never',
    params: { reportId: 'id' },
    ja: '報告 {reportId} は報告先が受理済みのため取り下げられません。訂正は続報で伝えてください。',
    en: 'Report {reportId} was accepted by an addressee and cannot be withdrawn. Correct it by a supplement.',
  },
  REASON_NEEDED: {
    status: 422,
    retry: 'never',
    params: { charactersMax: 'count' },
    ja: '理由を 1 文字以上 {charactersMax} 文字以内で書いてください。',
    en: 'Give a reason of 1 to {charactersMax} characters.',
  },
  TEXT_INVALID: {
    status: 422,
    retry: 'never',
    params: { charactersMax: 'count' },
    ja: '本文は 1 文字以上 {charactersMax} 文字以内で書いてください。',
    en: 'Write a text of 1 to {charactersMax} characters.',
  },
  COPY_STATE: {
    status: 409,
    retry: 'never',
    params: { copyId: 'id', state: 'word' },
    ja: '写し {copyId} は今の状態（{state}）ではこの手続きができません。開き直して、最新の写しを確かめてください。',
    en: 'Copy {copyId} does not allow this in its state {state}. Open it again and look for the latest copy.',
  },
  NOT_A_MINISTRY: {
    status: 403,
    retry: 'never',
    law: 'Act arts 6, 10',
    params: {},
    ja: '是正を命じることができるのは、事業所管省庁だけです。助言か質問を送ってください。',
    en: 'Only the competent ministry may order a correction. Send an advice or a question.',
  },
  DUE_INVALID: {
    status: 422,
    retry: 'never',
    params: { field: 'field' },
    ja: '期限 {field} は、これから来る日時か日付（例: 2026-11-30）で指定してください。',
    en: 'Give {field} as an instant or a day that is still to come, for example 2026-11-30.',
  },
  RELAY_NOT_ALLOWED: {
    status: 409,
    retry: 'never',
    law: 'Act arts 5, 8',
    params: { addressee: 'id' },
    ja: '報告先 {addressee} への回付はできません。義務でない回付には報告者の同意が要ります。報告者に質問を送り、同意を求めてください。',
    en: 'It cannot be relayed to {addressee}. Where there is no duty the reporter has to consent: ask by a question.',
  },
  NO_DESK: {
    status: 409,
    retry: 'never',
    params: { addressee: 'id' },
    ja: '報告先 {addressee} の窓口がこの基盤にありません。この基盤の外で届けてください。',
    en: 'Addressee {addressee} has no desk in this instance. Tell it outside of it.',
  },
  EXTENSION_NOT_ALLOWED: {
    status: 409,
    retry: 'never',
    params: { rule: 'id', stage: 'word' },
    ja: '規則 {rule} の期限（{stage}）を延ばせる定めは、規則データにありません。',
    en: 'No dated rule allows more time for {stage} under {rule}.',
  },
  MERGE_INVALID: {
    status: 422,
    retry: 'never',
    params: { reportsMax: 'count' },
    ja: 'まとめる報告を 2 件以上 {reportsMax} 件以内で選んでください。既にまとめた報告は、先に解いてください。',
    en: 'Choose 2 to {reportsMax} reports. What is part of a merge has to be taken out of it first.',
  },
  DRAFT_TOO_LARGE: {
    status: 413,
    retry: 'never',
    params: { bytesMax: 'count' },
    ja: '下書きが大きすぎます（上限 {bytesMax} バイト）。長い記録は添付にしてください。',
    en: 'The draft is too large (at most {bytesMax} bytes). Attach long logs as files.',
  },
  DRAFTS_FULL: {
    status: 409,
    retry: 'never',
    params: { draftsMax: 'count' },
    ja: '下書きが {draftsMax} 件あります。提出するか削除してから、新しく作ってください。',
    en: 'There are {draftsMax} drafts. Submit or remove some, then begin a new one.',
  },
  FILES_OFF: {
    status: 503,
    retry: 'never',
    params: {},
    ja: 'この基盤では添付を受け取れません。内容を本文に書いてください。',
    en: 'This instance takes no attachments. Write the content into the report.',
  },
  FILE_TOO_LARGE: {
    status: 413,
    retry: 'never',
    params: { bytesMax: 'count' },
    ja: '添付が大きすぎます（上限 {bytesMax} バイト）。分けるか、要る部分だけを添付してください。',
    en: 'The file is too large (at most {bytesMax} bytes). Split it, or attach only what is needed.',
  },
  FILES_FULL: {
    status: 409,
    retry: 'never',
    params: { filesMax: 'count' },
    ja: '添付は {filesMax} 件までです。まとめるか、要らないものを除いてください。',
    en: 'At most {filesMax} files belong to a report. Combine them or leave some out.',
  },
  FILE_TYPE: {
    status: 415,
    retry: 'never',
    params: { field: 'field' },
    ja: '添付の名前か種類（{field}）を受け取れません。種類は text/plain のような形で指定してください。',
    en: 'The name or type of the file ({field}) cannot be taken. Give a type such as text/plain.',
  },
  FILE_LOST: {
    status: 503,
    retry: 'later',
    params: { attachmentId: 'id' },
    ja: '添付 {attachmentId} の中身を読み出せません。システム管理者に連絡してください。',
    en: 'The content of attachment {attachmentId} cannot be read. Tell the steward of this instance.',
  },
  RULE_SET_CLOSED: {
    status: 403,
    retry: 'never',
    params: { ruleSet: 'id' },
    ja: '規則データ {ruleSet} は画面から変更できません。変更できるのは報告の規則（report-）だけです。',
    en: 'Rule set {ruleSet} cannot be changed here. Only rules of reporting (report-) can.',
  },
  RULE_INVALID: {
    status: 422,
    retry: 'never',
    params: { ruleSet: 'id', field: 'field' },
    ja: '規則データ {ruleSet} の項目 {field} が決められた形になっていません。今の値を見本に直してください。',
    en: 'Field {field} of a change to {ruleSet} does not have its required form. Take the present value as a pattern.',
  },
  SECOND_PERSON_NEEDED: {
    status: 403,
    retry: 'never',
    params: { changeId: 'id' },
    ja: '規則の変更 {changeId} は、求めた方とは別のシステム管理者が承認します。',
    en: 'Rule change {changeId} has to be decided by another steward than the one who asked.',
  },
  RULE_CHANGE_DECIDED: {
    status: 409,
    retry: 'never',
    params: { changeId: 'id', state: 'word' },
    ja: '規則の変更 {changeId} は決定済みです（{state}）。規則の一覧を開き直してください。',
    en: 'Rule change {changeId} is decided already ({state}). Open the list of rules again.',
  },
  FACTS_INVALID: {
    status: 422,
    retry: 'never',
    params: { field: 'field', expected: 'word' },
    ja: '組織の情報 {field} を受け取れません（書き方: {expected}）。直してもう一度保存してください。',
    en: 'The fact {field} cannot be taken (expected: {expected}). Correct it and save again.',
  },
  PERIOD_INVALID: {
    status: 422,
    retry: 'never',
    params: { yearsMax: 'count' },
    ja: '期間は開始日と終了日（{yearsMax} 年以内）で指定してください。',
    en: 'Give the period by its first and last day, at most {yearsMax} years apart.',
  },
});

const refusals = new WeakMap<SakimoriError, readonly FieldRefusal[]>();

/** RPT_RECORD_INVALID with all fields: its text has room for the first. */
export function refuseRecord(fields: readonly FieldRefusal[]): SakimoriError {
  const first = fields[0] ?? { field: 'record', expected: 'a record' };
  const error = reportErrors('RECORD_INVALID', {
    field: first.field,
    expected: first.expected,
    fields: fields.length,
  });
  refusals.set(error, fields);
  return error;
}

/** Every field that a refusal names; empty for other refusals. */
export function refusedFields(error: SakimoriError): readonly FieldRefusal[] {
  return refusals.get(error) ?? [];
}
