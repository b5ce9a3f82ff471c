// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import fastify from 'fastify';
import { pageRoutes } from '../src/http/routes/pages.ts';

test('a console that is built again is served without a new start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-pages-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'assets'));
  write('index.html', '<p>one</p>');
  write('mark.svg', '<svg/>');
  write('assets/one.js', 'one');
  const app = fastify();
  t.after(() => app.close());
  await pageRoutes(app, folder);
  const get = async (url: string) => {
    const { statusCode, body, headers } = await app.inject({ method: 'GET', url });
    return { status: statusCode, body, keep: headers['cache-control'] };
  };
  assert.deepEqual(await get('/'), { status: 200, body: '<p>one</p>', keep: 'no-cache' });
  assert.equal((await get('/assets/one.js')).body, 'one');
  write('index.html', '<p>two</p>');
  write('assets/two.js', 'two');
  assert.equal((await get('/reports/rpt_x')).body, '<p>two</p>');
  const { body, keep } = await get('/assets/two.js');
  assert.equal(body, 'two');
  assert.match(String(keep), /immutable/);
  assert.equal((await get('/mark.svg')).status, 200);
  for (const url of ['/assets/none.js', '/none.svg', '/api/none']) {
    assert.equal((await get(url)).status, 404, url);
  }
});
