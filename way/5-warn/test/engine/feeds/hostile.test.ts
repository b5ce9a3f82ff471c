// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  collectFeed,
  type FeedLimits,
  readComputers,
  readFeed,
  type SourceKind,
} from '../../../src/engine/index.ts';

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(
  kind: SourceKind,
  text: string | Uint8Array,
  limits?: Partial<FeedLimits>,
  size = 777,
) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return collectFeed(readFeed(kind, { file: 'feed', bytes: chunksOf(bytes, size) }, limits));
}

/** The feed is refused whole, names the field, and yields no record. */
async function checkRefused(
  kind: SourceKind,
  text: string | Uint8Array,
  field: string,
  limits?: Partial<FeedLimits>,
): Promise<void> {
  const feed = await read(kind, text, limits);
  assert.equal(feed.end.complete, false);
  assert.deepEqual(feed.records, []);
  assert.equal(feed.refusals.at(-1)?.field, field);
}

const ENTRY = {
  cveID: 'CVE-2026-0001',
  vendorProject: 'Example',
  product: 'Gateway',
  vulnerabilityName: 'Example Gateway Vulnerability',
  dateAdded: '2026-07-01',
  shortDescription: 'Text with ] } " \\ and 日本語.',
  requiredAction: 'Update.',
  dueDate: '2026-07-04',
  knownRansomwareCampaignUse: 'Known',
  notes: '',
  cwes: ['CWE-287'],
};
function catalogue(count: number): string {
  const vulnerabilities = Array.from({ length: count }, (_, at) => ({
    ...ENTRY,
    cveID: `CVE-2026-${String(at).padStart(4, '0')}`,
  }));
  return JSON.stringify({ catalogVersion: '2026.07.01', count, vulnerabilities }, null, 1);
}
const RECORD = JSON.stringify({
  cveMetadata: { cveId: 'CVE-2026-0001', state: 'PUBLISHED' },
  containers: { cna: { affected: [{ vendor: 'Example', product: 'Gateway', versions: [] }] } },
});
const JVNRSS = `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:sec="http://jvn.jp/rss/mod_sec/3.0/">
<item rdf:about="https://jvndb.jvn.jp/ja/contents/2026/JVNDB-2026-000001.html">
<title>製品例における認証不備の脆弱性</title><description>説明 &amp; 例</description>
<sec:identifier>JVNDB-2026-000001</sec:identifier>
<sec:references source="CVE" id="CVE-2026-0001">https://www.cve.org/CVERecord?id=CVE-2026-0001</sec:references>
<sec:cpe version="2.2" vendor="例示社" product="製品例">cpe:/a:example:gateway</sec:cpe>
<sec:cvss version="3.0" score="9.8" type="Base" severity="Critical" vector="CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"/>
</item></rdf:RDF>
`;
const EPSS = `#model_version:v2026.01.01,score_date:2026-07-01T00:00:00Z
cve,epss,percentile
CVE-2026-0001,0.94512,0.99921
CVE-2026-0002,0.00042,0.05
`;

test('a catalogue is the same plain, in gzip, in one piece and byte by byte', async () => {
  const text = catalogue(40);
  for (const bytes of [Buffer.from(text), gzipSync(text)]) {
    for (const size of [1, 7, 1000, 1_000_000]) {
      const feed = await read('kev', bytes, undefined, size);
      assert.deepEqual([feed.end.complete, feed.records.length, feed.refusals], [true, 40, []]);
      assert.equal(feed.end.version, '2026.07.01');
      assert.equal(feed.records[3]?.statement.summary?.en, ENTRY.shortDescription);
      assert.equal(feed.records[39]?.vulnerability, 'CVE-2026-0039');
    }
  }
});

