// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { organisationOf, type ReadReport } from '../../../src/engine/index.ts';
import { readAll } from './check-reader.ts';
import { verisIncident } from './samples.ts';

type Change = Readonly<Record<string, unknown>>;

async function readVeris(...changes: readonly Change[]) {
  const lines = changes.map((change) => JSON.stringify({ ...verisIncident, ...change }));
  return readAll('veris', Buffer.from(lines.join('\n')));
}

async function reportOf(change: Change): Promise<ReadReport> {
  const [item] = await readVeris(change);
  assert.ok(item?.report, JSON.stringify(item?.refusal));
  return item.report;
}

const says = (report: ReadReport, part: string) =>
  report.notes.some(({ en, ja }) => en.includes(part) && ja !== '');

test('what VERIS says becomes the fields of a report', async () => {
  const { record, organisation, texts } = await reportOf({});
  assert.equal(record.kind, 'ransomware');
  assert.equal(record.reference, verisIncident.incident_id);
  assert.equal(record.occurred, '2026-11-18');
  assert.equal(record.awareness.how, 'staff');
  assert.equal(record.status, 'contained');
  assert.equal(record.malicious, true);
  assert.deepEqual(record.cause?.vulnerabilities, ['CVE-2026-0001', 'CVE-2026-0002']);
  assert.equal(record.cause?.vector, 'phishing');
  assert.deepEqual(record.computers, [{ label: 'S - File (3)' }, { label: 'S - Database' }]);
  assert.deepEqual(record.ransomware, {
    effects: ['encryption', 'payment-demand'],
    family: 'ExampleLocker',
  });
  assert.deepEqual(record.personalData, {
    involved: true,
    persons: 2500,
    sensitive: true,
    financial: true,
    items: ['Medical', 'Payment'],
  });
  assert.equal(record.impact?.significant, true);
  assert.match(record.impact?.text ?? '', /duration: 2 Days[\s\S]*loss: 900000 JPY/);
  assert.deepEqual(record.techniques?.toSorted(), ['T1486', 'T1566', 'T1566.001']);
  assert.equal(organisation?.name, 'Midorigawa Hospital');
  assert.deepEqual(
    texts.map(({ field }) => field),
    ['summary', 'notes'],
  );
});

test('addresses of press articles are sources, not indicators', async () => {
  const { record, texts } = await reportOf({});
  assert.match(record.remarks ?? '', /sources: https:\/\/news\.example/);
  assert.ok(!JSON.stringify(texts).includes('news.example'));
});

test('the kind follows the action, and the state of the incident comes first', async () => {
  const hacking = (variety: string[]) => ({
    action: { hacking: { variety, vector: ['Unknown'] } },
  });
  const kindOf = async (change: Change) => (await reportOf(change)).record.kind;
  assert.equal(await kindOf(hacking(['DoS'])), 'ddos');
  assert.equal(await kindOf(hacking(['SQLi'])), 'other');
  assert.equal(await kindOf({ action: { malware: { variety: ['DoS'] } } }), 'ddos');
  assert.equal(await kindOf({ security_incident: 'Near miss' }), 'near-miss');
  assert.equal(await kindOf({ security_incident: 'Suspected' }), 'voluntary');
});

test('a false positive is refused and the reason is given', async () => {
  const [item] = await readVeris({ security_incident: 'False positive' });
  assert.equal(item?.refusal?.field, 'security_incident');
  assert.match(item?.refusal?.text.en ?? '', /false positive/);
  assert.match(item?.refusal?.text.ja ?? '', /誤検知/);
});

test('awareness: discovery, then notification, then the making of the record; it is said which', async () => {
  const incident = { year: 2026, month: 11, day: 10 };
  const at = async (timeline: unknown, plus: unknown) => {
    const report = await reportOf({ timeline, plus });
    return [report.record.awareness.at, report] as const;
  };
  const created = '2026-11-20T01:00:00Z';
  const hours = await at({ incident, discovery: { unit: 'Hours', value: 30 } }, { created });
  // 30 hours are more than a day: the hour of 10 November is not known, so neither is this one.
  assert.equal(hours[0], '2026-11-11');
  const minutes = await at({ incident, discovery: { unit: 'Minutes', value: 90 } }, { created });
  assert.equal(minutes[0], '2026-11-09T16:30:00.000Z');
  const notification = { year: 2026, month: 11, day: 12 };
  const day = await at({ incident }, { created, timeline: { notification } });
  assert.equal(day[0], '2026-11-12');
  assert.ok(says(day[1], 'day of notification'));
  const month = await at(
    { incident: { year: 2026 } },
    { timeline: { notification: { year: 2026, month: 9 } } },
  );
  assert.equal(month[0], '2026-09-01');
  assert.ok(says(month[1], 'only year or month'));
  const made = await at({ incident: { year: 2026, month: 2 } }, { created });
  assert.equal(made[0], '2026-11-20T01:00:00.000Z');
  assert.ok(says(made[1], 'record was made'));
  const none = await at({ incident: { year: 2026 } }, {});
  assert.equal(none[0], '2026-11-21T03:00:00.000Z');
  assert.ok(says(none[1], 'time of receipt'));
});

