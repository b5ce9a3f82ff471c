// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AffectedProduct,
  evaluateIdentity,
  type InventoryItem,
  readIdentity,
  type SourceKind,
  type SourceStatement,
  type VersionRule,
} from '../../../src/engine/index.ts';

function product(
  rules: readonly VersionRule[],
  status: AffectedProduct['status'] = 'affected',
): AffectedProduct {
  return {
    status,
    criteria: {
      kind: 'named',
      maker: 'Example',
      product: 'Gateway',
      cpes: ['cpe:2.3:a:example:gateway:*:*:*:*:*:*:*:*'],
      vulnerable: true,
      rules,
      defaultStatus: 'unknown',
      versionless: rules.length === 0,
    },
    remedies: [],
  };
}
function says(kind: SourceKind, products: AffectedProduct[], byMaker = false): SourceStatement {
  return {
    provenance: { kind, name: `${kind} source`, recordId: kind, file: 'f', digest: '' },
    byMaker,
    products,
    scores: [],
    references: [],
    remedies: [{ category: 'vendor_fix', details: `as ${kind} says` }],
    rejected: false,
  };
}
const below = (version: string): VersionRule => ({
  status: 'affected',
  range: { endExcluding: version },
});
const exactly = (version: string): VersionRule => ({ status: 'affected', exactly: version });
const ITEM: InventoryItem = { cpe: 'cpe:2.3:a:example:gateway:1.5:*:*:*:*:*:*:*' };

function check(statements: SourceStatement[], expected: string, item: InventoryItem = ITEM): void {
  const answers = [statements, [...statements].reverse()].map((order) => {
    const verdict = evaluateIdentity(readIdentity([item]), {
      id: 'CVE-2026-0001',
      aliases: [],
      statements: order,
    });
    return verdict && `${verdict.verdict} ${verdict.confidence} by ${verdict.source.kind}`;
  });
  assert.deepEqual(answers, [expected, expected]);
}

test('a product named without versions is affected with low confidence', () => {
  check([says('kev', [product([])])], 'affected low by kev');
});

test('any source with versions overrules one without', () => {
  check(
    [says('kev', [product([])]), says('cve', [product([below('1.2')])])],
    'not-affected medium by cve',
  );
  check(
    [says('kev', [product([])]), says('cve', [product([below('2.0')])])],
    'affected high by cve',
  );
  check(
    [says('kev', [product([])]), says('jvn', [product([exactly('1.0')])])],
    'cannot-decide high by jvn',
  );
});

test('the maker that says "not affected" or "fixed" is believed before others', () => {
  const others = [says('kev', [product([])]), says('cve', [product([below('2.0')])])];
  const notAffected = product([{ status: 'affected', range: {} }], 'not-affected');
  check([...others, says('csaf', [notAffected], true)], 'not-affected high by csaf');
  check(
    [...others, says('csaf', [product([exactly('1.5')], 'fixed')], true)],
    'not-affected high by csaf',
  );
  check(
    [...others, says('csaf', [product([exactly('1.6')], 'fixed')], true)],
    'affected high by cve',
  );
});

test('among equals "affected" wins, and a contradiction lowers the confidence', () => {
  const affected = says('cpe', [product([below('2.0')])]);
  const other = says('csaf', [product([below('1.2')])]);
  check([affected, other], 'affected medium by cpe');
});

test('a source that is still investigating decides nothing', () => {
  const all = product([{ status: 'affected', range: {} }], 'under-investigation');
  check([says('csaf', [all], true)], 'cannot-decide high by csaf');
});

test('what to do is told by the deciding source first', () => {
  const verdict = evaluateIdentity(readIdentity([ITEM]), {
    id: 'CVE-2026-0001',
    aliases: [],
    statements: [says('kev', [product([])]), says('cve', [product([below('2.0')])])],
  });
  assert.deepEqual(
    verdict?.remedies.map((one) => one.details),
    ['as cve says', 'as kev says'],
  );
  assert.equal(verdict?.evidence.length, 2);
  assert.equal(verdict?.rule, 'cve|example/gateway|v < 2.0');
});

test('CVE changes, git hashes and schemes are followed', () => {
  const changed: VersionRule = {
    status: 'affected',
    range: { startIncluding: '1.0', endExcluding: '3.0' },
    changes: [{ at: '1.4', status: 'unaffected' }],
  };
  check([says('cve', [product([changed])])], 'not-affected high by cve');
  const git: VersionRule = { status: 'affected', scheme: 'git', exactly: 'abc123' };
  check([says('cve', [product([git])])], 'cannot-decide high by cve');
});
