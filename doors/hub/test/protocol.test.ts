// SPDX-License-Identifier: Apache-2.0
/** HTTP itself: refusals, languages, repeated requests, headers, limits, addresses of the ledger. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import test, { after, before } from 'node:test';
import { answerMemory } from '../src/answer-memory.ts';
import { routeTable } from '../src/http/route.ts';
import { JSON_BYTES_MAX } from '../src/http/server.ts';
import {
  Client,
  furnish,
  openHub,
  type Reply,
  SETUP,
  type TenantThings,
  type TestHub,
  takeKnowledge,
} from './hub-for-tests.ts';

let hub: TestHub;
let things: TenantThings;
let admin: Client;
const cleanup: (() => Promise<void>)[] = [];

before(async () => {
  hub = await openHub({ after: (work) => cleanup.push(work) });
  await takeKnowledge(hub);
  things = await furnish(hub, 'north');
  admin = await hub.as('north-admin');
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

/** The refusal is a problem document in both languages, with this status and code. */
function isProblem(reply: Reply, status: number, code?: string): void {
  assert.equal(reply.status, status, reply.text);
  assert.match(String(reply.headers['content-type']), /^application\/problem\+json(;|$)/);
  const { type, title, detail, texts } = reply.body;
  assert.equal(reply.body.status, status);
  if (code !== undefined) assert.equal(reply.body.code, code);
  assert.equal(type, `urn:sakimori:problem:${reply.body.code}`);
  assert.ok(title && detail && texts.ja && texts.en, reply.text);
  assert.match(texts.ja, /[ぁ-ん]/);
  assert.doesNotMatch(texts.en, /[ぁ-ん]/);
}

const CANARY = 'canary-7f3a';
const json = { 'content-type': 'application/json' };

test('a body that is not JSON, of another type or too large is refused in words', async () => {
  const url = `/api/v1/warnings/${things.warning}/answers`;
  const bodies = ['{', `{"kind": ${CANARY}`, '', '\u0000', '[1,', '{"kind":"seen"}}'];
  for (const body of bodies) {
    const reply = await admin.send('POST', url, body, json);
    isProblem(reply, 400, 'HUB_BAD_REQUEST');
    assert.ok(!reply.text.includes(CANARY));
  }
  for (const type of [
    'application/xml',
    'application/x-www-form-urlencoded',
    'json',
    'text/html',
  ]) {
    isProblem(await admin.send('POST', url, 'kind=seen', { 'content-type': type }), 415);
  }
  // A form of another site can send this type without asking first: it is no object of ours.
  const plain = { 'content-type': 'text/plain' };
  isProblem(await admin.send('POST', url, '{"kind":"seen"}', plain), 400);
  const large = JSON.stringify({ kind: 'seen', word: 'x'.repeat(JSON_BYTES_MAX) });
  isProblem(await admin.send('POST', url, large, json), 413, 'HUB_TOO_LARGE');
});

test('a field of another type or an unknown value is named, and its value is not said again', async () => {
  const cases: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['POST', `/api/v1/warnings/${things.warning}/answers`, { kind: CANARY }, /kind/],
    ['POST', `/api/v1/warnings/${things.warning}/answers`, { kind: { a: CANARY } }, /kind/],
    ['POST', '/api/v1/people', { name: 1, email: CANARY, organisation: [], roles: {} }, /email/],
    ['PATCH', `/api/v1/computers/${things.computer}`, { site: { deep: CANARY } }, /site/],
    ['PATCH', `/api/v1/computers/${things.computer}`, { [CANARY]: 'x' }, /./],
    ['POST', `/api/v1/computers/${things.computer}/retire`, { date: CANARY }, /date/],
    ['POST', '/api/v1/webhooks', { url: 7 }, /url/],
    ['POST', '/api/v1/webhooks', { url: `https://${CANARY}@127.0.0.1/` }, /./],
    ['POST', '/api/v1/keys', { name: 'x', actions: [CANARY] }, /actions/],
    ['POST', '/api/v1/session/link', { token: CANARY }, /./],
    ['PUT', `/api/v1/imports/${things.import}/mapping`, { columns: { 0: CANARY } }, /./],
    ['GET', `/api/v1/warnings?state=${CANARY}`, undefined, /state/],
    ['GET', `/api/v1/warnings?limit=${CANARY}`, undefined, /limit/],
    ['GET', `/api/v1/organisations?prefecture=${CANARY}`, undefined, /prefecture/],
    ['GET', `/api/v1/why?person=x&action=${CANARY}`, undefined, /action/],
    ['GET', `/api/v1/receipts/exercise/${CANARY}`, undefined, /index/],
  ];
  for (const [method, url, body, field] of cases) {
    const reply = await admin.send(method, url, body);
    assert.ok(reply.status >= 400 && reply.status < 500, `${method} ${url}: ${reply.status}`);
    isProblem(reply, reply.status);
    assert.match(reply.text, field);
    assert.ok(!reply.text.includes(CANARY), `${method} ${url} says it again: ${reply.text}`);
  }
});

