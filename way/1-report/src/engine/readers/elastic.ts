// SPDX-License-Identifier: Apache-2.0
/** Alerts of Elastic Security: kibana.alert.* (8 and later), signal.* (7), with ECS fields. */
import type { ReadItem } from '../shapes.ts';
import { draftAlert } from './alerts.ts';
import type { ReadContext } from './drafts.ts';
import { asFields, asRows, asText, asTexts, at, type Fields } from './fields.ts';
import { hitsOf } from './hits.ts';
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

const ATTEMPT_SEVERITIES = ['medium', 'high', 'critical'];
/** Tactics after which somebody is inside already: no longer a mere attempt. */
const INSIDE = [
  'TA0002',
  'TA0003',
  'TA0004',
  'TA0005',
  'TA0006',
  'TA0008',
  'TA0009',
  'TA0010',
  'TA0011',
  'TA0040',
];

export function elasticReader(context: ReadContext): (value: unknown, line: number) => ReadItem[] {
  return (value, line) => {
    const document = asFields(value);
    if (!document) return [refuse(line, { field: 'document', expected: EXPECTED.object })];
    return hitsOf(document).map((alert) => readAlert(alert, line, context));
  };
}

/** The value under any of several names, the newest name first. */
function firstOf(alert: Fields, ...paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = at(alert, path);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function readAlert(alert: Fields, line: number, context: ReadContext): ReadItem {
  const word = (...paths: string[]) => asText(firstOf(alert, ...paths));
  const id = word('kibana.alert.uuid', 'signal.id', '_id');
  const title = word('kibana.alert.rule.name', 'signal.rule.name', 'rule.name');
  if (title === undefined) {
    const expected = { ja: '検知規則の名称', en: 'the name of the detection rule' };
    return refuse(line, { field: 'kibana.alert.rule.name', expected });
  }
  const severity = word(
    'kibana.alert.severity',
    'kibana.alert.rule.severity',
    'signal.rule.severity',
  );
  const [source, destination] = [word('source.ip'), word('destination.ip')];
  const [sourceRole, destinationRole] = rolesOf(source ?? '', destination ?? '');
  const threat = threatsOf(alert);
  const reason = word('kibana.alert.reason', 'signal.reason', 'message');
  return draftAlert(
    {
      tool: 'Elastic Security',
      reference: id && `elastic/${id}`,
      title,
      description: word('kibana.alert.rule.description', 'signal.rule.description'),
      timeField: '@timestamp',
      // When the alert was raised is when one could know; the event itself was earlier.
      time: readMachineTime(firstOf(alert, 'kibana.alert.start', '@timestamp')),
      severity:
        [severity, word('kibana.alert.risk_score', 'signal.rule.risk_score')]
          .filter((one) => one !== undefined)
          .join(' / ') || undefined,
      isClearAttempt:
        ATTEMPT_SEVERITIES.includes(severity?.toLowerCase() ?? '') &&
        !threat.tactics.some((tactic) => INSIDE.includes(tactic)),
      indicators: [
        addressIndicator(source, source && destination ? sourceRole : 'unknown'),
        addressIndicator(destination, destinationRole),
        urlIndicator(word('url.full', 'url.original'), 'unknown'),
        domainIndicator(word('dns.question.name', 'url.domain', 'destination.domain'), 'unknown'),
        ...['file', 'process'].flatMap((part) =>
          ['sha256', 'sha1', 'md5'].map((hash) =>
            digestIndicator(word(`${part}.hash.${hash}`), 'unknown'),
          ),
        ),
      ],
      techniques: threat.techniques,
      vulnerabilities: [...new Set(findCves([word('vulnerability.id'), title].join(' ')))],
      computers: [word('host.name', 'host.hostname')],
      facts: [
        ['理由 Reason', reason],
        ['元の日時 Original time', word('kibana.alert.original_time', 'signal.original_time')],
        ['送信元 Source', source],
        ['宛先 Destination', destination],
        ['利用者 User', word('user.name')],
        ['プロセス Process', word('process.command_line', 'process.executable', 'process.name')],
        ['ファイル File', word('file.path', 'file.name')],
      ],
      texts: [
        ['reason', reason],
        ['process.command_line', word('process.command_line')],
        ['event.original', word('event.original')],
      ],
    },
    line,
    context,
  );
}

/** Tactics and techniques of the rule, nested as Elastic stores them or flat as `fields` gives. */
function threatsOf(alert: Fields): { tactics: string[]; techniques: string[] } {
  const paths = ['kibana.alert.rule.threat', 'signal.rule.threat', 'threat'];
  const tactics: string[] = [];
  const ids: string[] = [];
  for (const path of paths) {
    for (const row of asRows(at(alert, path)).slice(0, 50)) {
      tactics.push(...asTexts(at(row, 'tactic.id')));
      for (const technique of asRows(at(row, 'technique')).slice(0, 50)) {
        ids.push(...asTexts(at(technique, 'id')));
        const subs = asRows(at(technique, 'subtechnique')).slice(0, 50);
        ids.push(...subs.flatMap((sub) => asTexts(at(sub, 'id'))));
      }
    }
    tactics.push(...asTexts(at(alert, `${path}.tactic.id`)).slice(0, 50));
    ids.push(...asTexts(at(alert, `${path}.technique.id`)).slice(0, 50));
    ids.push(...asTexts(at(alert, `${path}.technique.subtechnique.id`)).slice(0, 50));
  }
  return { tactics: [...new Set(tactics)], techniques: findTechniques(ids) };
}
