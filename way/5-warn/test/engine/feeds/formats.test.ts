// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Criteria,
  collectFeed,
  evaluateIdentity,
  gatherVulnerabilities,
  type InventoryItem,
  readChangesCsv,
  readFeed,
  readIdentity,
  readIndexText,
  readProviderMetadata,
  readRolieFeed,
  type SourceKind,
} from '../../../src/engine/index.ts';
import { showRule } from '../../../src/engine/match/version-order.ts';

async function read(kind: SourceKind, value: unknown) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  const feed = await collectFeed(readFeed(kind, { file: 'feed', bytes }));
  assert.deepEqual(feed.refusals, []);
  return feed.records;
}

/** Criteria as text: what is named, its versions, and how it is joined. */
function show(criteria: Criteria): string {
  switch (criteria.kind) {
    case 'group': {
      const inner = criteria.children.map(show).join(` ${criteria.operator} `);
      return criteria.negate ? `NOT(${inner})` : `(${inner})`;
    }
    case 'cpe':
      return `${criteria.cpe.slice(8).split(':').slice(0, 3).join(':')}${criteria.vulnerable ? '' : '?'}`;
    case 'package':
      return `${criteria.purl} [${criteria.rules.map(showRule).join('; ')}]`;
    default:
      return `${criteria.maker}/${criteria.product}${criteria.vulnerable ? '' : '?'} [${criteria.rules
        .map((rule) => `${rule.status === 'affected' ? '' : `${rule.status} `}${showRule(rule)}`)
        .join('; ')}] else ${criteria.defaultStatus}`;
  }
}

async function check(kind: SourceKind, value: unknown, expected: string[]): Promise<void> {
  const records = await read(kind, value);
  const shown = records.flatMap((record) =>
    record.statement.products.map(
      (product) => `${record.vulnerability} ${product.status} ${show(product.criteria)}`,
    ),
  );
  assert.deepEqual(shown, expected);
}

const cve = (affected: unknown[], adp: unknown[] = []) => ({
  cveMetadata: { cveId: 'CVE-2026-0001', state: 'PUBLISHED', assignerShortName: 'example' },
  containers: { cna: { affected }, adp },
});

test('versions of a CVE record are read as its schema says', async () => {
  const versions = [
    { version: '7.2.0', lessThan: '7.2.5', status: 'affected', versionType: 'semver' },
    { version: '0', lessThanOrEqual: '6.4.9', status: 'affected' },
    { version: '8.0', status: 'unaffected' },
    { version: '3.0', lessThan: '3.0', status: 'affected' },
    { version: '9.1R18', lessThanOrEqual: '9.1R18', status: 'affected' },
    { version: 'n/a', status: 'affected' },
    { version: '< 5.0', status: 'affected' },
  ];
  await check(
    'cve',
    cve([{ vendor: 'Example', product: 'Gateway', versions, defaultStatus: 'unaffected' }]),
    [
      'CVE-2026-0001 affected Example/Gateway [7.2.0 ≤ v < 7.2.5; v ≤ 6.4.9; unaffected 8.0; v < 3.0; 9.1R18; unknown v < 9.1R18; v < 5.0] else unaffected',
    ],
  );
  await check(
    'cve',
    cve([{ vendor: 'n/a', product: 'n/a', versions: [{ version: 'n/a', status: 'affected' }] }]),
    [],
  );
  const packages = [
    {
      vendor: 'x',
      product: 'left',
      packageName: '@example/left',
      collectionURL: 'https://registry.npmjs.org',
      versions,
    },
  ];
  const [first] = await read('cve', cve(packages));
  assert.equal(
    show(first!.statement.products[0]!.criteria).split(' ')[0],
    'pkg:npm/%40example/left',
  );
});

