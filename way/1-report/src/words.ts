// SPDX-License-Identifier: Apache-2.0
/** Sentences of this room, in both languages. */
import { showTime } from '@sakimori/vocabulary';
import type { ReportKind, ReportStage, Text } from '@sakimori/vocabulary/wire';

export const KIND_WORDS: Readonly<Record<ReportKind, Text>> = {
  ddos: { ja: 'DDoS 攻撃', en: 'DDoS attack' },
  ransomware: { ja: 'ランサムウェア', en: 'ransomware' },
  other: { ja: 'その他のサイバー攻撃', en: 'other cyber attack' },
  precursor: { ja: '前兆', en: 'precursor' },
  'near-miss': { ja: 'ヒヤリハット', en: 'near miss' },
  voluntary: { ja: '任意の連絡', en: 'voluntary report' },
};

export const STAGE_WORDS: Readonly<Record<ReportStage | 'second', Text>> = {
  first: { ja: '速報', en: 'first report' },
  second: { ja: '続報', en: 'second report' },
  'follow-up': { ja: '続報', en: 'follow-up report' },
  final: { ja: '確報', en: 'final report' },
};

export const MESSAGE_WORDS: Readonly<
  Record<'question' | 'advice' | 'order' | 'answer' | 'relay' | 'note', Text>
> = {
  question: { ja: '質問', en: 'question' },
  advice: { ja: '助言', en: 'advice' },
  order: { ja: '是正の命令', en: 'order to correct' },
  answer: { ja: '回答', en: 'answer' },
  relay: { ja: '回付', en: 'relay' },
  note: { ja: '連絡', en: 'note' },
};

const both = (ja: string, en: string): Text => ({ ja, en });

/** Happenings of a report, as its timeline tells them. Names are of organisations. */
export const HAPPENED = {
  submitted: (stage: ReportStage) =>
    both(`${STAGE_WORDS[stage].ja}を提出しました。`, `Submitted: ${STAGE_WORDS[stage].en}.`),
  supplemented: (stage: ReportStage, changes: number) =>
    both(
      `${STAGE_WORDS[stage].ja}で ${changes} 項目を更新しました。`,
      `${STAGE_WORDS[stage].en}: ${changes} field(s) updated.`,
    ),
  withdrawn: () => both('報告を取り下げました。', 'The report was withdrawn.'),
  delivered: (to: Text) => both(`${to.ja}に届きました。`, `Delivered to ${to.en}.`),
  relayed: (to: Text) => both(`${to.ja}に回付されました。`, `Relayed to ${to.en}.`),
  read: (by: Text) => both(`${by.ja}が開きました。`, `Read by ${by.en}.`),
  accepted: (by: Text) => both(`${by.ja}が受理しました。`, `Accepted by ${by.en}.`),
  returned: (by: Text) =>
    both(`${by.ja}が補正のため差し戻しました。`, `Returned for completion by ${by.en}.`),
  message: (kind: keyof typeof MESSAGE_WORDS, from: Text, to: Text) =>
    both(
      `${from.ja}から${to.ja}への${MESSAGE_WORDS[kind].ja}です。`,
      `${MESSAGE_WORDS[kind].en} from ${from.en} to ${to.en}.`,
    ),
  told: (to: Text, stage: ReportStage | 'second') =>
    both(
      `${to.ja}に、この基盤の外で${STAGE_WORDS[stage].ja}を届けたと記録しました。`,
      `Noted: ${to.en} was told outside of this platform (${STAGE_WORDS[stage].en}).`,
    ),
  extended: (by: Text, untilMs: number) =>
    both(
      `${by.ja}が期限を ${showTime(untilMs, 'ja')} まで延ばしました。`,
      `${by.en} gave more time, until ${showTime(untilMs, 'en')}.`,
    ),
} as const;
