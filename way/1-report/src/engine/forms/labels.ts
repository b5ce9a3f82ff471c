// SPDX-License-Identifier: Apache-2.0
/** What each field is called: the one home for forms, differences, questions and missing fields. */
import type { Text } from '@sakimori/vocabulary/wire';

const label = (ja: string, en: string): Text => ({ ja, en });

/** In the order of the common form; groups stand before their parts. */
const LABELS: Readonly<Record<string, Text>> = {
  format: label('記録の形式', 'Format of the record'),
  reference: label('報告者の管理番号', "Reporter's own number"),
  kind: label('事象の種類', 'Kind of incident'),
  stage: label('報告の段階', 'Stage of the report'),
  title: label('件名', 'Title'),
  awareness: label('認知', 'Awareness'),
  'awareness.at': label('認知した日時', 'Noticed at'),
  'awareness.by': label('認知した者', 'Noticed by'),
  'awareness.how': label('認知した経緯', 'Noticed through'),
  'awareness.detail': label('認知した経緯の詳細', 'How it was noticed'),
  'awareness.evidence': label('認知を示す記録', 'Evidence of when it was noticed'),
  occurred: label('発生した日時', 'Occurred at'),
  recovered: label('復旧した日時', 'Recovered at'),
  status: label('現在の状況', 'State now'),
  outline: label('事象の概要', 'Outline'),
  computers: label('影響を受けた電子計算機', 'Computers concerned'),
  'computers.id': label('登録番号', 'Number in the register'),
  'computers.label': label('機器名', 'Name'),
  'computers.maker': label('製造者', 'Maker'),
  'computers.product': label('製品', 'Product'),
  'computers.version': label('バージョン', 'Version'),
  'computers.role': label('用途', 'Use'),
  'computers.site': label('設置場所', 'Site'),
  'computers.specified': label('特定重要電子計算機', 'Specified computer'),
  services: label('影響を受けたサービス', 'Services affected'),
  'services.name': label('サービス名', 'Service'),
  'services.state': label('状態', 'State'),
  'services.users': label('影響を受けた利用者数', 'Users affected'),
  'services.from': label('影響の開始', 'From'),
  'services.until': label('影響の終了', 'Until'),
  impact: label('影響', 'Impact'),
  'impact.text': label('業務や利用者への影響', 'Impact on work and users'),
  'impact.users': label('影響を受けた人数', 'Persons affected'),
  'impact.significant': label('重大な影響', 'Significant impact'),
  'impact.crossBorder': label('国外への影響', 'Impact across borders'),
  'impact.safety': label('生命・身体への危険', 'Danger to life or health'),
  serviceLevel: label('サービス維持レベル', 'Service-maintenance level'),
  'serviceLevel.deviation': label(
    'サービス維持レベルの逸脱',
    'Deviation from the service-maintenance level',
  ),
  'serviceLevel.detail': label('逸脱の内容', 'What the deviation is'),
  malicious: label('不正な目的による行為のおそれ', 'Suspected malicious act'),
  cause: label('原因', 'Cause'),
  'cause.vector': label('侵入・攻撃の経路', 'Way of the attack'),
  'cause.text': label('原因の内容', 'What the cause was'),
  'cause.vulnerabilities': label('攻撃に使われた脆弱性の番号', 'Vulnerabilities used'),
  actions: label('これまでの対応', 'Actions taken'),
  'actions.at': label('対応した日時', 'At'),
  'actions.text': label('対応の内容', 'Action'),
  experts: label('外部の専門家', 'Outside experts'),
  'experts.called': label('外部の専門家への相談', 'Outside experts called'),
  'experts.names': label('相談先', 'Which experts'),
  indicators: label('侵害指標', 'Indicators'),
  'indicators.type': label('種類', 'Type'),
  'indicators.value': label('値', 'Value'),
  'indicators.role': label('役割', 'Role'),
  'indicators.note': label('備考', 'Note'),
  techniques: label('攻撃手法（ATT&CK）', 'Techniques (ATT&CK)'),
  personalData: label('個人情報', 'Personal data'),
  'personalData.involved': label(
    '個人情報の漏えい等（おそれを含む）',
    'Leak of personal data, or likely',
  ),
  'personalData.persons': label('本人の数', 'Number of persons'),
  'personalData.sensitive': label('要配慮個人情報', 'Sensitive personal data'),
  'personalData.financial': label('財産的被害のおそれ', 'Could cause loss of property'),
  'personalData.items': label('個人データの項目', 'Items of data'),
  'personalData.cause': label('漏えい等の原因', 'Cause of the leak'),
  'personalData.secondaryDamage': label(
    '二次被害とそのおそれ',
    'Secondary damage, or danger of it',
  ),
  'personalData.responseToPersons': label('本人への対応', 'Response to the persons'),
  'personalData.publication': label('漏えい等の公表', 'Publication of the leak'),
  'personalData.prevention': label('再発防止策', 'Prevention of recurrence'),
  'personalData.other': label('個人情報に関するその他の事項', 'Other on personal data'),
  publication: label('公表', 'Publication'),
  'publication.done': label('公表の有無', 'Published'),
  'publication.at': label('公表した日時', 'Published at'),
  'publication.where': label('公表した場所', 'Published where'),
  'publication.text': label('公表の内容', 'What was published'),
  contacts: label('連絡先', 'Contacts'),
  'contacts.name': label('氏名', 'Name'),
  'contacts.role': label('役職', 'Position'),
  'contacts.phone': label('電話番号', 'Telephone'),
  'contacts.email': label('メールアドレス', 'Mail address'),
  'contacts.allDay': label('24 時間連絡可', 'Reachable day and night'),
  consent: label('共有への同意', 'Consent to pass on'),
  ddos: label('DDoS 攻撃の内容', 'The DDoS attack'),
  'ddos.target': label('攻撃の対象', 'Target'),
  'ddos.gbps': label('最大通信量（Gbps）', 'Highest volume (Gbps)'),
  'ddos.mpps': label('最大パケット数（Mpps）', 'Highest packet rate (Mpps)'),
  'ddos.minutes': label('継続時間（分）', 'Duration (minutes)'),
  'ddos.type': label('攻撃の種類', 'Type of attack'),
  'ddos.mitigation': label('講じた対策', 'Mitigation'),
  'ddos.extortion': label('金銭などの要求', 'Extortion'),
  'ddos.claim': label('犯行声明', 'Claim of responsibility'),
  ransomware: label('ランサムウェアの内容', 'The ransomware'),
  'ransomware.note': label('脅迫文', 'Ransom note'),
  'ransomware.extension': label('暗号化されたファイルの拡張子', 'Extension of the encrypted files'),
  'ransomware.effects': label('被害の種類', 'What it did'),
  'ransomware.family': label('ランサムウェアの名称', 'Name of the ransomware'),
  'ransomware.entry': label('侵入の方法', 'How it got in'),
  'ransomware.backups': label('バックアップの状態', 'State of the backups'),
  'ransomware.payment': label('金銭の支払い', 'Payment'),
  'ransomware.payment.paid': label('支払いの有無', 'Paid'),
  'ransomware.payment.at': label('支払った日時', 'Paid at'),
  'ransomware.payment.amount': label('支払った額', 'Amount paid'),
  other: label('その他のサイバー攻撃の内容', 'The other attack'),
  'other.type': label('攻撃の種類', 'Type of attack'),
  'other.facts': label('技術的な事項', 'Technical facts'),
  product: label('製品（供給者）', 'Product (its vendor)'),
  'product.name': label('製品名', 'Product name'),
  'product.version': label('製品のバージョン', 'Version of the product'),
  'product.exploited': label('製品の脆弱性の悪用', 'Vulnerability of the product exploited'),
  'product.fixedAt': label('修正の提供日時', 'Fix available at'),
  'product.countries': label('提供している国', 'Countries where it is offered'),
  attachments: label('添付ファイル', 'Attachments'),
  'attachments.sha256': label('SHA-256 ハッシュ値', 'SHA-256 hash'),
  'attachments.name': label('ファイル名', 'File name'),
  'attachments.bytes': label('大きさ（バイト）', 'Size (bytes)'),
  'attachments.type': label('ファイルの種類', 'Type'),
  remarks: label('その他の事項', 'Other remarks'),
};

