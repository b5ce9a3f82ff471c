// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReadReport, type ReportFormat, readOne } from '../../../src/engine/index.ts';
import { assertSound } from './check-reader.ts';
import { elasticAlert, RECEIVED_MS, splunkAlert, wazuhAlert } from './samples.ts';

function read(format: Exclude<ReportFormat, 'eml'> | 'auto', document: unknown) {
  const items = readOne(format, Buffer.from(JSON.stringify(document)), {
    receivedAtMs: RECEIVED_MS,
  });
  assertSound(items);
  return items;
}

function reportsOf(format: Exclude<ReportFormat, 'eml'> | 'auto', document: unknown): ReadReport[] {
  return read(format, document).map(({ report, refusal }) => {
    assert.ok(report, JSON.stringify(refusal));
    return report;
  });
}

const values = (report: ReadReport | undefined) =>
  (report?.record.indicators ?? []).map(({ value, role }) => `${value} ${role}`);

test('Wazuh: rule, agent, addresses and techniques become a draft', () => {
  const [report] = reportsOf('wazuh', wazuhAlert);
  assert.equal(report?.record.kind, 'precursor');
  assert.equal(report?.proposal, 'precursor');
  assert.equal(report?.record.reference, 'wazuh/siem-1/1795225560.4711');
  assert.equal(report?.record.awareness.at, '2026-11-21T01:06:00.000Z');
  assert.deepEqual(report?.record.computers, [{ label: 'gate-1' }]);
  assert.deepEqual(report?.record.techniques, ['T1110']);
  assert.deepEqual(values(report), ['203.0.113.9 attacker', '10.1.2.3 victim']);
  assert.match(report?.texts[0]?.text ?? '', /203\.0\.113\.9/);
});

test('Wazuh: low levels and changed files wait for a person', () => {
  const rule = (change: object) => ({ ...wazuhAlert, rule: { ...wazuhAlert.rule, ...change } });
  assert.equal(reportsOf('wazuh', rule({ level: 3 }))[0]?.proposal, 'draft');
  const changed = {
    ...rule({ groups: ['ossec', 'syscheck', 'syscheck_entry_modified'], level: 12 }),
    syscheck: { path: '/usr/bin/login', sha256_after: '0123456789abcdef'.repeat(4) },
  };
  const [report] = reportsOf('wazuh', changed);
  assert.equal(report?.proposal, 'draft');
  assert.ok(values(report).includes(`${'0123456789abcdef'.repeat(4)} malware`));
});

test('Wazuh: a finding of a vulnerability names it', () => {
  const data = { vulnerability: { cve: 'CVE-2026-1234', severity: 'High' } };
  const [report] = reportsOf('wazuh', { ...wazuhAlert, data });
  assert.deepEqual(report?.record.cause, {
    vector: 'vulnerability',
    vulnerabilities: ['CVE-2026-1234'],
  });
});

test('envelopes of a search or a webhook hold the same alerts', () => {
  const [alone] = reportsOf('wazuh', wazuhAlert);
  const hit = { _index: 'wazuh-alerts-4.x', _id: 'x', _source: wazuhAlert };
  const envelopes = [hit, { hits: { total: { value: 1 }, hits: [hit] } }];
  for (const envelope of envelopes) {
    assert.deepEqual(reportsOf('wazuh', envelope), [alone]);
    assert.deepEqual(reportsOf('auto', envelope), [alone]);
  }
  const [elastic] = reportsOf('elastic', elasticAlert);
  for (const envelope of [
    { alerts: [elasticAlert] },
    { context: { alerts: [elasticAlert] } },
    { hits: { hits: [{ _source: elasticAlert }, { _source: elasticAlert }] } },
  ]) {
    const reports = reportsOf('elastic', envelope);
    assert.deepEqual(reports[0], elastic);
  }
});

type Nested = { [key: string]: unknown };

/** The same document without a dot in any name. */
function nest(document: Nested, into: Nested = {}): Nested {
  for (const [path, value] of Object.entries(document)) {
    const keys = path.split('.');
    const last = keys.pop()!;
    let place = into;
    for (const key of keys) {
      place[key] ??= {};
      place = place[key] as Nested;
    }
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject) place[last] = nest(value as Nested, (place[last] ?? {}) as Nested);
    else place[last] = value;
  }
  return into;
}

