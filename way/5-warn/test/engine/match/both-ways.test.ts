// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildMatcher,
  type ComputerInventory,
  evaluateIdentity,
  type InventoryItem,
  indexComputers,
  postingsOfVulnerability,
  readIdentity,
  type SourceStatement,
  type Vulnerability,
} from '../../../src/engine/index.ts';

const makers = [
  'Fortinet',
  'フォーティネット',
  'Cisco',
  'Example KK',
  '株式会社Example',
  'Microsoft',
  '',
];
const products = [
  'FortiOS',
  'FortiGate-60F',
  'ASA',
  'IOS',
  'Gateway',
  'Windows',
  'Windows Server 2019',
  'Windows 10',
  '',
];
const cpes = [
  'o:fortinet:fortios',
  'h:fortinet:fortigate-60f',
  'o:cisco:ios',
  'a:example:gateway',
  'o:microsoft:windows_10_21h2',
  'a:*:gateway',
  'o:cisco:*',
  'a:examp*:gateway',
  'a:example:gate*',
  '*:*:*',
];
const purls = [
  'pkg:npm/%40example/gate',
  'pkg:maven/org.apache.logging.log4j/log4j-core',
  'pkg:pypi/Example_Thing',
];
const versions = ['1.0', '2.0', '7.2.4', '15.1(4)M3', ''];

const item: fc.Arbitrary<InventoryItem> = fc
  .record({
    maker: fc.constantFrom(...makers),
    product: fc.constantFrom(...products),
    version: fc.constantFrom(...versions),
    cpe: fc.option(fc.constantFrom(...cpes), { nil: undefined }),
    purl: fc.option(fc.constantFrom(...purls), { nil: undefined }),
  })
  .map(({ cpe, purl, ...rest }) => ({
    ...rest,
    ...(cpe === undefined ? {} : { cpe: `cpe:2.3:${cpe}:*:*:*:*:*:*:*:*` }),
    ...(purl === undefined ? {} : { purl: `${purl}@1.0` }),
  }));

const statement = (products: SourceStatement['products']): SourceStatement => ({
  provenance: { kind: 'cve', name: 'CVE', recordId: 'r', file: 'f', digest: '' },
  byMaker: false,
  products,
  scores: [],
  references: [],
  remedies: [],
  rejected: false,
});
const criterion = fc.oneof(
  fc.constantFrom(...cpes).map((cpe) => ({
    kind: 'cpe' as const,
    cpe: `cpe:2.3:${cpe}:*:*:*:*:*:*:*:*`,
    vulnerable: true,
    range: { endExcluding: '2.0' },
  })),
  fc.tuple(fc.constantFrom(...makers), fc.constantFrom(...products)).map(([maker, product]) => ({
    kind: 'named' as const,
    maker,
    product,
    cpes: [],
    vulnerable: true,
    rules: [],
    defaultStatus: 'affected' as const,
    versionless: true,
  })),
  fc.constantFrom(...purls).map((purl) => ({
    kind: 'package' as const,
    purl,
    vulnerable: true,
    rules: [{ status: 'affected' as const, range: { endExcluding: '2.0' } }],
    defaultStatus: 'unaffected' as const,
  })),
);
const vulnerability = (id: number): fc.Arbitrary<Vulnerability> =>
  fc.array(criterion, { minLength: 1, maxLength: 3 }).map((children) => ({
    id: `CVE-2026-000${id}`,
    aliases: [],
    statements: [
      statement([
        {
          status: 'affected',
          criteria: { kind: 'group', operator: 'OR', negate: false, children },
          remedies: [],
        },
      ]),
    ],
  }));

test('the index finds from either side exactly what a full scan finds', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(item, { maxLength: 3 }), { maxLength: 8 }),
      fc.tuple(vulnerability(1), vulnerability(2), vulnerability(3)),
      (inventories, vulnerabilities) => {
        const computers: ComputerInventory[] = inventories.map((items, at) => ({
          computer: `c${at}`,
          items,
          exposure: 'unknown',
        }));
        const scan = computers.flatMap(({ computer, items }) =>
          vulnerabilities.flatMap((one) => {
            // Asked with every word there is, evaluation passes over no product.
            const identity = readIdentity(items);
            const postings = [...identity.postings, ...postingsOfVulnerability(one)];
            const verdict = evaluateIdentity({ ...identity, postings }, one);
            return verdict ? [show({ computer, ...verdict })] : [];
          }),
        );
        const matcher = buildMatcher(vulnerabilities);
        const index = indexComputers(computers);
        const fromComputers = computers.flatMap((one) => matcher.match(one).map(show));
        const fromVulnerabilities = vulnerabilities.flatMap((one) =>
          [...index.match(one)].map(show),
        );
        assert.deepEqual(fromComputers.sort(), scan.sort());
        assert.deepEqual(fromVulnerabilities.sort(), scan);
      },
    ),
    { numRuns: 1500 },
  );
});

function show(verdict: { computer: string; vulnerability: string; verdict: string }): string {
  return `${verdict.computer} ${verdict.vulnerability} ${verdict.verdict}`;
}

test('a computer that is changed or removed leaves nothing behind', () => {
  const named: Vulnerability = {
    id: 'CVE-2026-0001',
    aliases: [],
    statements: [
      statement([
        {
          status: 'affected',
          criteria: {
            kind: 'named',
            maker: 'Fortinet',
            product: 'FortiOS',
            cpes: [],
            vulnerable: true,
            rules: [],
            defaultStatus: 'affected',
            versionless: true,
          },
          remedies: [],
        },
      ]),
    ],
  };
  const index = indexComputers();
  const put = (product: string) =>
    index.put({ computer: 'c', items: [{ maker: 'Fortinet', product }], exposure: 'unknown' });
  put('FortiOS');
  assert.equal([...index.match(named)].length, 1);
  put('FortiMail');
  assert.equal([...index.match(named)].length, 0);
  put('FortiOS');
  index.remove('c');
  assert.deepEqual([[...index.match(named)].length, index.computers, index.identities], [0, 0, 0]);
});
