// SPDX-License-Identifier: Apache-2.0
/** Wazuh alerts: alerts.json, the body of an integration, or hits of the indexer. */
import type { ReadItem } from '../shapes.ts';
import { draftAlert } from './alerts.ts';
import type { ReadContext } from './drafts.ts';
import { asFields, asNumber, asText, asTexts, at, child, type Fields, own } from './fields.ts';
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

/** Rule levels of Wazuh: 7 and more need attention, 12 and more are attacks of high importance. */
const [LEVEL_ATTEMPT, LEVEL_HIGH] = [7, 12];
/** Groups of rules that say that something was changed or is running already. */
const SUCCEEDED =
  /rootcheck|rootkit|malware|virus|syscheck_entry_(?:added|modified|deleted)|authentication_success/;

export function wazuhReader(context: ReadContext): (value: unknown, line: number) => ReadItem[] {
  return (value, line) => {
    const document = asFields(value);
    if (!document) return [refuse(line, { field: 'document', expected: EXPECTED.object })];
    return hitsOf(document).map((alert) => readAlert(alert, line, context));
  };
}

function readAlert(alert: Fields, line: number, context: ReadContext): ReadItem {
  const rule = child(alert, 'rule');
  if (!rule) return refuse(line, { field: 'rule', expected: EXPECTED.object });
  const level = asNumber(own(rule, 'level')) ?? 0;
  const groups = asTexts(own(rule, 'groups')).slice(0, 50);
  const word = (path: string) => asText(at(alert, path));
  const id = word('id');
  const source = word('data.srcip') ?? word('data.src_ip') ?? word('data.win.eventdata.ipAddress');
  const destination = word('data.dstip') ?? word('data.dest_ip');
  const [sourceRole, destinationRole] = rolesOf(source ?? '', destination ?? '');
  const vulnerabilities = ['data.vulnerability.cve', 'data.cve', 'rule.description'].flatMap(
    (path) => findCves(word(path) ?? ''),
  );
  const isChange = SUCCEEDED.test(groups.join(' '));
  return draftAlert(
    {
      tool: 'Wazuh',
      reference: id && `wazuh/${word('manager.name') ?? word('cluster.node') ?? '-'}/${id}`,
      title: word('rule.description'),
      description: undefined,
      timeField: 'timestamp',
      time: readMachineTime(own(alert, 'timestamp') ?? own(alert, '@timestamp')),
      severity: `${level}${level >= LEVEL_HIGH ? ' (high)' : ''}`,
      isClearAttempt: level >= LEVEL_ATTEMPT && !isChange,
      indicators: [
        addressIndicator(source, source && destination ? sourceRole : 'attacker'),
        addressIndicator(destination, destinationRole),
        urlIndicator(word('data.url'), 'unknown'),
        domainIndicator(word('data.hostname') ?? word('data.dns.question.name'), 'unknown'),
        ...['sha256_after', 'sha1_after', 'md5_after'].map((key) =>
          digestIndicator(word(`syscheck.${key}`), 'malware'),
        ),
        ...(word('data.win.eventdata.hashes') ?? '')
          .slice(0, 2_000)
          .split(',')
          .map((one) => digestIndicator(one.replace(/^[A-Za-z0-9]+=/, ''), 'malware')),
      ],
      techniques: findTechniques(asTexts(at(alert, 'rule.mitre.id')).slice(0, 50)),
      vulnerabilities: [...new Set(vulnerabilities)],
      computers: [word('agent.name')],
      facts: [
        ['規則 Rule', word('rule.id')],
        ['分類 Groups', groups.join(', ') || undefined],
        ['回数 Times', word('rule.firedtimes')],
        ['機器 Agent', word('agent.name')],
        ['機器のアドレス Agent address', word('agent.ip')],
        ['送信元 Source', source],
        ['宛先 Destination', destination],
        ['利用者 User', word('data.srcuser') ?? word('data.dstuser')],
        ['ファイル File', word('syscheck.path')],
        ['記録の場所 Location', word('location')],
        ['記録 Log', word('full_log')],
      ],
      texts: [
        ['full_log', word('full_log')],
        ['data.url', word('data.url')],
      ],
    },
    line,
    context,
  );
}
