// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { type Action, decide } from '@sakimori/authority';
import { refused, type TestInstance, testInstance } from './instance.ts';

const DAY = 86_400_000;

async function keyOf(instance: TestInstance, actions: readonly Action[], who = 'admin') {
  const { identity, as, nowMs } = instance;
  const wish = { name: 'nightly import', actions, expiresAtMs: nowMs() + 30 * DAY };
  return identity.createKey(await as(who), wish);
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

test('a key does what its list says, in one organisation', async (t) => {
  const instance = await testInstance(t);
  const { secret, key, entries } = await keyOf(instance, ['computer:import', 'computer:read']);
  assert.equal(entries.length, 1);
  assert.ok(secret.startsWith(key.prefix) && key.prefix.length < 16);
  const found = await instance.identity.sessionFrom(bearer(secret));
  assert.ok(found);
  assert.deepEqual(
    [found.kind, found.organisation, found.steppedUp],
    ['key', 'org_kawabe', undefined],
  );
  const may = (action: Action, organisation: string) => {
    const type = action.split(':')[0] as 'computer';
    return decide(found, action, { type, organisation, sectors: [] }, { world: 'exercise' })
      .allowed;
  };
  assert.equal(may('computer:import', 'org_kawabe'), true);
  assert.equal(may('computer:write', 'org_kawabe'), false);
  assert.equal(may('computer:import', 'org_minato'), false);
});

test('a key cannot get what its maker does not have, nor what no key may do', async (t) => {
  const instance = await testInstance(t);
  for (const action of [
    'warning:write',
    'notification:relay',
    'key:create',
    'person:invite',
    'ledger:entries!',
    'session:own',
  ] as Action[]) {
    await refused(keyOf(instance, [action]), 'IDN_BAD_INPUT');
  }
  await refused(keyOf(instance, []), 'IDN_BAD_INPUT');
  await refused(keyOf(instance, ['computer:read'], 'member'), 'AUT_REFUSED');
});

test('a key makes no key', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await keyOf(instance, ['computer:read']);
  const key = await instance.identity.sessionFrom(bearer(secret));
  assert.ok(key);
  const wish = {
    name: 'x',
    actions: ['computer:read' as const],
    expiresAtMs: instance.nowMs() + DAY,
  };
  await refused(instance.identity.createKey(key, wish), 'AUT_REFUSED');
});

test('a key ends: at its time, when revoked, with the role or the membership of its maker', async (t) => {
  const instance = await testInstance(t);
  const { identity, as, ids, pass } = instance;
  const admin = await as('admin');
  const revoked = await keyOf(instance, ['computer:read']);
  await identity.revokeKey(admin, revoked.key.id);
  assert.deepEqual(await identity.revokeKey(admin, revoked.key.id), [], 'once is enough');
  assert.equal(await identity.sessionFrom(bearer(revoked.secret)), undefined);

  await identity.changeRole(admin, ids.member as string, ['operator-admin']);
  const made = await keyOf(instance, ['computer:read'], 'member');
  await identity.changeRole(await as('admin'), ids.member as string, ['operator-member']);
  assert.deepEqual((await identity.sessionFrom(bearer(made.secret)))?.roles, []);
  await identity.removePerson(await as('admin'), ids.member as string);
  assert.equal(await identity.sessionFrom(bearer(made.secret)), undefined);

  const old = await keyOf(instance, ['computer:read']);
  pass(31 * DAY);
  assert.equal(await identity.sessionFrom(bearer(old.secret)), undefined);
});

test('a key lives a year at most, and has an end', async (t) => {
  const instance = await testInstance(t);
  const admin = await instance.as('admin');
  for (const life of [0, -1, 400 * DAY, Number.NaN, Number.POSITIVE_INFINITY]) {
    const wish = {
      name: 'x',
      actions: ['computer:read' as const],
      expiresAtMs: instance.nowMs() + life,
    };
    await refused(instance.identity.createKey(admin, wish), 'IDN_BAD_INPUT');
  }
});

test('the list shows prefix, use and end, and never a secret; each house sees its own', async (t) => {
  const instance = await testInstance(t);
  const { secret, key } = await keyOf(instance, ['computer:read']);
  await instance.identity.sessionFrom(bearer(secret));
  const [shown] = await instance.identity.listKeys(await instance.as('admin'));
  assert.equal(shown?.id, key.id);
  assert.ok(shown?.lastUsedAtMs);
  assert.ok(!JSON.stringify(shown).includes(secret));
  const rival = await instance.as('rival');
  assert.deepEqual(await instance.identity.listKeys(rival), []);
  await refused(instance.identity.revokeKey(rival, key.id), 'IDN_NO_SUCH');
});

test('a key that is cut, lengthened or guessed is nobody', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await keyOf(instance, ['computer:read']);
  const guesses = [
    secret.slice(0, -1),
    `${secret}A`,
    secret.toUpperCase(),
    secret.replace('key', 'owner'),
    `skm_key_${'A'.repeat(43)}`,
    `${secret}'--`,
  ];
  for (const guess of guesses) {
    assert.equal(await instance.identity.sessionFrom(bearer(guess)), undefined);
  }
});
