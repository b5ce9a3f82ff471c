// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { makeEgress } from '../src/egress.ts';
import { checkUrl, EGRESS_RULES, type Resolver, refusedRange } from '../src/egress-address.ts';

const PUBLIC_V4 = '93.184.215.14';
const nobody: Resolver = async () => [];

/** Outcome of a request: the refusal's code and word, or what was read. */
async function check(
  url: string,
  expected: string,
  resolve: Resolver = nobody,
  rules: Partial<typeof EGRESS_RULES> = {},
): Promise<void> {
  const egress = makeEgress({ ...EGRESS_RULES, ...rules }, resolve);
  let outcome: string;
  try {
    const { body } = await egress.fetch(url);
    let bytes = 0;
    for await (const part of body) bytes += part.length;
    outcome = `read ${bytes}`;
  } catch (error) {
    const { code, parameters = {} } = error as { code: string; parameters?: object };
    outcome = [code, ...Object.values(parameters)].join(' ');
  }
  assert.equal(outcome, expected, url);
}

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const local = { loopbackAllowed: true };

test('only https is spoken, and no address carries a password', async () => {
  for (const [url, reason] of [
    ['http://feeds.example.com/kev.json', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['gopher://feeds.example.com/', 'not-https'],
    ['ftp://feeds.example.com/', 'not-https'],
    ['data:text/plain,x', 'not-https'],
    ['https://user:secret@feeds.example.com/', 'credentials-in-address'],
    ['https://user@feeds.example.com/', 'credentials-in-address'],
    ['https://feeds.example.com:22/', 'port-not-allowed'],
    ['https://feeds.example.com:25/', 'port-not-allowed'],
    ['https://feeds.example.com\\@127.0.0.1/', 'forbidden-character'],
    ['https://feeds.example.com/a b', 'forbidden-character'],
    ['https://feeds.example.com/\r\nHost: other', 'forbidden-character'],
    ['//feeds.example.com/', 'not-an-address'],
    ['https://', 'not-an-address'],
    [`https://feeds.example.com/${'a'.repeat(2100)}`, 'too-long'],
  ] as const) {
    await check(url, `WRN_EGRESS_URL_REFUSED ${reason}`);
  }
});

test('an address written as a number is refused in every notation', async () => {
  for (const [host, range] of [
    ['127.0.0.1', 'loopback'],
    ['127.1', 'loopback'],
    ['2130706433', 'loopback'],
    ['0x7f000001', 'loopback'],
    ['0177.0.0.1', 'loopback'],
    ['0', 'unspecified'],
    ['0.0.0.0', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['192.168.0.1', 'private'],
    ['169.254.169.254', 'linkLocal'],
    ['168.63.129.16', 'metadata'],
    ['100.64.0.1', 'carrierGradeNat'],
    ['100.100.100.200', 'carrierGradeNat'],
    ['198.18.0.1', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['224.0.0.1', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['[::1]', 'loopback'],
    ['[::]', 'unspecified'],
    ['[::ffff:127.0.0.1]', 'ipv4Mapped'],
    ['[::ffff:7f00:1]', 'ipv4Mapped'],
    ['[fe80::1]', 'linkLocal'],
    ['[fd00:ec2::254]', 'uniqueLocal'],
    ['[64:ff9b::7f00:1]', 'rfc6052'],
    ['[2002:7f00:1::]', '6to4'],
    ['[2001::1]', 'teredo'],
    ['[ff02::1]', 'multicast'],
  ] as const) {
    await check(`https://${host}/`, `WRN_EGRESS_ADDRESS_REFUSED ${range}`);
  }
  assert.notEqual(refusedRange('::7f00:1'), undefined);
  assert.notEqual(refusedRange('fec0::1'), undefined);
  assert.notEqual(refusedRange('2001:db8::1'), undefined);
  assert.notEqual(refusedRange('64:ff9b:1::1'), undefined);
  assert.equal(refusedRange(PUBLIC_V4), undefined);
  assert.equal(refusedRange('2606:2800:21f:cb07:6820:80da:af6b:8b2c'), undefined);
});

test('a name that points inside is refused, also when it points outside as well', async () => {
  const refused = 'WRN_EGRESS_ADDRESS_REFUSED';
  await check('https://localhost/', `${refused} loopback`, async () => ['127.0.0.1']);
  await check('https://localhost./', `${refused} loopback`, async () => ['::1']);
  await check('https://in.example.com/', `${refused} private`, async () => ['10.1.2.3']);
  await check('https://two.example.com/', `${refused} private`, async () => [
    PUBLIC_V4,
    '10.0.0.1',
  ]);
  await check('https://none.example.com/', 'WRN_EGRESS_FAILED name-not-found');
});

test('no IPv4 address that is not public unicast ever passes', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0] = address.split('.').map(Number);
      const inside =
        a === 0 ||
        a === 10 ||
        a === 127 ||
        a >= 224 ||
        (a === 100 && b >= 64 && b < 128) ||
        (a === 169 && b === 254) ||
        (a === 172 && b >= 16 && b < 32) ||
        (a === 192 && b === 168);
      if (inside) assert.notEqual(refusedRange(address), undefined);
      assert.notEqual(refusedRange(`::ffff:${address}`), undefined);
    }),
    { numRuns: 2000 },
  );
});

