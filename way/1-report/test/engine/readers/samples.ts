// SPDX-License-Identifier: Apache-2.0
/** One sound document of each format: documentation addresses and organisations that do not exist. */
import type { ReportFormat } from '../../../src/engine/index.ts';

/** 2026-11-21 12:00 in Japan: when everything in these tests came in. */
export const RECEIVED_MS = Date.UTC(2026, 10, 21, 3);

export const verisIncident = {
  schema_version: '1.3.7',
  incident_id: 'F1C7A1B0-0000-4000-8000-000000000001',
  source_id: 'example',
  security_incident: 'Confirmed',
  summary: 'Files of the fictional Midorigawa hospital were encrypted; note named evil.example.',
  notes: 'Callback to 198.51.100.7.',
  reference: 'https://news.example/midorigawa',
  victim: {
    victim_id: 'Midorigawa Hospital',
    country: ['JP'],
    industry: '622110',
    employee_count: '101 to 1000',
  },
  timeline: {
    incident: { year: 2026, month: 11, day: 18 },
    discovery: { unit: 'Hours', value: 5 },
    containment: { unit: 'Days', value: 1 },
  },
  discovery_method: { internal: { variety: ['Reported by employee'] } },
  actor: {
    external: { variety: ['Organized crime'], motive: ['Financial'], country: ['Unknown'] },
  },
  action: {
    malware: { variety: ['Ransomware'], vector: ['Email attachment'], name: 'ExampleLocker' },
    social: { variety: ['Phishing', 'Extortion'], vector: ['Email'] },
    hacking: { variety: ['Exploit vuln'], vector: ['VPN'], cve: 'CVE-2026-0001, CVE 2026-0002' },
  },
  asset: { assets: [{ variety: 'S - File', amount: 3 }, { variety: 'S - Database' }] },
  attribute: {
    confidentiality: {
      data_disclosure: 'Potentially',
      data: [{ variety: 'Medical', amount: 2500 }, { variety: 'Payment' }],
      data_total: 4000,
    },
    availability: { variety: ['Obscuration'], duration: { unit: 'Days', value: 2 } },
  },
  impact: { overall_rating: 'Damaging', overall_amount: 900000, iso_currency_code: 'JPY' },
  plus: { created: '2026-11-20T01:00:00Z' },
};

export const eveAlert = {
  timestamp: '2026-11-21T10:05:01.123456+0900',
  flow_id: 1,
  event_type: 'alert',
  src_ip: '198.51.100.7',
  src_port: 51000,
  dest_ip: '10.1.2.3',
  dest_port: 443,
  proto: 'TCP',
  alert: {
    action: 'allowed',
    signature_id: 1000001,
    signature: 'EXAMPLE scan for an old gateway CVE-2026-0003',
    category: 'Attempted Administrator Privilege Gain',
    severity: 1,
    metadata: { mitre_technique_id: ['T1190'], cve: ['CVE_2026_0003'] },
  },
  http: { hostname: 'gateway.example', url: '/cgi-bin/run', http_method: 'GET' },
};

export const wazuhAlert = {
  timestamp: '2026-11-21T10:06:00.000+0900',
  rule: {
    level: 10,
    description: 'sshd: many failed logins from one address',
    id: '5712',
    firedtimes: 8,
    mitre: { id: ['T1110'], tactic: ['Credential Access'], technique: ['Brute Force'] },
    groups: ['syslog', 'sshd', 'authentication_failures'],
  },
  agent: { id: '007', name: 'gate-1', ip: '10.1.2.3' },
  manager: { name: 'siem-1' },
  id: '1795225560.4711',
  full_log: 'Nov 21 10:06:00 gate-1 sshd[1]: Failed password for root from 203.0.113.9 port 4711',
  data: { srcip: '203.0.113.9', dstip: '10.1.2.3', srcuser: 'root' },
  location: '/var/log/auth.log',
};

