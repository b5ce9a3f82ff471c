// SPDX-License-Identifier: Apache-2.0
/** Fixed phrases of warnings, in both languages. Words follow the glossary of the vocabulary. */
import type { AnswerKind, Confidence, Exposure, Text } from '@sakimori/vocabulary/wire';

export const CONFIDENCE_WORDS: Readonly<Record<Confidence, Text>> = {
  high: { ja: '高', en: 'high' },
  medium: { ja: '中', en: 'medium' },
  low: { ja: '低', en: 'low' },
};

export const EXPOSURE_WORDS: Readonly<Record<Exposure, Text>> = {
  internet: { ja: 'インターネットから到達可能', en: 'reachable from the Internet' },
  partner: { ja: '取引先の網から到達可能', en: 'reachable from partner networks' },
  internal: { ja: '組織内からのみ到達可能', en: 'reachable from inside only' },
  isolated: { ja: '他の網から切り離し', en: 'isolated' },
  unknown: { ja: '到達範囲は未登録', en: 'exposure not recorded' },
};

export const ANSWER_WORDS: Readonly<Record<AnswerKind, Text>> = {
  seen: { ja: '確認した', en: 'seen' },
  working: { ja: '対処中', en: 'working on it' },
  fixed: { ja: '修正済み', en: 'fixed' },
  mitigated: { ja: '緩和済み', en: 'mitigated' },
  'not-affected': { ja: '該当しない', en: 'not affected' },
  'false-positive': { ja: '誤検知', en: 'false positive' },
};

/** Why a warning was updated. Keys: duty changes, and what happened to the computers. */
export const CHANGE_WORDS: Readonly<Record<string, Text>> = {
  'exploitation-known': { ja: '悪用が確認されました', en: 'exploitation became known' },
  'exploitation-withdrawn': {
    ja: '悪用済み脆弱性一覧から外れました',
    en: 'it left the exploited-vulnerability catalogue',
  },
  'ransomware-known': {
    ja: 'ランサムウェア攻撃での悪用が知られました',
    en: 'use by ransomware groups became known',
  },
  'due-moved': { ja: '期限の日付が変わりました', en: 'the due date moved' },
  'product-added': { ja: '対象の製品が加わりました', en: 'a product was added' },
  'action-changed': { ja: '求められる対処が変わりました', en: 'what must be done changed' },
  rejected: { ja: '脆弱性の登録が取り消されました', en: 'the vulnerability record was rejected' },
  'computer-added': { ja: '対象の電子計算機が加わりました', en: 'a computer was added' },
  'computer-left': { ja: '対象から外れた電子計算機があります', en: 'a computer left the list' },
  decided: { ja: '該当すると判定されました', en: 'it was decided that you are affected' },
};

export const ANSWER_ASK: Text = {
  ja: '「確認した」「対処中」「修正済み」「緩和済み」「該当しない」「誤検知」のいずれかで、受信箱からお答えください。',
  en: 'Please answer in the inbox: seen, working, fixed, mitigated, not affected or false positive.',
};

export const ASK_OFFICE: Text = {
  ja: 'この警告についての質問は、受信箱のこの警告から国の担当室へお送りください。侵害の疑いがあれば、同じ画面からインシデントを報告してください。',
  en: 'Send questions about this warning to the national office from its page in the inbox. If you suspect a compromise, report an incident from the same page.',
};

/**
 * How to check for a compromise, in the order that keeps evidence: save, look, decide, then change.
 * Ours, for any network device or server; a vendor's own steps are shown with the actions.
 */
export const TRIAGE_STEPS: readonly Text[] = [
  {
    ja: '電源を切らず、再起動も更新もせずに、ログ、設定、可能ならメモリとディスクの写しを保全する。時刻のずれも記録する。',
    en: 'Without switching off, restarting or updating: save logs, configuration and, where possible, copies of memory and disk. Note the clock offset.',
  },
  {
    ja: 'ログを{since}確かめる：知らない送信元からの管理画面や認証への接続、失敗と成功の急増、エラーや異常終了。',
    en: 'Read the logs {since}: access to administration or sign-in from unknown addresses, bursts of failures and successes, errors and crashes.',
  },
  {
    ja: '設定を控えと比べる：知らない利用者や鍵、権限の追加、転送や VPN の設定、ログの停止や欠け。',
    en: 'Compare the configuration with a known copy: unknown accounts or keys, added rights, forwarding or VPN settings, logging stopped or gaps.',
  },
  {
    ja: 'ファイルと起動処理を確かめる：公開領域の見慣れないファイル、更新日時の不自然な変化、予定された処理や起動項目の追加。',
    en: 'Look at files and start-up: unfamiliar files in published folders, odd modification times, added scheduled tasks or start items.',
  },
  {
    ja: 'その電子計算機からの外向き通信を確かめる：初めての宛先、一定間隔の通信、夜間の大量送信。',
    en: 'Look at connections going out from it: new destinations, regular intervals, large transfers at night.',
  },
  {
    ja: '疑わしい点があれば網から切り離し（電源は切らない）、認証情報を失効させ、インシデントとして報告する。なければ、確かめた範囲を記録して対処に進む。',
    en: 'If anything is suspicious, isolate it from the network (power stays on), revoke credentials and report an incident. If not, record what was checked and go on to the fix.',
  },
];
