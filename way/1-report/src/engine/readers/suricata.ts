// SPDX-License-Identifier: Apache-2.0
/**
 * Suricata EVE: alerts, grouped. One report for each source address, category and clock hour (UTC)
 * of the alert, so that a scan of a night is a few reports and not thousands. The number of the
 * report is made of these three: the same file again is the same reports.
 */
import { toInstant } from '@sakimori/vocabulary';
import type { Indicator } from '../record.ts';
import type { ReadItem } from '../shapes.ts';
import { draftAlert } from './alerts.ts';
import type { ReadContext } from './drafts.ts';
import {
  asFields,
  asNumber,
  asText,
  asTexts,
  at,
  beginning,
  child,
  type Fields,
  own,
} from './fields.ts';
import { readMachineTime, type TimeReading } from './instants.ts';
import { EXPECTED, refuse } from './limits.ts';
import {
  addressIndicator,
  digestIndicator,
  domainIndicator,
  findCves,
  findTechniques,
  isOwnAddress,
  rolesOf,
} from './observables.ts';

export interface GroupingReader {
  read(value: unknown, line: number): ReadItem[];
  /** Reports of the groups that are still open. */
  end(): ReadItem[];
}

/** Categories that say that something worked, or that a machine of one's own already obeys. */
const SUCCEEDED =
  /success|trojan was detected|command and control|credential theft|targeted malicious|successful|compromis|domain observed used for c2|executable code was detected|exfiltration/i;
const SEVERITY_OF_ATTEMPT_MAX = 2;
/** Of one group: what is beyond is counted, not kept. */
const INDICATORS_MAX = 50;
const SIGNATURES_MAX = 20;
const TEXT_CHARACTERS_MAX = 4_000;

interface Group {
  readonly line: number;
  readonly source: string;
  readonly category: string;
  readonly hour: string;
  readonly isZoneAssumed: boolean;
  readonly destinations: Set<string>;
  readonly ports: Set<number>;
  readonly signatures: Map<string, number>;
  readonly indicators: Map<string, Indicator>;
  readonly techniques: Set<string>;
  readonly cves: Set<string>;
  readonly texts: Set<string>;
  count: number;
  severity: number;
  firstAt: string;
  lastAt: string;
  blocked: number;
  textCharacters: number;
}

export function suricataReader(context: ReadContext): GroupingReader {
  const groups = new Map<string, Group>();
  const take = (key: string): ReadItem => {
    const group = groups.get(key)!;
    groups.delete(key);
    return toReport(group, context);
  };
  return {
    read(value, line) {
      const event = asFields(value);
      if (!event) return [refuse(line, { field: 'document', expected: EXPECTED.object })];
      const type = asText(own(event, 'event_type'));
      if (type !== undefined && type !== 'alert') {
        context.ignore(1);
        return [];
      }
      const found = readAlert(event, line);
      if (!('source' in found)) return [found];
      const key = `${found.source} ${found.category} ${found.hour}`;
      const group = groups.get(key) ?? openGroup(found, line);
      const isNew = !groups.has(key);
      addAlert(group, event, found);
      if (!isNew) return [];
      groups.set(key, group);
      // The oldest is closed first: what is later of it becomes the same report again.
      return groups.size > context.limits.groupsMax ? [take(groups.keys().next().value!)] : [];
    },
    end: () => [...groups.keys()].map(take),
  };
}

interface Alert {
  readonly source: string;
  readonly destination: string | undefined;
  readonly category: string;
  readonly signature: string;
  readonly severity: number;
  readonly time: TimeReading;
  readonly hour: string;
}

function readAlert(event: Fields, line: number): Alert | ReadItem {
  const alert = child(event, 'alert');
  const signature = asText(own(alert, 'signature'))?.trim();
  const expectText = { ja: '空でない文字列', en: 'a text that is not empty' };
  if (!alert) return refuse(line, { field: 'alert', expected: EXPECTED.object });
  if (!signature) return refuse(line, { field: 'alert.signature', expected: expectText });
  const source = addressIndicator(asText(own(event, 'src_ip')), 'attacker')?.value;
  if (!source) {
    const expected = { ja: 'IPv4 または IPv6 のアドレス', en: 'an IPv4 or IPv6 address' };
    return refuse(line, { field: 'src_ip', expected });
  }
  const time = readMachineTime(own(event, 'timestamp'));
  if (!time) {
    const expected = { ja: '日時（RFC 3339）', en: 'a time (RFC 3339)' };
    return refuse(line, { field: 'timestamp', expected });
  }
  return {
    source,
    destination: addressIndicator(asText(own(event, 'dest_ip')), 'victim')?.value,
    category: beginning((asText(own(alert, 'category')) ?? 'Uncategorised').trim(), 100),
    signature: beginning(signature, 300),
    severity: asNumber(own(alert, 'severity')) ?? 3,
    time,
    hour: `${time.at.slice(0, 13)}Z`,
  };
}

function openGroup({ source, category, hour, time, severity }: Alert, line: number): Group {
  return {
    line,
    source,
    category,
    hour,
    isZoneAssumed: time.zoneAssumed,
    destinations: new Set(),
    ports: new Set(),
    signatures: new Map(),
    indicators: new Map(),
    techniques: new Set(),
    cves: new Set(),
    texts: new Set(),
    count: 0,
    severity,
    firstAt: time.at,
    lastAt: time.at,
    blocked: 0,
    textCharacters: 0,
  };
}

