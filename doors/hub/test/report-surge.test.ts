// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { PUBLIC } from '@sakimori/authority';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { accessOf } from '../src/http/access.ts';
import { admission } from '../src/http/admission.ts';
import { answerProblems } from '../src/http/problem.ts';
import { route } from '../src/http/route.ts';
import { recordOf } from './reports-for-tests.ts';
import { runCommand, until } from './running-hub.ts';

const START = 1_000_000;

/** Takes in so many at an instant. */
const fill = (gate: ReturnType<typeof admission>, count: number, atMs = START) =>
  Array.from({ length: count }, () => gate.enter(atMs));

test('whoever comes is taken in as long as the first in line has not waited for ten seconds', () => {
  const gate = admission(500);
  fill(gate, 100);
  gate.enter(START + 10_000);
  assert.throws(() => gate.enter(START + 10_001), { code: 'HUB_OVERLOADED' });
});

test('sixty-four are taken in however slow it is', () => {
  const gate = admission(500);
  fill(gate, 63);
  gate.enter(START + 60_000);
  assert.throws(() => gate.enter(START + 60_000), { code: 'HUB_OVERLOADED' });
});

test('there are never more inside than the memory is for', () => {
  const gate = admission(80);
  const [leave] = fill(gate, 80);
  assert.throws(() => gate.enter(START), { code: 'HUB_OVERLOADED' });
  leave?.();
  // Leaving twice makes no room for two.
  leave?.();
  gate.enter(START);
  assert.throws(() => gate.enter(START), { code: 'HUB_OVERLOADED' });
});

test('who is refused learns when to come back, and is let in once the line is short', () => {
  const gate = admission(500);
  const leaving = fill(gate, 64);
  assert.throws(() => gate.enter(START + 20_000), {
    code: 'HUB_OVERLOADED',
    parameters: { seconds: 10 },
  });
  for (const leave of leaving) leave();
  gate.enter(START + 20_000);
});

test('whoever is answered or goes away makes room for the next', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.decorateRequest('access');
  app.addHook('onRequest', async (request) => {
    request.access = accessOf(PUBLIC, { world: 'exercise' });
  });
  answerProblems(app);
  const going = Promise.withResolvers<void>();
  route(app, {
    method: 'GET',
    url: '/one/:what',
    gate: 'public',
    summary: 'one at once',
    admission: admission(1),
    shape: { params: z.object({ what: z.string() }) },
    handler: async ({ params }) => {
      if (params.what === 'slow') await going.promise;
      return { done: true };
    },
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (what: string) => (await fetch(`${url}/one/${what}`)).status;
  assert.deepEqual([await ask('quick'), await ask('quick')], [200, 200]);
  const leaving = new AbortController();
  const slow = fetch(`${url}/one/slow`, { signal: leaving.signal }).catch(() => 'gone');
  await until(async () => (await ask('quick')) === 503);
  const refused = await fetch(`${url}/one/quick`);
  assert.equal(refused.headers.get('retry-after'), '5');
  leaving.abort();
  assert.equal(await slow, 'gone');
  await until(async () => (await ask('quick')) === 200);
  going.resolve();
});

test('the command line waits as long as it is told, and sends the same again', async (t) => {
  const seen: (string | string[] | undefined)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    seen.push(request.headers['idempotency-key']);
    if (seen.length === 1) {
      response.writeHead(503, { 'retry-after': '1' });
      response.end(JSON.stringify({ detail: 'many' }));
    } else {
      response.writeHead(422, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ detail: 'the second answer' }));
    }
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ended = await runCommand(
    ['report', 'submit', '-', '--accept-data-use', '--hub', `http://127.0.0.1:${port}`],
    { input: JSON.stringify(recordOf('north')) },
  );
  assert.match(ended.stderr, /the second answer/);
  assert.equal(ended.code, 2);
  assert.equal(seen.length, 2);
  assert.ok(seen[0]);
  assert.equal(seen[0], seen[1]);
});
