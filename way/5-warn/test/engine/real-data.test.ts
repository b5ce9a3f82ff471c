// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  buildMatcher,
  collectFeed,
  compareKev,
  type FeedRecord,
  gatherVulnerabilities,
  type InventoryItem,
  readFeed,
  type SourceKind,
  type Vulnerability,
} from '../../src/engine/index.ts';

const shared =
  process.env.SAKIMORI_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const data = `${shared}/data`;
const isHere = existsSync(`${data}/kev/kev-2026-07-23.json`);
const skip = isHere ? false : 'shared data not present';

async function read(kind: SourceKind, path: string) {
  const input = { file: path, bytes: createReadStream(`${data}/${path}`) };
  const feed = await collectFeed(readFeed(kind, input));
  assert.deepEqual(feed.refusals, [], path);
  assert.equal(feed.end.complete, true, path);
  return feed.records;
}

function filesBelow(folder: string): string[] {
  return readdirSync(`${data}/${folder}`, { recursive: true })
    .map((name) => `${folder}/${name}`)
    .filter((name) => name.endsWith('.json'))
    .sort();
}

let everything: Promise<Vulnerability[]> | undefined;
/** The catalogue of 2026-07-23 with all that the other sources say of its entries. */
function exploited(): Promise<Vulnerability[]> {
  everything ??= (async () => {
    const records: FeedRecord[] = [...(await read('kev', 'kev/kev-2026-07-23.json'))];
    for (const [kind, path] of [
      ['cve', 'cve/kev-cve5.ndjson.gz'],
      ['cve', 'cve/edge-and-jp-vendor-cve5.ndjson.gz'],
      ['cpe', 'cve/cpe-configurations.ndjson.gz'],
      ['csaf', 'csaf/cisa-csaf.ndjson.gz'],
      ['epss', 'kev/epss-cvss-for-kev.csv'],
    ] as const) {
      records.push(...(await read(kind, path)));
    }
    return gatherVulnerabilities(records).filter((one) =>
      one.statements.some((statement) => statement.exploited),
    );
  })();
  return everything;
}

async function check(cve: string, item: InventoryItem, expected: string | undefined) {
  const vulnerabilities = (await exploited()).filter((one) => one.id === cve);
  assert.equal(vulnerabilities.length, 1, cve);
  const matcher = buildMatcher(vulnerabilities);
  const verdict = matcher.match({ computer: 'c', items: [item], exposure: 'unknown' })[0];
  assert.equal(verdict && `${verdict.verdict} ${verdict.confidence}`, expected, cve);
}

test('the update of 2025-08-25 to 2026-07-23 adds 249, edits 36, 31 of which ask for more', {
  skip,
}, async () => {
  const changes = compareKev(
    await read('kev', 'kev/kev-2025-08-25.json'),
    await read('kev', 'kev/kev-2026-07-23.json'),
  );
  assert.deepEqual(
    [changes.added.length, changes.edited.length, changes.removed.length],
    [249, 36, 0],
  );
  const acts = changes.edited.map((edit) => edit.acts.join());
  const count = (word: string) => acts.filter((one) => one === word).length;
  assert.deepEqual([count('ransomware-known'), count('due-date'), count('')], [16, 15, 5]);
  // "Acrobat and Reader" became "Reader and Acrobat": the same products.
  const quiet = changes.edited.filter((edit) => edit.acts.length === 0);
  assert.ok(quiet.some((edit) => edit.fields.includes('product')));
});

