// SPDX-License-Identifier: Apache-2.0
/** The public vectors through the command, and what the command says to people and programs. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type ObligationsOptions, runReportObligations } from '../src/report-obligations.ts';
import { runReportValidate } from '../src/report-validate.ts';

const spec = join(import.meta.dirname, '../../../spec/report');
const folder = mkdtempSync(join(tmpdir(), 'sakimori-report-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  const text = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(path, text ? content : JSON.stringify(content));
  return path;
}

function collect() {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}

function streamsOf(stdin: string) {
  const [out, err] = [collect(), collect()];
  const streams = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: err.stream,
  };
  return { streams, out, err };
}

const NOW = Date.parse('2026-11-21T12:00:00+09:00');

async function run(path: string, options: Partial<ObligationsOptions>, stdin = '') {
  const { streams, out, err } = streamsOf(stdin);
  const organisationFile = options.organisationFile ?? join(spec, 'examples/bank.json');
  const code = await runReportObligations(
    path,
    { ...options, organisationFile },
    { streams, now: () => NOW },
  );
  return { code, out: out.text(), err: err.text() };
}

async function validate(path: string, options = {}, stdin = '') {
  const { streams, out, err } = streamsOf(stdin);
  const code = await runReportValidate(path, options, { streams });
  return { code, out: out.text(), err: err.text() };
}

interface Vector {
  readonly title: string;
  readonly record: object;
  readonly organisation: object;
  readonly at: string;
  readonly expect: readonly Record<string, unknown>[];
}
interface Clock {
  readonly stage: string;
  readonly readings: readonly { readonly due: string }[];
  readonly [key: string]: unknown;
}
const { vectors } = JSON.parse(readFileSync(join(spec, 'obligations.vectors.json'), 'utf8')) as {
  vectors: readonly Vector[];
};

/** As spec/report says: the keys that are named have to be equal; clocks are found by their stage. */
function compare(found: Record<string, unknown>, expected: Record<string, unknown>): void {
  const { clocks, ...plain } = expected as { clocks?: readonly Record<string, unknown>[] };
  for (const [key, value] of Object.entries(plain)) assert.deepEqual(found[key], value, key);
  if (clocks?.length === 0) assert.deepEqual(found.clocks, []);
  for (const { stage, readings, ...rest } of clocks ?? []) {
    const clock = (found.clocks as Clock[]).find((one) => one.stage === stage);
    assert.ok(clock, `no clock ${stage}`);
    for (const [key, value] of Object.entries(rest)) assert.deepEqual(clock[key], value, key);
    if (readings)
      assert.deepEqual(
        clock.readings.map(({ due }) => due),
        readings,
        'readings',
      );
  }
}

for (const [index, { title, record, organisation, at, expect }] of vectors.entries()) {
  test(`vector ${index + 1}: ${title}`, async () => {
    const { code, out, err } = await run(file('record.json', record), {
      organisationFile: file('organisation.json', organisation),
      at,
      json: true,
    });
    assert.equal(code, 0, err);
    const found = JSON.parse(out) as Record<string, unknown>[];
    for (const expected of expect) {
      const one = found.find(({ rule }) => rule === expected.rule);
      assert.ok(one, `no rule ${String(expected.rule)}`);
      compare(one, expected);
    }
  });
}

const PAIRS = [
  ['bank-ransomware', 'bank'],
  ['telecom-ddos', 'telecom'],
  ['sensor-precursor', 'power'],
  ['first-hour', 'railway'],
  ['eu-operator', 'eu-group'],
] as const;

test('every example is valid, and every one is used', async () => {
  const names = readdirSync(join(spec, 'examples')).map((name) => name.replace('.json', ''));
  assert.deepEqual(names.sort(), PAIRS.flat().sort());
  for (const [record, organisation] of PAIRS) {
    const path = (name: string) => join(spec, 'examples', `${name}.json`);
    assert.equal((await validate(path(record))).code, 0, record);
    assert.equal(
      (await validate(path(organisation), { organisation: true })).code,
      0,
      organisation,
    );
  }
});

