// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { inventoryLookup } from '../src/index.ts';
import { operatorScope, SCOPE, setUp } from './service-setup.ts';

const A = operatorScope('org_a');
const COMPLETE = {
  key: 'A-1',
  maker: '富士通',
  product: 'IPCOM EX2',
  version: '1.0',
  role: '負荷分散',
  facility: '送電制御',
  site: '本社',
  prefecture: '東京都',
  exposure: 'インターネット',
  introduced: '令和6年4月1日',
  contact: '防人 太郎',
};

test('a computer is registered by hand, looked at, changed and retired; each step is on the ledger', async (t) => {
  const { register, clock } = await setUp(t);
  const created = await register.computers.create(A, 'org_a', COMPLETE);
  assert.equal(created.entries.length, 1);
  const { computerId } = created.value;
  const first = await register.computers.get(A, computerId);
  assert.equal(first.prefecture, '13');
  assert.equal(first.introduced, '2024-04-01');
  assert.deepEqual(first.missing, []);
  assert.equal(first.notification, 'draft');
  assert.equal(first.notificationDue, '2027-03-31T14:59:59.999Z');
  assert.deepEqual(first.items, [{ name: '富士通 IPCOM EX2', version: '1.0', source: 'row' }]);
  clock.ms += 60_000;
  const changed = await register.computers.change(A, computerId, { version: '1.1', note: null }, 1);
  assert.deepEqual(changed.value.changes, [{ field: 'version', before: '1.0', after: '1.1' }]);
  assert.equal(changed.entries.length, 1);
  const same = await register.computers.change(A, computerId, { version: '1.1' });
  assert.deepEqual([same.value.changes, same.entries], [[], []]);
  await assert.rejects(register.computers.change(A, computerId, { version: '3' }, 1), {
    code: 'REG_COMPUTER_CHANGED_MEANWHILE',
  });
  const second = await register.computers.get(A, computerId);
  assert.deepEqual(second.items, [{ name: '富士通 IPCOM EX2', version: '1.1', source: 'row' }]);
  assert.deepEqual(
    second.history.map(({ happening, by }) => [happening, by]),
    [
      ['changed', 'per_org_a'],
      ['registered', 'per_org_a'],
    ],
  );
  await register.computers.retire(A, computerId, '2026-11-21');
  await assert.rejects(register.computers.change(A, computerId, { version: '3' }), {
    code: 'REG_COMPUTER_RETIRED',
  });
  const retired = await register.computers.get(A, computerId);
  assert.equal(
    retired.notification,
    'not-required',
    'nobody had been told: nothing is to be notified',
  );
  await register.computers.create(A, 'org_a', COMPLETE);
});

test('a number is given once; values that cannot be read are refused by field', async (t) => {
  const { register } = await setUp(t);
  await register.computers.create(A, 'org_a', COMPLETE);
  await assert.rejects(register.computers.create(A, 'org_a', { ...COMPLETE, key: ' Ａ-1 ' }), {
    code: 'REG_KEY_TAKEN',
  });
  const refuses = async (input: Record<string, string>, field: string) => {
    const create = async () => register.computers.create(A, 'org_a', input);
    await assert.rejects(create, (error: { code: string; parameters: { field: string } }) => {
      assert.deepEqual([error.code, error.parameters.field], ['REG_COMPUTER_INVALID', field]);
      return true;
    });
  };
  await refuses({ ...COMPLETE, key: 'A-2', introduced: '10/1/2024' }, 'introduced');
  await refuses({ ...COMPLETE, key: 'A-2', exposure: '謎の網' }, 'exposure');
  await refuses({ key: 'A-2', maker: '富士通' }, 'product');
  await refuses({ ...COMPLETE, password: 'x' }, 'unknown');
});

