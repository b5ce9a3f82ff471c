// SPDX-License-Identifier: Apache-2.0
/** Fields of a form in free text, as parts of a record. What is proposed from words is said. */
import type { RecordInput } from '../record.ts';
import type { Draft } from './drafts.ts';
import type { FormField, FormReading } from './form-labels.ts';
import { findWrittenTime, type TimeReading } from './instants.ts';
import { mailIndicator } from './observables.ts';

/** How the field of awareness is called in notes. */
export const AWARENESS_FIELD = { ja: '発見日時', en: 'The time of discovery' };

type Part<K extends keyof RecordInput> = RecordInput[K] | undefined;

export interface FormRecord {
  readonly reference: string | undefined;
  readonly kind: RecordInput['kind'];
  readonly aware: TimeReading | undefined;
  readonly how: RecordInput['awareness']['how'];
  readonly detail: string | undefined;
  readonly title: string | undefined;
  readonly outline: string | undefined;
  readonly rest: {
    readonly occurred: Part<'occurred'>;
    readonly recovered: Part<'recovered'>;
    readonly status: Part<'status'>;
    readonly computers: Part<'computers'>;
    readonly impact: Part<'impact'>;
    readonly cause: Part<'cause'>;
    readonly actions: Part<'actions'>;
    readonly personalData: Part<'personalData'>;
    readonly contacts: Part<'contacts'>;
    readonly ransomware: Part<'ransomware'>;
    readonly other: Part<'other'>;
    readonly remarks: Part<'remarks'>;
  };
}

/** Parts of a record from the fields of a form; `subject` is the subject of the mail around it. */
export function toFormRecord(form: FormReading, draft: Draft, subject?: string): FormRecord {
  const value = (field: FormField) => form.values.get(field);
  const time = (field: FormField, name: string): string | undefined => {
    const text = value(field);
    if (text === undefined) return undefined;
    const found = findWrittenTime(text);
    if (found) return found.at;
    draft.note(
      `「${name}」の日時を読み取れませんでした（元の文章は備考にあります）。`,
      `The time of ${field} could not be read; its text is kept in the remarks.`,
    );
    return undefined;
  };
  const aware = value('awareness') === undefined ? undefined : findWrittenTime(value('awareness')!);
  if (value('awareness') !== undefined && !aware) time('awareness', '発見日時');
  const damage = value('damage');
  const words = [
    subject,
    value('title'),
    value('malware'),
    damage && `被害: ${damage}`,
    value('outline'),
    form.rest,
  ];
  const kind = kindOf(words.filter((one) => one !== undefined).join('\n'));
  draft.note(
    '事案の種別は文章の言葉から提案したものです。確認してください。',
    'The kind was proposed from the words of the text: please check it.',
  );
  const outline = [value('outline'), form.rest].filter((one) => one).join('\n\n');
  const malware = draft.word('malware', value('malware'));
  return {
    reference: draft.word('reference', value('reference')),
    kind,
    aware,
    how: value('discovery') === undefined ? undefined : howOf(value('discovery')!),
    detail: draft.sentence('discovery', value('discovery')),
    title: draft.word(
      'title',
      value('title') ?? subject ?? firstLine(outline) ?? firstLine(value('damage') ?? ''),
    ),
    outline: draft.text('outline', outline),
    rest: {
      occurred: time('occurred', '発生日時'),
      recovered: time('recovered', '復旧日時'),
      status: statusOf(value('status') ?? ''),
      computers: systemsOf(value('systems'), draft),
      impact: textPart(draft.text('damage', value('damage'))),
      cause: causeOf(value('cause'), draft),
      actions: actionsOf(value('actions'), draft),
      personalData: personalOf(value('personal')),
      contacts: contactsOf(form, draft),
      ransomware: kind === 'ransomware' && malware ? { family: malware } : undefined,
      other: kind === 'other' ? otherOf(value('malware'), words.join('\n'), draft) : undefined,
      remarks: draft.text('remarks', remarksOf(form)),
    },
  };
}

function firstLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '');
}

function textPart(text: string | undefined): { text: string } | undefined {
  return text === undefined ? undefined : { text };
}

function kindOf(text: string): RecordInput['kind'] {
  const plain = text.normalize('NFKC');
  if (/ランサム|身代金|ransom/i.test(plain)) return 'ransomware';
  if (/\bD?DoS\b|DDoS|DoS攻撃|サービス(?:不能|妨害|拒否)攻撃|denial of service/i.test(plain))
    return 'ddos';
  if (
    /ヒヤリ|未遂|被害[は:]?\s*(?:なし|無し|無い|ない|ありません|ございません)|near miss/i.test(
      plain,
    )
  ) {
    return 'near-miss';
  }
  if (/前兆|予兆|ポートスキャン|port scan/i.test(plain)) return 'precursor';
  return 'other';
}

function howOf(text: string): NonNullable<RecordInput['awareness']['how']> {
  const plain = text.normalize('NFKC');
  if (/監視|セキュリティソフト|アラート|検知|EDR|IDS|IPS|ログ|ウイルス対策/i.test(plain))
    return 'monitoring';
  if (/警察|JPCERT|IPA|NISC|官公庁|行政/i.test(plain)) return 'authority';
  if (/顧客|利用者|取引先/.test(plain)) return 'customer';
  if (/攻撃者|脅迫|犯行/.test(plain)) return 'attacker';
  if (/外部/.test(plain)) return 'third-party';
  return /目視|職員|社員|従業員|届出者|担当/.test(plain) ? 'staff' : 'unknown';
}

