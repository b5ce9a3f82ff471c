// SPDX-License-Identifier: Apache-2.0
/** Published incidents and alerts, when they are beside the project; they are not part of it. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { ReadReport } from '../../../src/engine/index.ts';
import { assertSound, readAll } from './check-reader.ts';

const shared =
  process.env.SAKIMORI_SHARED ??
  fileURLToPath(new URL('../../../../../../shared', import.meta.url));
const DATA = `${shared}/data`;
const has = (folder: string) =>
  existsSync(`${DATA}/${folder}`)
    ? false
    : `no published data in ${folder}: not part of the project`;

const reports = (items: Awaited<ReturnType<typeof readAll>>): ReadReport[] =>
  items.map(({ report, refusal }) => {
    assert.ok(report, JSON.stringify(refusal));
    return report;
  });

test('all 1,221 incidents of the VERIS community database are read', {
  skip: has('incidents'),
}, async () => {
  const bytes = gunzipSync(readFileSync(`${DATA}/incidents/vcdb-cyber.ndjson.gz`));
  const documents = bytes
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const items = await readAll('auto', bytes);
  assertSound(items);
  const all = reports(items);
  assert.equal(all.length, 1_221);
  all.forEach(({ record, line, organisation }, index) => {
    const document = documents[index];
    assert.equal(line, index + 1);
    assert.equal(record.reference, document.incident_id);
    const isRansomware = document.action.malware?.variety?.includes('Ransomware') ?? false;
    const isDenial = document.action.hacking?.variety?.includes('DoS') ?? false;
    assert.equal(record.kind, isRansomware ? 'ransomware' : isDenial ? 'ddos' : 'other');
    const { year, month, day } = document.timeline.incident;
    const known =
      day === undefined
        ? undefined
        : `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    assert.equal(record.occurred, known ?? 'unknown');
    assert.ok(record.awareness.at >= String(year), `awareness before ${year} in line ${line}`);
    if (/^[A-Z]{2}$/.test(document.victim.country[0])) {
      assert.equal(organisation?.country, document.victim.country[0]);
    }
  });
});

test('the single VERIS samples are read', { skip: has('incidents/samples') }, async () => {
  for (const file of readdirSync(`${DATA}/incidents/samples`)) {
    const items = await readAll('auto', readFileSync(`${DATA}/incidents/samples/${file}`));
    assert.equal(reports(items).length, 1);
  }
});

test('the published Suricata alerts become drafts, none of them lost', {
  skip: has('suricata'),
}, async () => {
  for (const file of readdirSync(`${DATA}/suricata`).filter((name) => name.endsWith('.json'))) {
    const bytes = readFileSync(`${DATA}/suricata/${file}`);
    const items = await readAll('auto', bytes);
    assertSound(items);
    const all = reports(items);
    const counts = all.map(({ record }) => Number(/Alerts: (\d+)/.exec(record.outline ?? '')?.[1]));
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      (JSON.parse(bytes.toString('utf8')) as unknown[]).length,
      file,
    );
    assert.ok(all.length > 0 && all.every(({ record }) => record.kind === 'precursor'));
    assert.equal(new Set(all.map(({ record }) => record.reference)).size, all.length);
  }
});

test('the worked examples of STIX 2.1 are read', { skip: has('stix') }, async () => {
  const found: Record<string, number> = {};
  for (const file of readdirSync(`${DATA}/stix`).filter((name) => name.endsWith('.json'))) {
    const items = await readAll('auto', readFileSync(`${DATA}/stix/${file}`));
    assertSound(items);
    for (const { record } of reports(items)) found[file] = record.indicators?.length ?? 0;
  }
  assert.equal(found['indicator-for-malicious-url.json'], 1);
  assert.equal(found['malware-indicator-for-file-hash.json'], 1);
  // Every plain value of its 25 patterns, each once.
  assert.ok((found['poisonivy.json'] ?? 0) >= 40, String(found['poisonivy.json']));
});
