// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { readSbom, SBOM_LIMITS, type SbomDocument } from '../../src/engine/index.ts';

function read(text: string): SbomDocument {
  const reading = readSbom(Buffer.from(text, 'utf8'));
  assert.ok(reading.ok, reading.ok ? '' : reading.fault);
  return reading.document;
}

/** A document to one line a component. */
function check(text: string, expected: readonly string[], notes: readonly string[] = []) {
  const document = read(text);
  const lines = document.components.map((one) =>
    [
      one.type,
      one.name,
      one.version,
      one.supplier,
      one.purl,
      one.cpe,
      one.parent && `in ${one.parent}`,
    ]
      .map((part) => part ?? '-')
      .join(' | '),
  );
  assert.deepEqual(lines, expected);
  assert.deepEqual(
    document.notes.map(({ position, field, code }) => `${position} ${field} ${code}`),
    notes,
  );
  return document;
}

function checkFault(bytes: string | Uint8Array, fault: string, limits = SBOM_LIMITS) {
  const reading = readSbom(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, limits);
  assert.equal(reading.ok ? 'ok' : reading.fault, fault);
}

const CPE = 'cpe:2.3:a:example:gateway:2.1:*:*:*:*:*:*:*';
const EXPECTED = [
  `firmware | Gateway | 2.1 | Example Corp | - | ${CPE} | -`,
  'library | zlib | 1.3.1 | - | pkg:generic/zlib@1.3.1 | - | -',
  'library | inner | - | - | - | - | in a',
];
const JSON_BOM = (version: string) =>
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: version,
    serialNumber: 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79',
    metadata: {
      timestamp: '2026-10-01T00:00:00Z',
      tools: { components: [{ type: 'application', name: 'a tool, not on the computer' }] },
      component: {
        type: 'firmware',
        name: 'Gateway',
        version: '2.1',
        supplier: { name: 'Example Corp' },
        cpe: CPE,
      },
    },
    components: [
      {
        type: 'library',
        name: 'zlib',
        version: '1.3.1',
        'bom-ref': 'a',
        purl: 'pkg:generic/zlib@1.3.1',
        licenses: [{ license: { id: 'Zlib' } }],
        pedigree: { ancestors: [{ type: 'library', name: 'an ancestor, not on the computer' }] },
        components: [{ type: 'library', name: 'inner' }],
      },
    ],
  });
const XML_BOM = (version: string) => `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/${version}" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79" version="1">
  <metadata><timestamp>2026-10-01T00:00:00Z</timestamp>
    <tools><components><component type="application"><name>a tool, not on the computer</name></component></components></tools>
    <component type="firmware"><supplier><name>Example Corp</name></supplier><name>Gateway</name><version>2.1</version><cpe>${CPE}</cpe></component>
  </metadata>
  <components>
    <component type="library" bom-ref="a"><name>zlib</name><version>1.3.1</version>
      <licenses><license><name>wrong</name></license></licenses>
      <purl>pkg:generic/zlib@1.3.1</purl>
      <pedigree><ancestors><component type="library"><name>an ancestor, not on the computer</name></component></ancestors></pedigree>
      <components><component type="library"><name>inner</name></component></components>
    </component>
  </components>
</bom>`;

test('CycloneDX 1.4 to 1.7, in JSON and in XML, gives the same components', () => {
  for (const version of ['1.4', '1.5', '1.6', '1.7']) {
    const json = check(JSON_BOM(version), EXPECTED);
    const xml = check(XML_BOM(version), EXPECTED);
    assert.equal(json.specVersion, version);
    assert.equal(xml.specVersion, version);
    for (const { serial, name, createdAt, subject, components } of [json, xml]) {
      assert.equal(serial, 'urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79');
      assert.equal(name, 'Gateway');
      assert.equal(createdAt, '2026-10-01T00:00:00Z');
      assert.equal(subject, components[0]?.ref);
    }
  }
  check(
    XML_BOM('1.6')
      .replaceAll(/<(\/?)(?=[a-z])/g, '<$1x:')
      .replace('xmlns=', 'xmlns:x='),
    EXPECTED,
  );
});

