// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ImportOptions, runRegisterImport } from '../src/register-import.ts';

const LIST =
  '資産番号,メーカー,製品名,導入日,ネットワーク接続,色\nA-1,富士通,IPCOM,2026-10-01,監視網,赤\nA-2,富士通,IPCOM,10/1/2026,社内,青\n';

interface Call {
  readonly url: string;
  readonly init: RequestInit;
}

async function run(
  t: TestContext,
  content: string | Uint8Array,
  options: ImportOptions,
  answers: readonly Response[] = [],
) {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-import-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, '台帳.csv');
  writeFileSync(file, content);
  const [out, err]: [string[], string[]] = [[], []];
  const sink = (list: string[]) =>
    new Writable({
      write(chunk, _encoding, done) {
        list.push(String(chunk));
        done();
      },
    });
  const calls: Call[] = [];
  const waiting = [...answers];
  const code = await runRegisterImport(file, options, {
    streams: { stdin: Readable.from([]), stdout: sink(out), stderr: sink(err) },
    place: (hub) => ({ url: hub ?? 'http://127.0.0.1:8470', token: 'secret' }),
    fetch: async (url, init) => {
      calls.push({ url: String(url), init: init ?? {} });
      const answer = waiting.shift();
      if (!answer) throw new TypeError('fetch failed');
      return answer;
    },
  });
  return { code, out: out.join(''), err: err.join(''), calls };
}

test('a dry run needs no hub: counts, columns, refused rows and questions', async (t) => {
  for (const content of [LIST, gzipSync(LIST)]) {
    const { code, out } = await run(t, content, { dryRun: true, json: true });
    assert.equal(code, 1);
    const report = JSON.parse(out);
    assert.deepEqual(report.counts, { rows: 2, readable: 1, refused: 1, questions: 1 });
    assert.deepEqual(report.columns.at(-1), { heading: '色', field: null });
    assert.deepEqual([report.refusals[0].line, report.refusals[0].field], [3, 'introduced']);
    assert.ok(!out.includes('10/1/2026'), 'the refused value is not printed');
    assert.equal(report.questions[0].candidates.length, 5);
  }
  const { out } = await run(t, LIST, { dryRun: true, language: 'ja' });
  assert.match(out, /行 3, introduced: 日付として読めません/u);
});

test('a dry run of an SBOM counts its components', async (t) => {
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'library', name: 'zlib' }],
  };
  const { code, out } = await run(t, JSON.stringify(bom), { dryRun: true, json: true });
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out).counts, { components: 1, cryptographicAssets: 0, notes: 0 });
});

test('bad input is code 2: no organisation, no list, no file', async (t) => {
  assert.equal((await run(t, LIST, {})).code, 2);
  assert.equal((await run(t, '', { dryRun: true })).code, 2);
  assert.equal((await run(t, '{"a":1}', { dryRun: true })).code, 2);
  assert.equal((await run(t, Buffer.from('d0cf11e0a1b11ae1', 'hex'), { dryRun: true })).code, 2);
});

const view = (state: string) => ({
  id: 'imp_1',
  organisation: { id: 'org_1', name: { ja: '甲', en: 'A' }, kind: 'operator' },
  state,
  file: { name: '台帳.csv', bytes: 10, kind: 'csv', encoding: 'UTF-8' },
  columns: [
    {
      index: 0,
      heading: '資産番号',
      samples: [],
      field: 'key',
      confidence: 'certain',
      remembered: false,
    },
    { index: 1, heading: '色', samples: [], confidence: 'unsure', remembered: false },
  ],
  fields: [],
  counts: { rows: 2, added: 2, changed: 0, unchanged: 0, refused: 0, missing: 0, questions: 0 },
  ...(state === 'applied' && { receipt: { log: 'operations', index: 7 } }),
});

test('by the hub: upload, mapping as proposed, apply once; the receipt is shown', async (t) => {
  const answers = ['mapping', 'preview', 'applied'].map((state) => Response.json(view(state)));
  const { code, out, calls } = await run(t, LIST, { organisation: 'org_1', json: true }, answers);
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out).receipt, { log: 'operations', index: 7 });
  assert.deepEqual(
    calls.map(({ url, init }) => `${init.method} ${new URL(url).pathname}`),
    [
      'POST /api/v1/organisations/org_1/imports',
      'PUT /api/v1/imports/imp_1/mapping',
      'POST /api/v1/imports/imp_1/apply',
    ],
  );
  assert.equal(calls[1]?.init.body, '{"columns":{"0":"key"}}');
  const headers = calls[2]?.init.headers as Record<string, string>;
  assert.deepEqual([headers['idempotency-key'], headers.authorization], ['imp_1', 'Bearer secret']);
  const upload = calls[0]?.init.headers as Record<string, string>;
  assert.equal(decodeURIComponent(upload['x-file-name']!), '台帳.csv');
});

test('by the hub, a dry run stops before applying', async (t) => {
  const answers = ['mapping', 'preview'].map((state) => Response.json(view(state)));
  const { code, calls } = await run(t, LIST, { organisation: 'org_1', dryRun: true }, answers);
  assert.deepEqual([code, calls.length], [0, 2]);
});

test('refused by authority is code 3, a hub that is away 4, its words are passed on', async (t) => {
  const problem = { code: 'AUTH_REFUSED', texts: { ja: '権限がありません。', en: 'Not allowed.' } };
  const refused = await run(t, LIST, { organisation: 'org_1', language: 'ja' }, [
    Response.json(problem, { status: 403 }),
  ]);
  assert.deepEqual([refused.code, refused.err], [3, '権限がありません。 (AUTH_REFUSED)\n']);
  assert.equal((await run(t, LIST, { organisation: 'org_1' })).code, 4);
  const large = await run(t, LIST, { organisation: 'org_1' }, [Response.json({}, { status: 413 })]);
  assert.equal(large.code, 2);
});
