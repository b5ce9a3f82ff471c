// SPDX-License-Identifier: Apache-2.0
/** The sandbox origin, asked over a real socket. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { readHubConfig } from '../src/config.ts';
import { dispositionOf, makeSandbox } from '../src/sandbox.ts';

const SHA = 'a'.repeat(64);
const CONTENT = Buffer.from('<script>alert(1)</script>');

async function open(t: TestContext, publicUrl?: string) {
  let nowMs = 1_000_000;
  const sandbox = makeSandbox({
    publicUrl,
    host: '127.0.0.1',
    port: 0,
    nowMs: () => nowMs,
    open: async (sha256) => (sha256 === SHA ? Readable.from([CONTENT]) : undefined),
  });
  const url = await sandbox.listen(0);
  t.after(() => sandbox.close());
  const linkTo = (more: object = {}) =>
    sandbox.linkTo({
      sha256: SHA,
      name: '証拠.html',
      bytes: CONTENT.length,
      expiresAtMs: nowMs + 60_000,
      ...more,
    });
  return {
    url,
    linkTo,
    passes(ms: number) {
      nowMs += ms;
    },
  };
}

test('a file is a download without a type, in an origin that can run nothing', async (t) => {
  const { linkTo } = await open(t);
  const answer = await fetch(linkTo(), { headers: { cookie: 'session=stolen' } });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; /);
  assert.match(answer.headers.get('content-security-policy') ?? '', /sandbox; default-src 'none'/);
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('set-cookie'), null);
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), CONTENT);
});

test('a link ends, and says that it has ended', async (t) => {
  const { linkTo, passes } = await open(t);
  const link = linkTo();
  passes(59_999);
  assert.equal((await fetch(link)).status, 200);
  passes(1);
  const ended = await fetch(link);
  assert.equal(ended.status, 410);
  assert.match(await ended.text(), /期限.*\n.*ended/);
});

test('only links of this process open anything: no other address, no changed letter', async (t) => {
  const { url, linkTo } = await open(t);
  const other = await open(t);
  const [, token = ''] = linkTo().split('/a/');
  for (let i = 0; i < token.length; i += 1) {
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    // The last letter of base64url may carry bits that mean nothing.
    if (Buffer.from(changed, 'base64url').equals(Buffer.from(token, 'base64url'))) continue;
    assert.equal((await fetch(`${url}/a/${changed}`)).status, 404, `letter ${i}`);
  }
  assert.equal((await fetch(`${other.url}/a/${token}`)).status, 404);
  for (const path of [
    '/',
    '/a/',
    '/api/v1/session',
    '/a/../etc/passwd',
    `/a/${token}/x`,
    '/a/AA',
  ]) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path);
  }
  assert.equal((await fetch(linkTo({ sha256: 'b'.repeat(64) }))).status, 404);
  assert.equal((await fetch(linkTo(), { method: 'POST', body: 'x' })).status, 405);
  assert.equal((await fetch(linkTo(), { method: 'HEAD' })).status, 200);
});

test('the address of a file tells neither its name nor its digest', async (t) => {
  const { linkTo } = await open(t);
  const [, token = ''] = linkTo({ name: 'secret-name.txt' }).split('/a/');
  const bytes = Buffer.from(token, 'base64url').toString('latin1');
  assert.doesNotMatch(bytes, /secret|aaaa/);
});

test('whatever a file is called, its header is one line and its name no path', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (name) => {
      const header = dispositionOf(name);
      assert.match(
        header,
        /^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/,
      );
      const [, plain = '', encoded = ''] = /"(.*)"; .*''(.*)$/.exec(header) ?? [];
      for (const shown of [plain, decodeURIComponent(encoded)]) {
        assert.doesNotMatch(shown, /[\\/"\p{Cc}\p{Cf}]|^\./u);
      }
    }),
  );
  // A mark that turns the end of a name around would show exe as txt.
  assert.doesNotMatch(decodeURIComponent(dispositionOf('report\u202etxt.exe')), /\u202e/);
});

test('a request that breaks off or is no HTTP harms nobody', async (t) => {
  const { url, linkTo } = await open(t);
  const { port } = new URL(url);
  for (const words of ['GET /a/', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\n\r\n`, '\0\0\r\n\r\n']) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(words));
      socket.on('error', () => resolve()).on('close', () => resolve());
      socket.resume();
    });
  }
  assert.equal((await fetch(linkTo())).status, 200);
});

test('behind a proxy links carry the name that the sandbox has there', async (t) => {
  const { linkTo } = await open(t, 'https://files.example.jp');
  assert.match(linkTo(), /^https:\/\/files\.example\.jp\/a\/[\w-]+$/);
});

test('the sandbox has an origin of its own, or the hub does not start', () => {
  const read = (env: Record<string, string>) => readHubConfig([], env, '/tmp').sandbox;
  assert.deepEqual(read({}), { port: undefined, url: undefined });
  assert.deepEqual(
    read({ SAKIMORI_SANDBOX_PORT: '9000', SAKIMORI_SANDBOX_URL: 'https://files.example.jp/' }),
    { port: 9000, url: 'https://files.example.jp' },
  );
  const same = 'https://hub.example.jp';
  for (const env of [
    { SAKIMORI_SANDBOX_URL: same, SAKIMORI_PUBLIC_URL: `${same}/` },
    { SAKIMORI_SANDBOX_URL: `${same}/files` },
    { SAKIMORI_SANDBOX_URL: 'files' },
    { SAKIMORI_SANDBOX_PORT: '99999' },
  ] as Record<string, string>[]) {
    assert.throws(() => read(env), { code: 'HUB_BAD_ARGUMENT' }, JSON.stringify(env));
  }
});