test('a list is searched in any width, filtered, counted and turned page by page', async (t) => {
  const { register } = await setUp(t);
  await register.computers.createMany(
    A,
    'org_a',
    Array.from({ length: 120 }, (_, i) => ({
      key: `K-${String(i).padStart(3, '0')}`,
      maker: i % 2 ? '富士通' : 'Fortinet',
      product: i % 2 ? 'IPCOM EX2' : 'FortiGate',
      exposure: i % 3 ? 'internal' : 'internet',
    })),
  );
  const of = { organisationId: 'org_a' };
  assert.equal((await register.computers.list(A, { ...of, query: 'ｉｐｃｏｍ 富士通' })).total, 60);
  assert.equal((await register.computers.list(A, { ...of, query: '100%' })).total, 0);
  assert.equal((await register.computers.list(A, { ...of, exposure: 'internet' })).total, 40);
  assert.equal((await register.computers.list(A, { ...of, incomplete: true })).total, 120);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await register.computers.list(A, { ...of, limit: 50, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ label }) => label));
    cursor = page.next;
  } while (cursor);
  assert.deepEqual(
    seen,
    Array.from({ length: 120 }, (_, i) => `K-${String(i).padStart(3, '0')}`),
  );
  await assert.rejects(async () => register.computers.list(A, { ...of, cursor: 'x' }), {
    code: 'REG_CURSOR_INVALID',
  });
  const [own] = await register.organisations.list(A, {});
  assert.deepEqual([own?.id, own?.computers, own?.incompleteComputers], ['org_a', 120, 120]);
});

test('Windows Server needs no notification, stays in the register and is still matched', async (t) => {
  const { register, store } = await setUp(t);
  const { value } = await register.computers.create(A, 'org_a', {
    ...COMPLETE,
    maker: 'Microsoft',
    product: 'Windows Server 2019',
    version: '1809',
  });
  const computer = await register.computers.get(A, value.computerId);
  assert.deepEqual(
    [computer.notification, computer.exemption, computer.duty.kind],
    ['not-required', 'windows-server', 'exempt'],
  );
  const found = await store.read(SCOPE, (db) =>
    Array.fromAsync(inventoryLookup.identitiesByKeys(db, ['key:windows server 2019'])),
  );
  assert.equal(found.flat().length, 1);
  // Once it is another product, the duty begins.
  await register.computers.change(A, value.computerId, { maker: '富士通', product: 'IPCOM EX2' });
  assert.equal((await register.computers.get(A, value.computerId)).notification, 'draft');
});

test('the match finds identities by key, computers by identity, and never a retired one', async (t) => {
  const { register, store } = await setUp(t);
  const B = operatorScope('org_b');
  const one = await register.computers.create(A, 'org_a', {
    ...COMPLETE,
    operatingSystem: 'Linux',
  });
  await register.computers.create(B, 'org_b', COMPLETE);
  const look = <T>(
    scope: typeof A,
    work: (db: Parameters<Parameters<typeof store.read>[1]>[0]) => Promise<T>,
  ) => store.read(scope, work);
  const ids = await look(SCOPE, async (db) =>
    (
      await Array.fromAsync(inventoryLookup.identitiesByKeys(db, ['key:ipcom ex2', 'key:none']))
    ).flat(),
  );
  assert.equal(ids.length, 1, 'the same product of two operators is one identity');
  const holders = async (scope: typeof A) =>
    look(scope, async (db) =>
      (
        await Array.fromAsync(
          inventoryLookup.computersWith(
            db,
            ids.map(({ identityId }) => identityId),
          ),
        )
      ).flat(),
    );
  assert.deepEqual((await holders(SCOPE)).map(({ organisationId }) => organisationId).sort(), [
    'org_a',
    'org_b',
  ]);
  assert.deepEqual(
    (await holders(B)).map(({ organisationId, label, exposure }) => [
      organisationId,
      label,
      exposure,
    ]),
    [['org_b', 'A-1', 'internet']],
  );
  const siblings = await look(SCOPE, (db) => inventoryLookup.siblings(db, [one.value.computerId]));
  assert.deepEqual(
    siblings.get(one.value.computerId)?.map(({ item }) => item.product),
    ['IPCOM EX2', 'Linux'],
  );
  const inventory = await look(SCOPE, (db) =>
    inventoryLookup.inventoryOf(db, one.value.computerId),
  );
  assert.deepEqual([inventory?.site, inventory?.identities.length], ['本社', 2]);
  assert.equal(
    await look(B, (db) => inventoryLookup.inventoryOf(db, one.value.computerId)),
    undefined,
  );
  const joined = await look(SCOPE, (db) =>
    sql<{ n: string }>`select count(*) as n from ${inventoryLookup.holdings} h`.execute(db),
  );
  assert.equal(Number(joined.rows[0]?.n), 3);
  await register.computers.retire(A, one.value.computerId, '2026-11-20');
  assert.deepEqual(
    (await holders(SCOPE)).map(({ organisationId }) => organisationId),
    ['org_b'],
  );
  await register.organisations.setContacts(B, 'org_b', [
    { name: '防人 花子', email: 'csirt@example.jp', order: 1, language: 'ja' },
  ]);
  assert.deepEqual(await look(SCOPE, (db) => inventoryLookup.contacts(db, ['org_a', 'org_b'])), [
    {
      personId: 'csirt@example.jp',
      organisationId: 'org_b',
      name: '防人 花子',
      email: 'csirt@example.jp',
      order: 1,
      language: 'ja',
    },
  ]);
  assert.deepEqual(
    (await look(B, (db) => inventoryLookup.organisations(db, ['org_a', 'org_b']))).map(
      ({ id }) => id,
    ),
    ['org_b'],
  );
});

