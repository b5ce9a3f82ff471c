// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import Provider from 'oidc-provider';
import { Browser, ORIGIN, testInstance } from './instance.ts';
import { type Sayings, TestProvider } from './provider.ts';

const CLIENT = { clientId: 'sakimori', clientSecret: 'a-secret-of-the-test' };
const CALLBACK = '/api/v1/auth/callback/sso';

async function start(browser: Browser): Promise<URL> {
  const { status, body } = await browser.post('/api/v1/auth/sign-in/social', {
    provider: 'sso',
    callbackURL: '/home',
  });
  assert.equal(status, 200, JSON.stringify(body));
  return new URL(body.url);
}

/** A real provider (oidc-provider), with its own sign-in pages, on loopback. */
async function realProvider(t: TestContext, claims: Record<string, object>, inToken: boolean) {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    return new Promise<void>((done) => server.close(() => done()));
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.mock.method(console, 'warn', () => {});
  t.mock.method(console, 'info', () => {});
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [`${ORIGIN}${CALLBACK}`],
        grant_types: ['authorization_code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: !inToken,
    findAccount: (_ctx: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...claims[id] }),
    }),
    cookies: { keys: ['one'] },
  });
  server.on('request', provider.callback());
  return issuer;
}

/** What a person does at the provider's pages: signs in, agrees, and is sent back. */
async function walk(from: URL, login: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = from;
  let form: string | undefined;
  for (let step = 0; step < 12; step += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      cookie,
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    };
    const answer = await fetch(url, {
      redirect: 'manual',
      headers,
      ...(form ? { method: 'POST', body: form } : {}),
    });
    for (const one of answer.headers.getSetCookie()) {
      const [pair = ''] = one.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    const location = answer.headers.get('location');
    form = undefined;
    if (location !== null) {
      url = new URL(location, url);
      if (url.origin === ORIGIN) return url;
      continue;
    }
    const page = await answer.text();
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    form = page.includes('name="login"')
      ? `prompt=login&login=${login}&password=x`
      : 'prompt=consent';
    url = new URL(action, url);
  }
  throw new Error('the provider never sent the person back');
}

for (const inToken of [true, false]) {
  const where = inToken ? 'in the ID token' : 'at the userinfo endpoint';
  test(`an invited person signs in at a real provider that tells the address ${where}`, async (t) => {
    const issuer = await realProvider(
      t,
      { u1: { email: 'Member@example.jp', email_verified: true, name: 'Hanako' } },
      inToken,
    );
    const instance = await testInstance(t, { oidc: { issuer, ...CLIENT } });
    assert.deepEqual(instance.identity.ways, ['passkey', 'link', 'sso']);
    const browser = new Browser(instance.app);
    for (const round of ['first', 'second']) {
      const back = await walk(await start(browser), 'u1');
      assert.equal(back.pathname, CALLBACK);
      const answer = await browser.get(`${back.pathname}${back.search}`);
      assert.equal(answer.location, '/home', round);
      assert.equal((await browser.get('/api/v1/session')).body.person.id, instance.ids.member);
      await browser.send('DELETE', '/api/v1/session');
    }
    const rows = await instance.store.plain
      .selectFrom('identity_account' as never)
      .selectAll()
      .execute();
    assert.equal(rows.length, 1);
    const kept = rows[0] as Record<string, unknown>;
    assert.deepEqual([kept.access_token, kept.id_token, kept.refresh_token], [null, null, null]);
  });
}

test('whoever the provider knows and we have not invited does not come in', async (t) => {
  const issuer = await realProvider(
    t,
    { u9: { email: 'stranger@example.jp', email_verified: true } },
    true,
  );
  const { app, store } = await testInstance(t, { oidc: { issuer, ...CLIENT } });
  const browser = new Browser(app);
  const back = await walk(await start(browser), 'u9');
  const answer = await browser.get(`${back.pathname}${back.search}`);
  assert.match(answer.location ?? '', /\/sign-in\?error=/);
  assert.equal((await browser.get('/api/v1/session')).body.person, undefined);
  const people = await store.plain
    .selectFrom('identity_person' as never)
    .selectAll()
    .execute();
  assert.equal(people.length, 8, 'nobody was made');
});

async function scripted(t: TestContext) {
  const provider = new TestProvider();
  await provider.listen();
  t.after(() => provider.close());
  const instance = await testInstance(t, {
    oidc: { issuer: provider.issuer, ...CLIENT },
    limits: { providerMs: 400 },
  });
  const arrive = async (say: Sayings, browser = new Browser(instance.app)) => {
    const url = await start(browser);
    provider.nonce = url.searchParams.get('nonce') ?? '';
    provider.say = say;
    const state = url.searchParams.get('state') ?? '';
    const answer = await browser.get(`${CALLBACK}?code=c&state=${encodeURIComponent(state)}`);
    const { body } = await browser.get('/api/v1/session');
    return { answer, person: body.person?.id as string | undefined, state, browser };
  };
  return { ...instance, provider, arrive };
}

const GOOD = { sub: 's1', email: 'member@example.jp', email_verified: true };

test('the provider is asked with PKCE, a state and a nonce', async (t) => {
  const { app } = await scripted(t);
  const url = await start(new Browser(app));
  assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.ok((url.searchParams.get(name) ?? '').length >= 16, name);
  }
  assert.equal(url.searchParams.get('redirect_uri'), `${ORIGIN}${CALLBACK}`);
});

