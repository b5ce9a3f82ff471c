// SPDX-License-Identifier: Apache-2.0
/** Reports that mean harm: each is answered clearly, and the next honest one gets through. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import fc from 'fast-check';
import { type Client, openHub, type TestHub } from './hub-for-tests.ts';
import { ok, recordOf, submitRecord } from './reports-for-tests.ts';

let hub: TestHub;
let admin: Client;
const cleanup: (() => Promise<void>)[] = [];

before(async () => {
  hub = await openHub({ after: (work) => cleanup.push(work) });
  admin = await hub.as('north-admin');
});
after(async () => {
  for (const work of cleanup.reverse()) await work();
});

let told = 0;
/** A record that nobody has told yet. */
const fresh = (more: object = {}) => {
  told += 1;
  return recordOf('north', { reference: `hostile-${told}`, ...more });
};
const post = (body: unknown) => admin.post('/api/v1/reports', body);
const raw = (text: string) =>
  admin.send('POST', '/api/v1/reports', text, { 'content-type': 'application/json' });

/** Refused by a code of a catalogue, in both languages, without what was sent. */
async function check(sent: ReturnType<typeof post>, status: number, code: string, secret?: string) {
  const reply = await sent;
  assert.deepEqual([reply.status, reply.body?.code], [status, code], reply.text.slice(0, 400));
  assert.ok(reply.body.texts.ja !== reply.body.texts.en);
  if (secret !== undefined) assert.ok(!reply.text.includes(secret), 'a refusal repeats a value');
}

test('a text of 10 MB is refused with the bound that there is', async () => {
  const record = fresh({ outline: 'x'.repeat(10 * 1024 * 1024) });
  await check(post({ record, acceptDataUse: true }), 413, 'HUB_TOO_LARGE');
});

test('a text longer than its field takes is refused with field and bound', async () => {
  const record = fresh({ outline: 'x'.repeat(20_001), title: 'y'.repeat(201) });
  const reply = await post({ record, acceptDataUse: true });
  assert.equal(reply.body.code, 'RPT_RECORD_INVALID');
  assert.deepEqual(reply.body.fields, [
    { field: 'title', expected: 'at most 200' },
    { field: 'outline', expected: 'at most 20000' },
  ]);
});