function statusOf(text: string): Part<'status'> {
  if (text === '') return undefined;
  if (/復旧(?:済|完了|した|しました)|解決|収束|終了/.test(text)) return 'recovered';
  if (/封じ込め|隔離|遮断|切り離し/.test(text)) return 'contained';
  return /対応中|継続|調査中|復旧中|未復旧|停止中/.test(text) ? 'ongoing' : 'unknown';
}

function systemsOf(text: string | undefined, draft: Draft): Part<'computers'> {
  const names = (text ?? '')
    .split(/[\n、,;／]/)
    .map((one) => one.replace(/^[\s・*-]+/, '').trim())
    // Brackets whose content was a box that nobody ticked.
    .filter((one) => one !== '' && !/^[()（）\s]*$/.test(one));
  return draft.words('systems', names, 50).map((label) => ({ label }));
}

function causeOf(text: string | undefined, draft: Draft): Part<'cause'> {
  const fitted = draft.text('cause', text);
  if (fitted === undefined) return undefined;
  return { vector: vectorOf(fitted.normalize('NFKC')), text: fitted };
}

function vectorOf(text: string): NonNullable<NonNullable<RecordInput['cause']>['vector']> {
  if (/脆弱性|未適用|CVE-\d/i.test(text)) return 'vulnerability';
  if (/メール|フィッシング|添付/.test(text)) return 'phishing';
  if (/パスワード|認証情報|アカウント|総当たり|ブルートフォース|ID/.test(text))
    return 'stolen-credentials';
  if (/設定(?:不備|ミス|誤り)|公開設定/.test(text)) return 'misconfiguration';
  if (/委託先|取引先|サプライ|保守(?:業者|会社|ベンダ)/.test(text)) return 'supplier';
  if (/USB|外部媒体|記録媒体/i.test(text)) return 'removable-media';
  if (/内部不正|内部犯|職員による/.test(text)) return 'insider';
  return /不明|調査中/.test(text) ? 'unknown' : 'other';
}

function actionsOf(text: string | undefined, draft: Draft): Part<'actions'> {
  const fitted = draft.text('actions', text);
  return fitted === undefined ? undefined : [{ text: fitted }];
}

/** Yes, no or not known, and a number of persons or records where one is written. */
function personalOf(text: string | undefined): Part<'personalData'> {
  if (text === undefined) return undefined;
  const plain = text.normalize('NFKC').slice(0, 2_000);
  const count = /(\d{1,3}(?:,\d{3})+|\d{1,10})\s*(万)?\s*(?:件|人|名)/.exec(plain);
  const persons = count
    ? Number(count[1]!.replaceAll(',', '')) * (count[2] === undefined ? 1 : 10_000)
    : undefined;
  if (persons !== undefined && persons > 0 && persons <= 10_000_000_000) {
    return { involved: true, persons };
  }
  if (persons === 0 || /なし|無し|ありません|ない/.test(plain)) return { involved: false };
  if (/調査中|不明|確認中|可能性/.test(plain)) return { involved: 'unknown' };
  return { involved: /あり|有り|漏え?い|流出/.test(plain) ? true : 'unknown' };
}

function contactsOf(form: FormReading, draft: Draft): Part<'contacts'> {
  const value = (field: FormField) => form.values.get(field);
  const organisation = draft.word('organisation', value('organisation'));
  const reporter = draft.word('reporter', value('reporter'));
  const name = draft.word('name', value('name')) ?? reporter ?? organisation;
  const phone = draft.word('phone', value('phone'));
  const email =
    mailIndicator(value('email'), 'contact')?.value ?? draft.word('email', value('email'));
  if (name === undefined) {
    const stand = phone ?? email;
    return stand === undefined
      ? undefined
      : [{ name: stand, ...(phone && { phone }), ...(email && { email }) }];
  }
  const role = organisation !== name ? organisation : undefined;
  return [{ name, ...(role && { role }), ...(phone && { phone }), ...(email && { email }) }];
}

function otherOf(malware: string | undefined, text: string, draft: Draft): Part<'other'> {
  const facts = draft.text('malware', malware);
  const type =
    malware !== undefined || /マルウェア|ウイルス|malware/i.test(text)
      ? ('malware' as const)
      : /改ざん|defacement/i.test(text)
        ? ('website-defacement' as const)
        : /不正(?:アクセス|侵入|ログイン)|unauthori[sz]ed access/i.test(text)
          ? ('unauthorised-access' as const)
          : ('unknown' as const);
  return { type, ...(facts && { facts }) };
}

/** Fields that the record has no place for, and times as they were written. */
function remarksOf(form: FormReading): string | undefined {
  const lines = (
    ['awareness', 'occurred', 'recovered', 'indicators', 'status', 'other'] as const
  ).flatMap((field) => {
    const value = form.values.get(field);
    return value === undefined ? [] : [`${NAMES[field]}: ${value}`];
  });
  return lines.length > 0 ? lines.join('\n') : undefined;
}

const NAMES = {
  awareness: '発見日時（原文）',
  occurred: '発生日時（原文）',
  recovered: '復旧日時（原文）',
  indicators: '指標',
  status: '状況',
  other: 'その他',
} as const;
