// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Criteria,
  evaluateIdentity,
  type InventoryItem,
  readIdentity,
  type Vulnerability,
} from '../../../src/engine/index.ts';

const APP = 'cpe:2.3:a:example:app:*:*:*:*:*:*:*:*';
const WINDOWS = 'cpe:2.3:o:microsoft:windows_server_2019:-:*:*:*:*:*:*:*';
const LINUX = 'cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*';
const FIRMWARE = 'cpe:2.3:o:example:gw_firmware:*:*:*:*:*:*:*:*';
const BOX = 'cpe:2.3:h:example:gw:-:*:*:*:*:*:*:*';

const leaf = (cpe: string, vulnerable = true, endExcluding?: string): Criteria => ({
  kind: 'cpe',
  cpe,
  vulnerable,
  ...(endExcluding === undefined ? {} : { range: { endExcluding } }),
});
const group = (operator: 'AND' | 'OR', children: Criteria[], negate = false): Criteria => ({
  kind: 'group',
  operator,
  negate,
  children,
});
const at = (cpe: string, version: string): InventoryItem => ({
  cpe: cpe.replace(/^((?:[^:]+:){5})[^:]*/, `$1${version}`),
});

function vulnerabilityOf(criteria: Criteria): Vulnerability {
  return {
    id: 'CVE-2026-0001',
    aliases: [],
    statements: [
      {
        provenance: { kind: 'cpe', name: 'CPE', recordId: 'CVE-2026-0001', file: 'f', digest: '' },
        byMaker: false,
        products: [{ status: 'affected', criteria, remedies: [] }],
        scores: [],
        references: [],
        remedies: [],
        rejected: false,
      },
    ],
  };
}