test("CISA's decision points, scores and CPE container come with the ADP's own word", async () => {
  const adp = {
    providerMetadata: { shortName: 'CISA-ADP' },
    metrics: [
      {
        cvssV3_1: {
          baseScore: 9.8,
          vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
          baseSeverity: 'CRITICAL',
        },
      },
      {
        other: {
          type: 'ssvc',
          content: {
            options: [
              { Exploitation: 'active' },
              { Automatable: 'yes' },
              { 'Technical Impact': 'total' },
            ],
          },
        },
      },
    ],
    cpeApplicability: [
      {
        operator: 'AND',
        nodes: [
          {
            operator: 'OR',
            negate: false,
            cpeMatch: [
              {
                vulnerable: true,
                criteria: 'cpe:2.3:o:example:gw_firmware:*:*:*:*:*:*:*:*',
                versionEndExcluding: '2.0',
              },
            ],
          },
          {
            operator: 'OR',
            negate: true,
            cpeMatch: [{ vulnerable: false, criteria: 'cpe:2.3:h:example:gw:-:*:*:*:*:*:*:*' }],
          },
        ],
      },
    ],
  };
  const records = await read('cve', cve([], [adp]));
  const word = records.at(-1)!.statement;
  assert.equal(word.provenance.recordId, 'CVE-2026-0001/adp/CISA-ADP');
  assert.deepEqual(word.ssvc, {
    exploitation: 'active',
    automatable: 'yes',
    technicalImpact: 'total',
  });
  assert.deepEqual(
    word.scores.map((one) => [one.method, one.base]),
    [['CVSS:3.1', 9.8]],
  );
  assert.equal(
    show(word.products[0]!.criteria),
    '((o:example:gw_firmware) AND NOT(h:example:gw?))',
  );
});

const csaf = (statuses: Record<string, string[]>, category = 'vendor') => ({
  document: {
    csaf_version: '2.0',
    title: 'Example',
    publisher: { category, name: 'Example' },
    distribution: { tlp: { label: 'AMBER' } },
    tracking: {
      id: 'EX-1',
      initial_release_date: '2026-07-01T00:00:00Z',
      current_release_date: '2026-07-02T00:00:00Z',
    },
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
                name: 'vers:intdot/<2.0',
                product: { product_id: 'OLD', name: 'old' },
              },
              {
                category: 'product_version',
                name: '2.0',
                product: {
                  product_id: 'NEW',
                  name: 'new',
                  product_identification_helper: {
                    cpe: 'cpe:2.3:a:example:gateway:2.0:*:*:*:*:*:*:*',
                    purl: 'pkg:generic/gateway@2.0',
                  },
                },
              },
              {
                category: 'product_version_range',
                name: 'ask your dealer',
                product: { product_id: 'ODD', name: 'odd' },
              },
            ],
          },
          { category: 'product_name', name: 'Box', product: { product_id: 'BOX', name: 'box' } },
        ],
      },
    ],
    product_groups: [{ group_id: 'G', product_ids: ['OLD', 'BOXED'] }],
    relationships: [
      {
        category: 'installed_on',
        product_reference: 'OLD',
        relates_to_product_reference: 'BOX',
        full_product_name: { product_id: 'BOXED', name: 'old on box' },
      },
    ],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2026-0001',
      product_status: statuses,
      remediations: [
        {
          category: 'vendor_fix',
          details: 'Update to 2.0.',
          group_ids: ['G'],
          url: 'https://example.com/fix',
        },
        { category: 'mitigation', details: 'Close port 8443.' },
      ],
      flags: [{ label: 'component_not_present', product_ids: ['NEW'] }],
    },
  ],
});

test('a CSAF product tree becomes criteria: ranges, exact versions, helpers, what is installed on what', async () => {
  const below = 'Example/Gateway [vers:intdot/<2.0] else unknown';
  await check('csaf', csaf({ known_affected: ['OLD', 'BOXED', 'ODD'], fixed: ['NEW'] }), [
    `CVE-2026-0001 affected ${below}`,
    `CVE-2026-0001 affected (${below} AND Example/Box? [*] else unknown)`,
    'CVE-2026-0001 affected Example/Gateway [] else unknown',
    'CVE-2026-0001 fixed Example/Gateway [2.0] else unknown',
    'CVE-2026-0001 fixed pkg:generic/gateway [2.0]',
  ]);
  const [record] = await read(
    'csaf',
    csaf({ known_affected: ['OLD'], known_not_affected: ['NEW'] }),
  );
  const { statement } = record!;
  assert.deepEqual([statement.tlp, statement.byMaker, record?.aliases], ['AMBER', true, ['EX-1']]);
  assert.deepEqual(
    statement.products[0]?.remedies.map((one) => one.details),
    ['Update to 2.0.'],
  );
  assert.deepEqual(
    statement.remedies.map((one) => one.details),
    ['Close port 8443.'],
  );
  assert.equal(statement.products[1]?.justification, 'component_not_present');
});