test('every record of every source is read without a refusal', { skip }, async () => {
  const counts: Record<string, number> = {};
  for (const [kind, path] of [
    ['cve', 'cve/kev-cve5.ndjson.gz'],
    ['cve', 'cve/edge-and-jp-vendor-cve5.ndjson.gz'],
    ['cpe', 'cve/cpe-configurations.ndjson.gz'],
    ['csaf', 'csaf/cisa-csaf.ndjson.gz'],
    ['epss', 'kev/epss-cvss-for-kev.csv'],
  ] as const) {
    const records = await read(kind, path);
    counts[path] = new Set(
      records.map((one) => one.statement.provenance.recordId.replace(/[#/].*/, '')),
    ).size;
  }
  assert.deepEqual(counts, {
    'cve/kev-cve5.ndjson.gz': 175,
    'cve/edge-and-jp-vendor-cve5.ndjson.gz': 734,
    'cve/cpe-configurations.ndjson.gz': 4316,
    'csaf/cisa-csaf.ndjson.gz': 331,
    'kev/epss-cvss-for-kev.csv': 1554,
  });
  for (const path of filesBelow('jvn')) await read('jvn', path);
  for (const path of filesBelow('csaf/samples')) await read('csaf', path);
});

test('FileZen, Array AG and Proself are warned, in Japanese names too', { skip }, async () => {
  await check(
    'CVE-2026-25108',
    { maker: '株式会社ソリトンシステムズ', product: 'FileZen', version: 'V5.0.8' },
    'affected medium',
  );
  await check(
    'CVE-2025-66644',
    { maker: 'Array Networks', product: 'Array AG', version: '9.4.5.6' },
    'affected low',
  );
  await check(
    'CVE-2023-45727',
    { maker: 'ノースグリッド', product: 'Proself', version: 'Ver5.61' },
    'affected medium',
  );
});

test('a fixed version is not affected, an unrecorded one cannot be decided', {
  skip,
}, async () => {
  await check(
    'CVE-2026-25108',
    { maker: 'Soliton', product: 'FileZen', version: '5.0.11' },
    'not-affected medium',
  );
  await check('CVE-2026-25108', { maker: 'Soliton', product: 'FileZen' }, 'cannot-decide medium');
});

test('a platform on which something vulnerable runs is never affected by that', {
  skip,
}, async () => {
  const platforms = (await read('cpe', 'cve/cpe-configurations.ndjson.gz')).filter((record) =>
    JSON.stringify(record.statement.products).includes('"vulnerable":false'),
  );
  const named = platforms.flatMap((record) => {
    const text = JSON.stringify(record.statement.products);
    const pattern = /"cpe":"(cpe:2\.3:o:microsoft:windows:[^"]*)","vulnerable":false/;
    const cpe = pattern.exec(text)?.[1];
    return cpe === undefined || text.includes(`"cpe":"${cpe}","vulnerable":true`)
      ? []
      : [{ record, cpe }];
  });
  assert.ok(named.length > 10, `${named.length} configurations on Windows`);
  for (const { record, cpe } of named) {
    const matcher = buildMatcher(gatherVulnerabilities([record]));
    const verdicts = matcher.match({ computer: 'c', items: [{ cpe }], exposure: 'unknown' });
    for (const verdict of verdicts)
      assert.notEqual(verdict.verdict, 'affected', record.vulnerability);
  }
});

test('each vulnerable name of a real configuration is found inside its own range', {
  skip,
}, async () => {
  const records = await read('cpe', 'cve/cpe-configurations.ndjson.gz');
  let tried = 0;
  for (const record of records.filter((_, at) => at % 7 === 0)) {
    const text = JSON.stringify(record.statement.products);
    // Only flat configurations: in an AND one name alone is not enough.
    if (text.includes('"AND"') || text.includes('"vulnerable":false')) continue;
    const match =
      /"cpe":"((?:[^:"]*:){5})\*((?::[^:"]*){7})","vulnerable":true,"range":\{"startIncluding":"(\d+\.[\d.]+)"/.exec(
        text,
      );
    if (!match) continue;
    tried += 1;
    const written = `${match[1]}${match[3]!.replace(/[^\w.-]/g, '\\\\$&')}${match[2]}`;
    const cpe = JSON.parse(`"${written}"`) as string;
    const matcher = buildMatcher(gatherVulnerabilities([record]));
    const verdict = matcher.match({ computer: 'c', items: [{ cpe }], exposure: 'unknown' })[0];
    assert.equal(verdict?.verdict, 'affected', `${record.vulnerability} ${cpe}`);
  }
  assert.ok(tried > 100, `${tried} names tried`);
});