test('SPDX 2.3 in JSON and as tag-value', () => {
  const expected = [
    `firmware | Gateway | 2.1 | Example Corp | - | ${CPE} | -`,
    '- | zlib | 1.3.1 | Example Libraries | pkg:generic/zlib@1.3.1 | - | -'.replace('-', 'unknown'),
  ];
  check(
    JSON.stringify({
      spdxVersion: 'SPDX-2.3',
      SPDXID: 'SPDXRef-DOCUMENT',
      name: 'gateway',
      documentDescribes: ['SPDXRef-g'],
      packages: [
        {
          SPDXID: 'SPDXRef-g',
          name: 'Gateway',
          versionInfo: '2.1',
          supplier: 'Organization: Example Corp (psirt@example.com)',
          primaryPackagePurpose: 'FIRMWARE',
          externalRefs: [
            { referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: CPE },
          ],
        },
        {
          SPDXID: 'SPDXRef-z',
          name: 'zlib',
          versionInfo: '1.3.1',
          supplier: 'NOASSERTION',
          originator: 'Organization: Example Libraries',
          externalRefs: [
            {
              referenceCategory: 'PACKAGE-MANAGER',
              referenceType: 'purl',
              referenceLocator: 'pkg:generic/zlib@1.3.1',
            },
          ],
        },
      ],
      files: [{ SPDXID: 'SPDXRef-f', fileName: './a.c' }],
    }),
    expected,
  );
  check(
    `SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
DocumentName: gateway
PackageName: Gateway
SPDXID: SPDXRef-g
PackageVersion: 2.1
PackageSupplier: Organization: Example Corp (psirt@example.com)
PrimaryPackagePurpose: FIRMWARE
PackageDescription: <text>two lines
PackageName: not a package</text>
ExternalRef: SECURITY cpe23Type ${CPE}

FileName: ./a.c
SPDXID: SPDXRef-f

PackageName: zlib
SPDXID: SPDXRef-z
PackageVersion: 1.3.1
PackageSupplier: NOASSERTION
PackageOriginator: Organization: Example Libraries
ExternalRef: PACKAGE-MANAGER purl pkg:generic/zlib@1.3.1
`,
    expected,
  );
});

test('SPDX 3.0 in JSON-LD', () => {
  const document = check(
    JSON.stringify({
      '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
      '@graph': [
        {
          type: 'CreationInfo',
          '@id': '_:c',
          specVersion: '3.0.1',
          created: '2026-10-01T00:00:00Z',
        },
        {
          type: 'Organization',
          spdxId: 'https://example.com/o',
          name: 'Example Corp',
          creationInfo: '_:c',
        },
        {
          type: 'SpdxDocument',
          spdxId: 'https://example.com/d',
          creationInfo: '_:c',
          name: 'gateway',
          rootElement: ['https://example.com/s'],
        },
        {
          type: 'software_Sbom',
          spdxId: 'https://example.com/s',
          rootElement: ['https://example.com/g'],
        },
        {
          type: 'software_Package',
          spdxId: 'https://example.com/g',
          name: 'Gateway',
          software_packageVersion: '2.1',
          suppliedBy: 'https://example.com/o',
          software_primaryPurpose: 'firmware',
          externalIdentifier: [
            { type: 'ExternalIdentifier', externalIdentifierType: 'cpe23', identifier: CPE },
          ],
        },
        {
          type: 'software_Package',
          spdxId: 'https://example.com/z',
          name: 'zlib',
          software_packageVersion: '1.3.1',
          software_packageUrl: 'pkg:generic/zlib@1.3.1',
        },
        { type: 'software_File', spdxId: 'https://example.com/f', name: 'a.c' },
      ],
    }),
    [
      `firmware | Gateway | 2.1 | Example Corp | - | ${CPE} | -`,
      'unknown | zlib | 1.3.1 | - | pkg:generic/zlib@1.3.1 | - | -',
    ],
  );
  assert.equal(document.specVersion, '3.0.1');
  assert.equal(document.createdAt, '2026-10-01T00:00:00Z');
  assert.equal(document.subject, 'https://example.com/g');
});

test('cryptographic assets are listed apart', () => {
  const { components, cryptographicAssets } = read(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        {
          type: 'cryptographic-asset',
          name: 'RSA-2048',
          'bom-ref': 'k',
          cryptoProperties: {
            assetType: 'algorithm',
            algorithmProperties: { primitive: 'pke', parameterSetIdentifier: '2048' },
          },
        },
      ],
    }),
  );
  assert.deepEqual(components, []);
  assert.deepEqual(cryptographicAssets, [
    { ref: 'k', name: 'RSA-2048', assetType: 'algorithm', detail: 'pke 2048' },
  ]);
});

test('what is missing or doubled is noted and does not stop the rest', () => {
  check(
    JSON.stringify({
      bomFormat: 'CycloneDX',
      specVersion: '1.5',
      components: [
        { type: 'library', name: 'a', 'bom-ref': 'r' },
        { type: 'library', name: 'b', 'bom-ref': 'r', version: 3 },
        { type: 'library' },
        { type: 'library', name: 'c', purl: 'not a purl', cpe: 'cpe:2.3:x' },
        'no object',
        null,
        7,
        { type: 'library', name: 'd', version: { of: 'wrong type' }, components: 'wrong type' },
        { type: 'library', name: 'x'.repeat(5_000) },
      ],
    }),
    [
      'library | a | - | - | - | - | -',
      'library | b | 3 | - | - | - | -',
      'library | c | - | - | - | - | -',
      'library | d | - | - | - | - | -',
    ],
    [
      '2 ref SAME_REF',
      '3 name NO_NAME',
      '4 purl NOT_A_PURL',
      '4 cpe NOT_A_CPE',
      '6 name FIELD_TOO_LONG',
      '6 name NO_NAME',
    ],
  );
  check(JSON_BOM('2.0'), EXPECTED, ['0 specVersion OTHER_VERSION']);
});