test('JSON: the keys of the contract in its order, texts in the language asked for', async () => {
  const path = join(spec, 'examples/bank-ransomware.json');
  const [ja, en] = await Promise.all(
    ['ja', 'en'].map(async (language) =>
      JSON.parse((await run(path, { json: true, language })).out),
    ),
  );
  assert.deepEqual(Object.keys(ja[0]).slice(0, 8), [
    'addressee',
    'clause',
    'applies',
    'why',
    'firstDue',
    'finalDue',
    'missing',
    'verified',
  ]);
  assert.match(ja[0].why, /特別社会基盤事業者/);
  assert.match(en[0].why, /special social infrastructure operator/);
  assert.equal(ja.length, en.length);
  assert.ok(ja.every((one: { missing: unknown }) => Array.isArray(one.missing)));
});

test('missing fields are those of the record’s own stage; the others are said apart', async () => {
  const bank = join(spec, 'examples/bank-ransomware.json');
  const at = { at: '2026-11-21T12:00:00+09:00', json: true };
  const first = JSON.parse((await run(bank, at)).out)[0];
  assert.deepEqual(first.missing, []);
  assert.ok(first.missingLater.includes('cause'));
  const record = JSON.parse(readFileSync(bank, 'utf8'));
  const final = JSON.parse(
    (await run(file('final.json', { ...record, stage: 'final' }), at)).out,
  )[0];
  assert.ok(final.missing.includes('cause'));
  assert.deepEqual(final.missingLater, []);
});

test('the table: no number first, then by due time in Japan; what is open is said', async () => {
  const { out, code } = await run(join(spec, 'examples/first-hour.json'), {
    organisationFile: join(spec, 'examples/railway.json'),
    at: '2026-12-30T00:10:00+09:00',
    language: 'ja',
  });
  assert.equal(code, 0);
  const rows = out.split('\n');
  assert.match(rows[0]!, /^期限（日本時間）/);
  assert.match(rows[1]!, /^数字なし .* 判定できません/);
  assert.match(out, /2026年12月31日（木）23:59 {2}速報 {2}個人情報保護委員会/);
  assert.match(out, /原文と未照合/);
  const dated = rows.filter((row) => /^\d{4}年/.test(row)).map((row) => row.slice(0, 22));
  assert.equal(dated.length, 4);
});

test('standard input, gzip and the present as default instant', async () => {
  const text = readFileSync(join(spec, 'examples/bank-ransomware.json'), 'utf8');
  const piped = await run('-', { json: true }, text);
  const zipped = await run(file('record.json.gz', gzipSync(text)), { json: true });
  const dated = await run(file('plain.json', text), {
    json: true,
    at: '2026-11-21T12:00:00+09:00',
  });
  assert.equal(piped.out, dated.out);
  assert.equal(zipped.out, dated.out);
});

test('the instant of a report that was made replaces the estimate', async () => {
  const options = {
    organisationFile: join(spec, 'examples/eu-group.json'),
    json: true,
    at: '2026-11-24T00:00:00Z',
  };
  const path = join(spec, 'examples/eu-operator.json');
  const of = async (more: object) =>
    JSON.parse((await run(path, { ...options, ...more })).out).find(
      ({ rule }: { rule: string }) => rule === 'nis2-significant',
    );
  assert.equal((await of({})).clocks[2].estimated, true);
  const made = await of({ secondReport: '2026-11-22T10:00:00+01:00' });
  assert.equal(made.clocks[2].estimated, undefined);
  assert.equal(made.finalDue, '2026-12-22T22:59:59.999Z');
});

test('bad input ends with 2 and says file, line, field and what is expected', async () => {
  const bad = file(
    'bad.json',
    '{\n  "kind": "ddos",\n  "awareness": {\n    "at": "yesterday"\n  },\n  "computers": [\n    { "specified": true },\n    { "specified": "perhaps-secret" }\n  ]\n}\n',
  );
  const { code, out, err } = await run(bad, { json: true });
  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(err, /bad\.json, line 4, field awareness\.at: expected an instant/);
  assert.match(err, /line 8, field computers\.1\.specified: expected boolean/);
  assert.doesNotMatch(err, /perhaps-secret|yesterday/);
});

test('a field that is absent stands on the line of its parent', async () => {
  const { code, err } = await validate(
    file('absent.json', '{\n  "kind": "ddos",\n  "awareness":\n  {\n  }\n}'),
  );
  assert.equal(code, 2);
  assert.match(err, /line 4, field awareness\.at: expected/);
});

test('text that is no JSON is refused with its line and without its words', async () => {
  const { code, err } = await validate(file('broken.json', '{\n  "kind": "ddos",\n  secret\n}'));
  assert.equal(code, 2);
  assert.match(err, /broken\.json, line 3: expected a JSON document/);
  assert.doesNotMatch(err, /secret/);
  const cut = await validate(file('cut.json', '{\n  "kind": "ddos",\n'));
  assert.match(cut.err, /line 2: expected a JSON document/);
});

