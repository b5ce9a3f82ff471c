// SPDX-License-Identifier: Apache-2.0
/**
 * The sample nation's computers: believable systems by sector, the same on every start.
 * Products and versions are facts of the market; who runs them here is invented.
 */
import { SAMPLE_ORGANISATIONS, type SampleOrganisation } from './organisations.ts';

/** Role, facility, exposure; then maker, product and the versions found in the field. */
interface Template {
  readonly role: string;
  readonly facility: string;
  readonly exposure: 'internet' | 'partner' | 'internal' | 'isolated';
  readonly maker: string;
  readonly product: string;
  readonly versions: readonly string[];
  /** CPE 2.3 part, vendor and product where the field would know it. */
  readonly cpe?: string;
}

const EDGE: readonly Template[] = [
  {
    role: 'SSL-VPN',
    facility: '遠隔保守',
    exposure: 'internet',
    maker: 'フォーティネット',
    product: 'FortiGate 200F / FortiOS',
    versions: ['7.2.4', '7.4.8', '7.0.12', '7.6.3'],
    cpe: 'o:fortinet:fortios',
  },
  {
    role: 'SSL-VPN',
    facility: '遠隔保守',
    exposure: 'internet',
    maker: 'Array Networks',
    product: 'ArrayOS AG',
    versions: ['9.4.5.8', '9.4.5.9'],
    cpe: 'o:arraynetworks:arrayos_ag',
  },
  {
    role: 'リモートアクセス',
    facility: '業務端末網',
    exposure: 'internet',
    maker: 'Ivanti',
    product: 'Connect Secure',
    versions: ['22.7R2.3', '22.7R2.6'],
    cpe: 'a:ivanti:connect_secure',
  },
  {
    role: '境界ファイアウォール',
    facility: 'インターネット接続点',
    exposure: 'internet',
    maker: 'パロアルトネットワークス',
    product: 'PAN-OS',
    versions: ['10.2.9', '11.1.4'],
    cpe: 'o:paloaltonetworks:pan-os',
  },
  {
    role: '負荷分散装置',
    facility: '公開サービス',
    exposure: 'internet',
    maker: 'Citrix',
    product: 'NetScaler ADC',
    versions: ['13.1-51.15', '14.1-56.73'],
    cpe: 'a:citrix:netscaler_application_delivery_controller',
  },
  {
    role: 'ファイル受渡し',
    facility: '取引先連携',
    exposure: 'partner',
    maker: 'ソリトンシステムズ',
    product: 'FileZen',
    versions: ['5.0.8', '5.0.11'],
    cpe: 'a:soliton:filezen',
  },
  {
    role: 'ファイル受渡し',
    facility: '取引先連携',
    exposure: 'partner',
    maker: 'ノースグリッド',
    product: 'Proself Enterprise Edition',
    versions: ['5.62', '5.70'],
  },
  {
    role: 'ウェブメール',
    facility: '業務メール',
    exposure: 'internet',
    maker: 'クオリティア',
    product: 'Active! mail 6',
    versions: ['6.60.05008561', '6.61.01008654'],
    cpe: 'a:qualitia:active\\!_mail',
  },
  {
    role: 'ルータ',
    facility: '拠点間網',
    exposure: 'partner',
    maker: 'シスコシステムズ',
    product: 'IOS XE',
    versions: ['17.9.4', '17.12.5'],
    cpe: 'o:cisco:ios_xe',
  },
  {
    role: '境界ファイアウォール',
    facility: '拠点間網',
    exposure: 'internet',
    maker: 'Cisco',
    product: 'Adaptive Security Appliance Software',
    versions: ['9.20.2', '9.22.2'],
    cpe: 'o:cisco:adaptive_security_appliance_software',
  },
];

