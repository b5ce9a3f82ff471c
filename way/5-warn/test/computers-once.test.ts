// SPDX-License-Identifier: Apache-2.0
/** Each computer of a warning counts once, under its strongest verdict, wherever it is counted. */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { testScope } from '@sakimori/store/testing';
import fc from 'fast-check';
import { sql } from 'kysely';
import { answerWarning, listSuppressions, removeSuppression } from '../src/answers.ts';
import type { InventoryItem } from '../src/engine/index.ts';
import { importFeed } from '../src/feed-import.ts';
import { computersChanged, queueComputers, runMatchTasks } from '../src/match-tasks.ts';
import { readBoard, readVulnerability } from '../src/office.ts';
import { listWarnings, proveWarning, readWarning } from '../src/warning-reading.ts';
import { cveText, feed, kevText } from './feeds.ts';
import { makeWorld, type World } from './world.ts';

const CVE = 'CVE-2026-1000';
const OFFICE = testScope();
const own = (organisation: string) => testScope({ organisation, reach: 'own' });

const item = (product: string, version?: string): InventoryItem => ({
  maker: 'Example Networks',
  product,
  ...(version ? { version } : {}),
});
const affected = (product = 'Gate') => item(product, '7.2.4');
const affectedToo = (product = 'Gate') => item(product, '7.2.3');
const undecided = (product = 'Gate') => item(product);
const fixed = (product = 'Gate') => item(product, '7.2.5');

/** One vulnerability of two products, so that "not this one" can be said of one of them. */
function flawOf(cve: string, ...products: readonly string[]) {
  const [record, ...others] = products.map((product) =>
    JSON.parse(cveText([{ cve, product }])),
  ) as { containers: { cna: { affected: unknown[] } } }[];
  for (const { containers } of others) {
    record?.containers.cna.affected.push(...containers.cna.affected);
  }
  return feed('cve', JSON.stringify(record), `https://feeds.example.com/${cve}`);
}

/** Computers of operators by name, with their items; the operators become known too. */
async function registered(
  world: World,
  computers: Readonly<Record<string, readonly InventoryItem[]>>,
): Promise<void> {
  const operatorOf = (id: string) => `org_${id[0]}`;
  await world.organisations(...new Set(Object.keys(computers).map(operatorOf)));
  await world.computers(
    ...Object.entries(computers).map(([id, items]) => ({
      id,
      organisation: operatorOf(id),
      items,
    })),
  );
}

async function changed(world: World, id: string, items: readonly InventoryItem[]): Promise<void> {
  await registered(world, { [id]: items });
  await computersChanged(world.context, { organisationId: `org_${id[0]}`, computerIds: [id] });
}

async function warned(
  t: TestContext,
  computers: Readonly<Record<string, readonly InventoryItem[]>>,
): Promise<World> {
  const world = await makeWorld(t);
  await registered(world, computers);
  await importFeed(world.context, flawOf(CVE, 'Gate', 'Vault'));
  return world;
}

async function exploited(world: World, cve = CVE, version = '2026.11.20'): Promise<void> {
  await importFeed(world.context, feed('kev', kevText(version, [{ cve }])));
}

/** Warnings as their operators see them: form, state, revision, computers. */
async function counted(world: World, organisation = 'org_a'): Promise<readonly string[]> {
  const { items } = await listWarnings(world.context, own(organisation));
  return items.map(
    ({ form, state, revision, computers }) => `${form} ${state} r${revision} ${computers}`,
  );
}

async function denied(world: World, organisation = 'org_a'): Promise<void> {
  const { items } = await listWarnings(world.context, own(organisation));
  await answerWarning(world.context, own(organisation), {
    warningId: items[0]?.id ?? '',
    personId: 'per_first',
    kind: 'not-affected',
    word: '該当機能は無効です',
    via: 'inbox',
  });
}

test('a computer with an affected item and one of unknown version is one affected computer', async (t) => {
  const world = await warned(t, { a1: [affected(), undecided()] });
  assert.deepEqual(await counted(world), ['alarm open r1 1']);
});

test('questions about a computer never outweigh its alarm', async (t) => {
  const world = await warned(t, { a1: [affected(), undecided(), undecided('Vault')] });
  assert.deepEqual(await counted(world), ['alarm open r1 1']);
});

test('a computer counts once, however many of its items are hit and however', async (t) => {
  const world = await warned(t, {
    a1: [affected(), affectedToo(), undecided()],
    a2: [affected(), affectedToo(), undecided(), undecided('Vault'), fixed('Vault')],
    a3: [undecided(), undecided('Vault')],
    a4: [affected()],
    a5: [fixed(), fixed('Vault')],
    b1: [undecided(), undecided('Vault')],
    b2: [undecided(), fixed('Vault')],
    c1: [fixed()],
  });
  assert.deepEqual(await counted(world, 'org_a'), ['alarm open r1 3']);
  assert.deepEqual(await counted(world, 'org_b'), ['question open r1 2']);
  assert.deepEqual(await counted(world, 'org_c'), []);
});

