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

const OPERATORS: readonly (readonly [
  key: string,
  ja: string,
  en: string,
  sector: string,
  prefecture: string,
  criticality: 'highest' | 'high' | 'normal',
])[] = [
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
  // Critical infrastructure, and not designated: its sector is not in force by dated law.
  ['asahi-hospital', 'あさひ総合医療センター', 'Asahi Medical Centre', 'medical', '13', 'high'],
];

const OTHERS: readonly (readonly [
  kind: OrganisationKind,
  key: string,
  ja: string,
  en: string,
  prefecture: string,
  sectors?: readonly string[],
])[] = [
  ['office', 'office', '国家サイバー統括室（演習）', 'National Cyber Office (exercise)', '13'],
  [
    'commission',
    'commission',
    'サイバー通信情報監理委員会（演習）',
    'Oversight Commission (exercise)',
    '13',
  ],
  [
    'ministry',
    'ministry-industry',
    '産業所管省（演習）',
    'Ministry for Industry (exercise)',
    '13',
    ['electricity', 'gas', 'oil', 'credit-card'],
  ],
  [
    'ministry',
    'ministry-land',
    '国土交通所管省（演習）',
    'Ministry for Land and Transport (exercise)',
    '13',
    ['water', 'railway', 'truck-freight', 'ocean-freight', 'port-transport', 'air', 'airport'],
  ],
  [
    'ministry',
    'ministry-communications',
    '通信所管省（演習）',
    'Ministry for Communications (exercise)',
    '13',
    ['telecom', 'broadcasting', 'post'],
  ],
  [
    'ministry',
    'ministry-finance',
    '金融所管庁（演習）',
    'Financial Authority (exercise)',
    '13',
    ['finance'],
  ],
  [
    'ministry',
    'ministry-health',
    '医療所管省（演習）',
    'Ministry for Health (exercise)',
    '13',
    ['medical'],
  ],
  ['police', 'police', '警察サイバー部門（演習）', 'Police Cyber Unit (exercise)', '13'],
  [
    'privacy-commission',
    'privacy-commission',
    '個人情報保護機関（演習）',
    'Personal Information Protection Body (exercise)',
    '13',
  ],
  ['carrier', 'carrier-unkai', '雲海基幹網', 'Unkai Backbone', '13'],
  ['carrier', 'carrier-hotaru', 'ほたる国際回線', 'Hotaru International Lines', '27'],
  ['vendor', 'vendor-kagami', '鏡ネットワークス', 'Kagami Networks', '14'],
  ['vendor', 'vendor-tsubaki', '椿制御機器', 'Tsubaki Control Systems', '26'],
  ['vendor', 'vendor-nagi', '凪ソフトウェア', 'Nagi Software', '40'],
  ['partner', 'partner-isac', '合同ISAC（演習）', 'Joint ISAC (exercise)', '13'],
  ['partner', 'audit-body', '監査機構（演習）', 'Audit Body (exercise)', '13'],
  ['partner', 'partner-abroad', '友邦サイバー局（演習）', 'Partner Cyber Agency (exercise)', '13'],
];

/** Forty-one operators, then the national side: 58 organisations. */
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
  ...OTHERS.map(([kind, key, ja, en, prefecture, sectors]) => ({
    key,
    kind,
    ja,
    en,
    prefecture,
    ...(sectors ? { sectors } : {}),
  })),
];

const PEOPLE = [
  ['operator', 'hikari-power', '三浦 あかり', 'Akari Miura', 'operator-admin'],
  ['operator-member', 'kumo-telecom', '相沢 譲', 'Yuzuru Aizawa', 'operator-member'],
  ['office', 'office', '久我 直', 'Nao Kuga', 'office-analyst'],
  ['ministry', 'ministry-industry', '鳴海 圭', 'Kei Narumi', 'ministry-desk'],
  ['commission', 'commission', '東雲 澄子', 'Sumiko Shinonome', 'commission'],
  ['auditor', 'audit-body', '藤代 守', 'Mamoru Fujishiro', 'auditor'],
  ['hospital', 'asahi-hospital', '桐山 泉', 'Izumi Kiriyama', 'operator-admin'],
  ['health-desk', 'ministry-health', '緒方 文', 'Aya Ogata', 'ministry-desk'],
  ['police-desk', 'police', '羽鳥 隼', 'Hayato Hatori', 'police-desk'],
  ['privacy-desk', 'privacy-commission', '小野寺 雅', 'Miyabi Onodera', 'privacy-desk'],
  ['vendor', 'vendor-kagami', '早瀬 凛', 'Rin Hayase', 'vendor'],
  ['steward', 'office', '管理 当番', 'Instance steward', 'steward'],
  ['second-steward', 'office', '管理 副番', 'Second steward', 'steward'],
] as const;

/** People who can sign in with the links printed at start: one for each role. */
export const SAMPLE_PEOPLE = PEOPLE.map(([key, organisation, ja, en, role]) => ({
  key,
  organisation,
  ja,
  en,
  roles: [role],
}));
