// SPDX-License-Identifier: Apache-2.0
/** Published incidents and alerts through the hub, where they are beside the project. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type Client, openHub, type TestHub } from './hub-for-tests.ts';
import { ok } from './reports-for-tests.ts';

const shared =
  process.env.SAKIMORI_SHARED ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const DATA = `${shared}/data`;
const has = (folder: string) =>
  existsSync(`${DATA}/${folder}`)
    ? false
    : `no published data in ${folder}: not part of the project`;

const LINES = 1_221;
/** One of the published lines is there twice, to the letter. */
const INCIDENTS = 1_220;
const IMPORT = '/api/v1/reports/import?format=veris&acceptDataUse=true';
const FOUND_ENOUGH = 3;
const LOOKED_AT_MAX = 200;

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Body = any;

/** Lines of an import; the last is the total. */
async function importAll(client: Client, bytes: Buffer): Promise<{ lines: Body[]; total: Body }> {
  const answer = await client.upload(IMPORT, 'incidents.ndjson', bytes);
  assert.equal(answer.status, 200, answer.text.slice(0, 600));
  const lines = answer.text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { lines: lines.slice(0, -1), total: lines.at(-1).total };
}

async function all(client: Client, path: string): Promise<Body[]> {
  const found: Body[] = [];
  let cursor = '';
  do {
    const page = await ok(client.get(`${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`));
    found.push(...page.items);
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : '';
  } while (cursor !== '');
  return found;
}

/** A small count is never shown, and never left to be found by subtraction from the total. */
function checkCells(cells: Body[], smallest: number, total: number): void {
  for (const { key, count, hidden } of cells) {
    if (hidden) assert.equal(count, undefined, `${key} is hidden and shown`);
    else assert.ok(count === 0 || count >= smallest, `${key} shows ${count}`);
  }
  const shown = cells.reduce((sum, { count }) => sum + (count ?? 0), 0);
  assert.ok(shown <= total);
}

async function checkStatistics(analyst: Client, reports: readonly Body[]): Promise<void> {
  const figures = await ok(analyst.get('/api/v1/report-statistics'));
  assert.equal(figures.total.count, INCIDENTS);
  const kinds = new Map<string, number>();
  for (const { kind } of reports) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  for (const { key, count, hidden } of figures.byKind) {
    if (!hidden) assert.equal(count, kinds.get(key) ?? 0, key);
  }
  checkCells(figures.byKind, figures.smallest, INCIDENTS);
  checkCells(figures.bySector, figures.smallest, INCIDENTS);
  checkCells(figures.byMonth, figures.smallest, INCIDENTS);
  checkCells(figures.byTechnique, figures.smallest, Number.POSITIVE_INFINITY);
  assert.ok(figures.byTechnique.length > 0, 'techniques are counted');
  const [year] = figures.yearly;
  assert.ok(year.size >= INCIDENTS, 'the yearly figures come from the ledger');
}

/** Looks at copies until some have related cases; each says why. */
async function findRelated(analyst: Client): Promise<number> {
  const copies = await all(analyst, '/api/v1/copies');
  assert.equal(new Set(copies.map(({ report }) => report)).size, INCIDENTS);
  let found = 0;
  for (const { id, report } of copies.slice(0, LOOKED_AT_MAX)) {
    const related = await ok(analyst.get(`/api/v1/intake/${id}/related`));
    for (const one of related) {
      assert.ok(one.why.length > 0 && one.why[0].ja && one.why[0].en, 'related without a reason');
      assert.notEqual(one.report, report);
    }
    if (related.length > 0) found += 1;
    if (found >= FOUND_ENOUGH) break;
  }
  return found;
}

async function checkDuties(client: Client, reports: readonly Body[]): Promise<void> {
  for (const { id } of reports.filter((_, n) => n % 61 === 0)) {
    const detail = await ok(client.get(`/api/v1/reports/${id}`));
    const applying = detail.duties.filter(({ applies }: Body) => applies);
    assert.ok(applying.length > 0, `${id} has no duty`);
    for (const duty of detail.duties) assert.ok(duty.why.ja && duty.why.en && duty.clause, id);
    assert.ok(
      applying.some(({ deliveries }: Body) => deliveries.length > 0),
      `${id} was delivered to nobody`,
    );
  }
}

const reportsIn = async (hub: TestHub) => all(await hub.as('north-admin'), '/api/v1/reports');

test('published incidents are reported once each, with duties, figures and related cases', {
  skip: has('incidents'),
}, async (t) => {
  const hub = await openHub(t);
  const operator = await hub.key('north-admin', ['report:submit', 'report:read']);
  const analyst = await hub.as('analyst');
  const bytes = gunzipSync(readFileSync(`${DATA}/incidents/vcdb-cyber.ndjson.gz`));
  const before = (await reportsIn(hub)).length;

  const first = await importAll(operator, bytes);
  const refused = first.lines.filter((line) => line.refused);
  assert.deepEqual(refused.slice(0, 3), []);
  const total = { records: LINES, refused: 0 };
  assert.deepEqual(first.total, { ...total, accepted: INCIDENTS, repeated: LINES - INCIDENTS });
  const reports = await reportsIn(hub);
  assert.equal(reports.length - before, INCIDENTS);
  assert.equal(new Set(first.lines.map(({ report }) => report)).size, INCIDENTS);

  await checkDuties(operator, reports);
  await hub.instance.services.reportWorker.settled();
  await checkStatistics(analyst, reports);
  assert.ok((await findRelated(analyst)) >= FOUND_ENOUGH, 'no related cases');

  const second = await importAll(operator, bytes);
  assert.deepEqual(second.total, { ...total, accepted: 0, repeated: LINES });
  const ids = (lines: Body[]) => lines.map(({ report }) => report).sort();
  assert.deepEqual(ids(second.lines), ids(first.lines));
  assert.equal((await reportsIn(hub)).length, reports.length);
});

test('published Suricata alerts become drafts that a person confirms, the second time none', {
  skip: has('suricata'),
}, async (t) => {
  const hub = await openHub(t);
  const sensor = await hub.key('north-admin', ['alert:submit']);
  const operator = await hub.as('north-admin');
  const drafts = async (): Promise<Body[]> => {
    const list = await ok(operator.get('/api/v1/report-drafts'));
    return Array.isArray(list) ? list : list.items;
  };
  const files = readdirSync(`${DATA}/suricata`).filter((name) => name.endsWith('.json'));
  const send = async () => {
    const made = new Set<string>();
    for (const file of files) {
      const bytes = readFileSync(`${DATA}/suricata/${file}`);
      const taken = await ok(sensor.upload('/api/v1/alerts/suricata', file, bytes));
      assert.deepEqual(taken.precursors, [], 'reported without a person');
      for (const id of taken.drafts) made.add(id);
    }
    return made;
  };
  const before = (await drafts()).length;
  const made = await send();
  assert.ok(made.size > 0, 'no drafts');
  const kept = await drafts();
  assert.equal(kept.length - before, made.size);
  for (const draft of kept.filter(({ id }) => made.has(id))) {
    assert.equal(draft.record.kind, 'precursor');
    assert.ok(draft.record.outline, 'a draft that says nothing');
  }
  assert.deepEqual([...(await send())].sort(), [...made].sort(), 'the same drafts again');
  assert.equal((await drafts()).length, kept.length);
});
