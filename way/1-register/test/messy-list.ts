// SPDX-License-Identifier: Apache-2.0
/** A list as operators keep it: written by us, fictional throughout, the same for the same seed. */

/** Small generator of pseudo-random numbers (mulberry32): a run can be repeated from its seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const MESSY_HEADINGS = [
  'No.',
  '管理番号（必須）',
  'メーカー',
  '製品名',
  '型番',
  'ﾌｧｰﾑｳｪｱﾊﾞｰｼﾞｮﾝ',
  '用途',
  '設置場所',
  '都道府県',
  'IPアドレス',
  'ネットワーク接続',
  '導入年月日',
  '保守期限',
  '担当者',
  'メールアドレス',
  '備考',
] as const;

const MAKERS = [
  '富士通',
  'ＦＵＪＩＴＳＵ',
  '富士通(株)',
  'Fortinet',
  'フォーティネット',
  'Cisco',
  'シスコ',
  '架空電機',
];
const PRODUCTS: readonly (readonly [string, string, string])[] = [
  ['FortiGate', 'FG-60F', '7.2.4'],
  ['フォーティゲート', 'FG-100F', 'v7.0.12'],
  ['IPCOM EX2', '3200', 'V01L06'],
  ['Catalyst 9300', 'C9300-48P', '17.09.04a'],
  ['架空ゲートウェイ', 'KG-1', '１．２．３'],
];
const EXPOSURES = [
  'インターネット',
  '社内LAN',
  '専用線',
  'ＤＭＺ',
  'スタンドアロン',
  '',
  '不明',
  'ＯＴ網',
];
const PREFECTURES = ['東京都', '大阪', 'Hokkaido', '13', '福岡県', ''];
const DAYS = [
  '2024/4/1',
  '令和6年4月1日',
  'R6.4.1',
  '2024年4月',
  '20240401',
  '２０２４－０４－０１',
];

/** Rows of the messy list; `rowCount` computers with numbers K-0001 and on. */
export function messyRows(rowCount: number, seed: number): string[][] {
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return Array.from({ length: rowCount }, (_, index) => {
    const [product, model, version] = pick(PRODUCTS);
    const number = String(index + 1).padStart(4, '0');
    return [
      String(index + 1),
      ` K-${number} `,
      pick(MAKERS),
      product,
      model,
      version,
      '監視制御, 予備系',
      pick(['本社 3F', '第一変電所\n機械室', 'データセンター"東"']),
      pick(PREFECTURES),
      pick(['192.0.2.10', '198.51.100.1, 198.51.100.2', '', '－']),
      pick(EXPOSURES),
      pick(DAYS),
      pick(['2027年3月', '未定', 'なし', '2028/12/31']),
      pick(['防人 太郎', '情報システム部']),
      pick(['soc@example.jp', '']),
      pick(['', '=HYPERLINK("http://example.com")', '要確認']),
    ];
  });
}

/** The list as CSV the way a spreadsheet writes it, with two title lines above the headings. */
export function messyCsv(rows: readonly (readonly string[])[]): string {
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [MESSY_HEADINGS, ...rows].map((row) => row.map(quote).join(','));
  const blank = ','.repeat(MESSY_HEADINGS.length - 1);
  return [`重要機器台帳 令和8年10月${blank}`, blank, ...lines, ''].join('\r\n');
}
