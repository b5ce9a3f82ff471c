// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { verifyLog } from '@sakimori/ledger';
import {
  CLINIC,
  ddos,
  METI,
  MIC,
  makeWorld,
  OFFICE,
  own,
  POLICE,
  POWER,
  PRIVACY,
  ransomware,
  submit,
  TELECOM,
} from './world.ts';

test('one report reaches every desk that has a duty or consent behind it, with one entry', async (t) => {
  const world = await makeWorld(t);
  const { value, entries, repeated } = await submit(world.reports, TELECOM, ddos());
  assert.deepEqual(
    [entries.length, repeated, value.state, value.stage],
    [1, false, 'open', 'first'],
  );
  const delivered = value.duties.flatMap((duty) =>
    duty.deliveries.map(() => [duty.addressee, duty.desk?.id, duty.decision]),
  );
  assert.deepEqual(delivered.slice(0, 2), [
    ['sector-minister', 'org_mic', 'yes'],
    ['prime-minister', 'org_office', 'yes'],
  ]);
  assert.ok(!delivered.some(([addressee]) => addressee === 'police' || addressee === 'ppc'));
  const [entry] = await world.entries('report.submitted');
  assert.equal(entry?.counts?.kind_ddos, 1);
  assert.equal(entry?.counts?.addressees, delivered.length);
  assert.deepEqual(entry?.refs, [value.id]);
  const text = JSON.stringify(entry);
  assert.doesNotMatch(text, /198\.51|応答|防人|org_telecom/, 'the entry holds no content');
  const minister = value.duties.find(({ rule }) => rule === 'act-5-minister');
  const final = minister?.clocks.find(({ stage }) => stage === 'final');
  // 30 days, the day of awareness not counted: Monday 21 December 2026.
  assert.equal(final?.due, '2026-12-21T14:59:59.999Z');
  assert.equal(minister?.clocks.find(({ stage }) => stage === 'first')?.state, 'done');
  const { files, vkey } = world;
  const log = { read: (path: string) => files.read(path), vkeys: [vkey] };
  const verified = await verifyLog({ ...log, origin: 'example.jp/ledger/test' });
  assert.equal(verified.ok, true);
});

test('what an act answers is what the page shows afterwards', async (t) => {
  const { reports } = await makeWorld(t);
  const { value } = await submit(reports, TELECOM, ddos());
  assert.deepEqual(await reports.reports.get(TELECOM, value.id), value);
});

test('an addressee gets what its purpose allows, and never the reporter’s own rows', async (t) => {
  const world = await makeWorld(t);
  const { reports } = world;
  const { value } = await submit(reports, CLINIC, ransomware());
  const copyOf = async (scope: typeof MIC) => (await reports.copies.list(scope)).items[0];
  const ppc = await copyOf(PRIVACY);
  assert.deepEqual([ppc?.addressee, ppc?.state], ['ppc', 'delivered']);
  const shown = await reports.copies.get(PRIVACY, ppc!.id);
  const text = JSON.stringify(shown);
  assert.match(text, /診療情報/);
  assert.doesNotMatch(text, /evil|T1486/, 'indicators and techniques are not for its purpose');
  assert.ok(shown.withheld.some(({ field }) => field === 'indicators'));
  const police = await copyOf(POLICE);
  const seen = JSON.stringify(await reports.copies.get(POLICE, police!.id));
  assert.match(seen, /evil\[\.\]example/);
  assert.doesNotMatch(seen, /診療情報/, 'details of personal data are not for the police');
  for (const scope of [PRIVACY, POLICE, MIC, TELECOM]) {
    await assert.rejects(reports.reports.get(scope, value.id), { code: 'RPT_NO_REPORT' });
    assert.deepEqual((await reports.reports.list(scope)).items, []);
  }
  await assert.rejects(reports.copies.get(MIC, ppc!.id), { code: 'RPT_NO_COPY' });
  await assert.rejects(reports.copies.get(POLICE, ppc!.id), { code: 'RPT_NO_COPY' });
});

