// SPDX-License-Identifier: Apache-2.0
/** Mail as a report: subject and body, labelled lines of a form within it, attachments as files. */
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import type { ReadItem } from '../shapes.ts';
import { cleanText, Draft, type ReadContext } from './drafts.ts';
import { beginning } from './fields.ts';
import { readLabels } from './form-labels.ts';
import { AWARENESS_FIELD, toFormRecord } from './form-record.ts';
import { readHtml } from './html-text.ts';
import { readMachineTime } from './instants.ts';
import { FORM_CHARACTERS_MAX } from './ipa-text.ts';
import { atMost, refuse } from './limits.ts';
import { decodeText } from './text-decoding.ts';

const HEADER_BYTES_MAX = 256 * 1024;
const HTML_CHARACTERS_MAX = 2_000_000;
/** Attached texts in which indicators are looked for: how many, and how much of each. */
const [LIFTED_FILES_MAX, LIFTED_BYTES_MAX] = [10, 1024 * 1024];
const HOPS_MAX = 3;

/**
 * Reads one message.
 *
 * In     the message as it travelled (RFC 5322), also with Japanese in ISO-2022-JP or Shift_JIS
 * Out    one draft. Awareness is a labelled time of the text, else the Date header: when it was
 *        sent, not when it was received. Received lines are kept as evidence only
 * Never  renders HTML, fetches what it names or opens an attachment other than plain text
 */
export async function readMail(bytes: Uint8Array, context: ReadContext): Promise<ReadItem[]> {
  const { mailDepthMax, mailLinesMax } = context.limits;
  if (countOtherLines(bytes) > mailLinesMax) {
    const expected = atMost(mailLinesMax, '行数は', 'lines besides those of base64');
    return [refuse(1, { field: 'message', expected })];
  }
  let mail: Email;
  try {
    mail = await PostalMime.parse(withoutEnvelope(bytes), {
      maxNestingDepth: mailDepthMax * 8,
      maxRfc822NestingDepth: mailDepthMax,
      maxHeadersSize: HEADER_BYTES_MAX,
      attachmentEncoding: 'arraybuffer',
    });
  } catch {
    const expected = {
      ja: '電子メール（ヘッダと入れ子が上限以内のもの）',
      en: 'a mail whose headers and nesting are within bounds',
    };
    return [refuse(1, { field: 'message', expected })];
  }
  if (mail.headers.length === 0) {
    const expected = { ja: 'ヘッダのある電子メール', en: 'a mail with headers' };
    return [refuse(1, { field: 'headers', expected })];
  }
  return [toReport(mail, context)];
}

const [BASE64_LINE_MIN, BASE64_LINE_MAX] = [60, 100];

function countOtherLines(bytes: Uint8Array): number {
  let count = 0;
  for (let from = 0, at = 0; at >= 0; from = at + 1) {
    at = bytes.indexOf(0x0a, from);
    const length = (at < 0 ? bytes.length : at) - from;
    if (length < BASE64_LINE_MIN || length > BASE64_LINE_MAX) count += 1;
  }
  return count;
}

/** A mailbox file begins each message with a line "From address date", which is no header. */
function withoutEnvelope(bytes: Uint8Array): Uint8Array {
  if (Buffer.from(bytes.subarray(0, 5)).toString('latin1') !== 'From ') return bytes;
  const end = bytes.indexOf(0x0a);
  return end < 0 ? bytes : bytes.subarray(end + 1);
}