test('an update of the warning counts each computer once, too', async (t) => {
  const world = await warned(t, { a1: [affected(), undecided()], a2: [undecided('Vault')] });
  await exploited(world);
  assert.deepEqual(await counted(world), ['alarm open r2 1']);
  await changed(world, 'a2', [affected('Vault'), affectedToo('Vault'), undecided('Vault')]);
  assert.deepEqual(await counted(world), ['alarm open r3 2']);
});

test('a question that becomes an alarm counts the affected computers once', async (t) => {
  const world = await warned(t, { a1: [undecided(), undecided('Vault')], a2: [undecided()] });
  assert.deepEqual(await counted(world), ['question open r1 2']);
  await changed(world, 'a1', [affected(), undecided('Vault')]);
  assert.deepEqual(await counted(world), ['alarm open r2 1']);
});

test('an item that is suppressed takes no computer away from the other that is not', async (t) => {
  const world = await warned(t, { a1: [affected()], b1: [affected(), affected('Vault')] });
  await denied(world);
  await changed(world, 'a1', [affected(), affected('Vault')]);
  assert.deepEqual(await counted(world), ['alarm open r2 1']);
  // What one operator said of itself says nothing of another.
  assert.deepEqual(await counted(world, 'org_b'), ['alarm open r1 1']);
  await exploited(world);
  assert.deepEqual(await counted(world), ['alarm open r3 1']);
  assert.deepEqual(await counted(world, 'org_b'), ['alarm open r2 1']);
});

test('a suppressed item of a stronger verdict leaves the computer under the weaker one', async (t) => {
  const world = await warned(t, { a1: [affected()] });
  await denied(world);
  await changed(world, 'a1', [affected(), undecided('Vault')]);
  assert.deepEqual(await counted(world), ['question open r2 1']);
});

test('a suppression that is taken back makes its items count, its computers still once', async (t) => {
  const world = await warned(t, { a1: [affected()] });
  await denied(world);
  await changed(world, 'a1', [affected(), affected('Vault'), undecided('Vault')]);
  assert.deepEqual(await counted(world), ['alarm open r2 1']);
  for (const { id } of await listSuppressions(world.context, own('org_a'), 'org_a')) {
    await removeSuppression(world.context, own('org_a'), id);
  }
  await runMatchTasks(world.context);
  assert.deepEqual(await counted(world), ['alarm open r3 1']);
});

test('one fixed computer of two ends no warning, though both are hit by several items', async (t) => {
  const both = [affected(), undecided()];
  const world = await warned(t, { a1: both, a2: both });
  const { items } = await listWarnings(world.context, own('org_a'));
  const given = await answerWarning(world.context, own('org_a'), {
    warningId: items[0]?.id ?? '',
    personId: 'per_first',
    kind: 'fixed',
    computerId: 'a1',
    via: 'inbox',
  });
  assert.equal(given.effect.state, 'working');
});

test('office, operator, text and ledger say the same number of computers', async (t) => {
  const world = await warned(t, {
    a1: [affected(), affectedToo(), undecided()],
    a2: [affected(), undecided('Vault')],
    a3: [undecided()],
    b1: [affected(), affected('Vault')],
  });
  const { exposure } = await readVulnerability(world.context, OFFICE, CVE, true);
  assert.deepEqual([exposure?.numbers.computers, exposure?.numbers.affectedComputers], [3, 3]);
  assert.deepEqual(
    exposure?.organisations.map((one) => [one.organisation.id, one.computers]).sort(),
    [
      ['org_a', 2],
      ['org_b', 1],
    ],
  );
  for (const cells of [exposure?.bySector, exposure?.byPrefecture]) {
    assert.deepEqual(
      cells?.map((cell) => cell.computers),
      [3],
    );
  }
  assert.equal((await readBoard(world.context, OFFICE)).totals.affectedComputers, 3);
  const { items } = await listWarnings(world.context, own('org_a'));
  const id = items[0]?.id ?? '';
  const detail = await readWarning(world.context, own('org_a'), id);
  assert.equal(detail.computers, 2);
  assert.match(detail.executive.en, /^2 of your registered computers/);
  assert.match(detail.executive.ja, /^登録された 2 台の/);
  assert.match(detail.why.ja, /ほか 1 台も/);
  const proof = await proveWarning(world.context, own('org_a'), id, 1);
  assert.equal(proof.content.computers, 2);
});

