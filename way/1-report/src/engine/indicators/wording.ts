// SPDX-License-Identifier: Apache-2.0
/** What is said about an indicator and about a text, in both languages. */
import type { Text } from '@sakimori/vocabulary/wire';

/** Why an indicator is doubtful, or how it was written. */
export const REMARKS = {
  hidden: {
    ja: '見えない制御文字が中に入っていたため、取り除いて読み取りました。',
    en: 'Hidden control characters stood inside; they were taken out.',
  },
  fullStop: {
    ja: '「。」を「.」として読み取りました。',
    en: 'The ideographic full stop was read as a dot.',
  },
  mixedScripts: {
    ja: '異なる文字体系の似た文字が混ざっています。なりすましの可能性があります。',
    en: 'Letters of several scripts are mixed: it may imitate another name.',
  },
  looseStart: {
    ja: '前の文との境目がはっきりしません。名前の始まりを確かめてください。',
    en: 'The text before it has no clear boundary. Check where the name begins.',
  },
  padded: {
    ja: '0 で始まる数を 10 進数として読み取りました。8 進数と読むソフトウェアもあります。',
    en: 'Numbers with leading zeros were read as decimal; some programs read them as octal.',
  },
  smallNumbers: {
    ja: 'バージョン番号の可能性があります。',
    en: 'It may be a version number.',
  },
  notation: {
    ja: 'アドレスは別の表記（16 進数や 8 進数など）で書かれていました。',
    en: 'The address was written in another notation, such as hexadecimal or octal.',
  },
  noPublicName: {
    ja: 'インターネットで引ける名前ではありません。組織内の名前の可能性があります。',
    en: 'The host is no public name. It may be a name inside an organisation.',
  },
  userLeftOut: {
    ja: 'URL の中の利用者名とパスワードは除きました。',
    en: 'The user name and password in the URL were left out.',
  },
  cut: {
    ja: '長いため、URL の後ろの部分を省きました。',
    en: 'The end of the URL was left out because it is very long.',
  },
  sentence: {
    ja: '後に続く文との間に空白がありませんでした。',
    en: 'There was no space before the sentence that follows.',
  },
  maybeFile: {
    ja: 'ファイル名の可能性があります。',
    en: 'It may be the name of a file.',
  },
  commit: {
    ja: 'ソースコードの版の番号（コミット）の可能性があります。',
    en: 'It may be the number of a source code commit.',
  },
} as const satisfies Record<string, Text>;

/** Why something that looks like an indicator was not taken. */
export const PASSED_OVER = {
  version: {
    ja: 'バージョン番号や章の番号と判断しました。',
    en: 'It is a version or section number.',
  },
  network: {
    ja: '1 つのアドレスではなくネットワークの範囲です。',
    en: 'It is a range of a network, not one address.',
  },
  file: { ja: 'ファイル名と判断しました。', en: 'It is the name of a file.' },
  code: {
    ja: 'プログラムの中の名前と判断しました。',
    en: 'It is a name in program code.',
  },
  path: {
    ja: 'ファイルの場所の一部と判断しました。',
    en: 'It is part of the path of a file.',
  },
  serial: {
    ja: '製造番号や処理の番号と判断しました。',
    en: 'It is a serial or tracking number.',
  },
  messageId: {
    ja: 'メールの管理番号であり、メールアドレスではありません。',
    en: 'It is the id of a message, not a mail address.',
  },
} as const satisfies Record<string, Text>;

const number = (value: number) => value.toLocaleString('en-US');

export const NOTES = {
  hidden: (count: number): Text => ({
    ja: `見えない制御文字が ${number(count)} 個ありました。取り除いて読み取りました。`,
    en: `${number(count)} hidden control characters were found and taken out.`,
  }),
  cut: (read: number, cut: number): Text => ({
    ja: `先頭の ${number(read)} 文字だけを読み取りました。残りの ${number(cut)} 文字は読んでいません。`,
    en: `Only the first ${number(read)} characters were read. ${number(cut)} were not.`,
  }),
  left: (count: number): Text => ({
    ja: `多すぎるため、${number(count)} 箇所は一覧に入れていません。`,
    en: `${number(count)} further places are not listed because there are too many.`,
  }),
} as const;
