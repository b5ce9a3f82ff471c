// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { testScope } from '@sakimori/store/testing';
import type { FilesPort, ReadReport } from '../src/index.ts';
import { readRecord } from '../src/index.ts';
import {
  CLINIC,
  ddos,
  MIC,
  makeWorld,
  OFFICE,
  POLICE,
  POWER,
  PRIVACY,
  ransomware,
  submit,
  TELECOM,
} from './world.ts';

function read(record: Record<string, unknown>, more: Partial<ReadReport> = {}): ReadReport {
  const { value } = readRecord(record);
  return {
    ...{ line: 1, record: value!, proposal: 'precursor', texts: [], attachments: [], notes: [] },
    ...more,
  };
}

const alert = (hour: number, more: Partial<ReadReport> = {}) =>
  read(ddos({ kind: 'precursor', reference: `suricata/198.51.100.7/scan/${hour}` }), more);

function memoryFiles(): FilesPort & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    put: async (sha256, bytes) => {
      kept.set(sha256, bytes);
    },
    get: async (sha256) => kept.get(sha256),
  };
}

const text = (words: string) => ({
  name: 'log.txt',
  type: 'text/plain',
  bytes: new TextEncoder().encode(words),
});

test('alerts wait for a person; the same group again is the same draft', async (t) => {
  const { reports, entries } = await makeWorld(t);
  const first = await reports.alerts.take(TELECOM, 'org_telecom', [alert(1), alert(2)]);
  assert.deepEqual([first.drafts.length, first.precursors.length], [2, 0]);
  const again = await reports.alerts.take(TELECOM, 'org_telecom', [alert(1)]);
  assert.deepEqual(again.drafts, [first.drafts[0]]);
  const drafts = await reports.drafts.list(TELECOM);
  assert.equal(drafts.length, 2);
  assert.deepEqual([drafts[0]?.via, drafts[0]?.proposal], ['alert', 'precursor']);
  assert.equal((await entries('report.submitted')).length, 0);
});

test('alerts become precursor reports only where the operator chose so, once a group', async (t) => {
  const { reports, entries } = await makeWorld(t);
  await reports.settings.set(TELECOM, 'org_telecom', { automaticPrecursors: true });
  const taken = await reports.alerts.take(TELECOM, 'org_telecom', [
    alert(1),
    alert(1, { record: readRecord(ddos({ reference: alert(1).record.reference })).value! }),
    alert(2),
    read(ransomware(), { proposal: 'draft' }),
  ]);
  assert.deepEqual([taken.precursors.length, taken.ignored, taken.drafts.length], [2, 1, 1]);
  assert.equal((await entries('report.submitted')).length, 2);
  const { items } = await reports.reports.list(TELECOM);
  assert.ok(items.every(({ kind }) => kind === 'precursor'));
  const other = await reports.alerts.take(POWER, 'org_power', [alert(1)]);
  assert.deepEqual([other.precursors.length, other.drafts.length], [0, 1]);
});

test('a mail becomes a draft with its indicators and files, to be confirmed', async (t) => {
  const files = memoryFiles();
  const { reports } = await makeWorld(t, { files, exercise: true });
  const mail = read(ransomware({ indicators: [], reference: 'mail-1' }), {
    proposal: 'draft',
    texts: [{ field: 'outline', text: '通信先は evil[.]example[.]com と 203.0.113.9 です。' }],
    attachments: [text('暗号化されたファイルの一覧')],
    notes: [{ ja: '日時は推定です。', en: 'The time is a guess.' }],
  });
  const [draft] = await reports.drafts.propose(CLINIC, 'org_clinic', [mail], 'mail');
  assert.deepEqual(
    draft!.indicators.map(({ shown, confirmed }) => [shown, confirmed]),
    [
      ['evil[.]example[.]com', false],
      ['203[.]0[.]113[.]9', false],
    ],
  );
  assert.deepEqual(
    draft!.attachments.map(({ name }) => name),
    ['log.txt'],
  );
  const [same] = await reports.drafts.propose(CLINIC, 'org_clinic', [mail], 'mail');
  assert.deepEqual([same!.id, same!.attachments.length], [draft!.id, 1]);
  const sent = await reports.drafts.submit(CLINIC, draft!.id, { acceptDataUse: true });
  assert.deepEqual(
    sent.value.attachments.map(({ name }) => name),
    ['log.txt'],
  );
});