test('a cursor that we did not give is refused or starts from the beginning; it breaks nothing', async () => {
  const cursors = ['', 'x', CANARY, '9'.repeat(300), "1' or 1=1 --", '%00', '{"id":1}', '..%2f..'];
  const lists = ['warnings', 'vulnerabilities', `organisations/${things.organisation}/computers`];
  for (const list of lists) {
    for (const cursor of cursors) {
      const reply = await admin.get(`/api/v1/${list}?cursor=${encodeURIComponent(cursor)}`);
      if (reply.status !== 200) isProblem(reply, reply.status);
      assert.ok(reply.status < 500, `${list} ${cursor}: ${reply.status} ${reply.text}`);
    }
  }
});

test('the language of a refusal follows Accept-Language; Japanese without one', async () => {
  const inLanguage = async (wanted: string | undefined, expected: 'ja' | 'en') => {
    const headers = wanted === undefined ? {} : { 'accept-language': wanted };
    const { body } = await hub.nobody.get('/api/v1/home', headers);
    assert.equal(body.detail, body.texts[expected], wanted ?? 'none');
  };
  await inLanguage(undefined, 'ja');
  await inLanguage('ja', 'ja');
  await inLanguage('en', 'en');
  await inLanguage('en-GB,ja;q=0.5', 'en');
  await inLanguage('ja-JP,en;q=0.5', 'ja');
  await inLanguage('fr', 'ja');
  await inLanguage(`\u00ff${'x'.repeat(4_000)}`, 'ja');
});

test('a repeated write with its key does nothing twice and gets the first answer', async () => {
  const once = { 'idempotency-key': 'repeat-0001' };
  const body = { key: 'ID-1', maker: 'Tsubaki', product: 'Panel', version: '2.0' };
  const url = `/api/v1/organisations/${things.organisation}/computers`;
  const first = await admin.post(url, body, once);
  assert.equal(first.status, 200, first.text);
  const again = await admin.post(url, body, once);
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers['idempotent-replayed'], 'true');
  isProblem(await admin.post(url, { ...body, key: 'ID-2' }, once), 422, 'HUB_KEY_REUSED');
  const { items } = (await admin.get(`${url}?query=ID-`)).body;
  assert.equal(items.filter((one: { label: string }) => /^ID-/.test(one.label)).length, 1);
  // The key is the sender's own: another person's request with it is another request.
  const member = await hub.as('north-member');
  const other = await member.post(url, { ...body, key: 'ID-3' }, once);
  assert.equal(other.status, 200, other.text);
  assert.notEqual(other.body.id, first.body.id);
  // Status and body of a refusal are not kept: the corrected request may use its key again.
  const corrected = { 'idempotency-key': 'repeat-0002' };
  assert.ok((await admin.post(url, { key: 'ID-4', nonsense: 'x' }, corrected)).status >= 400);
  assert.equal((await admin.post(url, { ...body, key: 'ID-4' }, corrected)).status, 200);
  for (const key of ['short', 'x'.repeat(129)]) {
    isProblem(await admin.post(url, body, { 'idempotency-key': key }), 400);
  }
});