test('Elastic: names with dots, nested objects and lists of one say the same', () => {
  const [dotted] = reportsOf('elastic', elasticAlert);
  assert.deepEqual(reportsOf('elastic', nest(elasticAlert)), [dotted]);
  const fields = {
    '@timestamp': ['2026-11-21T01:10:00.000Z'],
    'kibana.alert.uuid': ['6f1e0c1e9d'],
    'kibana.alert.rule.name': ['Exploit attempt against a public service'],
    'kibana.alert.severity': ['high'],
    'kibana.alert.rule.threat.technique.id': ['T1190'],
    'kibana.alert.rule.threat.tactic.id': ['TA0001'],
    'source.ip': ['203.0.113.20'],
    'destination.ip': ['10.1.2.4'],
    'host.name': ['gate-2'],
  };
  const [flat] = reportsOf('elastic', { _index: '.alerts-security', fields });
  assert.equal(flat?.record.reference, dotted?.record.reference);
  assert.deepEqual(flat?.record.techniques, dotted?.record.techniques);
  assert.equal(flat?.proposal, 'precursor');
});

test('Elastic: signals of version 7 are read too', () => {
  const signal = {
    '@timestamp': '2026-11-21T01:10:00.000Z',
    signal: {
      rule: { name: 'Old rule', severity: 'low', risk_score: 21, threat: [] },
      original_time: '2026-11-21T01:00:00.000Z',
    },
    source: { ip: '203.0.113.20' },
  };
  const [report] = reportsOf('auto', signal);
  assert.equal(report?.record.title, 'Old rule');
  assert.equal(report?.proposal, 'draft');
});

test('Elastic: a tactic of somebody who is inside already is for a person', () => {
  const inside = structuredClone(elasticAlert);
  inside.kibana.alert.rule.threat[0]!.tactic.id = 'TA0040';
  assert.equal(reportsOf('elastic', elasticAlert)[0]?.proposal, 'precursor');
  assert.equal(reportsOf('elastic', inside)[0]?.proposal, 'draft');
});

test('Splunk: a webhook and a notable event become a draft', () => {
  const [report] = reportsOf('splunk', splunkAlert);
  assert.equal(report?.record.title, 'Many failed logins from 203.0.113.30');
  assert.equal(report?.record.awareness.at, '2026-11-21T01:50:00.000Z');
  assert.equal(report?.record.reference, 'splunk/EXAMPLE-EVENT-1');
  assert.deepEqual(report?.record.techniques, ['T1110.001']);
  assert.deepEqual(report?.record.computers, [{ label: 'gate-3' }]);
  assert.deepEqual(values(report), ['203.0.113.30 attacker']);
  const [bare] = reportsOf('splunk', splunkAlert.result);
  assert.equal(bare?.record.reference, 'splunk/EXAMPLE-EVENT-1');
});

test('Splunk: lines of an export and lists of results are read, the closing line is none', () => {
  const row = { ...splunkAlert.result, _time: '2026-11-21T10:50:00.000+09:00' };
  const [exported] = reportsOf('splunk', { preview: false, offset: 0, result: row });
  assert.equal(exported?.record.awareness.at, '2026-11-21T01:50:00.000Z');
  assert.equal(reportsOf('splunk', { results: [row, row] }).length, 2);
  assert.deepEqual(read('splunk', { lastrow: true }), []);
});

test('Splunk: an alert without an event of its own is numbered by its search', () => {
  const { event_id: _, ...result } = splunkAlert.result;
  const [report] = reportsOf('splunk', { ...splunkAlert, result });
  assert.equal(report?.record.reference, `splunk/${splunkAlert.sid}/0`);
});

test('a document of which nobody knows the format is refused by name', () => {
  const [item] = read('auto', { hello: 'world' });
  assert.equal(item?.refusal?.field, 'document');
  assert.match(item?.refusal?.text.ja ?? '', /形式/);
});