test('the address that was checked is the one connected to (DNS rebinding)', async (t) => {
  const base = await serve(t, (_request, response) => response.end('inside'));
  let asked = 0;
  const rebinding: Resolver = async () => {
    asked += 1;
    return asked === 1 ? ['127.0.0.1'] : [PUBLIC_V4];
  };
  const { port } = new URL(base);
  await check(`http://rebind.example.com:${port}/`, 'read 6', rebinding, local);
  assert.equal(asked, 1);
});

test('plain http stays refused beyond loopback, also where loopback is allowed', async () => {
  await check(
    'http://feeds.example.com:8080/',
    'WRN_EGRESS_URL_REFUSED not-https',
    async () => [PUBLIC_V4],
    local,
  );
  await check('http://192.168.0.1:8080/', 'WRN_EGRESS_ADDRESS_REFUSED private', nobody, local);
});

test('a redirect is followed only within the same origin', async (t) => {
  const inside = await serve(t, (_request, response) => response.end('secret'));
  const base = await serve(t, (request, response) => {
    const to: Record<string, string> = {
      '/a': '/b',
      '/out': `${inside}/`,
      '/loop': '/loop',
      '/file': 'file:///etc/passwd',
    };
    const location = to[request.url ?? ''];
    if (location) response.writeHead(302, { location });
    response.end('here');
  });
  await check(`${base}/a`, 'read 4', nobody, local);
  await check(`${base}/out`, 'WRN_EGRESS_REDIRECT_REFUSED another-origin', nobody, local);
  await check(`${base}/file`, 'WRN_EGRESS_REDIRECT_REFUSED another-origin', nobody, local);
  await check(`${base}/loop`, 'WRN_EGRESS_REDIRECT_REFUSED too-many', nobody, local);
});

test('an answer larger than the limit is cut, announced or not', async (t) => {
  const base = await serve(t, (request, response) => {
    if (request.url === '/announced') response.setHeader('content-length', 1_000_000);
    response.end(Buffer.alloc(1_000_000));
  });
  const rules = { ...local, bytesMax: 100_000 };
  await check(`${base}/announced`, 'WRN_EGRESS_TOO_LARGE 100000', nobody, rules);
  await check(`${base}/chunked`, 'WRN_EGRESS_TOO_LARGE 100000', nobody, rules);
});

