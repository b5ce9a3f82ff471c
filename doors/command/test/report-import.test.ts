// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CommandStop } from '../src/hub-client.ts';
import { type ReportImportOptions, runReportImport, runReportRead } from '../src/report-import.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-import-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const NOW_MS = Date.UTC(2026, 10, 21, 3);

const incident = {
  incident_id: 'EXAMPLE-1',
  security_incident: 'Confirmed',
  summary: 'Accounts of customers were taken by way of 198.51.100[.]7.',
  victim: { victim_id: 'Example Bank', country: ['JP'], industry: '522110' },
  timeline: { incident: { year: 2026, month: 11, day: 19 } },
  action: { hacking: { variety: ['Use of stolen creds'], vector: ['Web application'] } },
  attribute: { confidentiality: { data_disclosure: 'Yes', data: [{ variety: 'Personal' }] } },
  plus: { timeline: { notification: { year: 2026, month: 11, day: 20 } } },
};
const falsePositive = {
  ...incident,
  incident_id: 'EXAMPLE-2',
  security_incident: 'False positive',
};
const FILE = [JSON.stringify(incident), JSON.stringify(falsePositive), '{"cut":', ''].join('\n');

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Lines of standard output, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: lines of several shapes, looked at by a test
  readonly lines: any[];
}

async function run(
  format: string,
  file: string,
  options: ReportImportOptions,
  { stdin = '', url = 'http://127.0.0.1:9' } = {},
): Promise<Run> {
  const collected = { out: '', err: '' };
  const into = (key: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        collected[key] += String(chunk);
        done();
      },
    });
  const code = await runReportImport(format, file, options, {
    streams: {
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout: into('out'),
      stderr: into('err'),
    },
    place: () => ({ url, token: 'test-token' }),
    now: () => NOW_MS,
  });
  const lines = options.json
    ? collected.out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
  return { code, ...collected, lines };
}

test('a dry run says for each record what it becomes and whom it has to be told, and a total', async () => {
  const { code, lines } = await run('veris', fileOf('a.ndjson', FILE), {
    dryRun: true,
    json: true,
  });
  assert.equal(code, 1);
  const [record, refused, cut, total] = lines;
  assert.equal(lines.length, 4);
  assert.equal(record.line, 1);
  assert.equal(record.reference, 'EXAMPLE-1');
  assert.equal(record.kind, 'other');
  assert.equal(record.awareness, '2026-11-20');
  assert.equal(record.indicators, 1);
  assert.deepEqual(record.organisation, { country: 'JP', sectors: ['finance'], designated: false });
  const privacy = record.obligations.find(
    ({ addressee }: { addressee: string }) => addressee === 'ppc',
  );
  assert.equal(privacy.applies, true);
  assert.equal(privacy.verified, false);
  assert.match(privacy.firstDue, /^2026-11-2/);
  assert.equal(refused.line, 2);
  assert.equal(refused.refused.field, 'security_incident');
  assert.match(refused.refused.reason.ja, /誤検知/);
  assert.equal(cut.line, 3);
  assert.deepEqual(total, {
    total: { records: 3, accepted: 1, refused: 2, byKind: { other: 1 } },
  });
});

test('gzip is recognised, also on standard input, and a damaged one is bad input', async () => {
  const gzip = gzipSync(FILE);
  const plain = await run('veris', fileOf('b.ndjson', FILE), { dryRun: true, json: true });
  const packed = await run('veris', fileOf('b.ndjson.gz', gzip), { dryRun: true, json: true });
  assert.equal(packed.out, plain.out);
  const piped = await run('veris', '-', { dryRun: true, json: true }, { stdin: FILE });
  assert.equal(piped.out, plain.out);
  const damaged = fileOf('c.gz', gzip.subarray(0, gzip.length - 20));
  await assert.rejects(
    run('veris', damaged, { dryRun: true }),
    (error) => error instanceof CommandStop && error.exitCode === 2,
  );
});

test('--aware-at reckons as if it were noticed then; --organisation-file says whose it is', async () => {
  const old = { ...incident, timeline: { incident: { year: 2012 } }, plus: {} };
  const file = fileOf('d.json', JSON.stringify(old));
  const awareAt = '2026-11-21T09:00:00+09:00';
  const organisation = { country: 'JP', sectors: ['telecom'], designated: true };
  const organisationFile = fileOf('org.json', JSON.stringify(organisation));
  const { lines } = await run('veris', file, {
    dryRun: true,
    json: true,
    awareAt,
    organisationFile,
  });
  assert.equal(lines[0].awareness, awareAt);
  assert.deepEqual(lines[0].organisation, organisation);
});