test('a file is given to its reporter, and to a desk whose copy names it, which is on the ledger', async (t) => {
  const files = memoryFiles();
  const world = await makeWorld(t, { files });
  const { reports, entries } = world;
  const draft = await reports.drafts.create(CLINIC, {
    organisationId: 'org_clinic',
    record: ransomware(),
    via: 'form',
  });
  const file = await reports.attachments.add(CLINIC, { draftId: draft.id }, text('記録'));
  const { value } = await reports.drafts.submit(CLINIC, draft.id, { acceptDataUse: true });
  assert.equal(value.attachments[0]?.sha256, file.sha256);
  const opened = await reports.attachments.open(CLINIC, file.id);
  assert.equal(new TextDecoder().decode(opened.content), '記録');
  assert.equal((await entries('record.accessed')).length, 0);
  assert.equal((await reports.attachments.find(POLICE, file.id)).organisationId, 'org_clinic');
  await reports.attachments.open(POLICE, file.id);
  const [use] = await entries('record.accessed');
  assert.equal(use?.counts?.what_attachment, 1);
  const [copy] = (await reports.copies.list(POLICE)).items;
  const shown = await reports.copies.get(POLICE, copy!.id);
  assert.deepEqual(
    shown.attachments.map(({ id }) => id),
    [file.id],
  );
  // The commission's copy has no files, and strangers have none at all.
  for (const scope of [PRIVACY, TELECOM, MIC, OFFICE]) {
    await assert.rejects(reports.attachments.open(scope, file.id), { code: 'RPT_NO_ATTACHMENT' });
  }
  files.kept.set(file.sha256, new Uint8Array([1]));
  await assert.rejects(reports.attachments.open(CLINIC, file.id), { code: 'RPT_FILE_LOST' });
});

test('files are bounded by dated data, and their names are only shown', async (t) => {
  const files = memoryFiles();
  const { reports } = await makeWorld(t, { files });
  const draft = await reports.drafts.create(TELECOM, {
    organisationId: 'org_telecom',
    record: {},
    via: 'form',
  });
  const add = (file: Partial<ReturnType<typeof text>>, scope = TELECOM) =>
    reports.attachments.add(scope, { draftId: draft.id }, { ...text('x'), ...file });
  await assert.rejects(add({ bytes: new Uint8Array(26_214_401) }), { code: 'RPT_FILE_TOO_LARGE' });
  await assert.rejects(add({ type: 'text/html\r\nX-Evil: 1' }), { code: 'RPT_FILE_TYPE' });
  await assert.rejects(add({ name: '\u202e\u200b ' }), { code: 'RPT_FILE_TYPE' });
  await assert.rejects(add({}, POWER), { code: 'RPT_NO_DRAFT' });
  const odd = await add({ name: '../../etc/pass\u202egpj.wd', type: 'Text/Plain; charset=x' });
  assert.deepEqual([odd.name, odd.type], ['.._.._etc_passgpj.wd', 'text/plain']);
  for (let i = 1; i < 50; i += 1) await add({ name: `${i}.txt` });
  await assert.rejects(add({}), { code: 'RPT_FILES_FULL' });
  const without = (await makeWorld(t)).reports;
  const other = await without.drafts.create(TELECOM, {
    organisationId: 'org_telecom',
    record: {},
    via: 'form',
  });
  await assert.rejects(without.attachments.add(TELECOM, { draftId: other.id }, text('x')), {
    code: 'RPT_FILES_OFF',
  });
});

test('an analyst takes a report by telephone; the operator sees it at once, with who spoke', async (t) => {
  const { reports, rows, notices } = await makeWorld(t);
  const taker = testScope({ actor: 'per_analyst', organisation: 'org_office', reach: 'all' });
  const { value } = await submit(reports, taker, ransomware(), {
    organisationId: 'org_clinic',
    via: 'telephone',
    telephone: { spokenBy: '守 花子', callback: '03-0000-0001' },
  });
  const page = await reports.reports.get(CLINIC, value.id);
  await reports.work.run();
  assert.deepEqual(
    notices.filter(({ organisationId }) => organisationId === 'org_clinic').map(({ href }) => href),
    [`/reports/${value.id}`],
  );
  assert.deepEqual(
    page.submissions.map(({ by, via }) => [by, via]),
    [['per_analyst', 'telephone']],
  );
  const [note] = await rows<{ note: unknown }>('select note from report_submission');
  assert.deepEqual(note?.note, { spokenBy: '守 花子', callback: '03-0000-0001' });
});

test('a preview says what would follow, with what cannot be taken, and writes nothing', async (t) => {
  const { reports, rows } = await makeWorld(t, { exercise: true });
  const { value } = await submit(reports, TELECOM, ddos());
  await reports.work.run();
  const preview = await reports.reports.preview(TELECOM, {
    organisationId: 'org_telecom',
    record: ddos({ occurred: 'yesterday', outline: '203.0.113.77 からの通信' }),
  });
  assert.deepEqual(
    preview.refusals.map(({ field }) => field),
    ['occurred'],
  );
  const minister = preview.duties.find(({ rule }) => rule === 'act-5-minister')!;
  assert.deepEqual([minister.desk?.id, minister.decision], ['org_mic', 'yes']);
  assert.ok(minister.clocks.every(({ state }) => state !== 'done'));
  assert.ok(
    preview.indicators.some(({ value: one, confirmed }) => one === '203.0.113.77' && !confirmed),
  );
  assert.deepEqual(
    preview.duplicates.map(({ report }) => report),
    [value.id],
  );
  assert.match(preview.duplicates[0]!.why[0]!.ja, /./);
  assert.equal((await rows('select 1 from report')).length, 1);
  const empty = await reports.reports.preview(TELECOM, {
    organisationId: 'org_telecom',
    record: 'no record',
  });
  assert.deepEqual([empty.duties, empty.refusals.length], [[], 1]);
  await assert.rejects(
    reports.reports.preview(POWER, { organisationId: 'org_telecom', record: {} }),
    { code: 'RPT_NO_ORGANISATION' },
  );
});