test('a document of brackets is refused before anything walks it', async () => {
  for (const depth of [65, 10_000, 400_000]) {
    const bomb = `{"record":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    await check(raw(bomb), 400, 'HUB_BAD_REQUEST');
    await check(
      raw(`{"record":${'{"a":'.repeat(depth).slice(0, 900_000)}`),
      400,
      'HUB_BAD_REQUEST',
    );
  }
  // Brackets in a text are text.
  await submitRecord(admin, fresh({ outline: '['.repeat(10_000) }));
});

test('keys that would reach into every object are refused', async () => {
  for (const key of ['__proto__', 'constructor']) {
    const inner = key === 'constructor' ? '{"prototype":{"kind":"x"}}' : '{"kind":"x"}';
    const text = JSON.stringify({ record: fresh(), acceptDataUse: true }).replace(
      '"record":{',
      `"record":{"${key}":${inner},`,
    );
    await check(raw(text), 400, 'HUB_BAD_REQUEST');
  }
  assert.equal(({} as { kind?: unknown }).kind, undefined);
});

test('NUL and half characters are refused with their field; the database never meets them', async () => {
  for (const bad of ['a\u0000b', '\ud800', 'x\udfff']) {
    const reply = await post({ record: fresh({ impact: { text: bad } }), acceptDataUse: true });
    assert.deepEqual([reply.status, reply.body.code], [400, 'HUB_BAD_REQUEST'], reply.text);
    assert.equal(reply.body.fields[0].field, 'record.impact.text');
  }
  const named = await post({ record: { ...fresh(), 'a\u0000': 1 }, acceptDataUse: true });
  assert.equal(named.status, 400);
});

test('a name of a field that is no name is not repeated', async () => {
  const key = '<script>alert(1)</script>';
  const reply = await post({ record: { ...fresh(), [key]: 1 }, acceptDataUse: true });
  assert.equal(reply.body.code, 'RPT_RECORD_INVALID');
  assert.ok(!reply.text.includes('script'));
});

test('script in every text is kept as text, and served so that it stays one', async () => {
  const script = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
  const record = fresh({
    title: script,
    outline: script,
    reference: script,
    computers: [{ label: script, product: script }],
    actions: [{ text: script }],
    contacts: [{ name: script, email: script, phone: script }],
    ransomware: { note: script, family: script },
    remarks: script,
  });
  const { id } = await submitRecord(admin, record);
  const reply = await admin.get(`/api/v1/reports/${id}`);
  assert.equal(reply.body.record.outline, script);
  assert.match(String(reply.headers['content-type']), /^application\/json/);
  assert.equal(reply.headers['x-content-type-options'], 'nosniff');
});

test('marks that turn text around do not change which report is meant', async () => {
  const title = 'invoice\u202etxt.exe\u2066';
  const { id } = await submitRecord(admin, fresh({ title }));
  assert.equal((await ok(admin.get(`/api/v1/reports/${id}`))).record.title, title);
});

test('an import goes on after a line of 10 MB, of brackets, of rubbish', async () => {
  const lines = [
    JSON.stringify(fresh()),
    JSON.stringify({ ...fresh(), outline: 'x'.repeat(10 * 1024 * 1024) }),
    '['.repeat(200_000),
    '\u0000\u0001\ufffe',
    JSON.stringify(fresh({ outline: 'a\u0000b' })),
    JSON.stringify(fresh()),
  ];
  const path = '/api/v1/reports/import?acceptDataUse=true';
  const { status, text } = await admin.upload(path, 'x.ndjson', lines.join('\n'));
  assert.equal(status, 200);
  const answers = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { total } = answers.pop();
  // The NUL is taken out and said; the three that are records are reports.
  assert.equal(answers.filter((answer) => answer.report).length, 3, text);
  assert.ok(total.refused >= 3, JSON.stringify(total));
  assert.ok(text.length < 20_000, 'no refused value comes back');
});

test('whatever JSON comes, the hub answers below 500', async () => {
  const paths = ['/api/v1/reports', '/api/v1/reports/preview', '/api/v1/report-drafts'] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.jsonValue({ maxDepth: 6 }),
      async (path, value) => {
        const bodies = [value, { record: value, acceptDataUse: true }, { record: { kind: value } }];
        for (const body of bodies) {
          const { status, text } = await admin.send('POST', path, JSON.stringify(body), {
            'content-type': 'application/json',
          });
          assert.ok(status < 500, `${path} ${status} ${text}`);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('whatever bytes come as file or alert, the hub answers below 500', async () => {
  const paths = [
    '/api/v1/report-drafts/read',
    '/api/v1/alerts/suricata',
    '/api/v1/alerts/splunk',
    '/api/v1/reports/import?acceptDataUse=true&format=auto',
  ] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.uint8Array({ maxLength: 400 }),
      async (path, bytes) => {
        const { status, text } = await admin.upload(path, 'x', Buffer.from(bytes));
        assert.ok(status < 500, `${path} ${status} ${text}`);
      },
    ),
    { numRuns: 60 },
  );
});

test('an attachment beyond the bound is refused; a program is kept and never run or shown', async () => {
  const { id } = await submitRecord(admin, fresh());
  const path = `/api/v1/reports/${id}/attachments`;
  const large = Buffer.alloc(25 * 1024 * 1024 + 1);
  await check(admin.upload(path, 'large.bin', large), 413, 'HUB_TOO_LARGE');
  const program = await ok(admin.upload(path, '../../evil\u202egnp.exe', Buffer.from('MZ\0\0')));
  assert.doesNotMatch(program.name, /[\\/]/);
  const link = await ok(admin.get(`/api/v1/attachments/${program.id}/link`));
  const url = await hub.instance.sandbox.listen(0);
  const { pathname } = new URL(link.url);
  const answer = await fetch(`${url}${pathname}`);
  assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment;/);
});

test('after all of that an honest report goes through', async () => {
  const { id } = await submitRecord(admin, fresh());
  assert.equal((await admin.get(`/api/v1/reports/${id}`)).status, 200);
});
