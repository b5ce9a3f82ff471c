// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { sql } from 'kysely';
import { openIdentity, ownerTokenPath } from '../../src/identity/index.ts';
import { Browser, ORIGIN, refused, testInstance } from './instance.ts';

const MINUTE = 60_000;

test('a link signs in once, and says who it is for', async (t) => {
  const { identity, ids, app } = await testInstance(t);
  const { token, url } = await identity.createSignInLink(ids.member as string, 'mail');
  assert.equal(url, `${ORIGIN}/sign-in#${token}`);
  const first = new Browser(app);
  assert.deepEqual((await first.post('/api/v1/session/link', { token })).body, {
    needs: 'nothing',
  });
  const { body } = await first.get('/api/v1/session');
  assert.equal(body.person.id, ids.member);
  assert.ok(body.person.actions.includes('computer:import'));
  assert.ok(!body.person.actions.includes('key:create'));
  const second = await new Browser(app).post('/api/v1/session/link', { token });
  assert.equal(second.status, 401);
  assert.equal(second.body.code, 'IDN_LINK_NOT_VALID');
});

test('of two that redeem a link at the same moment one is let in', async (t) => {
  const { identity, ids, app } = await testInstance(t);
  const { token } = await identity.createSignInLink(ids.member as string, 'mail');
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => new Browser(app).post('/api/v1/session/link', { token })),
  );
  assert.deepEqual(tries.map((one) => one.status).sort(), [200, ...Array(7).fill(401)]);
});

test('a mailed link lives 15 minutes, a printed one a day', async (t) => {
  const { identity, ids, pass } = await testInstance(t);
  const mailed = await identity.createSignInLink(ids.member as string, 'mail');
  const printed = await identity.createSignInLink(ids.member as string, 'printed');
  pass(16 * MINUTE);
  await refused(identity.redeem(mailed.token, {}), 'IDN_LINK_NOT_VALID');
  await identity.redeem(printed.token, {});
});

test('links, keys and sessions: the store holds hashes and no password', async (t) => {
  const { identity, ids, store, as, nowMs } = await testInstance(t);
  const { token } = await identity.createSignInLink(ids.member as string, 'mail');
  const wish = {
    name: 'nightly',
    actions: ['computer:read'] as const,
    expiresAtMs: nowMs() + MINUTE,
  };
  const { secret } = await identity.createKey(await as('admin'), wish);
  const dump = await store.plain.transaction().execute(async (db) => {
    // As a backup reads: every row of every table.
    await sql`select set_config('sakimori.reach', 'backup', true)`.execute(db);
    const tables = (await db.introspection.getTables()).filter((one) => !one.isView);
    const rows = tables.map(({ name }) =>
      db
        .selectFrom(name as never)
        .selectAll()
        .execute(),
    );
    return (await Promise.all(rows)).map((one) => JSON.stringify(one));
  });
  assert.ok(
    dump.some((one) => one.includes('nightly')),
    'keys were read',
  );
  const text = dump.join('\n');
  for (const hidden of [token, secret, Buffer.from(token).toString('base64')]) {
    assert.ok(!text.includes(hidden));
  }
});