const OFFICE: readonly Template[] = [
  {
    role: '認証基盤',
    facility: '業務系',
    exposure: 'internal',
    maker: 'マイクロソフト',
    product: 'Windows Server 2022',
    versions: ['10.0.20348.2700'],
    cpe: 'o:microsoft:windows_server_2022',
  },
  {
    role: 'グループウェア',
    facility: '業務系',
    exposure: 'internal',
    maker: 'Microsoft',
    product: 'SharePoint Server',
    versions: ['2019', '16.0.10417.20018'],
    cpe: 'a:microsoft:sharepoint_server',
  },
  {
    role: '仮想化基盤',
    facility: '業務系',
    exposure: 'internal',
    maker: 'VMware',
    product: 'vCenter Server',
    versions: ['7.0', '8.0'],
    cpe: 'a:vmware:vcenter_server',
  },
  {
    role: '仮想化基盤',
    facility: '監視制御系',
    exposure: 'isolated',
    maker: 'VMware',
    product: 'ESXi',
    versions: ['7.0', '8.0'],
    cpe: 'o:vmware:esxi',
  },
  {
    role: '端末管理',
    facility: '業務端末網',
    exposure: 'internal',
    maker: 'エムオーテックス',
    product: 'LANSCOPE エンドポイントマネージャー オンプレミス版',
    versions: ['9.4.7.1', '9.4.7.3'],
    cpe: 'a:motex:lanscope_endpoint_manager',
  },
  {
    role: '端末管理',
    facility: '業務端末網',
    exposure: 'internal',
    maker: 'Sky',
    product: 'SKYSEA Client View',
    versions: ['11.221.03', '19.300.04'],
    cpe: 'a:skygroup:skysea_client_view',
  },
  {
    role: 'ウイルス対策管理',
    facility: '業務端末網',
    exposure: 'internal',
    maker: 'トレンドマイクロ',
    product: 'Apex One',
    versions: ['2019 (14039)', '2019 (14081)'],
    cpe: 'a:trendmicro:apex_one',
  },
  {
    role: 'バックアップ',
    facility: '業務系',
    exposure: 'internal',
    maker: 'Veeam',
    product: 'Backup & Replication',
    versions: ['12.1.2.172', '12.3.2.3617'],
    cpe: 'a:veeam:veeam_backup_\\&_replication',
  },
  {
    role: 'データベース',
    facility: '顧客管理',
    exposure: 'internal',
    maker: '日本オラクル',
    product: 'WebLogic Server',
    versions: ['12.2.1.4.0', '14.1.1.0.0'],
    cpe: 'a:oracle:weblogic_server',
  },
  {
    role: '業務サーバ',
    facility: '顧客管理',
    exposure: 'internal',
    maker: '富士通',
    product: 'PRIMERGY RX2540 M7',
    versions: ['1.0'],
  },
];

const OPERATIONAL: Readonly<Record<string, readonly Template[]>> = {
  energy: [
    {
      role: '監視制御サーバ',
      facility: '給電指令所',
      exposure: 'isolated',
      maker: '三菱電機',
      product: 'GENESIS64',
      versions: ['10.97.2', '10.97.3'],
      cpe: 'a:mitsubishielectric:genesis64',
    },
    {
      role: '制御装置',
      facility: '変電所',
      exposure: 'isolated',
      maker: '三菱電機',
      product: 'MELSEC iQ-R R08CPU',
      versions: ['50', '66'],
      cpe: 'o:mitsubishielectric:melsec_iq-r_r08_cpu_firmware',
    },
    {
      role: '遠隔監視',
      facility: '変電所',
      exposure: 'partner',
      maker: '日立製作所',
      product: 'RTU500',
      versions: ['12.7.3', '13.5.1'],
    },
  ],
  process: [
    {
      role: '分散制御',
      facility: 'プラント計装',
      exposure: 'isolated',
      maker: '横河電機',
      product: 'CENTUM VP',
      versions: ['R6.09.00', 'R6.11.10'],
      cpe: 'a:yokogawa:centum_vp',
    },
    {
      role: '制御装置',
      facility: 'ポンプ場',
      exposure: 'isolated',
      maker: 'オムロン',
      product: 'CJ2M',
      versions: ['2.1', '2.5'],
    },
    {
      role: '遠隔監視',
      facility: '配水池',
      exposure: 'partner',
      maker: 'シーメンス',
      product: 'SIMATIC S7-1500',
      versions: ['V2.9.7', 'V3.1.2'],
    },
  ],
  transport: [
    {
      role: '運行管理',
      facility: '指令所',
      exposure: 'isolated',
      maker: '日立製作所',
      product: '運行管理システム HT-900',
      versions: ['4.2', '4.5'],
    },
    {
      role: '駅務機器管理',
      facility: '駅務',
      exposure: 'internal',
      maker: '日本信号',
      product: '駅務サーバ NS-70',
      versions: ['2.0'],
    },
    {
      role: '荷役管理',
      facility: 'ターミナル',
      exposure: 'partner',
      maker: 'Apache',
      product: 'ActiveMQ',
      versions: ['5.18.2', '6.2.3'],
      cpe: 'a:apache:activemq',
    },
  ],
  communications: [
    {
      role: '加入者管理',
      facility: 'コア網',
      exposure: 'internal',
      maker: 'F5',
      product: 'BIG-IP',
      versions: ['16.1.3', '17.1.2'],
      cpe: 'a:f5:big-ip_access_policy_manager',
    },
    {
      role: '網管理',
      facility: 'コア網',
      exposure: 'internal',
      maker: 'ジュニパーネットワークス',
      product: 'Junos OS',
      versions: ['21.4R3', '23.4R2'],
      cpe: 'o:juniper:junos',
    },
    {
      role: '送出設備',
      facility: '主調整室',
      exposure: 'isolated',
      maker: '日本電気',
      product: '番組送出サーバ MS-300',
      versions: ['3.1'],
    },
  ],
  finance: [
    {
      role: 'インターネットバンキング',
      facility: '対外接続',
      exposure: 'internet',
      maker: 'Apache',
      product: 'Tomcat',
      versions: ['9.0.70', '10.1.40'],
      cpe: 'a:apache:tomcat',
    },
    {
      role: '勘定系連携',
      facility: '勘定系',
      exposure: 'internal',
      maker: 'IBM',
      product: 'MQ',
      versions: ['9.2.0', '9.3.5'],
    },
    {
      role: 'ファイル転送',
      facility: '清算',
      exposure: 'partner',
      maker: 'Progress',
      product: 'MOVEit Transfer',
      versions: ['15.0.4', '16.0.2'],
      cpe: 'a:progress:moveit_transfer',
    },
  ],
};

