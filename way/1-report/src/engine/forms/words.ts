// SPDX-License-Identifier: Apache-2.0
/** The values that a record can choose from, in words. A new value without words fails a test. */
import type { Text } from '@sakimori/vocabulary/wire';

export const UNKNOWN_WORDS: Text = { ja: '調査中（不明）', en: 'under investigation' };
export const YES_WORDS: Text = { ja: 'はい', en: 'yes' };
export const NO_WORDS: Text = { ja: 'いいえ', en: 'no' };

type Words = Readonly<Record<string, Text>>;

/** By path of the field; list positions are left out of a path. */
const CHOICES: Readonly<Record<string, Words>> = {
  kind: {
    ddos: { ja: 'DDoS 攻撃', en: 'DDoS attack' },
    ransomware: { ja: 'ランサムウェア', en: 'Ransomware' },
    other: { ja: 'その他のサイバー攻撃', en: 'Other cyber attack' },
    precursor: { ja: '攻撃の前兆（原因となり得る事象）', en: 'Precursor of an attack' },
    'near-miss': { ja: 'ヒヤリハット（被害なし）', en: 'Near miss, no damage' },
    voluntary: { ja: '任意の報告', en: 'Voluntary report' },
  },
  stage: {
    first: { ja: '速報', en: 'First report' },
    'follow-up': { ja: '続報', en: 'Follow-up report' },
    final: { ja: '確報', en: 'Final report' },
  },
  'awareness.how': {
    monitoring: { ja: '監視による検知', en: 'Monitoring' },
    staff: { ja: '職員の気付き', en: 'A member of staff' },
    customer: { ja: '利用者からの連絡', en: 'A customer' },
    'third-party': { ja: '第三者からの連絡', en: 'A third party' },
    attacker: { ja: '攻撃者からの連絡', en: 'The attacker' },
    authority: { ja: '行政機関からの連絡', en: 'An authority' },
    unknown: UNKNOWN_WORDS,
  },
  status: {
    ongoing: { ja: '継続中', en: 'Ongoing' },
    contained: { ja: '拡大は止まった（未復旧）', en: 'Contained, not yet recovered' },
    recovered: { ja: '復旧済み', en: 'Recovered' },
    unknown: UNKNOWN_WORDS,
  },
  'services.state': {
    stopped: { ja: '停止', en: 'Stopped' },
    degraded: { ja: '低下', en: 'Degraded' },
    normal: { ja: '正常', en: 'Normal' },
    unknown: UNKNOWN_WORDS,
  },
  'cause.vector': {
    vulnerability: { ja: '脆弱性の悪用', en: 'Exploitation of a vulnerability' },
    'stolen-credentials': { ja: '認証情報の不正利用', en: 'Stolen credentials' },
    phishing: { ja: 'フィッシング', en: 'Phishing' },
    misconfiguration: { ja: '設定の誤り', en: 'Misconfiguration' },
    supplier: { ja: '委託先・供給者経由', en: 'A supplier' },
    'removable-media': { ja: 'USB メモリなどの媒体', en: 'Removable media' },
    insider: { ja: '内部の者', en: 'An insider' },
    other: { ja: 'その他', en: 'Other' },
    unknown: UNKNOWN_WORDS,
  },
  'indicators.type': {
    ipv4: { ja: 'IPv4 アドレス', en: 'IPv4 address' },
    ipv6: { ja: 'IPv6 アドレス', en: 'IPv6 address' },
    domain: { ja: 'ドメイン名', en: 'Domain name' },
    url: { ja: 'URL', en: 'URL' },
    email: { ja: 'メールアドレス', en: 'Mail address' },
    md5: { ja: 'MD5 ハッシュ値', en: 'MD5 hash' },
    sha1: { ja: 'SHA-1 ハッシュ値', en: 'SHA-1 hash' },
    sha256: { ja: 'SHA-256 ハッシュ値', en: 'SHA-256 hash' },
    sha512: { ja: 'SHA-512 ハッシュ値', en: 'SHA-512 hash' },
    cve: { ja: '脆弱性の番号（CVE）', en: 'Vulnerability (CVE)' },
    bitcoin: { ja: 'ビットコインアドレス', en: 'Bitcoin address' },
  },
  'indicators.role': {
    attacker: { ja: '攻撃側', en: 'attacker' },
    victim: { ja: '被害側', en: 'victim' },
    malware: { ja: 'マルウェア', en: 'malware' },
    contact: { ja: '攻撃者の連絡先', en: "attacker's contact" },
    unknown: UNKNOWN_WORDS,
  },
  'ddos.type': {
    T1498: { ja: 'ネットワークへの攻撃（T1498）', en: 'Network denial of service (T1498)' },
    'T1498.001': {
      ja: '大量の通信を直接送る攻撃（T1498.001）',
      en: 'Direct network flood (T1498.001)',
    },
    'T1498.002': {
      ja: '他の機器に反射させる攻撃（T1498.002）',
      en: 'Reflection and amplification (T1498.002)',
    },
    T1499: { ja: '機器・サービスへの攻撃（T1499）', en: 'Endpoint denial of service (T1499)' },
    'T1499.002': {
      ja: 'サービスの処理を使い切る攻撃（T1499.002）',
      en: 'Service exhaustion flood (T1499.002)',
    },
    'T1499.003': {
      ja: 'アプリケーションの処理を使い切る攻撃（T1499.003）',
      en: 'Application exhaustion flood (T1499.003)',
    },
    unknown: UNKNOWN_WORDS,
  },
  'ddos.mitigation': {
    cdn: { ja: 'CDN の利用', en: 'CDN' },
    acl: { ja: '通信の遮断設定（ACL）', en: 'Access lists' },
    isp: { ja: '通信事業者による対策', en: 'Measures by the carrier' },
    scrubbing: { ja: '攻撃通信の除去サービス', en: 'Scrubbing service' },
    none: { ja: '対策なし', en: 'None' },
    other: { ja: 'その他', en: 'Other' },
  },
  'ransomware.effects': {
    encryption: { ja: 'データの暗号化', en: 'Data encrypted' },
    'leak-threat': { ja: '窃取したデータを公開するとの脅迫', en: 'Threat to publish data' },
    'payment-demand': { ja: '金銭の要求', en: 'Demand for payment' },
  },
  'ransomware.backups': {
    intact: { ja: '無事', en: 'Intact' },
    damaged: { ja: '被害あり', en: 'Damaged' },
    none: { ja: 'バックアップなし', en: 'There are none' },
    unknown: UNKNOWN_WORDS,
  },
  'other.type': {
    'unauthorised-access': { ja: '不正アクセス', en: 'Unauthorised access' },
    malware: { ja: 'マルウェア感染', en: 'Malware' },
    phishing: { ja: 'フィッシング', en: 'Phishing' },
    'supply-chain': { ja: '供給網を通じた攻撃', en: 'Attack through the supply chain' },
    'website-defacement': { ja: 'ホームページの改ざん', en: 'Defaced website' },
    'information-theft': { ja: '情報の窃取', en: 'Theft of information' },
    insider: { ja: '内部の者による行為', en: 'Act of an insider' },
    other: { ja: 'その他', en: 'Other' },
    unknown: UNKNOWN_WORDS,
  },
};

/** Words of everything that a field can choose from; undefined where the field is no choice. */
export function choicesOf(path: string): Words | undefined {
  return Object.hasOwn(CHOICES, path) ? CHOICES[path] : undefined;
}

/** One chosen value in words. A value that has no words is given back as it is, never dropped. */
export function choiceWords(path: string, value: string): Text {
  const words = choicesOf(path);
  return words !== undefined && Object.hasOwn(words, value)
    ? (words[value] as Text)
    : { ja: value, en: value };
}