test('an answer that is empty, null, unverified, forged or for somebody else lets nobody in', async (t) => {
  const { arrive, ids } = await scripted(t);
  const claims = (more: object): Sayings => ({ claims: { ...GOOD, ...more } });
  const raw = (body: string, status = 200, type = 'application/json'): Sayings => ({
    claims: GOOD,
    token: () => ({ status, body, type }),
  });
  const cases: Record<string, Sayings> = {
    'no address': claims({ email: undefined }),
    'an empty address': claims({ email: '' }),
    'address null': claims({ email: null }),
    'a list of addresses': claims({ email: ['member@example.jp'] }),
    'an address that is not verified': claims({ email_verified: false }),
    'verified says nothing': claims({ email_verified: undefined }),
    'verified is null': claims({ email_verified: null }),
    'verified is the text "true"': claims({ email_verified: 'true' }),
    'verified is the text "false"': claims({ email_verified: 'false' }),
    'verified is 1': claims({ email_verified: 1 }),
    'no subject': claims({ sub: undefined }),
    'an empty subject': claims({ sub: '' }),
    'subject null': claims({ sub: null }),
    'a stranger': claims({ email: 'stranger@example.jp' }),
    'another audience': claims({ aud: 'other' }),
    'another issuer': claims({ iss: 'http://127.0.0.1:1' }),
    'an old token': claims({ exp: 1, iat: 0 }),
    'another nonce': claims({ nonce: 'other' }),
    'no nonce': claims({ nonce: undefined }),
    'no signature': { claims: GOOD, algorithm: 'none' },
    'a signature of somebody else': { claims: GOOD, otherKey: true },
    'no ID token': raw('{"access_token":"at","token_type":"Bearer"}'),
    'ID token null': raw('{"access_token":"at","token_type":"Bearer","id_token":null}'),
    'ID token empty': raw('{"access_token":"at","token_type":"Bearer","id_token":""}'),
    'an empty answer': raw(''),
    'the answer null': raw('null'),
    'an empty object': raw('{}'),
    'a page instead of an answer': raw('<html>maintenance</html>', 200, 'text/html'),
    'an error': raw('{"error":"server_error"}', 500),
    'userinfo of another subject': {
      claims: { sub: 's1' },
      userinfo: { ...GOOD, sub: 's2' },
    },
    'userinfo null': { claims: { sub: 's1' }, userinfo: null },
    'a provider that falls silent': { claims: GOOD, tokenSilent: true },
  };
  for (const [name, say] of Object.entries(cases)) {
    const { person, answer } = await arrive(say);
    assert.equal(person, undefined, name);
    assert.ok(!answer.setCookie.some((one) => /session_token=[^;]/.test(one)), name);
  }
  assert.equal((await arrive({ claims: GOOD })).person, ids.member, 'and a good one does');
});

test('two people at the provider with one address: the second is not the first', async (t) => {
  const { arrive, ids } = await scripted(t);
  assert.equal((await arrive({ claims: GOOD })).person, ids.member);
  assert.equal((await arrive({ claims: { ...GOOD, sub: 's2' } })).person, undefined);
  assert.equal((await arrive({ claims: GOOD })).person, ids.member);
});

test('an address that changes at the provider makes nobody somebody else', async (t) => {
  const { arrive, ids } = await scripted(t);
  assert.equal((await arrive({ claims: GOOD })).person, ids.member);
  const moved = await arrive({ claims: { ...GOOD, email: 'admin@example.jp' } });
  assert.ok(moved.person === ids.member || moved.person === undefined);
});

test('an answer counts once, and in the browser that asked', async (t) => {
  const { arrive, app, provider } = await scripted(t);
  const { state, browser } = await arrive({ claims: GOOD });
  await browser.send('DELETE', '/api/v1/session');
  await browser.get(`${CALLBACK}?code=c&state=${encodeURIComponent(state)}`);
  assert.equal((await browser.get('/api/v1/session')).body.person, undefined, 'replay');

  const victim = new Browser(app);
  const url = await start(new Browser(app));
  provider.nonce = url.searchParams.get('nonce') ?? '';
  await victim.get(
    `${CALLBACK}?code=c&state=${encodeURIComponent(url.searchParams.get('state') ?? '')}`,
  );
  assert.equal((await victim.get('/api/v1/session')).body.person, undefined, 'planted');
});

test('nobody is sent to other addresses after signing in', async (t) => {
  const { app } = await scripted(t);
  for (const callbackURL of [
    'https://evil.example.com',
    '//evil.example.com',
    '/\\evil.example.com',
    'javascript:alert(1)',
    '',
  ]) {
    const browser = new Browser(app);
    const { status } = await browser.post('/api/v1/auth/sign-in/social', {
      provider: 'sso',
      callbackURL,
    });
    assert.equal(status, 400, callbackURL);
  }
  const forged = {
    provider: 'sso',
    callbackURL: '/',
    idToken: { token: 'x' },
    requestSignUp: true,
  };
  assert.equal((await new Browser(app).post('/api/v1/auth/sign-in/social', forged)).status, 200);
  assert.equal(
    (await new Browser(app).post('/api/v1/auth/sign-in/social', { provider: 'github' })).status,
    400,
  );
});

test('a provider that is away stops nobody else, and is found when it is back', async (t) => {
  const provider = new TestProvider();
  await provider.listen();
  const { issuer, port } = provider;
  await provider.close();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const instance = await testInstance(t, {
    oidc: { issuer, ...CLIENT },
    limits: { providerMs: 400 },
  });
  const ask = () =>
    new Browser(instance.app).post('/api/v1/auth/sign-in/social', { provider: 'sso' });
  const away = await ask();
  assert.deepEqual([away.status, away.body.code], [503, 'IDN_PROVIDER_SILENT']);
  assert.ok((await (await instance.browser('member')).get('/api/v1/session')).body.person);
  const back = new TestProvider();
  await back.listen(port);
  t.after(() => back.close());
  t.mock.timers.tick(16_000);
  assert.equal((await ask()).status, 200);
});
