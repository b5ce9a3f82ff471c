// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { Authenticator, type Tampering } from './authenticator.ts';
import { Browser, ORIGIN, type TestInstance, testInstance } from './instance.ts';

const AUTH = '/api/v1/auth/passkey';

async function register(browser: Browser, device: Authenticator, how: Tampering = {}) {
  const { body: options } = await browser.get(`${AUTH}/generate-register-options`);
  const response = device.create(options, how);
  return browser.post(`${AUTH}/verify-registration`, { response, name: '職場の鍵' });
}

async function enter(browser: Browser, device: Authenticator, how: Tampering = {}) {
  const { body: options } = await browser.get(`${AUTH}/generate-authenticate-options`);
  return browser.post(`${AUTH}/verify-authentication`, { response: device.get(options, how) });
}

async function withPasskey(t: Parameters<typeof testInstance>[0], who = 'admin') {
  const instance: TestInstance = await testInstance(t);
  const device = new Authenticator(ORIGIN);
  const own = await instance.browser(who);
  assert.equal((await register(own, device)).status, 200);
  return { ...instance, own, device };
}

test('a passkey is registered once and signs in without a word', async (t) => {
  const { app, ids, own, device, identity, as } = await withPasskey(t);
  const elsewhere = new Browser(app);
  const answer = await enter(elsewhere, device);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { done: true }, 'no token reaches a script');
  assert.equal((await elsewhere.get('/api/v1/session')).body.person.id, ids.admin);
  const { body } = await own.get(`${AUTH}/list-user-passkeys`);
  assert.deepEqual(
    body.map((one: object) => Object.keys(one).sort()),
    [['createdAt', 'id', 'name']],
  );
  const person = await identity.findPerson(await as('admin'), ids.admin as string);
  assert.equal(person.passkeys, 1);
});

test('signing in by passkey ends the session that the browser had', async (t) => {
  const { own, device, app } = await withPasskey(t);
  const copy = new Browser(app);
  for (const [name, value] of own.jar) copy.jar.set(name, value);
  assert.equal((await enter(own, device)).status, 200);
  assert.ok((await own.get('/api/v1/session')).body.person);
  assert.equal((await copy.get('/api/v1/session')).body.person, undefined);
});

test('a passkey of another site, another challenge or another key opens nothing', async (t) => {
  const { app, device } = await withPasskey(t);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const cases: Record<string, Tampering> = {
    'phishing page': { origin: 'https://hub.example.com' },
    'a name that only begins like ours': { origin: `${ORIGIN}.example.com` },
    'another relying party': { rpId: 'example.com' },
    'another challenge': { challenge: 'AAAA' },
    'a signature of another key': { key: other },
    'the wrong ceremony': { type: 'webauthn.create' },
    'a device that did not check who holds it': { verified: false },
    'a copied device whose counter went back': { counter: 0 },
  };
  for (const [name, how] of Object.entries(cases)) {
    const browser = new Browser(app);
    const { status } = await enter(browser, device, how);
    assert.ok(status >= 400, name);
    assert.equal((await browser.get('/api/v1/session')).body.person, undefined, name);
  }
});

test('an answer to a challenge counts once', async (t) => {
  const { app, device } = await withPasskey(t);
  const browser = new Browser(app);
  const { body: options } = await browser.get(`${AUTH}/generate-authenticate-options`);
  const cookies = [...browser.jar];
  const body = { response: device.get(options) };
  assert.equal((await browser.post(`${AUTH}/verify-authentication`, body)).status, 200);
  const replay = new Browser(app);
  for (const [name, value] of cookies) replay.jar.set(name, value);
  assert.ok((await replay.post(`${AUTH}/verify-authentication`, body)).status >= 400);
});

test('a challenge for signing in registers no passkey, and the other way round', async (t) => {
  const { own, app } = await withPasskey(t);
  const device = new Authenticator(ORIGIN);
  const { body: forEntry } = await own.get(`${AUTH}/generate-authenticate-options`);
  const crossed = { response: device.create(forEntry) };
  assert.ok((await own.post(`${AUTH}/verify-registration`, crossed)).status >= 400);
  const stranger = new Browser(app);
  for (const [name, value] of own.jar) if (!name.includes('session')) stranger.jar.set(name, value);
  assert.ok((await stranger.post(`${AUTH}/verify-registration`, crossed)).status >= 400);
});

test('registering needs somebody who has just signed in', async (t) => {
  const instance = await testInstance(t, { limits: { idlePrivilegedMs: 3_600_000 } });
  const device = new Authenticator(ORIGIN);
  assert.equal((await register(new Browser(instance.app), device)).status, 401);
  const own = await instance.browser('admin');
  instance.pass(16 * 60_000);
  const late = await own.get(`${AUTH}/generate-register-options`);
  assert.equal(late.body.code, 'IDN_STEP_UP');
});

test('a device that does not check who holds it is not registered', async (t) => {
  const instance = await testInstance(t);
  const own = await instance.browser('admin');
  const { status } = await register(own, new Authenticator(ORIGIN), { verified: false });
  assert.ok(status >= 400);
  assert.deepEqual((await own.get(`${AUTH}/list-user-passkeys`)).body, []);
});

test('nobody deletes the passkey of somebody else', async (t) => {
  const { own, browser } = await withPasskey(t);
  const { body } = await own.get(`${AUTH}/list-user-passkeys`);
  const rival = await browser('rival');
  assert.ok((await rival.post(`${AUTH}/delete-passkey`, { id: body[0].id })).status >= 400);
  assert.equal((await own.get(`${AUTH}/list-user-passkeys`)).body.length, 1);
  assert.equal((await own.post(`${AUTH}/delete-passkey`, { id: body[0].id })).status, 200);
  assert.deepEqual((await own.get(`${AUTH}/list-user-passkeys`)).body, []);
});

test('whoever was removed cannot come back by passkey', async (t) => {
  const { identity, as, ids, app, device } = await withPasskey(t, 'member');
  await identity.removePerson(await as('admin'), ids.member as string);
  const browser = new Browser(app);
  assert.ok((await enter(browser, device)).status >= 400);
  assert.equal((await browser.get('/api/v1/session')).body.person, undefined);
});

test('broken ceremonies are refused: nothing, nonsense, too much', async (t) => {
  const { app } = await withPasskey(t);
  const empty = { id: '', rawId: '', type: 'public-key', response: {} };
  for (const response of [
    undefined,
    null,
    {},
    [],
    'x',
    empty,
    { ...empty, id: 'A'.repeat(5_000) },
    { ...empty, response: { authenticatorData: 'AA', clientDataJSON: 'e30', signature: 'AA' } },
  ]) {
    const browser = new Browser(app);
    await browser.get(`${AUTH}/generate-authenticate-options`);
    const { status } = await browser.post(`${AUTH}/verify-authentication`, { response });
    assert.ok(status >= 400 && status < 500, String(status));
  }
});