test('a compressed answer is inflated within bounds, a bomb is refused', async (t) => {
  const bomb = gzipSync(Buffer.alloc(64_000_000));
  const base = await serve(t, (request, response) => {
    const body = request.url === '/bomb' ? bomb : gzipSync('{"ok":true}');
    const encoding = request.url === '/odd' ? 'zstd' : 'gzip';
    response.setHeader('content-encoding', encoding);
    response.end(request.url === '/damaged' ? body.subarray(0, 12) : body);
  });
  await check(`${base}/good`, 'read 11', nobody, local);
  await check(`${base}/bomb`, 'WRN_EGRESS_COMPRESSION_REFUSED bomb', nobody, local);
  await check(`${base}/odd`, 'WRN_EGRESS_COMPRESSION_REFUSED unknown-encoding', nobody, local);
  await check(`${base}/damaged`, 'WRN_EGRESS_COMPRESSION_REFUSED damaged', nobody, local);
});

test('a server that falls silent is left', async (t) => {
  const base = await serve(t, (request, response) => {
    if (request.url === '/dripping') response.write('x');
  });
  const rules = { ...local, silenceMsMax: 80, timeMsMax: 400, resumesMax: 0 };
  await check(`${base}/silent`, 'WRN_EGRESS_TIMED_OUT 400', nobody, rules);
  await check(`${base}/dripping`, 'WRN_EGRESS_TIMED_OUT 400', nobody, rules);
});

const WHOLE = Buffer.from('0123456789'.repeat(20_000));

test('a broken download is taken up where it broke, when the file is still the same', async (t) => {
  const ranges: (string | undefined)[] = [];
  const base = await serve(t, (request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    ranges.push(request.headers.range);
    const etag = request.url === '/changed' && from > 0 ? '"two"' : '"one"';
    const whole = etag !== request.headers['if-range'] && from > 0;
    const part = WHOLE.subarray(whole ? 0 : from);
    response.writeHead(from > 0 && !whole ? 206 : 200, {
      etag,
      'content-length': part.length,
      ...(from > 0 && !whole
        ? { 'content-range': `bytes ${from}-${WHOLE.length - 1}/${WHOLE.length}` }
        : {}),
    });
    if (from > 0) return void response.end(part);
    response.write(part.subarray(0, 120_000), () => setTimeout(() => response.destroy(), 20));
  });
  await check(`${base}/same`, `read ${WHOLE.length}`, nobody, local);
  assert.match(ranges[1] ?? '', /^bytes=\d+-$/);
  await check(`${base}/changed`, 'WRN_EGRESS_FAILED source-changed', nobody, local);
  await check(`${base}/same`, 'WRN_EGRESS_FAILED connection-broken', nobody, {
    ...local,
    resumesMax: 0,
  });
});

test('a file that did not change is not fetched again', async (t) => {
  const base = await serve(t, (request, response) => {
    response.setHeader('etag', '"v1"');
    if (request.headers['if-none-match'] === '"v1"') response.writeHead(304);
    response.end(request.headers['if-none-match'] ? undefined : 'new');
  });
  const egress = makeEgress({ ...EGRESS_RULES, ...local }, nobody);
  const first = await egress.fetch(`${base}/`);
  assert.equal(first.notModified, false);
  for await (const _part of first.body);
  const second = await egress.fetch(`${base}/`, { etag: first.etag ?? '' });
  assert.equal(second.notModified, true);
});

test('a post follows no redirect and reports the status alone', async (t) => {
  const base = await serve(t, (_request, response) => {
    response.writeHead(302, { location: '/elsewhere' });
    response.end();
  });
  const egress = makeEgress({ ...EGRESS_RULES, ...local }, nobody);
  assert.deepEqual(await egress.post(`${base}/`, {}, '{}'), { status: 302 });
});

test('a checked address loses its fragment and keeps the rest', () => {
  assert.equal(
    checkUrl('https://feeds.example.com/a?b#c', EGRESS_RULES).href,
    'https://feeds.example.com/a?b',
  );
});
