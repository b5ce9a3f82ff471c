// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { systemPrincipal } from '@sakimori/authority';
import { refused, testInstance } from './instance.ts';

const invitation = (organisation: string, roles: readonly string[], name = 'hanako') =>
  ({ name, email: `${name}@example.jp`, organisation, roles }) as never;

test('an instance is founded once', async (t) => {
  const { identity } = await testInstance(t);
  await refused(identity.found([invitation('org_office', ['steward'])]), 'IDN_ALREADY_FOUNDED');
});

test('an administrator of an operator invites into the own house only, and only its roles', async (t) => {
  const { identity, as } = await testInstance(t);
  const admin = await as('admin');
  const { personId, state, entries } = await identity.invitePerson(
    admin,
    invitation('org_kawabe', ['operator-member']),
  );
  assert.equal(state, 'done');
  assert.equal(entries.length, 1, 'it is on the ledger');
  assert.deepEqual((await identity.findPerson(admin, personId)).roles, ['operator-member']);
  for (const [organisation, role] of [
    ['org_minato', 'operator-member'],
    ['org_office', 'office-analyst'],
    ['org_kawabe', 'steward'],
    ['org_kawabe', 'office-analyst'],
    ['org_commission', 'commission'],
  ] as const) {
    await refused(
      identity.invitePerson(admin, invitation(organisation, [role], `x-${organisation}-${role}`)),
      'AUT_REFUSED',
    );
  }
});

test('nobody is invited twice, however the address is written', async (t) => {
  const { identity, as } = await testInstance(t);
  const admin = await as('admin');
  const again = { ...(invitation('org_kawabe', ['operator-member']) as object) };
  for (const email of ['rival@example.jp', ' RIVAL@Example.JP ']) {
    await refused(identity.invitePerson(admin, { ...again, email } as never), 'IDN_PERSON_EXISTS');
  }
  const both = await Promise.allSettled(
    [1, 2].map(() => identity.invitePerson(admin, { ...again, email: 'twin@example.jp' } as never)),
  );
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
});

test('broken addresses and names are refused', async (t) => {
  const { identity, as } = await testInstance(t);
  const admin = await as('admin');
  for (const email of [
    '',
    'x',
    '@',
    'a@',
    'a b@example.jp',
    'a@b@c',
    'a@example.jp\r\nBcc: x@y',
    'a'.repeat(300),
    '<a@example.jp>',
  ]) {
    const wish = { ...(invitation('org_kawabe', ['operator-member']) as object), email };
    await refused(identity.invitePerson(admin, wish as never), 'IDN_BAD_INPUT');
  }
});

test('a role that opens more waits for a second steward', async (t) => {
  const { identity, as } = await testInstance(t);
  const steward = await as('steward');
  const asked = await identity.invitePerson(steward, invitation('org_office', ['office-analyst']));
  assert.equal(asked.state, 'waiting');
  const second = await as('steward2');
  assert.deepEqual((await identity.findPerson(second, asked.personId)).roles, []);
  const requestId = asked.requestId as string;
  await refused(identity.decideRoleRequest(steward, requestId, true), 'AUT_REFUSED');
  await refused(identity.decideRoleRequest(await as('admin'), requestId, true), 'IDN_NO_SUCH');
  await refused(identity.decideRoleRequest(await as('analyst'), requestId, true), 'AUT_REFUSED');
  assert.deepEqual(
    (await identity.listRoleRequests(second)).map((one) => one.id),
    [requestId],
  );
  const { entries } = await identity.decideRoleRequest(second, requestId, true);
  assert.equal(entries.length, 2, 'the grant and the approval are on the ledger');
  assert.deepEqual((await identity.findPerson(second, asked.personId)).roles, ['office-analyst']);
  await refused(identity.decideRoleRequest(second, requestId, true), 'IDN_ALREADY_DECIDED');
  assert.equal((await identity.listRoleRequests(second)).length, 0);
});

test('a request dies with the rights of the one who asked', async (t) => {
  const { identity, as, ids } = await testInstance(t);
  const asked = await identity.invitePerson(
    await as('steward'),
    invitation('org_office', ['office-analyst']),
  );
  const second = await as('steward2');
  await identity.changeRole(second, ids.steward as string, []);
  await refused(identity.decideRoleRequest(second, asked.requestId as string, true), 'AUT_REFUSED');
});

test('the first administrator of an organisation without people needs no second steward', async (t) => {
  const { identity, as } = await testInstance(t);
  const steward = await as('steward');
  const first = await identity.invitePerson(steward, invitation('org_new', ['operator-admin']));
  assert.equal(first.state, 'done');
  const link = await identity.invitationLink(steward, first.personId);
  assert.ok(link.token);
  const second = await identity.invitePerson(
    steward,
    invitation('org_new', ['operator-admin'], 'jiro'),
  );
  assert.equal(second.state, 'waiting');
});

