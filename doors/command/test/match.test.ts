// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type MatchOptions, runMatch } from '../src/match.ts';

const folder = mkdtempSync(join(tmpdir(), 'sakimori-match-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function collect(): { stream: Writable; text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

async function run(options: Omit<MatchOptions, 'json'>, stdin = '') {
  const [out, err] = [collect(), collect()];
  const code = await runMatch(
    { json: true, ...options },
    { stdin: Readable.from([Buffer.from(stdin)]), stdout: out.stream, stderr: err.stream },
  );
  const lines = out.text().split('\n').filter(Boolean);
  return { code, lines: lines.map((line) => JSON.parse(line)), error: err.text() };
}

const entry = (id: number, product: string, more = {}) => ({
  cveID: `CVE-2026-000${id}`,
  vendorProject: 'Example',
  product,
  vulnerabilityName: 'Example',
  dateAdded: '2026-07-01',
  shortDescription: 'Example.',
  requiredAction: 'Update.',
  dueDate: '2026-07-04',
  knownRansomwareCampaignUse: 'Unknown',
  notes: '',
  cwes: [],
  ...more,
});
const catalogue = (...vulnerabilities: object[]) =>
  JSON.stringify({ catalogVersion: '1', count: vulnerabilities.length, vulnerabilities });

const COMPUTERS =
  'id,maker,product,version,cpe,purl,exposure\nc1,Example,Gateway,1.5,,,internet\nc2,Example,Gateway,2.0,,,\nc3,Example,Mailer,1.0,,,\n';
const OLD = catalogue(entry(1, 'Gateway'), entry(2, 'Mailer'), entry(3, 'Mailer'));
const NEW = catalogue(
  entry(1, 'Gateway', { notes: 'a new link' }),
  entry(2, 'Mailer', { knownRansomwareCampaignUse: 'Known' }),
  entry(3, 'Mailer'),
  entry(4, 'Gateway'),
);
const CVE = JSON.stringify({
  cveMetadata: { cveId: 'CVE-2026-0004', state: 'PUBLISHED' },
  containers: {
    cna: {
      affected: [
        {
          vendor: 'Example',
          product: 'Gateway',
          defaultStatus: 'unaffected',
          versions: [{ version: '1.0', lessThan: '2.0', status: 'affected' }],
        },
      ],
    },
  },
});
const short = (line: Record<string, string>) =>
  `${line.computer} ${line.vulnerability} ${line.verdict} ${line.confidence}`;

test('every line says computer, vulnerability, verdict, confidence, reason and source', async () => {
  const options = { computers: file('c.csv', COMPUTERS), kev: file('k.json', NEW) };
  const { code, lines } = await run(options);
  assert.equal(code, 0);
  assert.equal(lines.length, 6);
  for (const line of lines) {
    const keys = ['computer', 'vulnerability', 'verdict', 'confidence', 'reason', 'source'];
    assert.deepEqual(Object.keys(line), keys);
    for (const key of keys) assert.ok(typeof line[key] === 'string' && line[key].length > 0);
  }
});

test('with an older catalogue only what is new or asks for something new is reported', async () => {
  const { lines, error } = await run({
    computers: file('c.csv.gz', gzipSync(COMPUTERS)),
    kev: file('k.json.gz', gzipSync(NEW)),
    previous: file('o.json', OLD),
    cve: [file('cve.json', CVE)],
  });
  assert.deepEqual(lines.map(short), [
    'c3 CVE-2026-0002 affected low',
    'c1 CVE-2026-0004 affected medium',
    'c2 CVE-2026-0004 not-affected medium',
  ]);
  assert.match(error, /1 added, 1 changed what to do, 1 other edits/);
});

test('reasons are given in Japanese on request, and the list may come from standard input', async () => {
  const { lines } = await run(
    { computers: '-', kev: file('k.json', NEW), language: 'ja' },
    COMPUTERS,
  );
  assert.match(lines[0].reason, /製品名のみで対象とされています/);
});

test('bad input gives exit 2, names file, line and field, and writes no line', async () => {
  const good = { computers: file('c.csv', COMPUTERS), kev: file('k.json', NEW) };
  const cases: [Partial<MatchOptions>, RegExp][] = [
    [
      { kev: file('cut.json', NEW.slice(0, -40)) },
      /cut\.json, line 1, field file: expected a whole file/,
    ],
    [{ computers: file('no-id.csv', 'name\nx\n') }, /no-id\.csv, line 1, field id: expected/],
    [
      { computers: file('row.csv', 'id,product\nc,x\n,y\n') },
      /row\.csv, line 3, field id: expected/,
    ],
    [{ kev: join(folder, 'absent.json') }, /absent\.json: expected a file or folder that is there/],
    [
      { cve: [file('cut.ndjson', `${CVE}\n${CVE.slice(0, 50)}`)] },
      /cut\.ndjson, line 2, field file/,
    ],
    [
      { csaf: [file('bad.gz', gzipSync('{}').subarray(0, 15))] },
      /bad\.gz, field gzip: expected a whole/,
    ],
  ];
  for (const [options, expected] of cases) {
    const { code, lines, error } = await run({ ...good, ...options });
    assert.deepEqual([code, lines], [2, []]);
    assert.match(error, expected);
  }
});