const KIND_OF_SECTOR: Readonly<Record<string, keyof typeof OPERATIONAL>> = {
  electricity: 'energy',
  gas: 'process',
  oil: 'process',
  water: 'process',
  railway: 'transport',
  'truck-freight': 'transport',
  'ocean-freight': 'transport',
  'port-transport': 'transport',
  air: 'transport',
  airport: 'transport',
  telecom: 'communications',
  broadcasting: 'communications',
  post: 'transport',
  finance: 'finance',
  'credit-card': 'finance',
};

const SITES = ['本社データセンター', '第二データセンター', '北部事業所', '南部事業所', '湾岸拠点'];

/** A small repeatable generator (mulberry32), so that the nation is the same on every start. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function seedOf(text: string): number {
  let hash = 2_166_136_261;
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 16_777_619);
  return hash >>> 0;
}

export const SAMPLE_HEADINGS = [
  '資産番号',
  'メーカー',
  '製品名',
  'バージョン',
  '用途',
  '設置場所',
  '都道府県',
  '関連設備',
  '接続形態',
  '所有者',
  '利用部門',
  '導入日',
  '担当者',
  '連絡先メール',
  'CPE',
] as const;

const EXPOSURE_WORDS = {
  internet: 'インターネット',
  partner: '取引先網',
  internal: '社内網',
  isolated: '隔離',
};

/** CSV cell: quoted when it must be. */
function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The register of one operator as the spreadsheet it would hand in.
 *
 * In   an operator of the sample nation
 * Out  CSV text with Japanese headings; 18 to 60 rows, the same on every call
 */
export function sampleRegisterCsv(operator: SampleOrganisation): string {
  const random = generator(seedOf(operator.key));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const kind = KIND_OF_SECTOR[operator.sector ?? ''] ?? 'transport';
  const size = { highest: 60, high: 36, normal: 18 }[operator.criticality ?? 'normal'];
  const pool: Template[] = [...(OPERATIONAL[kind] ?? [])];
  const edge = [...EDGE]
    .sort(() => random() - 0.5)
    .slice(0, operator.criticality === 'highest' ? 7 : 4);
  const office = [...OFFICE].sort(() => random() - 0.5).slice(0, 7);
  // The first operator really has the product of the walk-through, in a version that is affected.
  if (operator.key === 'hikari-power') {
    const wanted = EDGE.filter((template) => /FileZen|ArrayOS/.test(template.product));
    edge.splice(0, wanted.length, ...wanted);
  }
  pool.push(...edge, ...office);
  const rows = [SAMPLE_HEADINGS.join(',')];
  for (let i = 0; i < size; i += 1) {
    const template = i < pool.length ? (pool[i] as Template) : pick(pool);
    const version =
      operator.key === 'hikari-power' && i < pool.length
        ? (template.versions[0] ?? '')
        : pick(template.versions);
    const year = 2016 + Math.floor(random() * 10);
    const month = 1 + Math.floor(random() * 12);
    rows.push(
      [
        `${operator.key.slice(0, 3).toUpperCase()}-${String(i + 1).padStart(4, '0')}`,
        template.maker,
        template.product,
        version,
        template.role,
        pick(SITES),
        operator.prefecture,
        template.facility,
        EXPOSURE_WORDS[template.exposure],
        operator.ja,
        pick(['情報システム部', '制御システム課', '設備運用課']),
        `${year}/${month}/1`,
        pick(['佐伯', '長尾', '早川', '水野']),
        `csirt@${operator.key}.example.jp`,
        template.cpe ? `cpe:2.3:${template.cpe}:${cpeVersion(version)}:*:*:*:*:*:*:*` : '',
      ]
        .map(cell)
        .join(','),
    );
  }
  return `${rows.join('\r\n')}\r\n`;
}

/** A version as a CPE 2.3 attribute: lower case, specials escaped, "V" and spaces dropped. */
function cpeVersion(version: string): string {
  const plain = version
    .toLowerCase()
    .replace(/^v/, '')
    .replace(/\s*\(.*\)$/, '');
  return plain.replace(/[^a-z0-9._-]/g, '').replace(/-/g, '\\-') || '*';
}

/** Every operator with a duty to notify, and its spreadsheet. */
export function sampleRegisters(): { operator: SampleOrganisation; csv: string }[] {
  return SAMPLE_ORGANISATIONS.filter(
    ({ kind, sector = '' }) => kind === 'operator' && sector in KIND_OF_SECTOR,
  ).map((operator) => ({ operator, csv: sampleRegisterCsv(operator) }));
}
