// SPDX-License-Identifier: Apache-2.0
/** The sample nation's organisations. All are fictional; domains are below example.jp. */
import type { OrganisationKind } from '@sakimori/vocabulary/wire';

export interface SampleOrganisation {
  readonly key: string;
  readonly kind: OrganisationKind;
  readonly ja: string;
  readonly en: string;
  readonly sector?: string;
  readonly prefecture: string;
  readonly criticality?: 'highest' | 'high' | 'normal';
  /** Sectors that a ministry is competent for. */
  readonly sectors?: readonly string[];
}

type Row = readonly [
  key: string,
  ja: string,
  en: string,
  sector: string,
  prefecture: string,
  criticality: 'highest' | 'high' | 'normal',
];

const OPERATORS: readonly Row[] = [
  ['hikari-power', '東都ひかり電力', 'Toto Hikari Electric Power', 'electricity', '13', 'highest'],
  [
    'kitaguni-power',
    '北国ネットワーク電力',
    'Kitaguni Network Power',
    'electricity',
    '01',
    'highest',
  ],
  ['setouchi-power', '瀬戸内送配電', 'Setouchi Transmission', 'electricity', '34', 'high'],
  ['asanagi-gas', 'あさなぎガス', 'Asanagi Gas', 'gas', '27', 'high'],
  ['minato-gas', 'みなと都市ガス', 'Minato City Gas', 'gas', '23', 'normal'],
  ['kaien-oil', '海燕石油', 'Kaien Petroleum', 'oil', '12', 'high'],
  ['shiosai-lpg', '潮騒エルピージー輸入', 'Shiosai LPG Import', 'oil', '08', 'normal'],
  ['mizuho-water', '水帆広域水道', 'Mizuho Regional Water', 'water', '11', 'highest'],
  ['izumi-water', '泉南用水供給', 'Izumi Bulk Water Supply', 'water', '28', 'high'],
  ['tokai-rail', '東海道さくら鉄道', 'Tokaido Sakura Railway', 'railway', '14', 'highest'],
  ['kumano-rail', '熊野急行電鉄', 'Kumano Express Railway', 'railway', '30', 'high'],
  ['yamabiko-rail', 'やまびこ北部鉄道', 'Yamabiko Northern Railway', 'railway', '04', 'normal'],
  ['hayate-freight', '疾風貨物運送', 'Hayate Freight', 'truck-freight', '23', 'normal'],
  ['tsubame-freight', 'つばめ物流', 'Tsubame Logistics', 'truck-freight', '40', 'normal'],
  ['kuroshio-lines', '黒潮外航汽船', 'Kuroshio Ocean Lines', 'ocean-freight', '28', 'high'],
  ['hakuto-port', '白兎港湾運送', 'Hakuto Port Transport', 'port-transport', '31', 'high'],
  [
    'nagisa-port',
    '渚コンテナターミナル',
    'Nagisa Container Terminal',
    'port-transport',
    '23',
    'high',
  ],
  ['sorakaze-air', '空風航空', 'Sorakaze Airways', 'air', '13', 'highest'],
  ['ryukyu-air', '瑠璃南西航空', 'Ruri Southwest Air', 'air', '47', 'normal'],
  ['tenku-airport', '天空国際空港', 'Tenku International Airport', 'airport', '12', 'highest'],
  ['hokuto-airport', '北斗空港ビル', 'Hokuto Airport Terminal', 'airport', '01', 'high'],
  ['kumo-telecom', '雲海通信', 'Unkai Telecom', 'telecom', '13', 'highest'],
  ['hotaru-mobile', 'ほたるモバイル', 'Hotaru Mobile', 'telecom', '27', 'highest'],
  ['akatsuki-isp', '暁インターネット', 'Akatsuki Internet', 'telecom', '26', 'high'],
  ['miyabi-tv', 'みやび放送', 'Miyabi Broadcasting', 'broadcasting', '13', 'high'],
  ['komorebi-tv', 'こもれびテレビ', 'Komorebi Television', 'broadcasting', '40', 'normal'],
  ['hato-post', 'はと郵便', 'Hato Post', 'post', '13', 'high'],
  ['sakura-bank', '桜都銀行', 'Oto Bank', 'finance', '13', 'highest'],
  ['yukari-bank', 'ゆかり信託銀行', 'Yukari Trust Bank', 'finance', '27', 'high'],
  ['aoba-securities', '青葉取引所', 'Aoba Exchange', 'finance', '13', 'highest'],
  ['nishiki-insurance', '錦生命保険', 'Nishiki Life Insurance', 'finance', '26', 'normal'],
  ['tsuzuri-clearing', 'つづり資金清算', 'Tsuzuri Clearing', 'finance', '13', 'highest'],
  ['kaede-card', '楓クレジット', 'Kaede Credit', 'credit-card', '13', 'high'],
  ['suzu-card', '鈴カード', 'Suzu Card', 'credit-card', '23', 'normal'],
  [
    'satsuki-power',
    '皐月再生エネルギー',
    'Satsuki Renewable Energy',
    'electricity',
    '46',
    'normal',
  ],
  ['fuji-water', '不二見水道企業団', 'Fujimi Water Authority', 'water', '22', 'normal'],
  ['kirin-rail', '麒麟モノレール', 'Kirin Monorail', 'railway', '12', 'normal'],
  ['umi-lines', '海鳴フェリー', 'Uminari Ferry', 'ocean-freight', '38', 'normal'],
  ['tanchou-isp', '丹頂ケーブルネット', 'Tancho Cable Net', 'telecom', '01', 'normal'],
  ['hagi-bank', '萩山地域銀行', 'Hagiyama Regional Bank', 'finance', '35', 'normal'],
];

