// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReadReport, readOne } from '../../../src/engine/index.ts';
import { assertSound } from './check-reader.ts';
import { RECEIVED_MS, stixBundle } from './samples.ts';

function reportsOf(objects: readonly object[]): ReadReport[] {
  const bundle = { type: 'bundle', id: 'bundle--1', objects };
  const items = readOne('stix', Buffer.from(JSON.stringify(bundle)), { receivedAtMs: RECEIVED_MS });
  assertSound(items);
  return items.map(({ report, refusal }) => {
    assert.ok(report, JSON.stringify(refusal));
    return report;
  });
}

const indicator = (pattern: string, id = '1') => ({
  type: 'indicator',
  id: `indicator--${id}`,
  pattern,
});
const valuesOf = (pattern: string) =>
  (reportsOf([indicator(pattern)])[0]?.record.indicators ?? []).map(
    ({ type, value }) => `${type} ${value}`,
  );

test('an incident with what belongs to it becomes one draft', () => {
  const [report, ...more] = reportsOf(stixBundle.objects);
  assert.equal(more.length, 0);
  assert.equal(report?.proposal, 'draft');
  assert.equal(report?.record.kind, 'ransomware');
  assert.equal(report?.record.status, 'ongoing');
  assert.equal(report?.record.awareness.how, 'staff');
  assert.deepEqual(report?.record.techniques, ['T1486']);
  assert.equal(report?.record.ransomware?.family, 'ExampleLocker');
  assert.deepEqual(
    report?.record.indicators?.map(({ type, role }) => `${type} ${role}`),
    ['ipv4 attacker', 'domain attacker', 'sha256 unknown'],
  );
  assert.deepEqual(report?.record.contacts, [
    { name: 'Example CSIRT', role: 'author', email: 'csirt@example.jp' },
  ]);
});

test('awareness that is only the making of the object is said', () => {
  const [report] = reportsOf(stixBundle.objects);
  assert.ok(report?.notes.some(({ en }) => en.includes('STIX object was made')));
});

test('each incident of a bundle has only what it is related to', () => {
  const incident = (id: string) => ({
    type: 'incident',
    id: `incident--${id}`,
    name: `Incident ${id}`,
    created: '2026-11-20T00:00:00Z',
    created_by_ref: 'identity--a',
  });
  const joins = (source: string, target: string) => ({
    type: 'relationship',
    id: `relationship--${source}${target}`,
    source_ref: source,
    target_ref: target,
  });
  const reports = reportsOf([
    { type: 'identity', id: 'identity--a', name: 'Example CSIRT' },
    incident('a'),
    incident('b'),
    indicator("[ipv4-addr:value = '198.51.100.1']", '1'),
    indicator("[ipv4-addr:value = '198.51.100.2']", '2'),
    joins('incident--a', 'indicator--1'),
    joins('indicator--2', 'incident--b'),
    joins('incident--a', 'incident--b'),
  ]);
  assert.deepEqual(
    reports.map(({ record }) => [record.title, record.indicators?.map(({ value }) => value)]),
    [
      ['Incident a', ['198.51.100.1']],
      ['Incident b', ['198.51.100.2']],
    ],
  );
});

test('values that a pattern compares for equality are indicators', () => {
  assert.deepEqual(valuesOf("[ipv4-addr:value = '198.51.100.7']"), ['ipv4 198.51.100.7']);
  assert.deepEqual(valuesOf("[ipv6-addr:value='2001:DB8::7']"), ['ipv6 2001:db8::7']);
  assert.deepEqual(valuesOf("[url:value = 'http://evil.example/a?b=\\'c']"), [
    'url http://evil.example/a?b=%27c',
  ]);
  const sha = '0123456789abcdef'.repeat(4);
  assert.deepEqual(valuesOf(`[file:hashes.'SHA-256' = '${sha.toUpperCase()}']`), [`sha256 ${sha}`]);
  assert.deepEqual(valuesOf(`[file:hashes.md5 = '${sha.slice(0, 32)}']`), [
    `md5 ${sha.slice(0, 32)}`,
  ]);
  assert.deepEqual(
    valuesOf(
      "[domain-name:value = 'c2.example' OR ipv4-addr:value = '203.0.113.1'] FOLLOWEDBY [email-addr:value = 'A@evil.example']",
    ),
    ['domain c2.example', 'ipv4 203.0.113.1', 'email a@evil.example'],
  );
});

test('what a pattern excludes, likens or ranges is no indicator, and that is said', () => {
  for (const pattern of [
    "[ipv4-addr:value != '198.51.100.7']",
    "[domain-name:value LIKE '%.example']",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
    "[ipv4-addr:value = '198.51.100.0/24']",
    "[file:name = 'note.exe']",
    '[',
    `${'['.repeat(50_000)}`,
    `[a:b = '${"\\'".repeat(20_000)}`,
  ]) {
    assert.deepEqual(valuesOf(pattern), [], pattern.slice(0, 40));
    const [report] = reportsOf([indicator(pattern)]);
    assert.ok(
      report?.notes.some(({ en }) => en.includes('could not be taken')),
      pattern.slice(0, 40),
    );
  }
});

test('a bundle without an incident is voluntary information', () => {
  const [report] = reportsOf([indicator("[ipv4-addr:value = '198.51.100.7']")]);
  assert.equal(report?.record.kind, 'voluntary');
  assert.ok(report?.notes.some(({ ja }) => ja.includes('任意の情報提供')));
});

test('an attempt that was blocked is a near miss; denial of service is one', () => {
  const kindOf = (extension: object) =>
    reportsOf([
      {
        type: 'incident',
        id: 'incident--1',
        name: 'x',
        extensions: { 'extension-definition--1': extension },
      },
    ])[0]?.record.kind;
  assert.equal(kindOf({ determination: 'blocked' }), 'near-miss');
  assert.equal(
    kindOf({ determination: 'confirmed', incident_types: ['denial-of-service'] }),
    'ddos',
  );
  assert.equal(kindOf({ determination: 'confirmed' }), 'other');
});

test('a bundle of more incidents than anybody reports at once is refused, not worked through', () => {
  const objects = Array.from({ length: 201 }, (_, n) => ({
    type: 'incident',
    id: `incident--${n}`,
  }));
  const items = readOne('stix', Buffer.from(JSON.stringify({ type: 'bundle', objects })), {
    receivedAtMs: RECEIVED_MS,
  });
  assert.match(items[0]?.refusal?.expected ?? '', /at most 200 incidents/);
  assert.equal(reportsOf(objects.slice(0, 200)).length, 200);
});

test('a bundle of nothing is refused', () => {
  for (const bundle of [{ type: 'bundle', objects: [] }, { type: 'bundle' }]) {
    const items = readOne('stix', Buffer.from(JSON.stringify(bundle)), {
      receivedAtMs: RECEIVED_MS,
    });
    assert.equal(items[0]?.refusal?.field, 'objects');
  }
});
