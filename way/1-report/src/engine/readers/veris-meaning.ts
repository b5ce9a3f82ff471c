// SPDX-License-Identifier: Apache-2.0
/** What the words of VERIS mean in our record: kind, cause, techniques, personal data, discovery. */
import type { RecordInput } from '../record.ts';
import { asNumber, asRows, asText, asTexts, child, type Fields, own } from './fields.ts';
import { findCves } from './observables.ts';

/** Varieties and vectors of each action of a document. */
export interface Actions {
  readonly varieties: ReadonlyMap<string, readonly string[]>;
  readonly vectors: ReadonlyMap<string, readonly string[]>;
  readonly cves: readonly string[];
}

const ACTION_NAMES = [
  'hacking',
  'malware',
  'social',
  'error',
  'misuse',
  'physical',
  'environmental',
] as const;

export function readActions(document: Fields): Actions {
  const action = child(document, 'action');
  const [varieties, vectors] = [new Map<string, string[]>(), new Map<string, string[]>()];
  const cves: string[] = [];
  for (const name of ACTION_NAMES) {
    const fields = child(action, name);
    if (!fields) continue;
    varieties.set(name, [...asTexts(own(fields, 'variety'))].slice(0, 100));
    vectors.set(name, [...asTexts(own(fields, 'vector'))].slice(0, 100));
    cves.push(...asTexts(own(fields, 'cve')).flatMap(findCves));
  }
  return { varieties, vectors, cves: [...new Set(cves)].slice(0, 200) };
}

function has(
  words: ReadonlyMap<string, readonly string[]>,
  key: string,
  ...any: string[]
): boolean {
  return words.get(key)?.some((word) => any.includes(word)) ?? false;
}

/** Ransomware before denial of service: where both were used, encryption is what the form asks. */
export function kindOf({ varieties }: Actions): 'ransomware' | 'ddos' | 'other' {
  if (has(varieties, 'malware', 'Ransomware')) return 'ransomware';
  const denial = has(varieties, 'hacking', 'DoS') || has(varieties, 'malware', 'DoS');
  return denial ? 'ddos' : 'other';
}

const HOLES = [
  'Exploit vuln',
  'SQLi',
  'RFI',
  'XSS',
  'CSRF',
  'Buffer overflow',
  'OS commanding',
  'Path traversal',
  'Insecure deserialization',
  'Format string attack',
  'Integer overflows',
  'LDAP injection',
  'XML injection',
  'XML external entities',
  'Mail command injection',
  'SSI injection',
  'Client-side attack',
];

type Vector = NonNullable<NonNullable<RecordInput['cause']>['vector']>;

/** How it began, as far as one of our causes says so; the first door in this order. */
export function vectorOf(actions: Actions): Vector {
  const { varieties, vectors, cves } = actions;
  const mail = ['Email attachment', 'Email link', 'Email autoexecute', 'Email', 'Email unknown'];
  if (has(varieties, 'social', 'Phishing') || has(vectors, 'malware', ...mail)) return 'phishing';
  if (has(vectors, 'malware', 'Removable media') || has(vectors, 'social', 'Removable media')) {
    return 'removable-media';
  }
  const supplied = has(vectors, 'malware', 'Partner', 'Software update');
  if (supplied || has(vectors, 'hacking', 'Partner')) return 'supplier';
  const holes = has(varieties, 'hacking', ...HOLES) || has(varieties, 'malware', 'Exploit vuln');
  if (holes || cves.length > 0) return 'vulnerability';
  const secrets = ['Use of stolen creds', 'Brute force', 'Pass-the-hash', 'Offline cracking'];
  if (has(varieties, 'hacking', ...secrets) || has(varieties, 'malware', 'Brute force')) {
    return 'stolen-credentials';
  }
  const open = has(varieties, 'error', 'Misconfiguration');
  if (open || has(varieties, 'hacking', 'Exploit misconfig')) return 'misconfiguration';
  if (varieties.has('misuse')) return 'insider';
  const words = [...varieties.values()].flat();
  return words.some((word) => word !== 'Unknown') ? 'other' : 'unknown';
}

/** Where VERIS and ATT&CK plainly name the same thing; all others are left to a person. */
const TECHNIQUES: Readonly<Record<string, string>> = {
  'hacking.variety.Brute force': 'T1110',
  'hacking.variety.Use of stolen creds': 'T1078',
  'hacking.variety.SQLi': 'T1190',
  'hacking.variety.RFI': 'T1190',
  'hacking.variety.Pass-the-hash': 'T1550.002',
  'hacking.variety.Offline cracking': 'T1110.002',
  'hacking.variety.OS commanding': 'T1059',
  'hacking.variety.AitM': 'T1557',
  'hacking.variety.MitM': 'T1557',
  'hacking.variety.Scan network': 'T1046',
  'hacking.variety.Disable controls': 'T1562',
  'malware.variety.Ransomware': 'T1486',
  'malware.variety.Destroy data': 'T1485',
  'malware.variety.Downloader': 'T1105',
  'malware.variety.C2': 'T1071',
  'malware.variety.Backdoor or C2': 'T1071',
  'malware.variety.Spyware/Keylogger': 'T1056.001',
  'malware.variety.Capture stored data': 'T1005',
  'malware.variety.Export data': 'T1041',
  'malware.variety.Password dumper': 'T1003',
  'malware.variety.Rootkit': 'T1014',
  'malware.variety.Packet sniffer': 'T1040',
  'malware.variety.Scan network': 'T1046',
  'malware.variety.Disable controls': 'T1562',
  'malware.variety.Brute force': 'T1110',
  'malware.variety.Cryptocurrency mining': 'T1496',
  'malware.variety.Click fraud and cryptocurrency mining': 'T1496',
  'malware.vector.Email attachment': 'T1566.001',
  'malware.vector.Email link': 'T1566.002',
  'malware.vector.Web drive-by': 'T1189',
  'malware.vector.Web application - drive-by': 'T1189',
  'malware.vector.Removable media': 'T1091',
  'malware.vector.Software update': 'T1195.002',
  'social.variety.Phishing': 'T1566',
  'attribute.Defacement': 'T1491',
  'attribute.Created account': 'T1136',
  'attribute.Log tampering': 'T1070',
};