test('cookies cannot be read by scripts, and are Secure under https', async (t) => {
  const { identity, ids } = await testInstance(t, { publicUrl: 'https://hub.example.jp' });
  const { token } = await identity.createSignInLink(ids.member as string, 'mail');
  const { setCookie } = await identity.redeem(token, {});
  const session = setCookie.find((one) => one.includes('session_token'));
  assert.match(session ?? '', /^__Secure-sakimori\.session_token=/);
  for (const word of [/HttpOnly/i, /Secure/i, /SameSite=Lax/i, /Path=\//i])
    assert.match(session ?? '', word);
});

test('after signing out the copied cookie opens nothing', async (t) => {
  const { browser, app } = await testInstance(t);
  const own = await browser('admin');
  const thief = new Browser(app);
  for (const [name, value] of own.jar) thief.jar.set(name, value);
  assert.ok((await thief.get('/api/v1/session')).body.person);
  assert.equal((await own.send('DELETE', '/api/v1/session')).status, 204);
  assert.equal(own.jar.size, 0);
  assert.equal((await thief.get('/api/v1/session')).body.person, undefined);
});

test('a session planted before signing in is not taken over', async (t) => {
  const { browser, identity, ids, app } = await testInstance(t);
  const planted = await browser('rival');
  const victim = new Browser(app);
  for (const [name, value] of planted.jar) victim.jar.set(name, value);
  const { token } = await identity.createSignInLink(ids.member as string, 'mail');
  await victim.post('/api/v1/session/link', { token });
  assert.equal((await victim.get('/api/v1/session')).body.person.id, ids.member);
  assert.equal((await planted.get('/api/v1/session')).body.person, undefined);
  assert.notDeepEqual([...victim.jar.values()], [...planted.jar.values()]);
});

test('a cookie that was changed by one character is nobody', async (t) => {
  const { browser, identity } = await testInstance(t);
  const own = await browser('admin');
  const { cookie = '' } = own.headers();
  assert.ok(await identity.sessionFrom({ cookie }));
  const at = cookie.indexOf('=') + 3;
  const changed = cookie.slice(0, at) + (cookie[at] === 'A' ? 'B' : 'A') + cookie.slice(at + 1);
  for (const bad of [changed, cookie.slice(0, -4), cookie.split('.')[0] ?? '', 'x=y', '', ';;;=']) {
    assert.equal(await identity.sessionFrom({ cookie: bad }), undefined);
  }
});

test('privileged roles are signed out after 15 idle minutes, others after 12 hours', async (t) => {
  const { browser, pass } = await testInstance(t);
  const [admin, member] = [await browser('admin'), await browser('member')];
  pass(10 * MINUTE);
  assert.ok((await admin.get('/api/v1/session')).body.person);
  pass(14 * MINUTE);
  assert.ok((await admin.get('/api/v1/session')).body.person, 'a request keeps it alive');
  pass(16 * MINUTE);
  assert.equal((await admin.get('/api/v1/session')).body.person, undefined);
  assert.ok((await member.get('/api/v1/session')).body.person);
  pass(12 * 60 * MINUTE);
  assert.equal((await member.get('/api/v1/session')).body.person, undefined);
});

test('a clock that is set back lengthens no idle time', async (t) => {
  const { browser, pass } = await testInstance(t);
  const admin = await browser('admin');
  pass(-24 * 60 * MINUTE);
  assert.ok((await admin.get('/api/v1/session')).body.person);
  pass(24 * 60 * MINUTE + 16 * MINUTE);
  assert.equal((await admin.get('/api/v1/session')).body.person, undefined);
});

test('a sign-in is fresh for 15 minutes', async (t) => {
  const { browser, identity, pass } = await testInstance(t, {
    limits: { idlePrivilegedMs: 3_600_000 },
  });
  const admin = await browser('admin');
  assert.equal((await identity.sessionFrom(admin.headers()))?.steppedUp, true);
  pass(16 * MINUTE);
  assert.equal((await identity.sessionFrom(admin.headers()))?.steppedUp, false);
});

test('writes from other sites are refused, with or without a session', async (t) => {
  const { browser, app, identity } = await testInstance(t);
  const own = await browser('admin');
  for (const origin of [
    'https://evil.example.com',
    'null',
    undefined,
    `${ORIGIN}.evil.example.com`,
  ]) {
    const other = new Browser(app, origin ?? '');
    for (const [name, value] of own.jar) other.jar.set(name, value);
    for (const path of ['link', 'language', 'totp', 'totp/enrolment', 'link-request']) {
      const answer = await other.post(`/api/v1/session/${path}`, { language: 'en', token: 'x' });
      assert.equal(answer.body.code, 'IDN_CROSS_SITE', `${origin} ${path}`);
    }
    assert.equal((await other.send('DELETE', '/api/v1/session')).status, 403);
  }
  assert.ok((await own.get('/api/v1/session')).body.person);
  assert.equal(identity.isOwnPage({ 'sec-fetch-site': 'same-origin' }), true);
  assert.equal(identity.isOwnPage({ 'sec-fetch-site': 'cross-site', origin: ORIGIN }), false);
  assert.equal(identity.isOwnPage({ 'sec-fetch-site': 'same-site', origin: ORIGIN }), false);
});

test('asking for a link says the same whether somebody exists or not', async (t) => {
  const { app, identity } = await testInstance(t);
  const ask = (email: string) => new Browser(app).post('/api/v1/session/link-request', { email });
  const [known, unknown] = [await ask('member@example.jp'), await ask('nobody@example.jp')];
  assert.deepEqual([known.status, known.body], [unknown.status, unknown.body]);
  assert.equal(await identity.linkForEmail('nobody@example.jp'), undefined);
  for (let i = 0; i < 5; i += 1) assert.ok(await identity.linkForEmail(' Member@Example.JP '));
  assert.equal(await identity.linkForEmail('member@example.jp'), undefined, 'five are enough');
});

test('guessing links is slowed down', async (t) => {
  const { app } = await testInstance(t, { triesPerMinute: 5 });
  const codes: string[] = [];
  for (let i = 0; i < 7; i += 1) {
    codes.push((await new Browser(app).post('/api/v1/session/link', { token: 'guess' })).body.code);
  }
  assert.deepEqual(codes, [...Array(5).fill('IDN_LINK_NOT_VALID'), 'IDN_TOO_MANY', 'IDN_TOO_MANY']);
});

test('the library is open at the named paths only', async (t) => {
  const { browser } = await testInstance(t);
  const own = await browser('admin');
  const closed = [
    'sign-up/email',
    'sign-in/email',
    'update-user',
    'change-email',
    'delete-user',
    'get-session',
    'list-sessions',
    'sakimori/enter',
    'passkey/update-passkey',
    'sign-out',
    'ok',
    'error',
    'update-session',
  ];
  for (const path of closed) {
    assert.equal((await own.post(`/api/v1/auth/${path}`)).status, 404, path);
    assert.equal((await own.get(`/api/v1/auth/${path}`)).status, 404, path);
  }
  for (const path of [
    '../session',
    '%2e%2e/session',
    'sign-in/social/../email',
    '/sign-in/email',
  ]) {
    assert.equal((await own.post(`/api/v1/auth/${path}`)).status, 404, path);
  }
});

test('broken input is refused with the field, and never said back', async (t) => {
  const { browser } = await testInstance(t);
  const own = await browser('member');
  const secret = 'canary-3f1a';
  for (const body of [
    null,
    [],
    'text',
    { token: 5 },
    { token: '' },
    { token: secret.repeat(99) },
    { language: secret },
    { code: [secret] },
  ]) {
    for (const path of ['link', 'language', 'totp']) {
      const answer = await own.post(`/api/v1/session/${path}`, body);
      assert.ok([400, 401, 409].includes(answer.status), `${path} ${answer.status}`);
      assert.ok(!JSON.stringify(answer.body).includes(secret));
    }
  }
});

test('the language stays with the person', async (t) => {
  const { browser } = await testInstance(t);
  const own = await browser('member');
  assert.equal((await own.post('/api/v1/session/language', { language: 'en' })).status, 204);
  assert.equal((await (await browser('member')).get('/api/v1/session')).body.person.language, 'en');
});

test('the owner of the data folder acts with the token of this start, on a named ground', async (t) => {
  const { identity, folder, store } = await testInstance(t);
  const path = ownerTokenPath(folder);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  const token = (await readFile(path, 'utf8')).trim();
  const owner = await identity.sessionFrom({ authorization: `Bearer ${token}` });
  assert.deepEqual(
    [owner?.kind, owner?.roles, owner?.grounds],
    ['system', [], ['data-folder-owner']],
  );
  await openIdentity(store, {
    publicUrl: ORIGIN,
    dataFolder: folder,
    world: 'exercise',
    instanceName: 't',
  });
  assert.notEqual((await readFile(path, 'utf8')).trim(), token, 'a new start makes a new token');
});

test('an Authorization header that is not valid is nobody, whatever cookie comes with it', async (t) => {
  const { browser, identity } = await testInstance(t);
  const { cookie = '' } = (await browser('admin')).headers();
  for (const authorization of [
    'Bearer ',
    'Bearer x',
    'Basic YTpi',
    'Bearer skm_owner_',
    'bearer null',
    '',
  ]) {
    assert.equal(await identity.sessionFrom({ authorization, cookie }), undefined, authorization);
  }
});

test('a secret that others can read stops the start', async (t) => {
  const { store, folder } = await testInstance(t);
  await chmod(join(folder, 'secrets', 'identity.key'), 0o644);
  const config = {
    publicUrl: ORIGIN,
    dataFolder: folder,
    world: 'exercise' as const,
    instanceName: 't',
  };
  await refused(openIdentity(store, config), 'IDN_SECRET_FILE_OPEN');
});

test('when the database is away nobody is taken for nobody: it is said', async (t) => {
  const { browser, identity, store } = await testInstance(t);
  const headers = (await browser('admin')).headers();
  await store.close();
  await refused(identity.sessionFrom(headers), 'STORE_UNAVAILABLE');
});

test('what has ended is swept away, and what lives stays', async (t) => {
  const { browser, identity, ids, pass } = await testInstance(t);
  await browser('member');
  await identity.createSignInLink(ids.member as string, 'mail');
  pass(13 * 60 * MINUTE);
  const living = await browser('admin');
  assert.equal(await identity.sweep(), 3, 'one session, two links');
  assert.ok((await living.get('/api/v1/session')).body.person);
});