export const elasticAlert = {
  '@timestamp': '2026-11-21T01:10:00.000Z',
  'kibana.alert.uuid': '6f1e0c1e9d',
  'kibana.alert.severity': 'high',
  'kibana.alert.risk_score': 73,
  'kibana.alert.reason': 'network event on gate-2 from 203.0.113.20 to 10.1.2.4',
  kibana: {
    alert: {
      rule: {
        name: 'Exploit attempt against a public service',
        description: 'A request that only an exploit sends.',
        threat: [
          {
            framework: 'MITRE ATT&CK',
            tactic: { id: 'TA0001', name: 'Initial Access' },
            technique: [{ id: 'T1190', name: 'Exploit Public-Facing Application' }],
          },
        ],
      },
    },
  },
  source: { ip: '203.0.113.20' },
  destination: { ip: '10.1.2.4', port: 443 },
  host: { name: 'gate-2' },
  url: { full: 'https://portal.example.com/?q=1' },
};

export const splunkAlert = {
  sid: 'scheduler__admin__search__RMD5_at_1795225800_1',
  search_name: 'Example - Many failed logins - Rule',
  app: 'SplunkEnterpriseSecuritySuite',
  owner: 'admin',
  results_link: 'https://splunk.example/app/search',
  result: {
    _time: '1795225800',
    _raw: 'login failed user=root src=203.0.113.30',
    rule_title: 'Many failed logins from 203.0.113.30',
    rule_description: 'More failures in an hour than people make.',
    security_domain: 'access',
    urgency: 'high',
    event_id: 'EXAMPLE-EVENT-1',
    src: '203.0.113.30',
    dest: 'gate-3',
    user: 'root',
    'annotations.mitre_attack': ['T1110.001'],
    count: '214',
  },
};

export const stixBundle = {
  type: 'bundle',
  id: 'bundle--00000000-0000-4000-8000-000000000001',
  objects: [
    {
      type: 'identity',
      spec_version: '2.1',
      id: 'identity--00000000-0000-4000-8000-000000000002',
      name: 'Example CSIRT',
      identity_class: 'organization',
      contact_information: 'csirt@example.jp',
    },
    {
      type: 'incident',
      spec_version: '2.1',
      id: 'incident--00000000-0000-4000-8000-000000000003',
      created: '2026-11-20T23:30:00.000Z',
      modified: '2026-11-20T23:30:00.000Z',
      created_by_ref: 'identity--00000000-0000-4000-8000-000000000002',
      name: 'Ransomware at a fictional carrier',
      description: 'Servers were encrypted after a stolen account was used.',
      extensions: {
        'extension-definition--00000000-0000-4000-8000-000000000009': {
          extension_type: 'property-extension',
          investigation_status: 'open',
          incident_types: ['ransomware'],
          detection_methods: ['user-reporting'],
        },
      },
    },
    {
      type: 'indicator',
      spec_version: '2.1',
      id: 'indicator--00000000-0000-4000-8000-000000000004',
      pattern: "[ipv4-addr:value = '198.51.100.99' OR domain-name:value = 'c2.example']",
      pattern_type: 'stix',
      valid_from: '2026-11-20T00:00:00Z',
    },
    {
      type: 'attack-pattern',
      spec_version: '2.1',
      id: 'attack-pattern--00000000-0000-4000-8000-000000000005',
      name: 'Data Encrypted for Impact',
      external_references: [{ source_name: 'mitre-attack', external_id: 'T1486' }],
    },
    {
      type: 'malware',
      spec_version: '2.1',
      id: 'malware--00000000-0000-4000-8000-000000000006',
      name: 'ExampleLocker',
      malware_types: ['ransomware'],
      is_family: true,
    },
    {
      type: 'file',
      spec_version: '2.1',
      id: 'file--00000000-0000-4000-8000-000000000007',
      hashes: { 'SHA-256': `${'a7f3'.repeat(14)}0b1c2d9e` },
      name: 'note.exe',
    },
    {
      type: 'relationship',
      spec_version: '2.1',
      id: 'relationship--00000000-0000-4000-8000-000000000008',
      relationship_type: 'related-to',
      source_ref: 'incident--00000000-0000-4000-8000-000000000003',
      target_ref: 'malware--00000000-0000-4000-8000-000000000006',
    },
  ],
};

