// SPDX-License-Identifier: Apache-2.0
/** Which format a document is of, told by the fields that only that format has. */
import type { ReportFormat } from '../shapes.ts';
import { asFields, at, child, own } from './fields.ts';

/** Formats whose documents are JSON. */
export type JsonFormat = Exclude<ReportFormat, 'eml' | 'ipa-text'>;

/** The format of a JSON document; undefined when it is none that we know. */
export function findJsonFormat(value: unknown): JsonFormat | undefined {
  const fields = asFields(value);
  if (!fields) return undefined;
  const has = (path: string) => at(fields, path) !== undefined;
  if (own(fields, 'format') === 'sakimori-report/1') return 'sakimori';
  if (own(fields, 'type') === 'bundle' && has('objects')) return 'stix';
  if (own(fields, 'type') === 'incident' && has('spec_version')) return 'stix';
  if (has('event_type') && (has('src_ip') || has('timestamp'))) return 'suricata';
  if (has('search_name') || has('sid') || has('results') || has('rule_title')) return 'splunk';
  const elastic = ['kibana.alert', 'kibana.alert.uuid', 'kibana.alert.rule.name', 'signal.rule'];
  const hits = asFields(at(fields, 'hits.hits.0')) ?? asFields(firstHit(fields));
  const inner = [
    fields,
    child(fields, '_source'),
    child(hits, '_source'),
    firstOf(fields, 'alerts'),
  ];
  for (const one of inner) {
    if (elastic.some((path) => at(one, path) !== undefined)) return 'elastic';
    if (at(one, 'rule.level') !== undefined || at(one, 'rule.groups') !== undefined) return 'wazuh';
  }
  if (child(child(fields, 'result'), 'result') || has('result._time')) return 'splunk';
  if (has('incident_id') || has('security_incident')) return 'veris';
  if (child(fields, 'action') && (has('actor') || has('asset') || has('victim'))) return 'veris';
  if (has('kind') && has('awareness')) return 'sakimori';
  return undefined;
}

function firstHit(fields: Readonly<Record<string, unknown>>): unknown {
  const hits = own(child(fields, 'hits'), 'hits');
  return Array.isArray(hits) ? hits[0] : undefined;
}

function firstOf(fields: Readonly<Record<string, unknown>>, key: string) {
  const list = own(fields, key);
  return Array.isArray(list) ? asFields(list[0]) : undefined;
}

const MAIL_HEADER =
  /^(?:From|To|Subject|Date|Received|Return-Path|Delivered-To|MIME-Version|Message-ID|DKIM-Signature|X-[A-Za-z-]+|Content-Type|Reply-To|Cc|Sender|ARC-[A-Za-z-]+|Authentication-Results):/i;
const CERTAIN_HEADER = /^(?:From|Received|Return-Path|Message-ID|MIME-Version|Subject|Date):/im;

/**
 * The family of a file by its first bytes.
 *
 * In     up to 64 KiB
 * Out    `json` for the formats above; a message begins with its headers; all else is free text
 */
export function findFamily(head: Uint8Array): 'json' | 'eml' | 'ipa-text' {
  // Every encoding in question writes these characters as ASCII does.
  const text = new TextDecoder('latin1').decode(head.subarray(0, 64 * 1024));
  const start = text.trimStart();
  if (/^[{[]/.test(start)) return 'json';
  const first = start.replace(/^From .*\r?\n/, '').split(/\r?\n/, 1)[0] ?? '';
  const headers = start.split(/\r?\n\r?\n/, 1)[0] ?? '';
  return MAIL_HEADER.test(first) && CERTAIN_HEADER.test(headers) ? 'eml' : 'ipa-text';
}