test('cut off at every place, a catalogue applies nothing', async () => {
  const text = Buffer.from(catalogue(30));
  const zipped = gzipSync(text);
  for (const bytes of [text, zipped]) {
    const step = Math.max(1, Math.floor(bytes.length / 97));
    for (let end = 0; end < bytes.length - 1; end += step) {
      const feed = await read('kev', bytes.subarray(0, end), undefined, 4096);
      assert.equal(feed.end.complete, false, `cut at ${end}`);
      assert.deepEqual(feed.records, []);
    }
  }
});

test('cut off inside of a record, line or tag, every other format applies nothing', async () => {
  const samples: [SourceKind, string][] = [
    ['cve', RECORD],
    ['csaf', CSAF],
    ['cpe', CPE],
    ['epss', EPSS],
    ['jvn', JVNRSS],
  ];
  for (const [kind, text] of samples) {
    const whole = await read(kind, text);
    assert.equal(whole.end.complete, true, kind);
    assert.ok(whole.records.length > 0, kind);
    const bytes = Buffer.from(text.trimEnd());
    for (let end = 1; end < bytes.length; end += 3) {
      // EPSS is a table: cut at the end of a line it is a shorter table.
      if (kind === 'epss' && bytes[end - 1] === 0x0a) continue;
      const feed = await read(kind, bytes.subarray(0, end));
      assert.equal(feed.end.complete, false, `${kind} cut at ${end}`);
      assert.deepEqual(feed.records, []);
    }
  }
});

test('a gzip bomb is refused by its ratio and by its size', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
  await checkRefused('kev', bomb, 'gzip');
  await checkRefused('cve', bomb, 'file', { inflatedBytesMax: 1_000_000, ratioMax: 1e9 });
});

test('a bomb of brackets, a bomb of tags and an entity bomb are refused', async () => {
  await checkRefused('cve', '['.repeat(1_000_000), 'depth');
  await checkRefused('csaf', '{"a":'.repeat(1_000_000), 'depth');
  await checkRefused('jvn', '<a>'.repeat(1_000_000), 'depth');
  const entities =
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;">]><item>&c;</item>';
  await checkRefused('jvn', entities, 'xml');
});

test('a text of ten million letters and a record without end are refused', async () => {
  const long = 'x'.repeat(10_000_000);
  await checkRefused('kev', catalogue(1).replace('Update.', long), 'field', undefined);
  await checkRefused('jvn', JVNRSS.replace('説明', long), 'field');
  await checkRefused('epss', `cve,epss,percentile\nCVE-2026-0001,0.1,"${long}"\n`, 'field');
  const many = `{"cveMetadata":[${'1,'.repeat(500_000)}1]}`;
  await checkRefused('cve', many, 'record', { recordBytesMax: 100_000 });
});

test('what is not the format is refused and says where', async () => {
  await checkRefused('kev', '', 'file');
  await checkRefused('kev', 'not json', 'file');
  await checkRefused('kev', '{"vulnerabilities":{}}', 'vulnerabilities');
  await checkRefused('kev', catalogue(3).replace('"count": 3', '"count": 4'), 'count');
  await checkRefused('kev', catalogue(3).replace('},', '},,'), 'file');
  await checkRefused('kev', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7]), 'gzip');
  await checkRefused('cve', Buffer.from('{"a":"\xff\xfe"}', 'latin1'), 'text');
  await checkRefused('cve', '{"a":nul}', 'json');
  await checkRefused('cve', '[1,2,3]', 'cveMetadata');
  await checkRefused('epss', 'a,b\n1,2\n', 'cve');
  const feed = await read('kev', `${catalogue(2).slice(0, -2)}]`);
  assert.ok((feed.refusals[0]?.line ?? 0) > 20);
});

test('a record that is wrong is refused alone, its neighbours stay, its values are not repeated', async () => {
  const text = catalogue(3)
    .replace('CVE-2026-0001', 'CVE-secret')
    .replace('2026-07-04', 'soon-secret');
  const feed = await read('kev', text);
  assert.equal(feed.end.complete, true);
  assert.equal(feed.records.length, 1);
  assert.deepEqual(
    feed.refusals.map((one) => [one.field, one.fatal]),
    [
      ['dueDate', false],
      ['cveID', false],
    ],
  );
  assert.doesNotMatch(JSON.stringify(feed.refusals), /secret/);
});

