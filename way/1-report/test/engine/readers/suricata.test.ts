// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ReadReport } from '../../../src/engine/index.ts';
import { assertSound, readAll } from './check-reader.ts';
import { eveAlert } from './samples.ts';

type Change = Record<string, unknown> & { alert?: Record<string, unknown> };

function event(change: Change = {}): object {
  return { ...eveAlert, ...change, alert: { ...eveAlert.alert, ...change.alert } };
}

async function readEvents(events: readonly object[], limits = {}): Promise<ReadReport[]> {
  const lines = events.map((one) => JSON.stringify(one)).join('\n');
  const items = await readAll('suricata', Buffer.from(lines), { limits });
  return items.map(({ report, refusal }) => {
    assert.ok(report, JSON.stringify(refusal));
    return report;
  });
}

const countOf = ({ record }: ReadReport) => Number(/Alerts: (\d+)/.exec(record.outline ?? '')?.[1]);

test('alerts of one source, category and hour are one report with their count', async () => {
  const reports = await readEvents([
    event({ timestamp: '2026-11-21T10:05:00+0900' }),
    event({ timestamp: '2026-11-21T10:59:59+0900', dest_ip: '10.1.2.4' }),
    event({ timestamp: '2026-11-21T01:10:00Z', alert: { signature: 'EXAMPLE other' } }),
    event({ timestamp: '2026-11-21T11:00:00+0900' }),
    event({ src_ip: '198.51.100.8' }),
    event({ alert: { category: 'Web Application Attack' } }),
  ]);
  assert.deepEqual(reports.map(countOf), [3, 1, 1, 1]);
  assert.deepEqual(
    reports.map(({ record }) => record.reference),
    [
      'suricata/198.51.100.7/attempted-administrator-privilege-gain/2026-11-21T01Z',
      'suricata/198.51.100.7/attempted-administrator-privilege-gain/2026-11-21T02Z',
      'suricata/198.51.100.8/attempted-administrator-privilege-gain/2026-11-21T01Z',
      'suricata/198.51.100.7/web-application-attack/2026-11-21T01Z',
    ],
  );
  assert.equal(reports[0]?.record.awareness.at, '2026-11-21T01:05:00.000Z');
});