test('a key whose request is under way is told so; after a crash it lapses', async () => {
  const memory = answerMemory(hub.instance.store);
  assert.equal(await memory.begin('crashed', 'digest'), undefined);
  assert.deepEqual(await memory.begin('crashed', 'digest'), {
    requestDigest: 'digest',
    answer: undefined,
  });
  assert.notEqual((await memory.begin('crashed', 'another'))?.requestDigest, 'another');
  // Nobody finished it: two minutes later the key is free again.
  const { sql } = await import('kysely');
  await hub.instance.store.change({ ...SETUP, actor: 'system:answers', reach: 'none' }, ({ db }) =>
    sql`update idempotency_key set created_at = now() - interval '3 minutes'
        where key = 'crashed'`.execute(db),
  );
  assert.equal(await memory.begin('crashed', 'digest'), undefined);

  const once = { 'idempotency-key': 'at-once-0001' };
  const url = `/api/v1/organisations/${things.organisation}/computers`;
  const body = { key: 'ONCE-1', maker: 'Tsubaki', product: 'Panel' };
  const replies = await Promise.all([1, 2, 3, 4].map(() => admin.post(url, body, once)));
  const done = replies.filter(({ status }) => status === 200);
  assert.ok(done.length >= 1);
  assert.equal(new Set(done.map((reply) => reply.body.id)).size, 1);
  for (const reply of replies) if (reply.status !== 200) isProblem(reply, 409, 'HUB_IN_PROGRESS');
});

test('a write from another site is refused, whatever it carries', async () => {
  const url = `/api/v1/warnings/${things.warning}/answers`;
  const { cookie = '' } = admin.headers;
  const elsewhere: readonly Record<string, string>[] = [
    { origin: 'https://attacker.example.com' },
    { origin: 'null' },
    { origin: 'http://localhost:8471' },
    { origin: 'http://localhost:8470.example.com' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    {},
  ];
  for (const headers of elsewhere) {
    const client = new Client(hub.app, { cookie, ...headers });
    for (const [method, at, body] of [
      ['POST', url, { kind: 'fixed' }],
      ['PATCH', `/api/v1/computers/${things.computer}`, { site: 'x' }],
      ['DELETE', `/api/v1/keys/${things.key}`, undefined],
    ] as const) {
      isProblem(await client.send(method, at, body), 403, 'HUB_CROSS_SITE');
    }
    const { status } = await client.delete('/api/v1/session');
    assert.equal(status, 403);
  }
  assert.equal((await admin.get(`/api/v1/warnings/${things.warning}`)).body.state, 'open');
});

test('every answer carries the headers that protect a browser', async () => {
  const addresses = [
    '/healthz',
    '/api/v1/session',
    '/api/v1/home',
    '/api/v1/nothing',
    '/nothing.css',
    '/public/kev-jp',
    '/public/kev-jp.json',
    '/api/openapi.json',
    '/ledger/exercise/checkpoint',
    '/ledger/exercise/tile/nothing',
    `/api/v1/receipts/exercise/${things.receipt}`,
    `/api/v1/organisations/${things.organisation}/computers.csv`,
  ];
  for (const address of addresses) {
    for (const client of [hub.nobody, admin]) {
      const { headers } = await client.get(address);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'self'/, address);
      assert.match(policy, /frame-ancestors 'none'/, address);
      assert.doesNotMatch(policy, /unsafe|\*/, address);
      assert.equal(headers['x-content-type-options'], 'nosniff', address);
      assert.equal(headers['referrer-policy'], 'no-referrer', address);
      assert.equal(headers['x-powered-by'], undefined);
      // What is public may be read by any page; nothing else may.
      if (!address.startsWith('/public/')) {
        assert.equal(headers['access-control-allow-origin'], undefined, address);
      }
      if (address.startsWith('/api/v1/')) assert.equal(headers['cache-control'], 'no-store');
    }
  }
  const csv = await admin.get(`/api/v1/organisations/${things.organisation}/computers.csv`);
  assert.match(String(csv.headers['content-disposition']), /^attachment/);
});