const OTHERS: readonly SampleOrganisation[] = [
  {
    key: 'office',
    kind: 'office',
    ja: '国家サイバー統括室（演習）',
    en: 'National Cyber Office (exercise)',
    prefecture: '13',
  },
  {
    key: 'commission',
    kind: 'commission',
    ja: 'サイバー通信情報監理委員会（演習）',
    en: 'Oversight Commission (exercise)',
    prefecture: '13',
  },
  {
    key: 'ministry-industry',
    kind: 'ministry',
    ja: '産業所管省（演習）',
    en: 'Ministry for Industry (exercise)',
    prefecture: '13',
    sectors: ['electricity', 'gas', 'oil', 'credit-card'],
  },
  {
    key: 'ministry-land',
    kind: 'ministry',
    ja: '国土交通所管省（演習）',
    en: 'Ministry for Land and Transport (exercise)',
    prefecture: '13',
    sectors: [
      'water',
      'railway',
      'truck-freight',
      'ocean-freight',
      'port-transport',
      'air',
      'airport',
    ],
  },
  {
    key: 'ministry-communications',
    kind: 'ministry',
    ja: '通信所管省（演習）',
    en: 'Ministry for Communications (exercise)',
    prefecture: '13',
    sectors: ['telecom', 'broadcasting', 'post'],
  },
  {
    key: 'ministry-finance',
    kind: 'ministry',
    ja: '金融所管庁（演習）',
    en: 'Financial Authority (exercise)',
    prefecture: '13',
    sectors: ['finance'],
  },
  {
    key: 'carrier-unkai',
    kind: 'carrier',
    ja: '雲海基幹網',
    en: 'Unkai Backbone',
    prefecture: '13',
  },
  {
    key: 'carrier-hotaru',
    kind: 'carrier',
    ja: 'ほたる国際回線',
    en: 'Hotaru International Lines',
    prefecture: '27',
  },
  {
    key: 'vendor-kagami',
    kind: 'vendor',
    ja: '鏡ネットワークス',
    en: 'Kagami Networks',
    prefecture: '14',
  },
  {
    key: 'vendor-tsubaki',
    kind: 'vendor',
    ja: '椿制御機器',
    en: 'Tsubaki Control Systems',
    prefecture: '26',
  },
  {
    key: 'vendor-nagi',
    kind: 'vendor',
    ja: '凪ソフトウェア',
    en: 'Nagi Software',
    prefecture: '40',
  },
  {
    key: 'partner-isac',
    kind: 'partner',
    ja: '合同ISAC（演習）',
    en: 'Joint ISAC (exercise)',
    prefecture: '13',
  },
  {
    key: 'audit-body',
    kind: 'partner',
    ja: '監査機構（演習）',
    en: 'Audit Body (exercise)',
    prefecture: '13',
  },
  {
    key: 'partner-abroad',
    kind: 'partner',
    ja: '友邦サイバー局（演習）',
    en: 'Partner Cyber Agency (exercise)',
    prefecture: '13',
  },
];

/** Forty operators, then the national side: 54 organisations. */
export const SAMPLE_ORGANISATIONS: readonly SampleOrganisation[] = [
  ...OPERATORS.map(([key, ja, en, sector, prefecture, criticality]) => ({
    key,
    kind: 'operator' as const,
    ja,
    en,
    sector,
    prefecture,
    criticality,
  })),
  ...OTHERS,
];

/** People who can sign in with the links printed at start: one for each role. */
export const SAMPLE_PEOPLE = [
  {
    key: 'operator',
    organisation: 'hikari-power',
    ja: '三浦 あかり',
    en: 'Akari Miura',
    roles: ['operator-admin'],
  },
  {
    key: 'operator-member',
    organisation: 'kumo-telecom',
    ja: '相沢 譲',
    en: 'Yuzuru Aizawa',
    roles: ['operator-member'],
  },
  {
    key: 'office',
    organisation: 'office',
    ja: '久我 直',
    en: 'Nao Kuga',
    roles: ['office-analyst'],
  },
  {
    key: 'ministry',
    organisation: 'ministry-industry',
    ja: '鳴海 圭',
    en: 'Kei Narumi',
    roles: ['ministry-desk'],
  },
  {
    key: 'commission',
    organisation: 'commission',
    ja: '東雲 澄子',
    en: 'Sumiko Shinonome',
    roles: ['commission'],
  },
  {
    key: 'auditor',
    organisation: 'audit-body',
    ja: '藤代 守',
    en: 'Mamoru Fujishiro',
    roles: ['auditor'],
  },
  {
    key: 'vendor',
    organisation: 'vendor-kagami',
    ja: '早瀬 凛',
    en: 'Rin Hayase',
    roles: ['vendor'],
  },
  {
    key: 'steward',
    organisation: 'office',
    ja: '管理 当番',
    en: 'Instance steward',
    roles: ['steward'],
  },
] as const;
