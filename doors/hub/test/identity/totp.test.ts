// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { Browser, type TestInstance, testInstance } from './instance.ts';

const MINUTE = 60_000;

/** RFC 6238 once more, by hand: what an authenticator app does. */
function codeOf(secret: string, atMs: number): string {
  const bits = [...secret]
    .map((letter) =>
      'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
    )
    .join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const mac = createHmac('sha1', bytes).update(step).digest();
  const at = (mac[19] as number) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function enrolled(instance: TestInstance, who = 'member') {
  const own = await instance.browser(who);
  const { body } = await own.post('/api/v1/session/totp/enrolment');
  assert.match(body.uri, /^otpauth:\/\/totp\/Sakimori%20test:.+@?/);
  const code = codeOf(body.secret, instance.nowMs());
  assert.equal((await own.post('/api/v1/session/totp/confirmation', { code })).status, 204);
  instance.pass(MINUTE);
  return { own, secret: body.secret as string };
}

async function waiting(instance: TestInstance, who = 'member') {
  const { token } = await instance.identity.createSignInLink(instance.ids[who] as string, 'mail');
  const browser = new Browser(instance.app);
  const { body } = await browser.post('/api/v1/session/link', { token });
  assert.deepEqual(body, { needs: 'totp' });
  return browser;
}

const wrongFor = (secret: string, atMs: number) => {
  const right = [-1, 0, 1].map((shift) => codeOf(secret, atMs + shift * 30_000));
  return ['000000', '111111', '222222', '333333'].find((one) => !right.includes(one)) as string;
};

test('with an authenticator registered a link alone signs nobody in', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await enrolled(instance);
  const browser = await waiting(instance);
  assert.equal(await instance.identity.sessionFrom(browser.headers()), undefined);
  const { body } = await browser.get('/api/v1/session');
  assert.deepEqual([body.person, body.waitsFor], [undefined, 'totp']);
  for (const path of ['passkey/generate-register-options', 'passkey/list-user-passkeys']) {
    assert.equal((await browser.get(`/api/v1/auth/${path}`)).status, 401, path);
  }
  const code = codeOf(secret, instance.nowMs());
  assert.equal((await browser.post('/api/v1/session/totp', { code })).status, 204);
  assert.equal((await instance.identity.sessionFrom(browser.headers()))?.steppedUp, true);
});

test('a code counts once', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await enrolled(instance);
  const code = codeOf(secret, instance.nowMs());
  const [first, second] = [await waiting(instance), await waiting(instance)];
  assert.equal((await first.post('/api/v1/session/totp', { code })).status, 204);
  assert.equal(
    (await second.post('/api/v1/session/totp', { code })).body.code,
    'IDN_CODE_NOT_VALID',
  );
});

test('1,000 wrong codes over all verbs and in batches: ten are looked at', async (t) => {
  const instance = await testInstance(t, { triesPerMinute: 100_000 });
  const { own, secret } = await enrolled(instance);
  const other = await waiting(instance);
  const code = wrongFor(secret, instance.nowMs());
  const paths = ['totp', 'totp/removal', 'totp/confirmation'];
  const codes: string[] = [];
  for (let batch = 0; batch < 20; batch += 1) {
    const tries = Array.from({ length: 50 }, (_, at) => {
      const browser = at % 2 === 0 ? own : other;
      return browser.post(`/api/v1/session/${paths[at % 3]}`, { code });
    });
    for (const { body } of await Promise.all(tries)) codes.push(body.code);
  }
  const counted = codes.filter((one) => one === 'IDN_CODE_NOT_VALID').length;
  assert.equal(counted, 10);
  const right = { code: codeOf(secret, instance.nowMs()) };
  assert.equal((await other.post('/api/v1/session/totp', right)).body.code, 'IDN_LOCKED');
});

test('the lock ends by time, and the next wrong code locks again at once', async (t) => {
  const instance = await testInstance(t, { triesPerMinute: 100_000 });
  const { secret } = await enrolled(instance);
  const first = await waiting(instance);
  for (let i = 0; i < 10; i += 1) {
    await first.post('/api/v1/session/totp', { code: wrongFor(secret, instance.nowMs()) });
  }
  instance.pass(31 * MINUTE);
  const second = await waiting(instance);
  const wrong = { code: wrongFor(secret, instance.nowMs()) };
  assert.equal((await second.post('/api/v1/session/totp', wrong)).body.code, 'IDN_CODE_NOT_VALID');
  const right = () => ({ code: codeOf(secret, instance.nowMs()) });
  assert.equal((await second.post('/api/v1/session/totp', right())).body.code, 'IDN_LOCKED');
  instance.pass(31 * MINUTE);
  const third = await waiting(instance);
  assert.equal((await third.post('/api/v1/session/totp', right())).status, 204);
});

test('codes in other forms are wrong codes: full-width digits, spaces, numbers, lists', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await enrolled(instance);
  const browser = await waiting(instance);
  const code = codeOf(secret, instance.nowMs());
  const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
  for (const bad of [wide, `${code}0`, code.slice(1), '      ']) {
    const { status } = await browser.post('/api/v1/session/totp', { code: bad });
    assert.ok(status === 401 || status === 400, bad);
  }
  for (const bad of [Number(code), [code], { $ne: '' }, null, true]) {
    assert.equal((await browser.post('/api/v1/session/totp', { code: bad })).status, 400);
  }
});

test('a stolen session cannot put another authenticator in place of the registered one', async (t) => {
  const instance = await testInstance(t);
  const { own, secret } = await enrolled(instance);
  assert.equal((await own.post('/api/v1/session/totp/enrolment')).body.code, 'IDN_BAD_INPUT');
  const code = codeOf(secret, instance.nowMs());
  assert.equal((await own.post('/api/v1/session/totp/removal', { code })).status, 204);
  assert.equal((await own.post('/api/v1/session/totp/enrolment')).status, 200);
});

test('registering an authenticator needs a fresh sign-in', async (t) => {
  const instance = await testInstance(t);
  const own = await instance.browser('member');
  instance.pass(20 * MINUTE);
  assert.equal((await own.post('/api/v1/session/totp/enrolment')).body.code, 'IDN_STEP_UP');
});

test('a code makes an old session fresh again', async (t) => {
  const instance = await testInstance(t);
  const { own, secret } = await enrolled(instance);
  instance.pass(20 * MINUTE);
  assert.equal((await instance.identity.sessionFrom(own.headers()))?.steppedUp, false);
  const code = codeOf(secret, instance.nowMs());
  assert.equal((await own.post('/api/v1/session/totp', { code })).status, 204);
  assert.equal((await instance.identity.sessionFrom(own.headers()))?.steppedUp, true);
});

test('the secret of an authenticator is not in the store', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await enrolled(instance);
  const rows = await instance.store.plain
    .selectFrom('identity_totp' as never)
    .selectAll()
    .execute();
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify(rows).includes(secret));
});

test('a first factor waits ten minutes for its second', async (t) => {
  const instance = await testInstance(t);
  const { secret } = await enrolled(instance);
  const browser = await waiting(instance);
  instance.pass(11 * MINUTE);
  const code = codeOf(secret, instance.nowMs());
  assert.equal(
    (await browser.post('/api/v1/session/totp', { code })).body.code,
    'IDN_NOT_SIGNED_IN',
  );
});