test('HEAD tells what GET tells, OPTIONS opens nothing, an unknown method is no error of ours', async () => {
  for (const address of ['/healthz', '/api/v1/warnings', '/api/v1/home', '/public/kev-jp.json']) {
    for (const client of [hub.nobody, admin]) {
      const [got, head] = [await client.get(address), await client.send('HEAD', address)];
      assert.equal(head.status, got.status, address);
      assert.equal(head.text, '');
    }
  }
  for (const method of ['OPTIONS', 'TRACE', 'PROPFIND', 'PUT']) {
    const { status, headers } = await admin.send(method, '/api/v1/warnings');
    assert.ok(status >= 400 && status < 500, `${method}: ${status}`);
    assert.equal(headers['access-control-allow-origin'], undefined);
  }
});

test('the OpenAPI document describes every declared route, with summary and answers', async () => {
  const { status, body } = await hub.nobody.get('/api/openapi.json');
  assert.equal(status, 200);
  assert.match(body.openapi, /^3\.1/);
  const missing: string[] = [];
  for (const { method, url, gate } of routeTable()) {
    const path = url.replaceAll(/:([a-z]+)/gi, '{$1}').replace('*', '{*}');
    const operation = body.paths[path]?.[method.toLowerCase()];
    const isWhole =
      operation?.summary?.length > 3 &&
      Object.keys(operation.responses ?? {}).length > 0 &&
      operation.description === `Needs: ${gate}`;
    if (!isWhole) missing.push(`${method} ${path}`);
  }
  assert.deepEqual(missing, []);
  const references = [...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  for (const [, path = ''] of references) {
    const target = path.split('/').reduce((at, part) => at?.[part], body);
    assert.ok(target, `#/${path} leads nowhere`);
  }
});

test('below /ledger/ only the exact addresses of the standard exist', async () => {
  const good = ['checkpoint', 'vkey', 'tile/0/000.p/1', 'tile/entries/000.p/1'];
  const bad = [
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/00/000',
    'tile/64/000',
    'tile/0/00',
    'tile/0/0000',
    'tile/0/x000/',
    'tile/0/000/',
    'tile//0/000',
    'tile/0/000.p',
    'tile/entries/000.p/1/x',
    'tile/data/000',
    'tile/',
    'tile/../checkpoint',
    'tile/..%2fcheckpoint',
    'tile/%2e%2e/%2e%2e/instance.json',
    'tile/..%2f..%2f..%2fsecrets%2fanswer-link.key',
    'tile/0/000.p/1%00',
    'tile/0/000.p/1%0a',
    'tile/0\\000',
    '../secrets/answer-link.key',
    '..%2finstance.json',
    '%2e%2e/instance.json',
    'CHECKPOINT',
    'checkpoint/',
    'checkpoint%00',
    'latest',
    '',
  ];
  const raw = await rawReader();
  // The first entry is there since the instance was founded.
  for (const path of good) {
    const { status } = await hub.nobody.get(`/ledger/exercise/${path}`);
    assert.ok(status === 200 || (path.includes('.p/1') && status === 404), `${path}: ${status}`);
  }
  for (const path of bad) {
    const { status, text } = await raw(`/ledger/exercise/${path}`);
    assert.ok(status === 404 || status === 400, `${path} answered ${status}`);
    assert.doesNotMatch(text, /"world"|skey|PRIVATE/, path);
  }
  for (const log of ['operations', 'public', '..', '%2e%2e', '.', 'exercise%2f..', '%00']) {
    const { status } = await raw(`/ledger/${log}/checkpoint`);
    assert.ok(status === 404 || status === 400, `${log} answered ${status}`);
  }
});

/** Sends a path as it stands: most clients would tidy its dots away. */
async function rawReader() {
  const address = new URL(await hub.app.listen({ host: '127.0.0.1', port: 0 }));
  return (path: string) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const { hostname, port } = address;
      const asked = request({ hostname, port, path, agent: false }, (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      });
      asked.on('error', reject).end();
    });
}