test('validate reads one document, an array, or one a line; each refusal has its line', async () => {
  const good = { kind: 'ddos', awareness: { at: '2026-11-21' } };
  const lines = (...items: unknown[]) => items.map((item) => JSON.stringify(item)).join('\n');
  const ndjson = await validate(
    file('some.ndjson', lines(good, { kind: 'nothing', awareness: { at: '2026-11-21' } }, good)),
    { json: true },
  );
  assert.equal(ndjson.code, 2);
  const { valid, records, refusals } = JSON.parse(ndjson.out);
  assert.deepEqual([valid, records], [false, 3]);
  assert.deepEqual([refusals.length, refusals[0].line, refusals[0].field], [1, 2, 'kind']);
  const array = await validate(
    file('array.json', JSON.stringify([good, { ...good, unheard: 1 }], null, 1)),
  );
  assert.equal(array.code, 2);
  assert.match(array.err, /line 13, field 1\.unheard: expected no such field exists/);
  assert.match(
    (await validate(file('good.ndjson', `${lines(good, good)}\n`))).out,
    /2 records, all valid/,
  );
  const halfway = await validate(file('half.ndjson', `${lines(good, good)}\n{"kind":`));
  assert.match(halfway.err, /half\.ndjson, line 3: expected a JSON document/);
});

test('files that cannot be read, and options that cannot, are bad input', async () => {
  const check = async (path: string, options: Partial<ObligationsOptions>, expected: RegExp) => {
    const { code, err } = await run(path, options);
    assert.equal(code, 2);
    assert.match(err, expected);
  };
  const bank = join(spec, 'examples/bank-ransomware.json');
  await check(join(folder, 'none.json'), {}, /none\.json: expected a file that is there/);
  await check(folder, {}, /expected a file, not a folder/);
  await check(file('latin.json', Buffer.from([0x22, 0xe9, 0x22])), {}, /expected text in UTF-8/);
  await check(
    file('cut.json.gz', gzipSync('{}').subarray(0, 12)),
    {},
    /expected a whole gzip file/,
  );
  await check(bank, { at: 'tomorrow' }, /^--at: expected an instant/);
  await check(bank, { at: '1999-01-01' }, /^--at: expected an instant at which rules/);
  await check(bank, { firstReport: 'soon' }, /^--first-report: expected/);
  await check('-', { organisationFile: '-' }, /^--organisation-file: expected a file/);
  await check(
    bank,
    { organisationFile: file('o.json', { sectors: 'finance' }) },
    /o\.json, line 1, field sectors/,
  );
});

test('a bomb of gzip is refused before it fills the memory', async () => {
  const { code, err } = await run(
    file('bomb.json.gz', gzipSync(Buffer.alloc(70 * 1024 * 1024))),
    {},
  );
  assert.equal(code, 2);
  assert.match(err, /expected at most \d+ bytes/);
});

test('hostile documents are refused with words, not with a fault', async () => {
  for (const text of [
    '['.repeat(200_000),
    `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    `{"kind":"ddos","awareness":{"at":"2026-11-21"},"a":${'['.repeat(5000)}${']'.repeat(5000)}}`,
    '{"__proto__":{"kind":"ddos"},"awareness":{"at":"2026-11-21"}}',
    JSON.stringify({
      kind: 'ddos',
      awareness: { at: '2026-11-21' },
      outline: 'x'.repeat(10_000_000),
    }),
    '"text"',
    'null',
    '',
  ]) {
    const { code, err } = await validate(file('hostile.json', text));
    assert.equal(code, 2);
    assert.ok(err.length > 0 && err.length < 2_000);
  }
});

test('npx sakimori report obligations, as a person types it', async () => {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../bin/sakimori.mjs'),
      'report',
      'obligations',
      join(spec, 'examples/bank-ransomware.json'),
      '--organisation-file',
      join(spec, 'examples/bank.json'),
      '--at',
      '2026-11-21T12:00:00+09:00',
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  const code = await new Promise((done) => child.on('close', done));
  assert.equal(code, 0);
  const found = JSON.parse(out) as { rule: string; finalDue: string }[];
  assert.equal(
    found.find(({ rule }) => rule === 'act-5-minister')!.finalDue,
    '2026-12-21T14:59:59.999Z',
  );
});
