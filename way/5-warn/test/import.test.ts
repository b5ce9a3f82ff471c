// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { importFeed, listFeedRuns } from '../src/feed-import.ts';
import { cveText, feed, kevText } from './feeds.ts';
import { makeWorld, type World } from './world.ts';

const gate = (version?: string) => ({
  maker: 'Example Networks',
  product: 'Gate',
  ...(version ? { version } : {}),
});

const entries = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ cve: `CVE-2026-${6000 + i}` }));

async function known(world: World): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(`select 'vulnerabilities ' || count(*) as line
    from vulnerability union all select 'statements ' || count(*) from vulnerability_statement
    union all select 'staged ' || count(*) from feed_stage
    union all select 'listed ' || count(*) filter (where listed) from vulnerability`);
  return rows.map((row) => row.line);
}

/** A feed in a world that knows ten entries: how the run ends, and that refusals change nothing. */
async function check(world: World, request: Parameters<typeof importFeed>[1], expected: string) {
  const before = await known(world);
  const { run } = await importFeed(world.context, request);
  const code = run.problem ? `: ${run.problem.en}` : '';
  assert.match(`${run.state}${code}`, new RegExp(`^${expected}`));
  if (run.state !== 'applied') assert.deepEqual(await known(world), before);
}

test('a bad or truncated feed changes nothing and is reported', async (t) => {
  const world = await makeWorld(t);
  const good = kevText('2026.11.10', entries(10));
  await check(world, feed('kev', good), 'applied');
  await check(world, feed('kev', good.slice(0, 1500)), 'refused: The kev import was stopped');
  await check(world, feed('kev', good.slice(0, -1)), 'refused: The kev import was stopped');
  await check(world, feed('kev', ''), 'refused');
  await check(world, feed('kev', '<html>not found</html>'), 'refused');
  await check(world, feed('kev', '{"vulnerabilities":[]}'), 'refused');
  await check(world, feed('kev', gzipSync(good).subarray(0, 200)), 'refused');
  await check(world, feed('kev', gzipSync(Buffer.alloc(80_000_000, 32))), 'refused');
  const deep = `{"vulnerabilities":${'['.repeat(5000)}${']'.repeat(5000)}}`;
  await check(world, feed('kev', deep), 'refused');
  const runs = await listFeedRuns(world.context, 'kev');
  assert.equal(runs.filter((run) => run.state === 'refused').length, 8);
  assert.ok(runs.every((run) => run.state !== 'refused' || (run.problem?.ja && !run.receipt)));
});

test('the same bytes again are no news, compressed or not', async (t) => {
  const world = await makeWorld(t);
  const text = kevText('2026.11.10', entries(10));
  await check(world, feed('kev', text), 'applied');
  await check(world, feed('kev', text), 'unchanged');
  await check(world, feed('kev', gzipSync(text)), 'unchanged');
});

test('a list that lost much is not believed until a person has looked', async (t) => {
  const world = await makeWorld(t);
  await check(world, feed('kev', kevText('2026.11.10', entries(40))), 'applied');
  const short = kevText('2026.11.11', entries(20));
  await check(world, feed('kev', short), 'refused: kev shrank from 40 to 20');
  await check(world, { ...feed('kev', short), decreaseAllowed: true }, 'applied');
  assert.ok((await known(world)).includes('listed 20'));
});

test('an older list does not replace a newer one', async (t) => {
  const world = await makeWorld(t);
  await check(world, feed('kev', kevText('2026.11.10', entries(10))), 'applied');
  await check(
    world,
    feed('kev', kevText('2026.11.09', entries(9))),
    'refused: This kev file is older',
  );
});

test('one entry that left the list is withdrawn, and its warning says so', async (t) => {
  const world = await makeWorld(t);
  await world.organisations('org_a');
  await world.computers({ id: 'a1', organisation: 'org_a', items: [gate('7.2.4')] });
  await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-6000' }])));
  await importFeed(world.context, feed('kev', kevText('2026.11.10', entries(10))));
  await importFeed(world.context, feed('kev', kevText('2026.11.11', entries(10).slice(1))));
  const [line] = await world.rows<{ changes: string[]; outcome: string }>(
    `select changes, outcome from warning where vulnerability_id = 'CVE-2026-6000'`,
  );
  assert.deepEqual(line?.changes, ['exploitation-withdrawn']);
});