test('options that cannot be read are bad input, by their name', async () => {
  const file = fileOf('e.json', JSON.stringify(incident));
  const bad = async (format: string, path: string, options: ReportImportOptions) => {
    let said = '';
    await assert.rejects(run(format, path, { dryRun: true, ...options }), (error) => {
      assert.ok(error instanceof CommandStop);
      assert.equal(error.exitCode, 2);
      said = error.message;
      return true;
    });
    return said;
  };
  assert.match(await bad('nonsense', file, {}), /format: expected one of .*veris/);
  assert.match(await bad('veris', join(folder, 'none'), {}), /ENOENT/);
  assert.match(await bad('veris', file, { at: 'noon' }), /--at/);
  assert.match(await bad('veris', file, { awareAt: 'noon' }), /--aware-at/);
  const organisationFile = fileOf('bad-org.json', '{"country":"Japan"}');
  assert.match(await bad('veris', file, { organisationFile }), /country/);
  assert.match(await bad('veris', file, { organisationFile: file }), /--organisation-file/);
});

test('for a person each record is a line with its duties', async () => {
  const { out } = await run('veris', fileOf('f.ndjson', FILE), { dryRun: true });
  assert.match(out, /^line 1: other: Example Bank/m);
  assert.match(out, /^ {2}duty: .*ppc by 2026-11-2/m);
  assert.match(out, /^line 2: refused: security_incident/m);
  assert.match(out, /^total: /m);
});

/** A hub that answers the import with the given lines and keeps what it was sent. */
async function withHub(
  answer: (body: string) => string,
  act: (url: string, seen: { url: string; body: string; token: string }) => Promise<void>,
): Promise<void> {
  const seen = { url: '', body: '', token: '' };
  const server = createServer((request, response) => {
    seen.url = request.url ?? '';
    seen.token = request.headers.authorization ?? '';
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      seen.body = Buffer.concat(parts).toString('utf8');
      response.setHeader('content-type', 'application/x-ndjson');
      response.end(answer(seen.body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await act(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.close();
  }
}

test('without --dry-run the file goes to the hub as it is, and its answer is shown', async () => {
  const answer = [
    { line: 1, reference: 'EXAMPLE-1', kind: 'other', report: 'rep_1' },
    { line: 2, refused: { field: 'security_incident', expected: 'an incident' } },
    { total: { records: 2, accepted: 1, repeated: 0, refused: 1 } },
  ];
  await withHub(
    () => answer.map((line) => `${JSON.stringify(line)}\n`).join(''),
    async (url, seen) => {
      const file = fileOf('g.ndjson.gz', gzipSync(FILE));
      const options = { json: true, acceptDataUse: true, organisation: 'org_1' };
      const { code, lines } = await run('veris', file, options, { url });
      assert.equal(code, 1);
      assert.deepEqual(lines, answer);
      assert.equal(seen.body, FILE);
      assert.equal(seen.token, 'Bearer test-token');
      assert.equal(
        seen.url,
        '/api/v1/reports/import?format=veris&acceptDataUse=true&organisation=org_1',
      );
    },
  );
});

test('an answer that breaks off is told from a whole one', async () => {
  await withHub(
    () => `${JSON.stringify({ line: 1, report: 'rep_1' })}\n`,
    async (url) => {
      const file = fileOf('h.ndjson', FILE);
      await assert.rejects(
        run('veris', file, { json: true }, { url }),
        (error) => error instanceof CommandStop && error.exitCode === 4,
      );
    },
  );
});

test('a dry run asks no hub', async () => {
  let asked = false;
  await withHub(
    () => {
      asked = true;
      return '';
    },
    async (url) => {
      await run('veris', fileOf('i.ndjson', FILE), { dryRun: true }, { url });
    },
  );
  assert.equal(asked, false);
});

test('report read shows drafts of any format with their indicators defanged', async () => {
  const alert = {
    timestamp: '2026-11-21T10:05:01+0900',
    event_type: 'alert',
    src_ip: '198.51.100.7',
    dest_ip: '10.1.2.3',
    alert: { signature: 'EXAMPLE scan', category: 'Misc Attack', severity: 2 },
    http: { hostname: 'gateway.example', url: 'http://evil.example/x' },
  };
  const flow = { event_type: 'flow', src_ip: '192.0.2.1' };
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const code = await runReportRead(
    'auto',
    fileOf('eve.json', JSON.stringify([alert, flow])),
    { json: true },
    {
      streams: { stdin: Readable.from([]), stdout, stderr },
      place: () => assert.fail('no hub is needed'),
      now: () => NOW_MS,
    },
  );
  assert.equal(code, 0);
  const line = JSON.parse(String(stdout.read()));
  assert.equal(line.proposal, 'precursor');
  assert.ok(
    line.lifted.some(({ defanged }: { defanged: string }) => /evil\[\.\]example/.test(defanged)),
  );
  assert.match(String(stderr.read()), /^1 documents/);
});