export const ownRecord = {
  format: 'sakimori-report/1',
  reference: 'EX-2026-001',
  kind: 'ddos',
  awareness: { at: '2026-11-21T09:30:00+09:00', how: 'monitoring' },
  title: 'Portal slow',
  outline: 'Traffic from 203.0.113.0/24.',
  ddos: { type: 'T1498', gbps: 12 },
};

/** ISO-2022-JP, as Japanese mail programs wrote for decades. */
export const mail = Buffer.from(
  [
    'Return-Path: <tanaka@hospital.example>',
    'Received: from mx.hospital.example (192.0.2.10) by mx.example; Sat, 21 Nov 2026 09:00:05 +0900',
    'From: =?ISO-2022-JP?B?GyRCRURDZhsoQg==?= <tanaka@hospital.example>',
    'To: report@office.example',
    'Date: Sat, 21 Nov 2026 09:00:00 +0900',
    'Message-ID: <m1@hospital.example>',
    'Subject: =?ISO-2022-JP?B?GyRCJWklcyU1JWAbKEI=?=',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b1',
    '',
    '--b1',
    'Content-Type: text/plain; charset=ISO-2022-JP',
    'Content-Transfer-Encoding: 7bit',
    '',
    // 「電子カルテが使えません」
    '\u001b$BEE;R%+%k%F$,;H$($^$;$s\u001b(B hxxp://evil[.]example/a',
    '--b1',
    'Content-Type: text/plain; name=log.txt',
    'Content-Disposition: attachment; filename=log.txt',
    '',
    'denied 198.51.100.23',
    '--b1--',
    '',
  ].join('\r\n'),
  'latin1',
);

export const form = Buffer.from(
  [
    'コンピュータ不正アクセス届出様式',
    '                              ２０２６年１１月２１日',
    '（届出者）',
    '住所：東京都',
    '企業・組織名：（株）例示商店',
    '氏名：田中 花子',
    'E-Mail：tanaka@shop.example',
    'ＴＥＬ：00-0000-0000',
    'コンピュータ不正アクセス被害について、下記のとおり届け出ます。',
    '（以降、該当する事項の□を■にしてください。）',
    '                    記',
    '１．発見年月日：２０２６年１１月２０日（金）午後３時半頃',
    '２．被害を受けたシステム構成：',
    '　２－１）被害を受けた機器等：',
    '　　□パソコン',
    '　　■ＥＣシステム',
    '　　□その他（　　　　）',
    '３．発見経緯：',
    '　　□目視で発見',
    '　　■外部からの連絡で発見',
    '４．被害状況：',
    '　商品ページが改ざんされ、外部の 198.51.100.44 へ転送されていた。',
    '　□ランサムウェアによる暗号化',
    '５．推定される原因：プラグインの脆弱性（未適用）',
    '６．対処：サイトを停止し、バックアップから復旧した。',
    '７．個人情報：カード情報 １，２００件の漏えいの可能性',
  ].join('\n'),
  'utf8',
);

const json = (value: unknown) => Buffer.from(JSON.stringify(value));

export const SAMPLES: Readonly<Record<ReportFormat, Uint8Array>> = {
  sakimori: json(ownRecord),
  veris: json(verisIncident),
  suricata: json(eveAlert),
  wazuh: json(wazuhAlert),
  elastic: json(elasticAlert),
  splunk: json(splunkAlert),
  stix: json(stixBundle),
  eml: mail,
  'ipa-text': form,
};