export function techniquesOf(actions: Actions, integrity: readonly string[]): string[] {
  const keys = [
    ...[...actions.varieties].flatMap(([name, words]) => words.map((w) => `${name}.variety.${w}`)),
    ...[...actions.vectors].flatMap(([name, words]) => words.map((w) => `${name}.vector.${w}`)),
    ...integrity.map((word) => `attribute.${word}`),
  ];
  const exploits = has(actions.varieties, 'hacking', 'Exploit vuln');
  // An exploit over a web application is one of a public-facing application.
  if (exploits && has(actions.vectors, 'hacking', 'Web application')) keys.push('public-exploit');
  const found = keys.flatMap((key) => {
    if (key === 'public-exploit') return ['T1190'];
    return Object.hasOwn(TECHNIQUES, key) ? [TECHNIQUES[key]!] : [];
  });
  return [...new Set(found)];
}

const PERSONAL = ['Personal', 'Sensitive Personal', 'Medical', 'Bank', 'Payment', 'Credentials'];
const SENSITIVE = ['Medical', 'Sensitive Personal'];
const FINANCIAL = ['Bank', 'Payment'];
const COUNT_MAX = 10_000_000_000;

/**
 * Personal data from the data varieties.
 *
 * Out    undefined where VERIS has nothing on confidentiality: nobody looked
 */
export function personalDataOf(confidentiality: Fields | undefined):
  | {
      involved: boolean | 'unknown';
      persons?: number | 'unknown';
      sensitive?: boolean | 'unknown';
      financial?: boolean | 'unknown';
      items?: string[];
    }
  | undefined {
  if (!confidentiality) return undefined;
  const rows = asRows(own(confidentiality, 'data')).slice(0, 100);
  const varieties = [...new Set(rows.flatMap((row) => asText(own(row, 'variety')) ?? []))];
  const disclosed = asText(own(confidentiality, 'data_disclosure'));
  const personal = varieties.filter((one) => PERSONAL.includes(one));
  const open = varieties.length === 0 || varieties.includes('Unknown');
  if (disclosed === 'No') return { involved: false };
  if (personal.length === 0) return { involved: open ? 'unknown' : false };
  const known = disclosed === 'Yes' || disclosed === 'Potentially';
  return {
    // A leak that is likely is reported like one that is certain.
    involved: known ? true : 'unknown',
    persons: personsOf(confidentiality, rows),
    sensitive: personal.some((one) => SENSITIVE.includes(one)) || (open ? 'unknown' : false),
    financial: personal.some((one) => FINANCIAL.includes(one)) || (open ? 'unknown' : false),
    items: personal,
  };
}

/** VERIS counts data sets, one kind each: the largest count of a personal kind, else the total. */
function personsOf(confidentiality: Fields, rows: readonly Fields[]): number | 'unknown' {
  const counts = rows
    .filter((row) => PERSONAL.includes(asText(own(row, 'variety')) ?? ''))
    .flatMap((row) => asNumber(own(row, 'amount')) ?? []);
  const total = asNumber(own(confidentiality, 'data_total'));
  const count = counts.length > 0 ? Math.max(...counts) : total;
  if (count === undefined || !Number.isInteger(count) || count < 0 || count > COUNT_MAX) {
    return 'unknown';
  }
  return count;
}

type How = NonNullable<RecordInput['awareness']['how']>;

const MONITORED = [
  'Antivirus',
  'Data loss prevention',
  'Hids',
  'Nids',
  'Infrastructure monitoring',
  'It review',
  'Log review',
  'Security alarm',
  'Break in discovered',
  'Fraud detection',
  'Financial audit',
];

/** By whom it was found. */
export function discoveryOf(document: Fields): How {
  const method = child(document, 'discovery_method');
  const words = (key: string) => asTexts(own(child(method, key), 'variety'));
  const [inside, outside] = [words('internal'), words('external')];
  if (inside.some((word) => MONITORED.includes(word))) return 'monitoring';
  if (inside.some((word) => word !== 'Unknown')) return 'staff';
  if (outside.includes('Law enforcement')) return 'authority';
  if (outside.includes('Actor disclosure')) return 'attacker';
  if (outside.includes('Customer')) return 'customer';
  const others = [...outside, ...words('partner')].filter((word) => word !== 'Unknown');
  return others.length > 0 ? 'third-party' : 'unknown';
}