function toReport(mail: Email, context: ReadContext): ReadItem {
  const draft = new Draft(1, context);
  const body = bodyOf(mail, draft);
  const subject = draft.word('subject', mail.subject);
  draft.lift('subject', subject);
  draft.lift('body', body.text);
  if (body.links.length > 0) draft.lift('links', body.links.join('\n'));
  takeAttachments(mail.attachments, draft, context);
  const form = toFormRecord(readLabels(beginning(body.text, FORM_CHARACTERS_MAX)), draft, subject);
  const sentAt = readMachineTime(mail.date);
  if (form.aware === undefined && sentAt) {
    draft.note(
      '本文に発見日時がないため、メールの送信日時を覚知日時としました。',
      'The text states no time of awareness: the time of sending (Date) was taken.',
    );
  }
  const sender = contactOf(mail.from ?? mail.sender, draft);
  const { kind, title, outline, rest } = form;
  const isEmpty = outline === undefined && subject === undefined && mail.attachments.length === 0;
  if (isEmpty) {
    const expected = { ja: '件名、本文または添付ファイル', en: 'a subject, a body or a file' };
    return refuse(1, { field: 'body', expected });
  }
  return draft.finish(
    {
      reference: form.reference ?? draft.word('message-id', mail.messageId),
      kind,
      awareness: {
        at: draft.awareAt(form.aware ? AWARENESS_FIELD : 'Date', form.aware ?? sentAt),
        ...(form.how && { how: form.how }),
        ...(form.detail && { detail: form.detail }),
        ...evidenceOf(mail, draft),
      },
      title: title ?? '（件名なし）',
      outline,
      ...rest,
      contacts: rest.contacts ?? (sender ? [sender] : undefined),
    },
    'draft',
  );
}

function bodyOf(mail: Email, draft: Draft): { text: string; links: readonly string[] } {
  const plain = mail.text === undefined ? '' : cleanText(mail.text).text.trim();
  const source = mail.html ?? '';
  const html = readHtml(beginning(source, HTML_CHARACTERS_MAX));
  if (source.length > HTML_CHARACTERS_MAX) {
    draft.note(
      `HTML の本文が長いため、最初の ${HTML_CHARACTERS_MAX} 文字だけを読みました。`,
      `Only the first ${HTML_CHARACTERS_MAX} characters of the HTML were read.`,
    );
  }
  // A plain part is what the sender wrote for readers like us; HTML is the second choice.
  return { text: plain === '' ? cleanText(html.text).text : plain, links: html.links };
}

function takeAttachments(all: readonly Attachment[], draft: Draft, context: ReadContext): void {
  const files = draft.first('attachments', all, context.limits.attachmentsMax);
  let lifted = 0;
  for (const [index, file] of files.entries()) {
    const bytes = contentOf(file);
    const name = file.filename ?? (file.mimeType === 'message/rfc822' ? 'message.eml' : '');
    draft.attach(name || `attachment-${index + 1}`, file.mimeType, bytes);
    if (file.rfc822DepthExceeded) {
      draft.note(
        '転送が深く重なっているため、内側のメールは添付ファイルとして扱いました。',
        'Messages are nested too deeply: the inner one was kept as a file.',
      );
    }
    const isText = file.mimeType.startsWith('text/') || /\.(?:txt|csv|log)$/i.test(name);
    if (isText && file.mimeType !== 'text/html' && lifted < LIFTED_FILES_MAX) {
      lifted += 1;
      draft.lift(`attachment ${index + 1}`, decodeText(bytes.subarray(0, LIFTED_BYTES_MAX)).text);
    }
  }
}

function contentOf({ content }: Attachment): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content, 'utf8');
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function contactOf(address: Address | undefined, draft: Draft) {
  const one = address?.group?.[0] ?? address;
  const email = draft.word('from', one?.address);
  const name = draft.word('from', one?.name) ?? email;
  return name === undefined ? undefined : { name, ...(email && { email }) };
}

/** When it was sent and which way it came: for a person who asks whether the time can be right. */
function evidenceOf(mail: Email, draft: Draft): { evidence?: string } {
  const hops = mail.headers.filter(({ key }) => key === 'received').slice(0, HOPS_MAX);
  const lines = [
    ...(mail.date ? [`Date: ${mail.date}`] : []),
    ...(mail.messageId ? [`Message-ID: ${mail.messageId}`] : []),
    ...hops.map(({ value }) => `Received: ${beginning(value, 250)}`),
  ];
  const evidence = draft.sentence('headers', lines.join(' | '));
  return evidence === undefined ? {} : { evidence };
}