test('whoever could see more by becoming somebody is handed no link', async (t) => {
  const { identity, as, ids, browser } = await testInstance(t);
  const steward = await as('steward');
  await refused(identity.invitationLink(steward, ids.analyst as string), 'AUT_REFUSED');
  await refused(identity.invitationLink(steward, ids.commissioner as string), 'AUT_REFUSED');
  const admin = await as('admin');
  assert.ok(await identity.invitationLink(admin, ids.member as string));
  const member = await browser('member');
  await member.send('DELETE', '/api/v1/session');
  await refused(identity.invitationLink(admin, ids.member as string), 'IDN_ENTERED_BEFORE');
  await refused(identity.invitationLink(admin, ids.rival as string), 'IDN_NO_SUCH');
});

test('nobody outside makes a commissioner, not even two stewards', async (t) => {
  const { identity, as, ids } = await testInstance(t);
  const wish = invitation('org_commission', ['commission']);
  await refused(identity.invitePerson(await as('steward'), wish), 'AUT_REFUSED');
  await refused(
    identity.changeRole(await as('steward'), ids.commissioner as string, []),
    'AUT_REFUSED',
  );
  await refused(
    identity.removePerson(await as('steward'), ids.commissioner as string),
    'AUT_REFUSED',
  );
  assert.equal((await identity.invitePerson(await as('commissioner'), wish)).state, 'done');
});

test('nobody changes their own roles, nor those of another house', async (t) => {
  const { identity, as, ids } = await testInstance(t);
  const admin = await as('admin');
  await refused(identity.changeRole(admin, admin.id, ['operator-member']), 'AUT_REFUSED');
  await refused(
    identity.changeRole(admin, ids.rival as string, ['operator-member']),
    'IDN_NO_SUCH',
  );
  await refused(identity.changeRole(admin, 'per_nobody', ['operator-member']), 'IDN_NO_SUCH');
  await refused(identity.changeRole(await as('member'), ids.admin as string, []), 'AUT_REFUSED');
});

test('a change of roles holds from the next request on', async (t) => {
  const { identity, as, ids, browser } = await testInstance(t);
  const member = await browser('member');
  const changed = await identity.changeRole(await as('admin'), ids.member as string, [
    'operator-admin',
  ]);
  assert.equal(changed.state, 'done');
  assert.deepEqual((await identity.sessionFrom(member.headers()))?.roles, ['operator-admin']);
});

test('whoever is removed is out at once: session, links, passkeys, keys', async (t) => {
  const { identity, as, ids, browser } = await testInstance(t);
  const admin = await as('admin');
  const made = await identity.invitePerson(admin, invitation('org_kawabe', ['operator-admin']));
  const link = await identity.createSignInLink(made.personId, 'mail');
  await identity.redeem((await identity.createSignInLink(made.personId, 'mail')).token, {});
  const member = await browser('member');
  await identity.removePerson(admin, made.personId);
  await identity.removePerson(admin, ids.member as string);
  assert.equal(await identity.sessionFrom(member.headers()), undefined);
  await refused(identity.redeem(link.token, {}), 'IDN_LINK_NOT_VALID');
  assert.equal(await identity.linkForEmail('hanako@example.jp'), undefined);
  await refused(identity.findPerson(admin, made.personId), 'IDN_NO_SUCH');
});

test('everyone sees the people within their reach and no others', async (t) => {
  const { identity, as } = await testInstance(t);
  const names = async (who: string) =>
    (await identity.listPeople(await as(who)))
      .map((one) => one.name)
      .sort()
      .join(' ');
  assert.equal(await names('admin'), 'admin member');
  assert.equal(await names('member'), 'admin member');
  assert.equal(await names('desk'), 'desk');
  assert.equal(await names('commissioner'), 'commissioner');
  assert.equal((await names('steward')).split(' ').length, 8);
  await refused(identity.listPeople(systemPrincipal('data-folder-owner')), 'AUT_REFUSED');
});

test('a ministry has its sectors from the register of organisations', async (t) => {
  const { as } = await testInstance(t);
  assert.deepEqual((await as('desk')).sectors, ['water']);
  assert.deepEqual((await as('steward')).purpose, 'administration');
  assert.deepEqual((await as('commissioner')).purpose, 'oversight');
});

test('after 15 minutes inviting asks for a fresh sign-in first, and says so', async (t) => {
  const { identity, browser, pass } = await testInstance(t, {
    limits: { idlePrivilegedMs: 3_600_000 },
  });
  const own = await browser('admin');
  pass(16 * 60_000);
  const stale = await identity.sessionFrom(own.headers());
  assert.ok(stale);
  const wish = invitation('org_kawabe', ['operator-member']);
  await refused(identity.invitePerson(stale, wish), 'AUT_STEP_UP');
  const { body } = await own.get('/api/v1/session');
  assert.ok(body.person.actions.includes('person:invite'));
  assert.equal(body.freshUntil, undefined);
});