test('too many requests from one address are told to wait; others are served', async () => {
  const from = (remoteAddress: string) =>
    hub.app.inject({ method: 'GET', url: '/public/plain.css', remoteAddress });
  let last = await from('192.0.2.7');
  for (let i = 0; i < 1_300 && last.statusCode !== 429; i += 1) last = await from('192.0.2.7');
  assert.equal(last.statusCode, 429);
  assert.match(String(last.headers['content-type']), /^application\/problem\+json/);
  const problem = JSON.parse(last.body);
  assert.equal(problem.code, 'HUB_TOO_MANY');
  assert.ok(Number(last.headers['retry-after']) > 0);
  assert.equal((await from('192.0.2.8')).statusCode, 200);
});

/** Everything that a model holds anywhere, with values that would matter. */
const EVERYTHING: Readonly<Record<string, unknown>> = {
  id: 'org_taken',
  computerId: 'cmp_taken',
  organisation: 'org_south',
  organisationId: 'org_south',
  organisation_id: 'org_south',
  tenant: 'org_south',
  kind: 'office',
  criticality: 'highest',
  exercise: false,
  settings: { sectors: ['finance'] },
  competentFor: ['finance'],
  parent: 'org_office',
  roles: ['steward'],
  role: 'steward',
  person: 'per_taken',
  actor: 'per_taken',
  by: 'per_taken',
  via: 'link',
  state: 'received',
  status: 'received',
  revision: 999,
  created: '2000-01-01T00:00:00.000Z',
  created_at: '2000-01-01T00:00:00.000Z',
  createdAt: '2000-01-01T00:00:00.000Z',
  outboxId: '00000000-0000-0000-0000-000000000000',
  secret: 'mine',
  secret_hash: 'mine',
  salt: 'mine',
  prefix: 'mine',
  steppedUp: true,
  tlp: 'CLEAR',
};

test('fields that a write does not take are refused or change nothing', async () => {
  const organisation = `/api/v1/organisations/${things.organisation}`;
  const seen = async () => {
    const parts: unknown[] = [];
    for (const path of [organisation, `/api/v1/computers/${things.computer}`]) {
      const { id, organisation: owner, kind, sector, revision } = (await admin.get(path)).body;
      parts.push({ id, owner, kind, sector, revision });
    }
    parts.push(
      (await admin.get('/api/v1/people')).body.map((one: { roles: string[] }) => one.roles),
    );
    parts.push((await (await hub.as('south-admin')).get('/api/v1/warnings')).text);
    return parts;
  };
  const before = await seen();
  const { kind: _kind, ...others } = EVERYTHING;
  await admin.patch(organisation, others);
  await admin.patch(`/api/v1/computers/${things.computer}`, others);
  await admin.patch(`/api/v1/people/${things.person}`, { ...others, roles: ['operator-member'] });
  assert.deepEqual(await seen(), before);

  const answer = await admin.post(`/api/v1/warnings/${things.warning}/answers`, {
    ...others,
    kind: 'seen',
  });
  assert.equal(answer.status, 200, answer.text);
  const [given] = answer.body.answers;
  assert.equal(given.by, hub.personIds['north-admin']);
  assert.equal(answer.body.organisation.id, things.organisation);
  assert.equal(answer.body.state, 'acknowledged');

  const key = await admin.post('/api/v1/keys', {
    ...others,
    name: 'mass',
    actions: ['computer:read'],
  });
  assert.equal(key.status, 200, key.text);
  assert.equal(key.body.organisation.id, things.organisation);
  assert.notEqual(key.body.secret, 'mine');
  assert.notEqual(key.body.id, EVERYTHING.id);

  const hook = await admin.post('/api/v1/webhooks', { ...others, url: 'https://h.example.jp/' });
  assert.equal(hook.status, 200, hook.text);
  assert.notEqual(hook.body.secret, 'mine');
  assert.equal((await (await hub.as('south-admin')).get('/api/v1/webhooks')).body.length, 0);
});

test('a body cannot reach the prototypes of the program', async () => {
  const bodies = [
    '{"kind":"seen","__proto__":{"polluted":true}}',
    '{"kind":"seen","constructor":{"prototype":{"polluted":true}}}',
    '{"kind":"seen","word":{"__proto__":{"polluted":true}}}',
  ];
  for (const body of bodies) {
    const url = `/api/v1/warnings/${things.warning}/answers`;
    isProblem(await admin.send('POST', url, body, json), 400);
  }
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});