test("a maker's VEX decides: affected below, fixed at, investigated otherwise", async () => {
  const decide = async (statuses: Record<string, string[]>, item: InventoryItem) => {
    const [vulnerability] = gatherVulnerabilities(await read('csaf', csaf(statuses)));
    return evaluateIdentity(readIdentity([item]), vulnerability!)?.verdict;
  };
  const item = (version: string) => ({ maker: 'Example', product: 'Gateway', version });
  assert.equal(await decide({ known_affected: ['OLD'], fixed: ['NEW'] }, item('1.9')), 'affected');
  assert.equal(
    await decide({ known_affected: ['OLD'], fixed: ['NEW'] }, item('2.0')),
    'not-affected',
  );
  assert.equal(await decide({ under_investigation: ['OLD'] }, item('1.9')), 'cannot-decide');
  assert.equal(await decide({ known_not_affected: ['OLD'] }, item('1.9')), 'not-affected');
  assert.equal(
    await decide({ known_affected: ['OLD'] }, { purl: 'pkg:generic/gateway@2.0' }),
    undefined,
  );
});

test('JVN is the same in XML and JSON, and gives its word to each CVE it names', async () => {
  const detail = `<?xml version="1.0" encoding="UTF-8"?><VULDEF-Document xmlns="http://jvn.jp/vuldef/"><Vulinfo>
<VulinfoID>JVNDB-2026-000001</VulinfoID><VulinfoData><Title>例</Title>
<VulinfoDescription><Overview>概要</Overview></VulinfoDescription>
<Affected><AffectedItem><Name>例示社</Name><ProductName>製品例</ProductName><Cpe version="2.2">cpe:/a:example:gateway</Cpe><VersionNumber>5.62 以前</VersionNumber><VersionNumber>6.0 から 6.3 より前のバージョン</VersionNumber></AffectedItem></Affected>
<Impact><Cvss version="3.0"><Severity type="Base">Critical</Severity><Base>9.8</Base><Vector>CVSS:3.0/AV:N</Vector></Cvss></Impact>
<Related><RelatedItem type="advisory"><Name>CVE</Name><VulinfoID>CVE-2026-0001</VulinfoID><URL>https://www.cve.org/</URL></RelatedItem><RelatedItem type="advisory"><Name>CVE</Name><VulinfoID>CVE-2026-0002</VulinfoID></RelatedItem></Related>
</VulinfoData></Vulinfo></VULDEF-Document>`;
  const line = 'affected 例示社/製品例 [v ≤ 5.62; 6.0 ≤ v < 6.3] else unknown';
  await check('jvn', detail, [`CVE-2026-0001 ${line}`, `CVE-2026-0002 ${line}`]);
  const json = {
    vulinfoid: 'JVNDB-2026-000001',
    vulinfodata: { affected: { affecteditem: [{ name: '例示社', productname: '(複数の製品)' }] } },
  };
  await check('jvn', json, ['JVNDB-2026-000001 affected 例示社/ [] else unknown']);
  await check('jvn', { vid: '1', vname: '例示社', pname: '製品例' }, []);
});

test("a provider's lists name documents below their folder, over https only", () => {
  const metadata = readProviderMetadata({
    metadata_version: '2.0',
    publisher: { name: 'Example' },
    role: 'csaf_trusted_provider',
    distributions: [
      { directory_url: 'https://example.com/csaf/' },
      { directory_url: 'http://example.com/plain/' },
      { rolie: { feeds: [{ url: 'https://example.com/feed.json', tlp_label: 'WHITE' }] } },
    ],
    public_openpgp_keys: [{ url: 'https://example.com/key.asc', fingerprint: 'AB' }],
  });
  assert.deepEqual(metadata?.folders, ['https://example.com/csaf/']);
  assert.deepEqual(metadata?.feeds, [{ url: 'https://example.com/feed.json', tlp: 'WHITE' }]);
  assert.equal(readProviderMetadata({}), undefined);
  assert.deepEqual(
    readIndexText(
      '2026/ex-1.json\r\n../../etc/passwd.json\nhttps://example.org/x.json\n/abs.json\n',
    ).map((one) => one.path),
    ['2026/ex-1.json'],
  );
  assert.deepEqual(readChangesCsv('"2026/ex-1.json","2026-07-01T00:00:00Z"\n"x","y"\n'), [
    { path: '2026/ex-1.json', changedAt: '2026-07-01T00:00:00Z' },
  ]);
  const feed = readRolieFeed({
    feed: {
      entry: [
        {
          updated: '2026-07-01T00:00:00Z',
          content: { src: 'https://example.com/ex-1.json' },
          link: [{ rel: 'hash', href: 'https://example.com/ex-1.json.sha512' }],
        },
        { content: { src: 'file:///x' } },
      ],
    },
  });
  assert.deepEqual(feed, [
    {
      path: 'https://example.com/ex-1.json',
      changedAt: '2026-07-01T00:00:00Z',
      sha512Url: 'https://example.com/ex-1.json.sha512',
    },
  ]);
});