function addAlert(group: Group, event: Fields, alert: Alert): void {
  group.count += 1;
  group.severity = Math.min(group.severity, alert.severity);
  if (alert.time.at < group.firstAt) group.firstAt = alert.time.at;
  if (alert.time.at > group.lastAt) group.lastAt = alert.time.at;
  if (asText(at(event, 'alert.action')) === 'blocked') group.blocked += 1;
  const { signatures, destinations, ports } = group;
  if (signatures.has(alert.signature) || signatures.size < SIGNATURES_MAX) {
    signatures.set(alert.signature, (signatures.get(alert.signature) ?? 0) + 1);
  }
  const port = asNumber(own(event, 'dest_port'));
  if (port !== undefined && ports.size < SIGNATURES_MAX) ports.add(port);
  if (alert.destination && destinations.size < INDICATORS_MAX) destinations.add(alert.destination);
  const metadata = asFields(at(event, 'alert.metadata'));
  for (const id of findTechniques(
    [...asTexts(own(metadata, 'mitre_technique_id'))].slice(0, 20).map((one) => one.toUpperCase()),
  )) {
    if (group.techniques.size < 50) group.techniques.add(id);
  }
  const written = [...asTexts(own(metadata, 'cve')).slice(0, 20), alert.signature].join(' ');
  for (const cve of findCves(written)) if (group.cves.size < 50) group.cves.add(cve);
  for (const one of indicatorsOf(event, alert)) {
    const key = `${one.type} ${one.value}`;
    if (group.indicators.size < INDICATORS_MAX && !group.indicators.has(key)) {
      group.indicators.set(key, one);
    }
  }
  const text = textOf(event);
  if (text && !group.texts.has(text) && group.textCharacters < TEXT_CHARACTERS_MAX) {
    group.texts.add(text);
    group.textCharacters += text.length;
  }
}

/** The two ends; what a machine of one's own looked up or fetched belongs to the other side. */
function indicatorsOf(event: Fields, { source, destination }: Alert): Indicator[] {
  const roles = rolesOf(source, destination ?? '');
  // Rules can say which end is the target; that is better than what the addresses suggest.
  const target = addressIndicator(asText(at(event, 'alert.target.ip')), 'victim')?.value;
  const [sourceRole, destinationRole] =
    target === undefined
      ? roles
      : target === source
        ? (['victim', 'attacker'] as const)
        : (['attacker', 'victim'] as const);
  const isOutward = isOwnAddress(source) && destinationRole === 'attacker';
  const names = ['http.hostname', 'tls.sni', 'dns.rrname', 'dns.query.rrname'];
  return [
    addressIndicator(source, sourceRole),
    addressIndicator(destination, destinationRole),
    ...(isOutward ? names.map((path) => domainIndicator(asText(at(event, path)), 'attacker')) : []),
    digestIndicator(asText(at(event, 'fileinfo.sha256')), 'malware'),
    digestIndicator(asText(at(event, 'fileinfo.md5')), 'malware'),
  ].filter((one) => one !== undefined);
}

/** What was asked for, as one line from which indicators can be lifted. */
function textOf(event: Fields): string | undefined {
  const http = child(event, 'http');
  const parts = ['http_method', 'hostname', 'url', 'http_user_agent', 'http_refer'].flatMap(
    (key) => asText(own(http, key)) ?? [],
  );

  const payload = asText(own(event, 'payload_printable')) ?? [];
  const all = parts.concat(payload).map((part) => beginning(part, 1_000));
  return all.length === 0 ? undefined : all.join(' ');
}

function toReport(group: Group, context: ReadContext): ReadItem {
  const succeeded = SUCCEEDED.test(group.category);
  const signatures = [...group.signatures].sort((a, b) => b[1] - a[1]);
  const [[main] = ['']] = signatures;
  const slug = group.category.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const list = (values: readonly unknown[], countMax: number) =>
    values.length === 0
      ? undefined
      : values.slice(0, countMax).join(', ') +
        (values.length > countMax ? ` (+${values.length - countMax})` : '');
  const toText = (at: string) => toInstant(Date.parse(at));
  return draftAlert(
    {
      tool: 'Suricata',
      reference: `suricata/${group.source}/${slug}/${group.hour}`,
      title: `${group.category}: ${main}`,
      timeField: 'timestamp',
      time: { at: group.firstAt, zoneAssumed: group.isZoneAssumed },
      severity: `${group.severity}`,
      isClearAttempt: !succeeded && group.severity <= SEVERITY_OF_ATTEMPT_MAX,
      indicators: [...group.indicators.values()],
      techniques: [...group.techniques],
      vulnerabilities: [...group.cves],
      computers: [...group.destinations].filter(isOwnAddress),
      facts: [
        ['検知数 Alerts', `${group.count}`],
        ['うち遮断 Blocked', group.blocked > 0 ? `${group.blocked}` : undefined],
        ['期間 Period', `${toText(group.firstAt)} - ${toText(group.lastAt)}`],
        ['送信元 Source', group.source],
        ['宛先 Destinations', list([...group.destinations], 10)],
        ['宛先ポート Ports', list([...group.ports], 10)],
        ...signatures.map(([name, count]) => ['規則 Rule', `${name} (${count})`] as const),
      ],
      texts: [['http', [...group.texts].join('\n') || undefined]],
      notes:
        group.count === 1
          ? []
          : [
              [
                `${group.count} 件の検知を、送信元・分類・時間（1 時間ごと）でまとめました。`,
                `${group.count} alerts of one source, category and hour were put together.`,
              ],
            ],
    },
    group.line,
    context,
  );
}