test('"and more" says how many computers are not shown, not how many items', async (t) => {
  const ids = Array.from({ length: 12 }, (_, i) => `a${i + 10}`);
  const world = await warned(
    t,
    Object.fromEntries(ids.map((id) => [id, [affected(), affected('Vault'), undecided()]])),
  );
  const { items } = await listWarnings(world.context, own('org_a'));
  const detail = await readWarning(world.context, own('org_a'), items[0]?.id ?? '');
  assert.equal(detail.computers, 12);
  const shown = new Set(detail.analyst.en.match(/^- a\d+(?= \|)/gm));
  assert.ok(shown.size < 12);
  assert.match(detail.analyst.en, new RegExp(`^- and ${12 - shown.size} more$`, 'm'));
  assert.match(detail.analyst.ja, new RegExp(`^- ほか ${12 - shown.size} 台$`, 'm'));
});

const ITEMS = { affected, affectedToo, undecided, fixed };
const PRODUCTS = ['Gate', 'Vault'] as const;
const someItems = fc.subarray(Object.keys(ITEMS) as (keyof typeof ITEMS)[]);
const someOperator = fc.record({
  computers: fc.array(fc.record({ Gate: someItems, Vault: someItems }), { minLength: 1 }),
  silenced: fc.subarray([...PRODUCTS]),
});
type Operator = typeof someOperator extends fc.Arbitrary<infer T> ? T : never;

/** Form and computers of the warning that must come out, computer by computer. */
function expectedOf({ computers, silenced }: Operator): readonly string[] {
  const hits = computers.map((computer) =>
    PRODUCTS.flatMap((product) => (silenced.includes(product) ? [] : computer[product])),
  );
  const alarms = hits.filter((held) => held.includes('affected') || held.includes('affectedToo'));
  if (alarms.length > 0) return [`alarm ${alarms.length}`];
  const questions = hits.filter((held) => held.includes('undecided'));
  return questions.length > 0 ? [`question ${questions.length}`] : [];
}

/** Computers of these operators, each told apart, with what each operator does not want to hear. */
async function settle(world: World, operators: readonly Operator[]): Promise<void> {
  const { store, clock } = world.context;
  const rules = await world.rows<{ item: string; product: string; rule: string }>(
    'select distinct item, product, rule from verdict',
  );
  for (const [at, { computers, silenced }] of operators.entries()) {
    const organisation = `org_${at}`;
    await world.organisations(organisation);
    const stored = computers.map((held, n) => ({
      id: `c${at}_${n}`,
      organisation,
      items: PRODUCTS.flatMap((product) => held[product].map((kind) => ITEMS[kind](product))),
    }));
    await world.computers(...stored);
    await store.change(OFFICE, async ({ db, record }) => {
      for (const { item: named, product, rule } of rules) {
        if (!silenced.some((one) => named.includes(one))) continue;
        await sql`insert into suppression (suppression_id, organisation_id, product, rule, word,
            person_id, at_ms) values (${`sup_${at}_${product}_${rule}`}, ${organisation}, ${product},
            ${rule}, 'w', 'per_first', 1) on conflict do nothing`.execute(db);
      }
      await record({ type: 'warning.answered', refs: [organisation] });
      const computerIds = stored.map((computer) => computer.id);
      await queueComputers(db, { organisationId: organisation, computerIds }, clock.now());
    });
  }
}

test('whatever operators hold and suppress, each computer counts once', async () => {
  const operators = fc.array(someOperator, { minLength: 8, maxLength: 8 });
  const property = fc.asyncProperty(operators, async (given) => {
    const endings: (() => unknown)[] = [];
    const world = await makeWorld({ after: (end: () => unknown) => endings.push(end) });
    try {
      // Somebody holds everything, so that there are rules which others can suppress.
      const all = Object.values(ITEMS).flatMap((make) => PRODUCTS.map(make));
      await registered(world, { z1: all });
      await importFeed(world.context, flawOf(CVE, ...PRODUCTS));
      await settle(world, given);
      await runMatchTasks(world.context);
      const lines = async () => {
        const { items } = await listWarnings(world.context, OFFICE);
        const told = items.map((one) => `${one.organisation.id} ${one.form} ${one.computers}`);
        return told.sort();
      };
      const expected = given.flatMap((operator, at) =>
        expectedOf(operator).map((line) => `org_${at} ${line}`),
      );
      assert.deepEqual(await lines(), [...expected, 'org_z alarm 1']);
      await exploited(world);
      assert.deepEqual(await lines(), [...expected, 'org_z alarm 1']);
    } finally {
      for (const end of endings) await end();
    }
  });
  await fc.assert(property, { numRuns: 6, endOnFailure: true });
});
