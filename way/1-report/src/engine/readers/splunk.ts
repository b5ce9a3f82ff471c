// SPDX-License-Identifier: Apache-2.0
/** Splunk: the body of an alert's webhook, notable events, and lines of an export. */
import type { ReadItem } from '../shapes.ts';
import { draftAlert } from './alerts.ts';
import type { ReadContext } from './drafts.ts';
import { asFields, asRows, asText, asTexts, at, type Fields, own } from './fields.ts';
import { readMachineTime } from './instants.ts';
import { EXPECTED, refuse } from './limits.ts';
import {
  addressIndicator,
  digestIndicator,
  domainIndicator,
  findCves,
  findTechniques,
  rolesOf,
  urlIndicator,
} from './observables.ts';

const ATTEMPT_URGENCIES = ['medium', 'high', 'critical'];

export function splunkReader(context: ReadContext): (value: unknown, line: number) => ReadItem[] {
  return (value, line) => {
    const document = asFields(value);
    if (!document) return [refuse(line, { field: 'document', expected: EXPECTED.object })];
    const results = own(document, 'results');
    // The last line of an export only says that it was the last.
    if (own(document, 'lastrow') === true && own(document, 'result') === undefined) {
      context.ignore(1);
      return [];
    }
    if (Array.isArray(results)) {
      return asRows(results).map((row) => readResult(row, document, line, context));
    }
    const result = asFields(own(document, 'result'));
    return [readResult(result ?? document, document, line, context)];
  };
}

function readResult(
  result: Fields,
  envelope: Fields,
  line: number,
  context: ReadContext,
): ReadItem {
  const word = (...keys: string[]) => {
    for (const key of keys) {
      const text = asText(at(result, key));
      if (text !== undefined) return text;
    }
    return undefined;
  };
  const outer = (key: string) => asText(own(envelope, key));
  const title = word('rule_title', 'rule_name', 'search_name') ?? outer('search_name');
  if (title === undefined) {
    const expected = { ja: '検索または規則の名称', en: 'the name of the search or rule' };
    return refuse(line, { field: 'search_name', expected });
  }
  const urgency = word('urgency', 'severity');
  const [source, destination] = [word('src_ip', 'src'), word('dest_ip', 'dest')];
  const [sourceRole, destinationRole] = rolesOf(source ?? '', destination ?? '');
  const id = word('rule_id', 'event_id', 'orig_event_id');
  const search = outer('sid') ?? word('orig_sid');
  const raw = word('orig_raw', '_raw');
  return draftAlert(
    {
      tool: 'Splunk',
      reference: id
        ? `splunk/${id}`
        : search && `splunk/${search}/${word('orig_rid', '_serial') ?? '0'}`,
      title,
      description: word('rule_description', 'description', 'savedsearch_description'),
      timeField: '_time',
      time: readMachineTime(own(result, '_time') ?? own(result, 'orig_time')),
      severity: urgency,
      isClearAttempt: ATTEMPT_URGENCIES.includes(urgency?.toLowerCase() ?? ''),
      indicators: [
        addressIndicator(source, source && destination ? sourceRole : 'attacker'),
        addressIndicator(destination, destinationRole),
        urlIndicator(word('url'), 'unknown'),
        domainIndicator(word('domain', 'query', 'url_domain'), 'unknown'),
        ...[...asTexts(at(result, 'file_hash')), ...asTexts(at(result, 'hash'))]
          .slice(0, 20)
          .map((one) => digestIndicator(one, 'unknown')),
      ],
      techniques: techniquesOf(result),
      vulnerabilities: findCves([word('cve', 'signature'), title].join(' ')),
      computers: [word('dest_host', 'dest_nt_host'), isName(destination), word('host')],
      facts: [
        ['検索 Search', outer('search_name')],
        ['アプリ App', outer('app')],
        ['分野 Domain', word('security_domain')],
        ['送信元 Source', source],
        ['宛先 Destination', destination],
        ['利用者 User', word('user', 'src_user')],
        ['シグネチャ Signature', word('signature')],
        ['回数 Count', word('count')],
        ['記録 Log', raw],
      ],
      texts: [
        ['_raw', raw],
        ['url', word('url')],
      ],
    },
    line,
    context,
  );
}

/** `dest` of the common model is an address or a name; a name is a computer. */
function isName(value: string | undefined): string | undefined {
  return value !== undefined && addressIndicator(value, 'unknown') === undefined
    ? value
    : undefined;
}

/** Annotations are an object, a list, or JSON within a text. */
function techniquesOf(result: Fields): string[] {
  const values = [
    'annotations.mitre_attack',
    'annotations.mitre_attack.mitre_technique_id',
    'mitre_technique_id',
    'annotations',
  ].flatMap((path) => {
    const value = at(result, path);
    return typeof value === 'string' ? [value.slice(0, 5_000)] : asTexts(value).slice(0, 50);
  });
  return findTechniques(values);
}
