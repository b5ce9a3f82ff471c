// SPDX-License-Identifier: Apache-2.0
/** `sakimori report submit, status, export, import` against a hub that runs. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { recordOf } from './reports-for-tests.ts';
import {
  ask,
  type Ended,
  freePort,
  type RunningHub,
  runCommand,
  signInByPrintedLink,
  startHub,
} from './running-hub.ts';

const OPERATOR = 'org_sample-kumo-telecom';
const WHOSE = ['--organisation', OPERATOR] as const;
let home: string;
let hub: RunningHub;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'sakimori-report-'));
  hub = await startHub(join(home, 'data'));
});
after(async () => {
  await hub.end('SIGTERM');
  rmSync(home, { recursive: true, force: true });
});

const here = (args: readonly string[], input?: string): Promise<Ended> =>
  runCommand(['report', ...args], { cwd: home, ...(input !== undefined && { input }) });

/** Ends with this code; standard error holds no trace for programmers. */
async function check(ended: Promise<Ended>, code: number, says: RegExp = /./): Promise<Ended> {
  const found = await ended;
  assert.equal(found.code, code, `${found.stdout}\n${found.stderr}`);
  assert.match(`${found.stdout}${found.stderr}`, says);
  assert.doesNotMatch(found.stderr, /\n\s+at .*:\d+:\d+/);
  return found;
}

function file(name: string, content: unknown): string {
  const path = join(home, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  return path;
}

test('a record is submitted from a file and from a pipe; sent again it is the same report', async () => {
  const record = recordOf('south', { reference: 'COMMAND-1' });
  const path = file('record.json', record);
  await check(here(['submit', path, ...WHOSE]), 2, /acceptDataUse|accept/);
  const args = ['--accept-data-use', ...WHOSE, '--json'];
  const first = await check(here(['submit', path, ...args]), 0);
  const { id, duties, receipt } = JSON.parse(first.stdout);
  assert.match(id, /^rpt_/);
  assert.ok(receipt && duties.length > 0);
  const again = await check(here(['submit', '-', ...args], JSON.stringify(record)), 0);
  assert.equal(JSON.parse(again.stdout).id, id);
  const people = await check(here(['submit', path, '--accept-data-use', ...WHOSE]), 0, /receipt/);
  assert.match(people.stdout, /delivered/);
  await check(here(['submit', path, '--accept-data-use', ...WHOSE, '--language', 'ja']), 0, /到達/);
});

test('a follow-up is sent to its report, and status says what waits', async () => {
  const record = recordOf('south', { reference: 'COMMAND-2' });
  const made = await here(
    ['submit', '-', '--accept-data-use', ...WHOSE, '--json'],
    JSON.stringify(record),
  );
  const { id } = JSON.parse(made.stdout);
  const more = JSON.stringify({ ...record, stage: 'follow-up', status: 'contained' });
  const sent = await check(here(['submit', '-', '--to', id, '--json'], more), 0);
  assert.deepEqual(
    [JSON.parse(sent.stdout).stage, JSON.parse(sent.stdout).revision],
    ['follow-up', 2],
  );
  await check(here(['status', id]), 0, /follow-up/);
  const status = await check(here(['status', id, '--json']), 0);
  assert.equal(JSON.parse(status.stdout).id, id);
});

test('what cannot be taken ends with 2 and says the field; nobody’s values come back', async () => {
  const bad = file('bad.json', { ...recordOf('south'), kind: 'SECRET-KIND', reference: 'C-3' });
  const refused = await check(here(['submit', bad, '--accept-data-use', ...WHOSE]), 2, /kind/);
  assert.doesNotMatch(refused.stderr + refused.stdout, /SECRET/);
  await check(here(['submit', file('no.json', '{"a":\n'), ...WHOSE]), 2, /line 2|JSON/);
  await check(here(['submit', join(home, 'absent.json')]), 2);
  await check(here(['status', 'rpt_01aaaaaaaaaaaaaaaaaaaaaaaa']), 2, /not found/);
  await check(here(['submit', bad, '--language', 'fr']), 2, /--language/);
});

test('without a hub it ends with 4, and says that nothing is taken twice', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const path = file('later.json', recordOf('south', { reference: 'C-4' }));
  await check(here(['submit', path, '--hub', nowhere]), 4, /cannot be reached/);
  const wrong = runCommand(['report', 'status', 'rpt_x', '--hub', hub.url], {
    cwd: tmpdir(),
    env: { SAKIMORI_TOKEN: 'skm_key_wrong' },
  });
  await check(wrong, 3);
});

