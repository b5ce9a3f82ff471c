// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { ddos, MIC, makeWorld, POWER, submit, TELECOM } from './world.ts';

const begin = (reports: Awaited<ReturnType<typeof makeWorld>>['reports'], record = {}) =>
  reports.drafts.create(TELECOM, { organisationId: 'org_telecom', record, via: 'form' });

test('a draft may be as incomplete as it is, survives a restart and stands on no ledger', async (t) => {
  const { reports, again, rows } = await makeWorld(t);
  const before = (await rows('select 1 from ledger_head where size > 1')).length;
  const draft = await begin(reports, {
    kind: 'ddos',
    outline: '198[.]51[.]100[.]9 から大量の通信',
  });
  assert.equal(draft.revision, 1);
  assert.deepEqual(
    draft.indicators.map(({ value, shown, confirmed }) => [value, shown, confirmed]),
    [['198.51.100.9', '198[.]51[.]100[.]9', false]],
  );
  const saved = await reports.drafts.save(TELECOM, draft.id, {
    record: { kind: 'ddos', awareness: {} },
    step: 'awareness',
    revision: 1,
  });
  const restarted = await again().drafts.get(TELECOM, draft.id);
  assert.deepEqual(restarted, saved);
  assert.deepEqual([restarted.step, restarted.revision], ['awareness', 2]);
  assert.equal((await rows('select 1 from ledger_head where size > 1')).length, before);
});

test('of two who write at once the second is told, and overwrites nothing', async (t) => {
  const { reports } = await makeWorld(t);
  const draft = await begin(reports);
  const save = (title: string) =>
    reports.drafts.save(TELECOM, draft.id, { record: { title }, revision: 1 });
  const outcomes = await Promise.allSettled([save('一'), save('二'), save('三')]);
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const one of outcomes) {
    if (one.status === 'rejected') assert.equal(one.reason.code, 'RPT_CHANGED_MEANWHILE');
  }
  assert.equal((await reports.drafts.get(TELECOM, draft.id)).revision, 2);
});

test('a draft belongs to its organisation', async (t) => {
  const { reports } = await makeWorld(t);
  const draft = await begin(reports);
  for (const scope of [POWER, MIC]) {
    await assert.rejects(reports.drafts.get(scope, draft.id), { code: 'RPT_NO_DRAFT' });
    await assert.rejects(reports.drafts.remove(scope, draft.id), { code: 'RPT_NO_DRAFT' });
    await assert.rejects(reports.drafts.save(scope, draft.id, { record: {}, revision: 1 }), {
      code: 'RPT_NO_DRAFT',
    });
    assert.deepEqual(await reports.drafts.list(scope), []);
  }
  await reports.drafts.remove(TELECOM, draft.id);
  await assert.rejects(reports.drafts.get(TELECOM, draft.id), { code: 'RPT_NO_DRAFT' });
});

test('a draft becomes one report however often it is sent, and is gone with it', async (t) => {
  const { reports, entries } = await makeWorld(t);
  const draft = await begin(reports, ddos());
  await assert.rejects(reports.drafts.submit(TELECOM, draft.id, { acceptDataUse: false }), {
    code: 'RPT_DATA_USE_NOT_ACCEPTED',
  });
  const send = () => reports.drafts.submit(TELECOM, draft.id, { acceptDataUse: true });
  const answers = await Promise.all([send(), send(), send()]);
  assert.equal(new Set(answers.map(({ value }) => value.id)).size, 1);
  assert.equal((await entries('report.submitted')).length, 1);
  assert.deepEqual(await reports.drafts.list(TELECOM), []);
  assert.equal((await send()).repeated, true);
});

test('a draft that cannot be taken stays as it is', async (t) => {
  const { reports } = await makeWorld(t);
  const draft = await begin(reports, { kind: 'ddos' });
  await assert.rejects(reports.drafts.submit(TELECOM, draft.id, { acceptDataUse: true }), {
    code: 'RPT_RECORD_INVALID',
  });
  assert.equal((await reports.drafts.get(TELECOM, draft.id)).revision, 1);
});

test('a draft of a supplement adds to its report', async (t) => {
  const { reports } = await makeWorld(t);
  const { value } = await submit(reports, TELECOM, ddos());
  const draft = await reports.drafts.create(TELECOM, {
    organisationId: 'org_telecom',
    reportId: value.id,
    record: ddos({ stage: 'follow-up', title: '続報' }),
    via: 'form',
  });
  const sent = await reports.drafts.submit(TELECOM, draft.id, { acceptDataUse: true });
  assert.deepEqual([sent.value.id, sent.value.revision], [value.id, 2]);
});

test('what is too large or holds odd characters is answered, not kept in part', async (t) => {
  const { reports } = await makeWorld(t);
  await assert.rejects(begin(reports, { outline: 'あ'.repeat(400_000) }), {
    code: 'RPT_DRAFT_TOO_LARGE',
  });
  const odd = await begin(reports, { outline: 'a\0b\u202e' });
  assert.equal(odd.record.outline, 'a\ufffdb\u202e');
});