test('awareness is never before the first day on which it can have occurred', async () => {
  const timeline = { incident: { year: 2026, month: 11, day: 18 } };
  const plus = { timeline: { notification: { year: 2026, month: 11 } } };
  assert.equal((await reportOf({ timeline, plus })).record.awareness.at, '2026-11-18');
});

test('a day that is known in part, or does not exist, is unknown and the part is said', async () => {
  const month = await reportOf({ timeline: { incident: { year: 2026, month: 2, day: 30 } } });
  assert.equal(month.record.occurred, 'unknown');
  assert.ok(says(month, 'known: 2026-02'));
  const year = await reportOf({ timeline: { incident: { year: 2026 } } });
  assert.ok(says(year, 'known: 2026)'));
});

test('a time after the receipt is not believed', async () => {
  const plus = { created: '2027-01-01T00:00:00Z' };
  const report = await reportOf({ timeline: { incident: { year: 2026 } }, plus });
  assert.equal(report.record.awareness.at, '2026-11-21T03:00:00.000Z');
  assert.ok(says(report, 'after the receipt'));
});

test('personal data: disclosed or likely is yes, undecided is unknown, not looked at is absent', async () => {
  const personal = async (confidentiality: unknown) =>
    (await reportOf({ attribute: { confidentiality } })).record.personalData;
  const data = [{ variety: 'Personal' }];
  assert.equal((await personal({ data_disclosure: 'Yes', data }))?.involved, true);
  assert.equal((await personal({ data_disclosure: 'Potentially', data }))?.involved, true);
  assert.equal((await personal({ data_disclosure: 'Unknown', data }))?.involved, 'unknown');
  assert.equal((await personal({ data_disclosure: 'No', data }))?.involved, false);
  assert.equal((await personal({ data_disclosure: 'Yes' }))?.involved, 'unknown');
  const secrets = { data_disclosure: 'Yes', data: [{ variety: 'Secrets' }] };
  assert.equal((await personal(secrets))?.involved, false);
  assert.equal(await personal(undefined), undefined);
});

test('the same number twice in a file is said; both lines are read', async () => {
  const [first, second] = await readVeris({}, {});
  assert.ok(first?.report && second?.report);
  assert.ok(!says(first.report, 'same number'));
  assert.ok(says(second.report, 'same number as line or element 1'));
});

test('a document of another kind is refused, not taken as an empty report', async () => {
  const [item] = await readAll('veris', Buffer.from('{"hello":"world"}'));
  assert.equal(item?.refusal?.field, 'document');
});

test('the victim is the organisation whose duties are reckoned', () => {
  const of = (victim: unknown) => organisationOf({ victim });
  const carrier = of({
    victim_id: 'Example Tel',
    country: ['JP'],
    industry: '517110',
    employee_count: 'Over 100000',
  });
  assert.deepEqual(carrier.organisation.sectors, ['telecom']);
  assert.equal(carrier.organisation.personalDataHandler, true);
  assert.deepEqual(carrier.employees, [100_001, null]);
  assert.equal(carrier.industry, '517110');
  const sectors = (industry: string) => of({ country: ['JP'], industry }).organisation.sectors;
  assert.deepEqual(sectors('522110'), ['finance']);
  assert.deepEqual(sectors('522210'), ['credit-card']);
  assert.deepEqual(sectors('221310'), ['water']);
  assert.deepEqual(sectors('485112'), ['railway']);
  assert.deepEqual(sectors('622110'), []);
  assert.deepEqual(sectors('22'), []);
});

test('nothing is invented about a victim abroad or one that is not named', () => {
  const abroad = organisationOf({ victim: { country: ['US', 'JP'], industry: '000' } });
  assert.equal(abroad.organisation.country, 'US');
  assert.equal(abroad.organisation.personalDataHandler, false);
  assert.equal(abroad.industry, undefined);
  for (const document of [
    undefined,
    null,
    7,
    [],
    {},
    { victim: 'x' },
    { victim: { country: ['??'] } },
  ]) {
    const { organisation, countryKnown } = organisationOf(document);
    assert.equal(organisation.country, 'JP');
    assert.equal(organisation.designated, false);
    assert.equal(countryKnown, false);
  }
});