test('a document with a document type is refused: billion laughs, outside entities', () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"><name>&b;</name></component></components></bom>`;
  checkFault(laughs, 'HAS_DOCUMENT_TYPE');
  checkFault(laughs.replace(/\[.*\]/, 'SYSTEM "file:///etc/passwd"'), 'HAS_DOCUMENT_TYPE');
  checkFault(laughs.replace(/<!DOCTYPE.*\]>/, ''), 'NOT_XML');
});

test('depth, number of components and size are bounded', () => {
  checkFault(`${'['.repeat(100_000)}`, 'TOO_DEEP');
  checkFault(`{"bomFormat":"CycloneDX","a":${'{"a":'.repeat(300)}1${'}'.repeat(301)}`, 'TOO_DEEP');
  const open = '<component><name>a</name><components>'.repeat(200);
  checkFault(`<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components>${open}`, 'TOO_DEEP');
  const few = { ...SBOM_LIMITS, componentsMax: 2 };
  for (const text of [JSON_BOM('1.5'), XML_BOM('1.5')])
    checkFault(text, 'TOO_MANY_COMPONENTS', few);
  checkFault('{}', 'TOO_LARGE', { ...SBOM_LIMITS, bytesMax: 1 });
});

test('what is no SBOM is refused as such', () => {
  for (const text of [
    '{}',
    '{"bomFormat":"Other"}',
    '[1]',
    '"CycloneDX"',
    '<html></html>',
    '<bom/>',
  ]) {
    checkFault(text, 'NOT_AN_SBOM');
  }
  checkFault('', 'NOT_JSON');
  checkFault('{"bomFormat":"CycloneDX"', 'NOT_JSON');
  checkFault('<bom', 'NOT_XML');
  checkFault(Uint8Array.of(0x7b, 0xff, 0xfe), 'NOT_UTF8');
});

test('no JSON whatever makes the reader throw', () => {
  const names = fc.constantFrom(
    'components',
    'metadata',
    'component',
    'name',
    'version',
    'purl',
    'supplier',
    'type',
    'packages',
    'externalRefs',
    '@graph',
    'externalIdentifier',
    'suppliedBy',
    'cryptoProperties',
    '__proto__',
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(names, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  const starts = [
    { bomFormat: 'CycloneDX', specVersion: '1.6' },
    { spdxVersion: 'SPDX-2.3' },
    { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', type: 'software_Package' },
  ];
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.dictionary(names, value), (start, rest) => {
      const reading = readSbom(Buffer.from(JSON.stringify({ ...rest, ...start })));
      assert.ok(reading.ok);
      for (const { name } of reading.document.components) assert.equal(typeof name, 'string');
    }),
    { numRuns: 500 },
  );
});

test('no damage to XML or tag-value text makes the reader throw', () => {
  const tagValue = `SPDXVersion: SPDX-2.3\nPackageName: a\nExternalRef: SECURITY cpe23Type ${CPE}\n`;
  const bytes = [XML_BOM('1.6'), tagValue, JSON_BOM('1.6')].map((text) => Buffer.from(text));
  const change = fc.tuple(
    fc.nat(2_000),
    fc.constantFrom(...Buffer.from('<>&;"\'/!?[]{}:= \n\u0000x\u00ff')),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...bytes),
      fc.array(change, { maxLength: 8 }),
      fc.nat(2_000),
      (whole, changes, length) => {
        const damaged = Buffer.from(whole.subarray(0, Math.max(1, whole.length - (length % 50))));
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        const reading = readSbom(damaged);
        if (!reading.ok) assert.match(reading.fault, /^[A-Z_0-9]+$/u);
      },
    ),
    { numRuns: Number(process.env.SAKIMORI_FUZZ_RUNS ?? 1_000) },
  );
});

test('all bills of materials of the shared data are read', (t) => {
  const shared =
    process.env.SAKIMORI_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
  const folder = `${shared}/data/sbom`;
  if (!existsSync(folder)) return t.skip('shared data not present');
  const found = new Map<string, string>();
  for (const path of globSync(`${folder}/**/*.{json,xml}`)) {
    const reading = readSbom(readFileSync(path));
    assert.ok(reading.ok, `${path} ${reading.ok ? '' : reading.fault}`);
    const { components, cryptographicAssets, noteCount } = reading.document;
    found.set(
      path.slice(folder.length + 1),
      `${components.length} ${cryptographicAssets.length} ${noteCount}`,
    );
  }
  assert.equal(found.get('cyclonedx/SBOM/laravel-7.12.0/bom.1.4.json'), '63 0 0');
  assert.equal(found.get('cyclonedx/SBOM/dropwizard-1.3.15/bom.json'), '168 0 0');
  assert.equal(found.get('cyclonedx/CBOM/Protocol/bom.json'), '1 8 0');
  assert.ok(found.size >= 20);
});