test('the form is exported in each format, in both languages, and never over another file', async () => {
  const made = await here(
    ['submit', '-', '--accept-data-use', ...WHOSE, '--json'],
    JSON.stringify(recordOf('south', { reference: 'COMMAND-5', title: '=cmd()', remarks: '+1' })),
  );
  const { id } = JSON.parse(made.stdout);
  const pdf = join(home, 'form.pdf');
  await check(here(['export', id, '--output', pdf]), 0, /bytes/);
  assert.equal(readFileSync(pdf).subarray(0, 5).toString('latin1'), '%PDF-');
  await check(here(['export', id, '--output', pdf]), 2, /not there yet/);
  const csv = await check(here(['export', id, '--format', 'csv', '--language', 'en']), 0, /Block/);
  assert.doesNotMatch(csv.stdout, /(^|,|")[=+]/m, 'no cell begins a formula');
  const json = await check(here(['export', id, '--format', 'json']), 0);
  assert.equal(JSON.parse(json.stdout).format, 'sakimori-form/1');
  await check(here(['export', id, '--format', 'docx']), 2, /--format/);
  assert.ok(!existsSync(join(home, 'docx')));
});

test('VERIS incidents are imported through the hub; again, and nothing is added', async () => {
  const incident = (n: number) => ({
    incident_id: `VERIS-${n}`,
    plus: { created: '2025-04-01T00:00:00Z' },
    schema_version: '1.3.7',
    security_incident: 'Confirmed',
    summary: `Fictional incident ${n}`,
    timeline: { incident: { year: 2025, month: 3, day: n } },
    action: { malware: { variety: ['Ransomware'], vector: ['Unknown'] } },
    actor: { external: { motive: ['Financial'] } },
    asset: { assets: [{ variety: 'S - File' }] },
    attribute: { availability: { variety: ['Obscuration'] } },
    victim: { country: ['JP'], industry: '622110', employee_count: '101 to 1000' },
  });
  const lines = [incident(1), incident(2)].map((one) => JSON.stringify(one));
  const path = file('veris.ndjson', `${lines.join('\n')}\nno json\n`);
  const args = ['import', 'veris', path, ...WHOSE, '--accept-data-use', '--json'];
  const first = await check(here(args), 1);
  const total = (ended: Ended) => JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '').total;
  assert.deepEqual(total(first), { records: 3, accepted: 2, repeated: 0, refused: 1 });
  const again = await check(here(args), 1);
  assert.deepEqual(total(again), { records: 3, accepted: 0, repeated: 2, refused: 1 });
});

test('in the sample nation whoever signs in finds incidents in different states', async () => {
  const as = async (role: string) => {
    const cookie = await signInByPrintedLink(hub, role);
    return async (path: string) => {
      const { status, body } = await ask(hub, cookie, 'GET', `/api/v1/${path}`);
      assert.equal(status, 200, `${role} ${path}`);
      return body;
    };
  };
  const hospital = await as('hospital');
  const [report] = (await hospital('reports')).items;
  assert.deepEqual([report.kind, report.stage, report.unanswered], ['ransomware', 'follow-up', 1]);
  const detail = await hospital(`reports/${report.id}`);
  const reached = detail.duties.filter(
    (duty: { deliveries: unknown[] }) => duty.deliveries.length > 0,
  );
  assert.equal(reached.length, 4, 'ministry, office, police, personal-information commission');
  assert.equal(detail.attachments.length, 1);
  const telecom = await as('operator-member');
  const { items } = await telecom('reports?kind=ddos&state=final');
  assert.equal(items.length, 1, 'one was finalised');
  assert.ok((await telecom('report-drafts')).length >= 1, 'a draft was left half-way');
  const office = await as('office');
  const queue = await office('intake');
  assert.ok(
    queue.items.some((one: { merged?: string }) => one.merged),
    'two were merged',
  );
  const third = queue.items.find((one: { title: string }) => one.title.startsWith('ほたる'));
  assert.equal((await office(`intake/${third.id}/related`)).length, 2, 'the third is related');
  const late = (await (await as('ministry'))('copies?overdue=true')).items;
  assert.equal(late.length, 1, 'one final report is overdue');
  for (const role of ['police-desk', 'privacy-desk', 'health-desk']) {
    assert.ok((await (await as(role))('copies')).items.length >= 1, role);
  }
});