test('every alert is counted in one report, in whatever order they come', async () => {
  const alerts = fc.array(
    fc.record({
      source: fc.integer({ min: 1, max: 4 }),
      hour: fc.integer({ min: 0, max: 3 }),
      minute: fc.integer({ min: 0, max: 59 }),
      category: fc.constantFrom('Misc Attack', 'Misc activity'),
    }),
    { minLength: 1, maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(alerts, async (all) => {
      const reports = await readEvents(
        all.map(({ source, hour, minute, category }) =>
          event({
            src_ip: `198.51.100.${source}`,
            timestamp: `2026-11-20T0${hour}:${String(minute).padStart(2, '0')}:00Z`,
            alert: { category },
          }),
        ),
      );
      assert.equal(
        reports.map(countOf).reduce((a, b) => a + b, 0),
        all.length,
      );
      const groups = new Set(all.map((one) => `${one.source} ${one.hour} ${one.category}`));
      assert.equal(reports.length, groups.size);
      assert.equal(new Set(reports.map(({ record }) => record.reference)).size, groups.size);
    }),
    { numRuns: 60 },
  );
});

test('the two ends are indicators: the foreign one attacks, the own one is the victim', async () => {
  const roles = async (change: Change) =>
    (await readEvents([event(change)]))[0]?.record.indicators?.map(
      ({ value, role }) => `${value} ${role}`,
    );
  assert.deepEqual(await roles({}), ['198.51.100.7 attacker', '10.1.2.3 victim']);
  assert.deepEqual(await roles({ src_ip: '10.1.2.3', dest_ip: '198.51.100.7', http: {} }), [
    '10.1.2.3 victim',
    '198.51.100.7 attacker',
  ]);
  assert.deepEqual(await roles({ src_ip: '10.0.0.1' }), ['10.0.0.1 unknown', '10.1.2.3 unknown']);
  const target = { alert: { target: { ip: '198.51.100.7' } }, dest_ip: '203.0.113.5' };
  assert.deepEqual(await roles(target), ['198.51.100.7 victim', '203.0.113.5 attacker']);
  const v6 = { src_ip: '2001:0DB8:0:0::7', dest_ip: '2001:db8::1' };
  assert.deepEqual(await roles(v6), ['2001:db8::7 attacker', '2001:db8::1 victim']);
});

test('what a machine of one’s own asked for is the attacker’s name', async () => {
  const change = {
    src_ip: '10.1.2.3',
    dest_ip: '198.51.100.7',
    tls: { sni: 'c2.example' },
    http: {},
  };
  const [report] = await readEvents([event(change)]);
  assert.ok(
    report?.record.indicators?.some(
      ({ type, value }) => type === 'domain' && value === 'c2.example',
    ),
  );
});

test('only a clear attempt may go on as a precursor without a person', async () => {
  const proposal = async (alert: Record<string, unknown>) =>
    (await readEvents([event({ alert })]))[0]?.proposal;
  assert.equal(await proposal({}), 'precursor');
  assert.equal(await proposal({ severity: 3 }), 'draft');
  assert.equal(await proposal({ category: 'A Network Trojan was detected' }), 'draft');
  assert.equal(await proposal({ category: 'Successful Administrator Privilege Gain' }), 'draft');
  assert.equal(
    await proposal({ category: 'Malware Command and Control Activity Detected' }),
    'draft',
  );
});

test('techniques and vulnerabilities that the rule names are kept', async () => {
  const [report] = await readEvents([event()]);
  assert.deepEqual(report?.record.techniques, ['T1190']);
  assert.deepEqual(report?.record.cause?.vulnerabilities, ['CVE-2026-0003']);
  assert.match(report?.texts[0]?.text ?? '', /gateway\.example \/cgi-bin\/run/);
});

test('events that are no alerts are counted and are no reports', async () => {
  let ignored = 0;
  const events = [{ event_type: 'flow', src_ip: '192.0.2.1' }, event(), { event_type: 'stats' }];
  const items = await readAll('suricata', Buffer.from(JSON.stringify(events)), {
    onIgnored: (count) => {
      ignored += count;
    },
  });
  assert.equal(ignored, 2);
  assert.equal(items.length, 1);
});

test('an alert without address, time or name is refused by the name of the field', async () => {
  const broken = [
    event({ src_ip: '999.1.1.1' }),
    event({ timestamp: 'yesterday' }),
    event({ alert: { signature: '' } }),
    { ...eveAlert, alert: 7 },
  ];
  const items = await readAll('suricata', Buffer.from(JSON.stringify(broken)));
  assertSound(items);
  assert.deepEqual(
    items.map(({ refusal }) => `${refusal?.line} ${refusal?.field}`),
    ['1 src_ip', '2 timestamp', '3 alert.signature', '4 alert'],
  );
});

test('a time without a zone is read as time in Japan, and that is said', async () => {
  const [report] = await readEvents([event({ timestamp: '2026-11-21T10:05:00.5' })]);
  assert.equal(report?.record.awareness.at, '2026-11-21T01:05:00.500Z');
  assert.ok(report?.notes.some(({ en }) => en.includes('no time zone')));
});

test('groups are closed while reading when there are too many: memory stays bounded', async () => {
  let taken = 0;
  const endless = (async function* () {
    for (; taken < 500; taken += 1) {
      yield Buffer.from(`${JSON.stringify(event({ src_ip: `198.51.100.${taken % 250}` }))}\n`);
    }
  })();
  const { readReports } = await import('../../../src/engine/index.ts');
  const reading = readReports('suricata', endless, {
    receivedAtMs: Date.UTC(2026, 10, 21, 3),
    limits: { groupsMax: 10 },
  });
  // The first report comes out long before the input ends.
  const first = await reading.next();
  assert.ok(first.value?.report);
  assert.ok(taken < 500, `${taken} lines were read first`);
  await reading.return(undefined);
});