/** Facts of the organisation on which duties depend; their paths begin with `organisation.`. */
const ORGANISATION_LABELS: Readonly<Record<string, Text>> = {
  organisation: label('報告する組織', 'Reporting organisation'),
  'organisation.id': label('組織の番号', 'Number of the organisation'),
  'organisation.name': label('組織名', 'Name of the organisation'),
  'organisation.country': label('所在国', 'Country of the seat'),
  'organisation.sectors': label('分野', 'Sectors'),
  'organisation.designated': label(
    '特別社会基盤事業者であること',
    'Being a special social infrastructure operator',
  ),
  'organisation.criticalInfrastructure': label(
    '重要インフラ事業者であること',
    'Being critical infrastructure',
  ),
  'organisation.personalDataHandler': label(
    '個人情報取扱事業者であること',
    'Handling personal information as a business',
  ),
  'organisation.memberOf': label('加入している協議会など', 'Council or ISAC it is a member of'),
  'organisation.prefecture': label('都道府県', 'Prefecture'),
  'organisation.abroad': label('外国の制度', 'Regimes abroad'),
  'organisation.abroad.nis2': label('EU の NIS2 指令', 'NIS2 of the EU'),
  'organisation.abroad.nis2.entity': label('NIS2 の区分', 'Class under NIS2'),
  'organisation.abroad.nis2.state': label('NIS2 の加盟国', 'Member state under NIS2'),
  'organisation.abroad.cra': label('EU のサイバーレジリエンス法', 'CRA of the EU'),
  'organisation.abroad.circia': label('米国の CIRCIA', 'CIRCIA of the United States'),
  'organisation.abroad.soci': label('オーストラリアの SOCI 法', 'SOCI of Australia'),
};

/** Paths of the record that have a label, in the order of the common form. */
export const LABELLED_FIELDS: readonly string[] = Object.keys(LABELS);

/** The path without positions in lists: `computers.3.product` becomes `computers.product`. */
export function pathOf(field: string): string {
  return field.replace(/\.(?:0|[1-9]\d*)(?=\.|$)/g, '');
}

/**
 * What a field is called.
 *
 * In     path with dots; positions in lists may stand in it (`computers.3.product`); facts of the
 *        organisation begin with `organisation.`
 * Out    its name; for a part of a field that is not known here the name of the field it is in;
 *        for a path that is not known at all the path itself
 */
export function fieldLabel(field: string): Text {
  let path = pathOf(field);
  while (path !== '') {
    if (Object.hasOwn(LABELS, path)) return LABELS[path] as Text;
    if (Object.hasOwn(ORGANISATION_LABELS, path)) return ORGANISATION_LABELS[path] as Text;
    const dot = path.lastIndexOf('.');
    path = dot === -1 ? '' : path.slice(0, dot);
  }
  return { ja: field, en: field };
}