test('hostile texts are kept as texts; what no text can hold is refused', async (t) => {
  const { reports } = await makeWorld(t);
  const script = '<script>alert(1)</script>\u202e=1+1';
  const evil = `${script}\u0000\ud800`;
  await assert.rejects(submit(reports, TELECOM, ddos({ title: evil })), {
    code: 'RPT_RECORD_INVALID',
  });
  const draft = await reports.drafts.create(TELECOM, {
    organisationId: 'org_telecom',
    record: { title: evil, [`\u0000${evil}`]: evil },
    via: 'form',
  });
  assert.equal(draft.record.title, `${script}\ufffd\ufffd`);
  const contacts = [{ name: script }];
  const { value } = await submit(
    reports,
    TELECOM,
    ddos({ title: script, outline: script, remarks: script, contacts }),
  );
  assert.equal((await reports.reports.get(TELECOM, value.id)).title, script);
  const [copy] = (await reports.copies.list(MIC)).items;
  await reports.copies.message(MIC, copy!.id, { kind: 'question', text: evil });
  const long = 'あ'.repeat(20_000);
  const second = await submit(reports, TELECOM, ddos({ outline: long }));
  assert.equal((await reports.reports.get(TELECOM, second.value.id)).record.outline, long);
  const url = `https://example.com/${'あ'.repeat(2_000)}`;
  await submit(reports, TELECOM, ddos({ indicators: [{ type: 'url', value: url }] }));
  const { failed } = await reports.work.run();
  assert.equal(failed, 0);
});

test('statistics hide small counts, cover whole months, and the yearly ones come from the ledger', async (t) => {
  const world = await makeWorld(t, {
    ledgerFigures: async () => ({
      size: 3,
      entries: [
        ...['ddos', 'ransomware'].flatMap((kind) =>
          Array.from({ length: 20 }, () => ({
            type: 'report.submitted',
            at: '2026-11-21T03:00:00Z',
            counts: { [`kind_${kind}`]: 1, sector_telecom: 1 },
          })),
        ),
        { type: 'report.submitted', at: '2026-11-21T03:00:00Z', counts: { kind_other: 1 } },
      ],
    }),
  });
  const { reports } = world;
  for (let i = 0; i < 4; i += 1) await submit(reports, TELECOM, ddos({ title: `${i}` }));
  await submit(reports, POWER, ddos({ kind: 'other' }));
  const figures = await reports.statistics(OFFICE, { from: '2026-11-20', to: '2026-11-21' });
  assert.deepEqual([figures.from, figures.to], ['2026-11-01', '2026-11-30']);
  const kinds = new Map(figures.byKind.map((one) => [one.key, one]));
  assert.deepEqual([figures.total.count, kinds.get('other')?.hidden], [5, true]);
  assert.equal(kinds.get('other')?.count, undefined);
  assert.notEqual(kinds.get('ddos')?.count, 4, 'what would give the hidden one away is hidden too');
  assert.deepEqual(
    figures.yearly.map(({ year, size, counts }) => [year, size, counts.sector_telecom]),
    [[2026, 41, 40]],
  );
  // One of three is small: with the sum it would be known unless another is hidden with it.
  const { counts = {} } = figures.yearly[0] ?? {};
  assert.equal(counts.kind_other, undefined);
  assert.equal(Object.keys(counts).filter((name) => name.startsWith('kind_')).length, 1);
  const ministry = await reports.statistics(MIC, { from: '2026-11-01', to: '2026-11-30' });
  assert.equal(ministry.total.count, 4, 'a ministry counts what it was given');
  const overseer = testScope({ actor: 'per_x', organisation: 'org_power', reach: 'all' });
  const seen = await reports.statistics(overseer, { from: '2026-11-01', to: '2026-11-30' });
  assert.equal(seen.total.count, 5);
  for (const period of [
    { from: '2026-11-30', to: '2026-11-01' },
    { from: 'x', to: '2026-11-01' },
    { from: '1990-01-01', to: '2026-11-01' },
  ]) {
    await assert.rejects(reports.statistics(OFFICE, period), { code: 'RPT_PERIOD_INVALID' });
  }
});