test('a list of computers is taken in Shift_JIS, with a byte-order mark, in any order of columns', async () => {
  const rows =
    'product,id,extra,maker,version,exposure\nFileZen,c1,x,ソリトンシステムズ,5.0.8,internet\nWindows Server 2019,c1,,マイクロソフト,,\n';
  // Shift_JIS of the two names, written out: the platform has no encoder for it.
  const soliton = [
    0x83, 0x5c, 0x83, 0x8a, 0x83, 0x67, 0x83, 0x93, 0x83, 0x56, 0x83, 0x58, 0x83, 0x65, 0x83, 0x80,
    0x83, 0x59,
  ];
  const microsoft = [
    0x83, 0x7d, 0x83, 0x43, 0x83, 0x4e, 0x83, 0x8d, 0x83, 0x5c, 0x83, 0x74, 0x83, 0x67,
  ];
  const [a, b, c] = rows.split(/ソリトンシステムズ|マイクロソフト/);
  const sjis = Buffer.concat([
    Buffer.from(a!),
    Buffer.from(soliton),
    Buffer.from(b!),
    Buffer.from(microsoft),
    Buffer.from(c!),
  ]);
  for (const bytes of [Buffer.from(rows), Buffer.from(`\ufeff${rows}`), sjis, gzipSync(sjis)]) {
    const list = await readComputers({ file: 'c.csv', bytes: chunksOf(bytes, 50) });
    assert.deepEqual(list.refusals, []);
    assert.deepEqual(list.computers, [
      {
        computer: 'c1',
        exposure: 'internet',
        items: [
          { maker: 'ソリトンシステムズ', product: 'FileZen', version: '5.0.8' },
          { maker: 'マイクロソフト', product: 'Windows Server 2019' },
        ],
      },
    ]);
  }
});

test('a list of computers without ids, or with a row without one, is refused with its line', async () => {
  const read = (text: string) =>
    readComputers({ file: 'c.csv', bytes: chunksOf(Buffer.from(text), 1000) });
  assert.deepEqual(
    (await read('name,product\na,b\n')).refusals.map((one) => one.field),
    ['id'],
  );
  const list = await read('id,product\nc1,x\n,y\n');
  assert.deepEqual(
    [list.computers.length, list.refusals[0]?.line, list.refusals[0]?.fatal],
    [0, 3, true],
  );
  const odd = await read('id,product,cpe\nc1,x,not-a-cpe\n');
  assert.deepEqual(
    [odd.computers.length, odd.refusals[0]?.field, odd.refusals[0]?.fatal],
    [1, 'cpe', false],
  );
});

const CPE = `{"cve":{"id":"CVE-2026-0001","configurations":[{"nodes":[{"operator":"OR","negate":false,"cpeMatch":[{"vulnerable":true,"criteria":"cpe:2.3:a:example:gateway:*:*:*:*:*:*:*:*","versionEndExcluding":"2.0"}]}]}]}}`;
const CSAF = JSON.stringify({
  document: {
    csaf_version: '2.0',
    title: 'Example',
    publisher: { category: 'vendor', name: 'Example' },
    distribution: { tlp: { label: 'WHITE' } },
    tracking: { id: 'EX-1', current_release_date: '2026-07-01T00:00:00Z' },
  },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        name: 'Example',
        branches: [
          {
            category: 'product_name',
            name: 'Gateway',
            branches: [
              {
                category: 'product_version_range',
                name: '<2.0',
                product: { product_id: 'P1', name: 'Gateway before 2.0' },
              },
            ],
          },
        ],
      },
    ],
  },
  vulnerabilities: [{ cve: 'CVE-2026-0001', product_status: { known_affected: ['P1'] } }],
});
