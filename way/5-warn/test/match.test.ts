// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { importFeed } from '../src/feed-import.ts';
import { computersChanged } from '../src/match-tasks.ts';
import { cveText, feed, kevText } from './feeds.ts';
import { makeWorld, type World } from './world.ts';

const gate = (version?: string) => ({
  maker: 'Example Networks',
  product: 'Gate',
  ...(version ? { version } : {}),
});

/** All warnings, one line each: organisation, vulnerability, form, state, revision, computers. */
async function check(world: World, expected: readonly string[]): Promise<void> {
  const rows = await world.rows<{ line: string }>(`select concat_ws(' ', organisation_id,
    vulnerability_id, form, state, 'r' || revision, computers || ' computers',
    outcome, array_to_string(changes, ',')) as line from warning order by 1`);
  assert.deepEqual(
    rows.map((row) => row.line.trim()),
    expected,
  );
}

test('exactly the operators that have the vulnerable version are warned, once', async (t) => {
  const world = await makeWorld(t);
  await world.organisations('org_a', 'org_b', 'org_c');
  await world.computers(
    { id: 'a1', organisation: 'org_a', items: [gate('7.2.4')] },
    { id: 'a2', organisation: 'org_a', items: [gate('7.2.4')] },
    { id: 'b1', organisation: 'org_b', items: [gate('7.2.5')] },
    {
      id: 'c1',
      organisation: 'org_c',
      items: [{ maker: 'Example Networks', product: 'Other', version: '1' }],
    },
  );
  const first = await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-1000' }])));
  assert.equal(first.run.state, 'applied');
  await check(world, ['org_a CVE-2026-1000 alarm open r1 2 computers 60D']);
  const again = await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-1000' }])));
  assert.equal(again.run.state, 'unchanged');
  const kev = await importFeed(
    world.context,
    feed('kev', kevText('2026.11.20', [{ cve: 'CVE-2026-1000' }])),
  );
  assert.equal(kev.matched.updated, 1);
  await check(world, ['org_a CVE-2026-1000 alarm open r2 2 computers 14D exploitation-known']);
});

test('a computer without a version is a question, not an alarm', async (t) => {
  const world = await makeWorld(t);
  await world.organisations('org_a');
  await world.computers({ id: 'a1', organisation: 'org_a', items: [gate()] });
  await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-1000' }])));
  await check(world, ['org_a CVE-2026-1000 question open r1 1 computers 60D']);
  await world.computers({ id: 'a1', organisation: 'org_a', items: [gate('7.2.4')] });
  await computersChanged(world.context, { organisationId: 'org_a', computerIds: ['a1'] });
  await check(world, ['org_a CVE-2026-1000 alarm open r2 1 computers 60D decided']);
});