function check(criteria: Criteria, items: InventoryItem[], expected: string | undefined): void {
  const verdict = evaluateIdentity(readIdentity(items), vulnerabilityOf(criteria));
  assert.equal(verdict && `${verdict.verdict} ${verdict.confidence}`, expected);
  if (verdict) {
    assert.ok(verdict.reason.ja.length > 5 && verdict.reason.en.length > 5);
    assert.doesNotMatch(verdict.reason.ja + verdict.reason.en, /undefined|\{/);
  }
}

test('inside of the range is affected, outside is not, unknown cannot be decided', () => {
  const criteria = group('OR', [leaf(APP, true, '2.0')]);
  check(criteria, [at(APP, '1.9')], 'affected high');
  check(criteria, [at(APP, '2.0')], 'not-affected high');
  check(criteria, [at(APP, '*')], 'cannot-decide high');
  check(criteria, [{ cpe: APP, version: '1.9' }], 'affected high');
  check(criteria, [{ maker: 'Example', product: 'App', version: '1.9' }], 'affected medium');
  check(criteria, [{ maker: 'Example', product: 'App', version: '2.x' }], 'cannot-decide medium');
  check(criteria, [{ ...at(APP, '1.9'), version: '3.0' }], 'cannot-decide high');
  check(criteria, [{ maker: 'Another', product: 'App', version: '1.9' }], undefined);
});

test('a platform that is not itself vulnerable is never affected', () => {
  const criteria = group('AND', [
    group('OR', [leaf(APP, true, '2.0')]),
    group('OR', [leaf(WINDOWS, false)]),
  ]);
  check(criteria, [at(WINDOWS, '-')], 'not-affected high');
  check(criteria, [at(APP, '1.0'), at(WINDOWS, '-')], 'affected high');
  check(criteria, [at(APP, '2.1'), at(WINDOWS, '-')], 'not-affected high');
  check(criteria, [at(APP, '1.0'), at(LINUX, '5.4')], 'not-affected high');
  check(group('OR', [leaf(WINDOWS, false)]), [at(WINDOWS, '-')], 'not-affected high');
});

test('silence: hardware is taken to fit, a system is not', () => {
  const firmware = group('AND', [leaf(FIRMWARE, true, '2.0'), leaf(BOX, false)]);
  check(firmware, [at(FIRMWARE, '1.0')], 'affected medium');
  check(firmware, [at(FIRMWARE, '1.0'), { cpe: BOX }], 'affected high');
  const other = { cpe: 'cpe:2.3:h:example:gw_9000:-:*:*:*:*:*:*:*' };
  check(firmware, [at(FIRMWARE, '1.0'), other], 'not-affected high');
  const system = group('AND', [leaf(APP, true, '2.0'), leaf(WINDOWS, false)]);
  check(system, [at(APP, '1.0')], 'cannot-decide high');
});

test('a device that is registered with the version of its firmware is asked for that', () => {
  const firmware = group('AND', [leaf(FIRMWARE, true, '2.0'), leaf(BOX, false)]);
  check(firmware, [{ maker: 'Example', product: 'GW', version: '1.0' }], 'affected medium');
  check(firmware, [{ maker: 'Example', product: 'GW', version: '2.1' }], 'not-affected medium');
  check(firmware, [{ cpe: BOX, version: '1.0' }], 'affected medium');
  check(firmware, [{ cpe: BOX }], 'cannot-decide medium');
  check(firmware, [at(FIRMWARE, '2.1'), { cpe: BOX }], 'not-affected high');
});

test('NOT excludes and never affects', () => {
  const criteria = group('AND', [
    leaf(APP, true, '2.0'),
    group('OR', [leaf(WINDOWS, false)], true),
  ]);
  check(criteria, [at(APP, '1.0'), at(WINDOWS, '-')], 'not-affected high');
  check(criteria, [at(APP, '1.0'), at(LINUX, '5.4')], 'affected high');
  check(criteria, [at(APP, '1.0')], 'cannot-decide high');
  check(group('OR', [leaf(APP)], true), [at(LINUX, '5.4')], undefined);
});

test('an attribute that is not recorded leaves it open; one that differs is another thing', () => {
  const criteria = leaf('cpe:2.3:a:example:app:*:*:*:*:*:android:*:*', true, '2.0');
  check(criteria, [at(APP, '1.0')], 'cannot-decide high');
  check(criteria, [{ cpe: 'cpe:2.3:a:example:app:1.0:*:*:*:*:android:*:*' }], 'affected high');
  check(criteria, [{ cpe: 'cpe:2.3:a:example:app:1.0:*:*:*:*:iphone_os:*:*' }], undefined);
});

test('updates, exact versions and wild cards follow the names', () => {
  const exact = leaf('cpe:2.3:a:example:app:8.0:sp2:*:*:*:*:*:*');
  check(exact, [{ cpe: 'cpe:2.3:a:example:app:8.0:sp2:*:*:*:*:*:*' }], 'affected high');
  check(exact, [{ cpe: 'cpe:2.3:a:example:app:8.0:sp1:*:*:*:*:*:*' }], 'not-affected high');
  check(exact, [{ cpe: 'cpe:2.3:a:example:app:8.0:*:*:*:*:*:*:*' }], 'cannot-decide high');
  check(exact, [{ maker: 'Example', product: 'App', version: '8.00 SP2' }], 'affected medium');
  check(leaf('cpe:2.3:a:example:app:7.*:*:*:*:*:*:*:*'), [at(APP, '7.12')], 'affected high');
  check(leaf('cpe:2.3:a:example:app:7.*:*:*:*:*:*:*:*'), [at(APP, '8.1')], 'not-affected high');
  check(leaf('cpe:2.3:o:example:app:*:*:*:*:*:*:*:*'), [at(APP, '1.0')], undefined);
  check(leaf('cpe:2.3:a:*:app:*:*:*:*:*:*:*:*', true, '2.0'), [at(APP, '1.0')], 'affected high');
  check(
    leaf('cpe:2.3:a:example:*:*:*:*:*:*:*:*:*', true, '2.0'),
    [at(APP, '1.0')],
    'affected high',
  );
});

test('trees mean what a plain reading of AND, OR and NOT means', () => {
  const names = ['a:x:p', 'a:x:q', 'o:x:r', 'o:x:s', 'h:x:t', 'h:x:u'];
  const cpeOf = (name: string, version: string) => `cpe:2.3:${name}:${version}:*:*:*:*:*:*:*`;
  const leafArbitrary = fc
    .record({
      name: fc.constantFrom(...names),
      vulnerable: fc.boolean(),
      end: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    })
    .map(({ name, vulnerable, end }) =>
      leaf(cpeOf(name, '*'), vulnerable, end === undefined ? undefined : String(end)),
    );
  const { tree } = fc.letrec<{ tree: Criteria }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'tree' },
      leafArbitrary,
      fc
        .tuple(
          fc.constantFrom('AND' as const, 'OR' as const),
          fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
          fc.boolean(),
        )
        .map(([operator, children, negate]) => group(operator, children, negate)),
    ),
  }));
  // A system and hardware are always recorded, so that silence decides nothing but programs.
  const inventory = fc
    .tuple(
      fc.subarray(['a:x:p', 'a:x:q']),
      fc.constantFrom('o:x:r', 'o:x:s'),
      fc.constantFrom('h:x:t', 'h:x:u'),
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }),
    )
    .map(([apps, system, hardware, versions]) =>
      [...apps, system, hardware].map((name, index) => ({ name, version: versions[index]! })),
    );
  fc.assert(
    fc.property(tree, inventory, (criteria, items) => {
      const verdict = evaluateIdentity(
        readIdentity(items.map(({ name, version }) => ({ cpe: cpeOf(name, String(version)) }))),
        vulnerabilityOf(criteria),
      );
      const plain = readPlainly(criteria, items);
      const isAffected = plain.truth && plain.support;
      if (verdict?.verdict === 'affected') assert.ok(isAffected, 'affected, and should not be');
      else if (verdict?.verdict !== 'cannot-decide') assert.ok(!isAffected, 'not found');
    }),
    { numRuns: 5000 },
  );
});

type Plain = { truth: boolean; support: boolean };
function readPlainly(criteria: Criteria, items: { name: string; version: number }[]): Plain {
  if (criteria.kind === 'group') {
    const children = criteria.children.map((child) => readPlainly(child, items));
    const isAnd = criteria.operator === 'AND';
    const truth = isAnd ? children.every((one) => one.truth) : children.some((one) => one.truth);
    if (criteria.negate) return { truth: !truth, support: false };
    return { truth, support: truth && children.some((one) => one.truth && one.support) };
  }
  if (criteria.kind !== 'cpe') throw new Error('only CPE here');
  const [, , ...words] = criteria.cpe.split(':');
  const end = Number(criteria.range?.endExcluding ?? Number.POSITIVE_INFINITY);
  const truth = items.some(
    ({ name, version }) => name === words.slice(0, 3).join(':') && version < end,
  );
  return { truth, support: truth && criteria.vulnerable };
}
