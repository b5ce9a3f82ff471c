// SPDX-License-Identifier: Apache-2.0
/** What is recorded of a specified computer (特定重要電子計算機): fields, labels, headings. */

/** How a field's value is read. */
export type FieldKind =
  | 'text'
  | 'name'
  | 'day'
  | 'exposure'
  | 'prefecture'
  | 'addresses'
  | 'mail'
  | 'telephone'
  | 'cpe'
  | 'purl';

export interface FieldSpecification {
  readonly kind: FieldKind;
  readonly ja: string;
  readonly en: string;
  /** Headings under which people keep it, in any width and case, separated by `|`. */
  readonly headings: string;
}

/**
 * The closed list of fields. `key` is the operator's own number for the computer; `label` on the
 * wire is `key`, else `name`. Items of the notification are chosen by dated data in law/.
 */
export const COMPUTER_FIELDS = {
  key: {
    kind: 'name',
    ja: '管理番号',
    en: 'Asset number',
    headings:
      '管理番号|資産番号|資産管理番号|資産no|資産id|機器番号|機器id|機器no|管理no|管理id|端末番号|台帳番号|設備番号|id|asset id|asset no|asset number|asset tag|asset|inventory number|ci id',
  },
  name: {
    kind: 'name',
    ja: '機器名',
    en: 'Computer name',
    headings:
      '機器名|機器名称|ホスト名|コンピュータ名|コンピューター名|装置名|装置名称|設備名|サーバ名|サーバー名|端末名|host|hostname|host name|computer name|device name|system name|name|名称',
  },
  maker: {
    kind: 'text',
    ja: 'メーカー',
    en: 'Maker',
    headings:
      'メーカー|メーカ|メーカー名|メーカ名|製造元|製造業者|製造者|製造会社|製造メーカー|ベンダー|ベンダ|ベンダー名|ベンダ名|供給者|開発元|maker|manufacturer|vendor|vendor name|vendorproject|supplier|make|brand',
  },
  product: {
    kind: 'text',
    ja: '製品名',
    en: 'Product',
    headings:
      '製品名|製品|製品名称|品名|商品名|プロダクト|プロダクト名|ソフトウェア|ソフトウェア名|ソフト名|機種名|機種|シリーズ|ファームウェア名|product|product name|software|software name|title|component',
  },
  model: {
    kind: 'name',
    ja: '型番',
    en: 'Model',
    headings:
      '型番|型式|形式|型名|モデル|モデル名|品番|製品型番|機種型番|model|model number|model no|part number|type',
  },
  version: {
    kind: 'name',
    ja: 'バージョン',
    en: 'Version',
    headings:
      'バージョン|版数|版|ver|バージョン番号|ファームウェアバージョン|ファームウェア|ファームウェア版数|ファームバージョン|fwバージョン|fw版数|ソフトウェアバージョン|リビジョン|version|version number|firmware|firmware version|fw version|software version|release|rev|revision',
  },
  operatingSystem: {
    kind: 'text',
    ja: 'OS',
    en: 'Operating system',
    headings:
      'os|os名|os名称|基本ソフト|オペレーティングシステム|operating system|os name|platform',
  },
  operatingSystemVersion: {
    kind: 'name',
    ja: 'OS のバージョン',
    en: 'Operating system version',
    headings: 'osバージョン|os版数|osのバージョン|os version|os release|osビルド',
  },
  role: {
    kind: 'text',
    ja: '用途',
    en: 'Role',
    headings:
      '用途|役割|目的|機能|使用目的|利用目的|用途・役割|概要|業務|role|purpose|function|use|usage|description',
  },
  facility: {
    kind: 'text',
    ja: '特定重要設備',
    en: 'Critical facility',
    headings:
      '特定重要設備|重要設備|対象設備|関連設備|設備|設備区分|システム|システム名|システム名称|対象システム|業務システム|facility|critical facility|system|service|application system',
  },
  site: {
    kind: 'text',
    ja: '設置場所',
    en: 'Site',
    headings:
      '設置場所|設置場|設置拠点|拠点|拠点名|場所|所在地|住所|設置先|事業所|データセンター|建物|フロア|ラック|site|site name|location|place|address|building|data center|datacenter|installed at',
  },
  prefecture: {
    kind: 'prefecture',
    ja: '都道府県',
    en: 'Prefecture',
    headings: '都道府県|都道府県名|県|県名|prefecture|state|region',
  },
  exposure: {
    kind: 'exposure',
    ja: 'ネットワーク接続',
    en: 'Network exposure',
    headings:
      'ネットワーク接続|ネットワーク|接続形態|接続区分|接続状況|接続先|公開区分|公開範囲|公開|外部公開|外部接続|インターネット接続|ネットワーク区分|ネットワーク環境|nw区分|exposure|network exposure|network|network zone|zone|connectivity|internet facing',
  },
  addresses: {
    kind: 'addresses',
    ja: 'IP アドレス',
    en: 'IP addresses',
    headings:
      'ipアドレス|ip|ipv4|ipv6|ipv4アドレス|ipv6アドレス|アドレス|ip address|ip addresses|ip_address',
  },
  owner: {
    kind: 'text',
    ja: '所有者',
    en: 'Owner',
    headings: '所有者|所有部署|所有会社|所有|オーナー|資産所有者|owner|owned by|asset owner',
  },
  user: {
    kind: 'text',
    ja: '使用者',
    en: 'User',
    headings:
      '使用者|利用者|使用部署|利用部署|利用部門|使用部門|管理部署|管理部門|部署|部署名|部門|主管部署|所管部署|user|used by|department|division',
  },
  introduced: {
    kind: 'day',
    ja: '導入日',
    en: 'Introduced on',
    headings:
      '導入日|導入年月日|導入年月|設置日|設置年月日|使用開始日|利用開始日|稼働開始日|稼働日|運用開始日|取得日|購入日|introduced|introduced on|installed|install date|installation date|deployed|in service since|purchase date|start date',
  },
  changed: {
    kind: 'day',
    ja: '変更日',
    en: 'Changed on',
    headings:
      '変更日|変更年月日|更新日|更新年月日|最終更新日|最終変更日|changed|changed on|updated|last updated|last change|modified',
  },
  retired: {
    kind: 'day',
    ja: '廃止日',
    en: 'Retired on',
    headings:
      '廃止日|廃止年月日|廃棄日|撤去日|撤去年月日|除却日|使用終了日|利用終了日|retired|retired on|decommissioned|disposed|end date',
  },
  supportEnds: {
    kind: 'day',
    ja: 'サポート終了日',
    en: 'Support ends on',
    headings:
      'サポート終了日|サポート期限|サポート終了|保守期限|保守終了日|保守満了日|eol|eos|eosl|サポート満了日|support end|support ends|end of support|end of life|support until|warranty end',
  },
  contact: {
    kind: 'text',
    ja: '担当者',
    en: 'Contact',
    headings:
      '担当者|担当者名|担当|管理者|管理責任者|責任者|連絡先|連絡先氏名|contact|contact name|contact person|administrator|admin|responsible',
  },
  contactMail: {
    kind: 'mail',
    ja: '担当者のメールアドレス',
    en: 'Contact e-mail',
    headings:
      'メールアドレス|メール|eメール|e-mail|email|mail|担当者メール|担当者メールアドレス|連絡先メール|連絡先メールアドレス|contact email|contact mail|mail address|email address',
  },
  contactPhone: {
    kind: 'telephone',
    ja: '担当者の電話番号',
    en: 'Contact telephone',
    headings:
      '電話番号|電話|tel|連絡先電話番号|担当者電話番号|内線|phone|telephone|phone number|contact phone',
  },
  serial: {
    kind: 'name',
    ja: '製造番号',
    en: 'Serial number',
    headings:
      '製造番号|シリアル番号|シリアルナンバー|シリアルno|シリアル|機番|s/n|sn|serial|serial number|serial no',
  },
  cpe: {
    kind: 'cpe',
    ja: 'CPE',
    en: 'CPE',
    headings: 'cpe|cpe名|cpe name|cpe 2.3|cpe23|cpe2.3|cpeuri|cpe uri',
  },
  purl: {
    kind: 'purl',
    ja: 'パッケージ URL',
    en: 'Package URL',
    headings: 'purl|パッケージurl|package url|packageurl',
  },
  note: {
    kind: 'text',
    ja: '備考',
    en: 'Note',
    headings: '備考|注記|メモ|特記事項|コメント|note|notes|remark|remarks|comment|comments',
  },
} as const satisfies Record<string, FieldSpecification>;

export type ComputerField = keyof typeof COMPUTER_FIELDS;
export const COMPUTER_FIELD_NAMES = Object.keys(COMPUTER_FIELDS) as readonly ComputerField[];

export function isComputerField(text: string): text is ComputerField {
  return Object.hasOwn(COMPUTER_FIELDS, text);
}

/** The specification, without the narrow type of its own literal. */
export function fieldOf(field: ComputerField): FieldSpecification {
  return COMPUTER_FIELDS[field];
}