test('an SBOM adds what is on a computer; the next one of the same name takes its place', async (t) => {
  const { register } = await setUp(t);
  const { value } = await register.computers.create(A, 'org_a', COMPLETE);
  const bom = (...names: string[]) =>
    Buffer.from(
      JSON.stringify({
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        metadata: { component: { type: 'firmware', name: 'ipcom-fw' } },
        components: names.map((name) => ({
          type: 'library',
          name,
          version: '1',
          purl: `pkg:generic/${name}@1`,
        })),
      }),
    );
  const first = await register.computers.attachSbom(A, value.computerId, {
    bytes: bom('zlib', 'openssl'),
  });
  assert.deepEqual([first.value.isNew, first.value.components, first.entries.length], [true, 3, 1]);
  const again = await register.computers.attachSbom(A, value.computerId, {
    bytes: bom('zlib', 'openssl'),
  });
  assert.deepEqual([again.value.isNew, again.entries.length], [false, 0]);
  await register.computers.attachSbom(A, value.computerId, { bytes: bom('zlib', 'curl') });
  const { items, history } = await register.computers.get(A, value.computerId);
  assert.deepEqual(items.map(({ name, source }) => `${source} ${name}`).sort(), [
    'row 富士通 IPCOM EX2',
    'sbom curl',
    'sbom ipcom-fw',
    'sbom zlib',
  ]);
  assert.deepEqual(
    history.map(({ happening }) => happening),
    ['sbom', 'sbom', 'registered'],
  );
  assert.equal((await register.computers.listSboms(A, value.computerId)).length, 1);
  // A change of the row leaves the software where it is.
  await register.computers.change(A, value.computerId, { version: '2.0' });
  assert.equal((await register.computers.get(A, value.computerId)).items.length, 4);
  await assert.rejects(
    register.computers.attachSbom(A, value.computerId, { bytes: Buffer.from('{}') }),
    { code: 'REG_SBOM_NOT_UNDERSTOOD' },
  );
});

test('history is added to and never rewritten, and no computer changes without an entry', async (t) => {
  const { register, store } = await setUp(t);
  const { value } = await register.computers.create(A, 'org_a', COMPLETE);
  await register.computers.change(A, value.computerId, { version: '1.1' });
  for (const statement of [
    'delete from computer_history',
    'update computer_history set actor = actor',
  ]) {
    await assert.rejects(store.change(SCOPE, ({ db }) => sql.raw(statement).execute(db)));
  }
  await assert.rejects(
    store.change(SCOPE, ({ db }) => sql`update computer set label = 'x'`.execute(db)),
  );
});