test('an edit is told only when it changes what someone must do', async (t) => {
  const world = await makeWorld(t);
  await world.organisations('org_a');
  await world.computers({ id: 'a1', organisation: 'org_a', items: [gate('7.2.4')] });
  await importFeed(world.context, feed('cve', cveText([{ cve: 'CVE-2026-6000' }])));
  const edit = async (version: string, entry: object) => {
    const list = [{ cve: 'CVE-2026-6000', ...entry }];
    await importFeed(world.context, feed('kev', kevText(version, list)));
    const [row] = await world.rows<{ line: string }>(
      `select 'r' || revision || ' ' || array_to_string(changes, ',') as line from warning`,
    );
    return row?.line;
  };
  assert.equal(await edit('2026.11.10', {}), 'r2 exploitation-known');
  assert.equal(
    await edit('2026.11.11', { notes: 'https://www.example.com/more' }),
    'r2 exploitation-known',
  );
  assert.equal(await edit('2026.11.12', { ransomware: 'Known' }), 'r3 ransomware-known');
  assert.equal(
    await edit('2026.11.13', { ransomware: 'Known', due: '2026-11-30' }),
    'r4 due-moved',
  );
  const [{ n } = { n: 0 }] = await world.rows<{ n: number }>(
    'select count(*)::int as n from warning',
  );
  assert.equal(n, 1, 'always the same warning');
});

test('a rule over two products of one computer is asked of the whole computer', async (t) => {
  const world = await makeWorld(t);
  await world.organisations('org_a');
  const appliance = { cpe: 'cpe:2.3:h:example:box:-:*:*:*:*:*:*:*' };
  const firmware = { cpe: 'cpe:2.3:o:example:box_firmware:1.0:*:*:*:*:*:*:*' };
  const other = { cpe: 'cpe:2.3:h:example:crate:-:*:*:*:*:*:*:*' };
  await world.computers(
    { id: 'both', organisation: 'org_a', items: [appliance, firmware] },
    { id: 'other', organisation: 'org_a', items: [other, firmware] },
  );
  const record = {
    cve_id: 'CVE-2026-7000',
    cve: {
      configurations: [
        {
          operator: 'AND',
          nodes: [
            {
              operator: 'OR',
              negate: false,
              cpeMatch: [
                {
                  vulnerable: true,
                  criteria: 'cpe:2.3:o:example:box_firmware:*:*:*:*:*:*:*:*',
                  versionEndExcluding: '2.0',
                },
              ],
            },
            {
              operator: 'OR',
              negate: false,
              cpeMatch: [{ vulnerable: false, criteria: 'cpe:2.3:h:example:box:-:*:*:*:*:*:*:*' }],
            },
          ],
        },
      ],
    },
  };
  await importFeed(world.context, feed('cpe', JSON.stringify(record)));
  const rows = await world.rows<{ c: string; v: string }>(
    'select computer_id as c, verdict as v from computer_verdict order by 1',
  );
  assert.deepEqual(
    rows.map(({ c, v }) => `${c} ${v}`),
    ['both affected', 'other not-affected'],
  );
  const [warning] = await world.rows<{ n: number }>('select computers as n from warning');
  assert.equal(warning?.n, 1);
});

test('a run that is taken up again with other content is refused, then starts anew', async (t) => {
  let staged = 0;
  const world = await makeWorld(t, (step) => {
    if (step !== 'import.staged') return;
    staged += 1;
    if (staged === 2) throw new Error('died');
  });
  const list = (notes: string) =>
    kevText(
      '2026.11.10',
      entries(4000).map((entry) => ({ ...entry, notes })),
    );
  await assert.rejects(importFeed(world.context, feed('kev', list('one'))), /died/);
  await assert.rejects(importFeed(world.context, feed('kev', list('one'))), {
    code: 'WRN_FEED_BUSY',
  });
  world.pass(61_000);
  const { run } = await importFeed(world.context, feed('kev', list('two')));
  assert.match(
    `${run.state}: ${run.problem?.en}`,
    /^refused: The source of the kev import changed/,
  );
  await check(world, feed('kev', list('two')), 'applied');
  assert.ok((await known(world)).includes('listed 4000'));
});

test('a run that is taken up again with the same content goes on where it was', async (t) => {
  const batches: string[] = [];
  let dies = true;
  const world = await makeWorld(t, (step) => {
    if (step !== 'import.staged') return;
    batches.push(step);
    if (dies && batches.length === 2) throw new Error('died');
  });
  const text = kevText('2026.11.10', entries(4000));
  await assert.rejects(importFeed(world.context, feed('kev', text)), /died/);
  dies = false;
  world.pass(61_000);
  await check(world, feed('kev', text), 'applied');
  const [{ n } = { n: 0 }] = await world.rows<{ n: number }>(
    'select staged_batches as n from feed_run',
  );
  assert.equal(batches.length, n, 'no batch was staged twice');
});

test('a run that is taken up again with a shorter file is refused', async (t) => {
  let staged = 0;
  const world = await makeWorld(t, (step) => {
    if (step === 'import.staged') staged += 1;
    if (staged === 2) throw new Error('died');
  });
  await assert.rejects(
    importFeed(world.context, feed('kev', kevText('2026.11.10', entries(4000)))),
  );
  world.pass(61_000);
  staged = 10;
  const { run } = await importFeed(world.context, feed('kev', kevText('2026.11.10', entries(5))));
  assert.equal(run.state, 'refused');
  assert.ok((await known(world)).includes('listed 0'));
});
