// SPDX-License-Identifier: Apache-2.0
/** Real published feeds, when they are there; nothing of them is kept in this repository. */
import assert from 'node:assert/strict';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { importFeed } from '../src/feed-import.ts';
import { makeWorld, type World } from './world.ts';

const SHARED = process.env.SAKIMORI_SHARED ?? join(import.meta.dirname, '../../../../shared/data');
const file = (path: string) => join(SHARED, path);

function bring(world: World, kind: 'kev' | 'cve' | 'cpe', path: string) {
  const inputs = [{ file: path, bytes: createReadStream(file(path)) }];
  return importFeed(world.context, { kind, source: kind, actor: 'per_office', inputs });
}

test('the update of KEV from 2025-08-25 to 2026-07-23 warns whom it concerns and nobody else', async (t) => {
  if (!existsSync(file('kev/kev-2026-07-23.json'))) return t.skip('shared data not present');
  const world = await makeWorld(t);
  await world.organisations('org_filezen', 'org_array', 'org_old', 'org_quiet');
  const one = (
    id: string,
    organisation: string,
    maker: string,
    product: string,
    version?: string,
  ) => ({
    id,
    organisation,
    items: [{ maker, product, ...(version ? { version } : {}) }],
  });
  await world.computers(
    one('f1', 'org_filezen', 'ソリトンシステムズ', 'FileZen', '5.0.0'),
    one('g1', 'org_array', 'Array Networks', 'ArrayOS AG', '9.4.5.8'),
    one('o1', 'org_old', 'North Grid', 'Proself', '5.62'),
    one('q1', 'org_quiet', 'Example Networks', 'Gate', '1.0'),
  );
  const first = await bring(world, 'kev', 'kev/kev-2025-08-25.json');
  assert.deepEqual([first.run.state, first.run.counts.added], ['applied', 1404]);
  const told = async () =>
    (
      await world.rows<{ line: string }>(`select organisation_id || ' ' || vulnerability_id || ' r'
        || revision as line from warning order by 1`)
    ).map((row) => row.line);
  const before = await told();
  assert.ok(before.includes('org_old CVE-2023-45727 r1'));
  assert.ok(!before.some((line) => line.includes('CVE-2026-25108')));
  const second = await bring(world, 'kev', 'kev/kev-2026-07-23.json');
  assert.deepEqual(
    [second.run.state, second.run.counts.added, second.run.counts.changed],
    ['applied', 249, 36],
  );
  const after = await told();
  assert.ok(after.includes('org_filezen CVE-2026-25108 r1'));
  assert.ok(after.includes('org_array CVE-2025-66644 r1'));
  assert.ok(!after.some((line) => line.startsWith('org_quiet')));
  assert.deepEqual(
    before.filter((line) => !after.includes(line)),
    [],
    'what was told before is not told again',
  );
});