test('the database itself keeps a stranger, a desk and a reporter apart', async (t) => {
  const { reports, store } = await makeWorld(t);
  await submit(reports, CLINIC, ransomware());
  const { sql } = await import('kysely');
  const count = (scope: typeof MIC, table: string) =>
    store.read(scope, async (db) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n
        from ${sql.table(table)}`.execute(db);
      return rows[0]!.n;
    });
  const tables = ['report', 'report_submission', 'report_duty', 'report_copy', 'report_draft'];
  const seen = async (scope: typeof MIC) => Promise.all(tables.map((one) => count(scope, one)));
  assert.deepEqual(await seen(TELECOM), [0, 0, 0, 0, 0]);
  assert.deepEqual(await seen(MIC), [0, 0, 0, 0, 0]);
  const [report, submission, duties, copies] = await seen(PRIVACY);
  assert.deepEqual([report, submission, duties, copies], [0, 0, 1, 1]);
  const mine = await seen(CLINIC);
  assert.ok(mine[0] === 1 && mine[1] === 1 && mine[2]! > 1 && mine[3]! > 1);
  const change = (scope: typeof MIC, text: string) =>
    store.change(scope, async ({ db, record }) => {
      const result = await sql.raw(text).execute(db);
      await record({ type: 'report.accepted' });
      return Number(result.numAffectedRows ?? 0);
    });
  // What was delivered is not rewritten: not by the desk, not by the reporter.
  for (const scope of [PRIVACY, CLINIC]) {
    await assert.rejects(change(scope, `update report_copy set content = '{}'`), {
      code: '42501',
    });
    await assert.rejects(change(scope, 'delete from report_copy'), { code: '42501' });
    await assert.rejects(change(scope, `update report_submission set record = '{}'`), {
      code: '42501',
    });
  }
  const { value } = await change(TELECOM, `update report_copy set state = 'accepted'`);
  assert.equal(value, 0, 'a stranger changes nothing');
});

test('a guarded row without an entry does not commit', async (t) => {
  const { reports, store } = await makeWorld(t);
  await submit(reports, CLINIC, ransomware());
  const { sql } = await import('kysely');
  await assert.rejects(
    store.change(PRIVACY, ({ db }) => sql`update report_copy set state = 'accepted'`.execute(db)),
    { code: 'STORE_GUARDED_WITHOUT_ENTRY' },
  );
});

test('the same number and content give the same report; other content is refused', async (t) => {
  const { reports, entries } = await makeWorld(t);
  const record = ddos({ reference: 'T-2026-1' });
  const first = await submit(reports, TELECOM, record);
  const again = await submit(reports, TELECOM, record);
  assert.deepEqual([again.repeated, again.value.id], [true, first.value.id]);
  await assert.rejects(submit(reports, TELECOM, ddos({ reference: 'T-2026-1', title: '別件' })), {
    code: 'RPT_REFERENCE_TAKEN',
    parameters: { reportId: first.value.id },
  });
  const keyed = { idempotencyKey: 'key-1' };
  const byKey = await submit(reports, TELECOM, ddos(), keyed);
  assert.equal((await submit(reports, TELECOM, ddos(), keyed)).value.id, byKey.value.id);
  await assert.rejects(submit(reports, TELECOM, ddos({ title: '別件' }), keyed), {
    code: 'RPT_REFERENCE_TAKEN',
  });
  // The number is the reporter's own: another's same number is another report.
  const other = await submit(reports, POWER, record);
  assert.notEqual(other.value.id, first.value.id);
  assert.equal((await entries('report.submitted')).length, 3);
});

test('of many who send the same at once one is taken, and all get it', async (t) => {
  const { reports, rows, entries } = await makeWorld(t);
  const record = ddos({ reference: 'T-2026-2' });
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => submit(reports, TELECOM, record)),
  );
  assert.equal(new Set(answers.map(({ value }) => value.id)).size, 1);
  assert.equal(answers.filter(({ repeated }) => !repeated).length, 1);
  assert.equal((await entries('report.submitted')).length, 1);
  assert.equal((await rows('select 1 from report')).length, 1);
});

test('a record is refused with every field, and without its values', async (t) => {
  const { reports } = await makeWorld(t);
  const { refusedFields } = await import('../src/index.ts');
  const secret = 'SECRET-VALUE';
  await assert.rejects(
    submit(reports, TELECOM, { kind: secret, awareness: { at: secret } }),
    (error: Parameters<typeof refusedFields>[0]) => {
      assert.equal(error.code, 'RPT_RECORD_INVALID');
      assert.deepEqual(
        refusedFields(error).map(({ field }) => field),
        ['kind', 'awareness.at'],
      );
      assert.doesNotMatch(`${error.text('ja')}${error.text('en')}`, /SECRET/);
      return true;
    },
  );
  await assert.rejects(submit(reports, TELECOM, ddos(), { acceptDataUse: false }), {
    code: 'RPT_DATA_USE_NOT_ACCEPTED',
  });
  await assert.rejects(submit(reports, own('org_gone'), ddos()), { code: 'RPT_NO_ORGANISATION' });
});

test('looking at a copy is on the ledger before it is shown, once for ten minutes', async (t) => {
  const { reports, entries, clock } = await makeWorld(t);
  const { value } = await submit(reports, TELECOM, ddos());
  const { items } = await reports.copies.list(MIC);
  const copy = items.find(({ addressee }) => addressee === 'sector-minister');
  assert.equal(copy?.state, 'delivered');
  assert.equal((await entries('record.accessed')).length, 0, 'a list shows no content');
  const opened = await reports.copies.get(MIC, copy!.id);
  assert.equal(opened.state, 'read');
  clock.ms += 9 * 60_000;
  await Promise.all([reports.copies.get(MIC, copy!.id), reports.copies.get(MIC, copy!.id)]);
  assert.equal((await entries('record.accessed')).length, 1);
  clock.ms += 2 * 60_000;
  await reports.copies.get(MIC, copy!.id);
  await reports.copies.get(own('org_mic', 'per_second'), copy!.id);
  const accessed = await entries('record.accessed');
  assert.equal(accessed.length, 3);
  const { uses } = await reports.reports.get(TELECOM, value.id);
  assert.deepEqual(
    uses.map(({ by, organisation, what }) => [by, organisation.id, what]),
    [
      ['per_second', 'org_mic', 'record'],
      ['per_mic', 'org_mic', 'record'],
      ['per_mic', 'org_mic', 'record'],
    ],
  );
  assert.match(uses[0]!.purpose.ja, /法第5条/);
});

test('accepted is said by the addressee, once, and seen by the reporter', async (t) => {
  const { reports, entries } = await makeWorld(t);
  const { value } = await submit(reports, POWER, ddos());
  const [copy] = (await reports.copies.list(METI)).items;
  const accepted = await reports.copies.accept(METI, copy!.id);
  assert.deepEqual([accepted.value.state, accepted.entries.length], ['accepted', 1]);
  assert.equal((await reports.copies.accept(METI, copy!.id)).entries.length, 0);
  assert.equal((await entries('report.accepted')).length, 1);
  const page = await reports.reports.get(POWER, value.id);
  const delivery = page.duties.flatMap((duty) => duty.deliveries).find(({ id }) => id === copy!.id);
  assert.equal(delivery?.state, 'accepted');
  await assert.rejects(reports.copies.accept(OFFICE, copy!.id), { code: 'RPT_NO_COPY' });
});
