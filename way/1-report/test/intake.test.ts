// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CLINIC,
  ddos,
  HOUR,
  METI,
  MIC,
  makeWorld,
  OFFICE,
  own,
  POWER,
  ransomware,
  submit,
  TELECOM,
  type World,
} from './world.ts';

const CONSENT = { consent: { 'nco-voluntary': true, 'sector-ministry-voluntary': true } };

test('the queue puts first what people depend on, and says why', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  await submit(reports, TELECOM, ddos());
  await submit(reports, POWER, ddos({ kind: 'precursor', title: '前兆' }));
  await submit(reports, CLINIC, ransomware({ ...CONSENT }));
  clock.ms += HOUR;
  const { items, total, crisis } = await reports.intake.list(OFFICE);
  assert.equal(total, 3);
  assert.deepEqual(
    items.map(({ organisation }) => organisation.id),
    ['org_clinic', 'org_power', 'org_telecom'],
  );
  assert.ok(items[0]!.priority > items[1]!.priority);
  assert.match(items[0]!.why[0]!.ja, /生命・健康/);
  assert.match(items[1]!.why[0]!.en, /highest importance/);
  assert.equal(crisis.on, false);
  const page = await reports.intake.list(OFFICE, { limit: 2 });
  assert.deepEqual([page.items.length, page.next], [2, '2']);
  const rest = await reports.intake.list(OFFICE, { limit: 2, cursor: page.next });
  assert.equal(rest.items[0]?.organisation.id, 'org_telecom');
  await assert.rejects(reports.intake.list(OFFICE, { cursor: 'x' }), {
    code: 'RPT_CURSOR_INVALID',
  });
  assert.equal((await reports.intake.list(TELECOM)).total, 0, 'a reporter has no queue');
});

test('one report is one item, however many copies the office holds; accepted it is done', async (t) => {
  const { reports } = await makeWorld(t);
  await submit(reports, POWER, ddos(CONSENT));
  const copies = (await reports.copies.list(OFFICE)).items;
  assert.equal(copies.length, 2);
  const { items } = await reports.intake.list(OFFICE);
  assert.deepEqual([items.length, items[0]?.addressee], [1, 'prime-minister']);
  await reports.copies.accept(OFFICE, items[0]!.id);
  assert.equal((await reports.intake.list(OFFICE)).total, 0);
});

test('an item is given to a person and taken back', async (t) => {
  const { reports } = await makeWorld(t);
  await submit(reports, TELECOM, ddos());
  const [item] = (await reports.intake.list(OFFICE)).items;
  const given = await reports.intake.assign(OFFICE, item!.id, { assignee: 'per_analyst' });
  assert.equal(given.assignee, 'per_analyst');
  assert.equal((await reports.intake.list(OFFICE, { assignee: 'per_analyst' })).total, 1);
  assert.equal((await reports.intake.list(OFFICE, { assignee: 'per_other' })).total, 0);
  await reports.intake.assign(OFFICE, item!.id, { assignee: null });
  assert.equal((await reports.intake.list(OFFICE)).items[0]?.assignee, undefined);
  await assert.rejects(reports.intake.assign(MIC, item!.id, { assignee: 'per_x' }), {
    code: 'RPT_NO_COPY',
  });
});

/** Two operators hit from one place with one tool, and one that has nothing to do with it. */
async function threeCases(world: World) {
  const { reports } = world;
  const shared = {
    indicators: [
      { type: 'domain', value: 'c2.example.net', role: 'attacker' },
      { type: 'sha256', value: 'ab'.repeat(32), role: 'malware' },
    ],
  };
  const a = await submit(reports, TELECOM, ddos(shared));
  const b = await submit(reports, POWER, ddos({ ...shared, outline: '別の会社での出来事です。' }));
  const c = await submit(
    reports,
    POWER,
    ddos({
      indicators: [],
      computers: [],
      outline: '何の関係もない、まったく別の前兆の報告です。',
      kind: 'precursor',
      awareness: { at: '2026-11-01T09:00:00+09:00' },
    }),
  );
  await reports.work.run();
  return { a: a.value, b: b.value, c: c.value };
}

test('related reports are found by what they share, and each says why', async (t) => {
  const world = await makeWorld(t, { exercise: true });
  const { reports } = world;
  const { a, b } = await threeCases(world);
  const { items } = await reports.intake.list(OFFICE);
  const item = items.find(({ report }) => report === a.id)!;
  assert.equal(item.related, 1);
  const related = await reports.intake.related(OFFICE, item.id);
  assert.deepEqual(
    related.map(({ report, organisation }) => [report, organisation?.id]),
    [[b.id, 'org_power']],
  );
  assert.ok(related[0]!.score > 0.5);
  assert.match(JSON.stringify(related[0]!.why), /c2\[\.\]example/);
  assert.ok((await world.entries('record.accessed')).length === 1, 'reasons show values');
  // A desk relates only what it was given itself.
  const [own] = (await reports.copies.list(MIC)).items;
  assert.deepEqual(await reports.intake.related(MIC, own!.id), []);
});

test('looking for relations may die anywhere and ends with the same keys', async (t) => {
  const world = await makeWorld(t, { exercise: true });
  const { reports, again, rows } = world;
  await submit(reports, TELECOM, ddos());
  await submit(reports, POWER, ddos());
  for (const step of ['task.worked', 'task.done']) {
    const dying = again({
      reached: (at) => {
        if (at === step) throw new Error('killed');
      },
    });
    await dying.work.run().catch(() => {});
  }
  world.clock.ms += HOUR;
  await reports.work.run();
  assert.equal((await rows('select 1 from report_task')).length, 0);
  const keys = await rows<{ n: number }>(
    'select count(*) as n from report_key group by report_id order by 1',
  );
  assert.equal(keys.length, 2);
  assert.ok(keys.every(({ n }) => n > 3));
});

test('a merge says that reports are one incident; taken back, everything is as it was', async (t) => {
  const world = await makeWorld(t, { exercise: true });
  const { reports, entries } = world;
  const { a, b, c } = await threeCases(world);
  const before = await reports.intake.list(OFFICE);
  const pages = await Promise.all([
    reports.reports.get(TELECOM, a.id),
    reports.reports.get(POWER, b.id),
  ]);
  const merged = await reports.intake.merge(OFFICE, {
    reports: [a.id, b.id],
    reason: '同じ攻撃基盤です。',
  });
  assert.deepEqual([merged.entries.length, merged.value.reports], [1, [a.id, b.id].sort()]);
  const { items } = await reports.intake.list(OFFICE);
  assert.deepEqual(
    items
      .filter(({ merged: id }) => id === merged.value.id)
      .map(({ report }) => report)
      .sort(),
    [a.id, b.id].sort(),
  );
  await assert.rejects(reports.intake.merge(OFFICE, { reports: [a.id, c.id], reason: '重ねて' }), {
    code: 'RPT_MERGE_INVALID',
  });
  await assert.rejects(reports.intake.merge(OFFICE, { reports: [a.id], reason: '一件' }), {
    code: 'RPT_MERGE_INVALID',
  });
  await assert.rejects(reports.intake.merge(OFFICE, { reports: [a.id, b.id], reason: '  ' }), {
    code: 'RPT_REASON_NEEDED',
  });
  await assert.rejects(reports.intake.merge(METI, { reports: [b.id, a.id], reason: '所管外' }), {
    code: 'RPT_NO_COPY',
  });
  const undone = await reports.intake.unmerge(OFFICE, merged.value.id, { reason: '誤りでした。' });
  assert.ok(undone.value.undoneAt);
  assert.deepEqual(await reports.intake.list(OFFICE), before);
  assert.deepEqual(
    await Promise.all([reports.reports.get(TELECOM, a.id), reports.reports.get(POWER, b.id)]),
    pages,
  );
  await assert.rejects(reports.intake.unmerge(OFFICE, merged.value.id, { reason: 'もう一度' }), {
    code: 'RPT_NO_MERGE',
  });
  assert.equal((await entries('report.merged')).length, 1);
  assert.equal((await entries('report.unmerged')).length, 1);
  assert.equal((await reports.intake.merges(OFFICE))[0]?.id, merged.value.id);
});

test('the reporter gets something back, and never learns whose the other reports are', async (t) => {
  const warnings = [
    {
      kind: 'warning' as const,
      at: '2026-11-20T00:00:00.000Z',
      text: { ja: '関係する警告', en: 'A related warning' },
      href: '/warnings/wrn_1',
    },
  ];
  const asked: unknown[] = [];
  const world = await makeWorld(t, {
    exercise: true,
    warningsAbout: async (_scope, facts) => {
      asked.push(facts);
      return warnings;
    },
  });
  const { reports, clock } = world;
  const { a } = await threeCases(world);
  clock.ms += HOUR;
  const [copy] = (await reports.copies.list(MIC)).items;
  await reports.copies.message(MIC, copy!.id, { kind: 'advice', text: '上流で遮断できます。' });
  const page = await reports.reports.get(TELECOM, a.id);
  assert.deepEqual(
    page.indicators.map(({ seenByOthers }) => seenByOthers),
    ['some', 'some'],
  );
  const kinds = page.gotBack.items.map(({ kind }) => kind);
  assert.deepEqual([...new Set(kinds)].sort(), ['advice', 'indicator', 'similar', 'warning']);
  assert.equal(page.gotBack.firstAt, '2026-11-21T04:00:00.000Z');
  assert.doesNotMatch(JSON.stringify(page), /org_power/);
  const similar = page.gotBack.items.find(({ kind }) => kind === 'similar');
  assert.match(similar!.text.en, /a few/, 'a small number is not told');
  assert.deepEqual((asked.at(-1) as { products: string[] }).products, ['Example EdgeRouter']);
});

test('a surge is met by order, begins and ends at different numbers, and is told to reporters', async (t) => {
  const { reports, clock } = await makeWorld(t);
  const many = async (count: number) => {
    for (let i = 0; i < count; i += 1) await submit(reports, TELECOM, ddos({ title: `${i}` }));
  };
  await many(29);
  assert.equal((await reports.intake.crisis(OFFICE)).on, false);
  await many(1);
  const on = await reports.intake.crisis(OFFICE);
  assert.deepEqual([on.on, on.perHour, on.waiting], [true, 60, 30]);
  assert.match(on.expect!.ja, /順に確認/);
  clock.ms += 6_000;
  const { expect } = await reports.waiting(own('org_power'));
  assert.deepEqual(expect, on.expect);
  const told = await submit(reports, TELECOM, ddos({ title: 'during' }));
  assert.deepEqual(told.value.expect, on.expect);
  assert.deepEqual((await reports.reports.get(TELECOM, told.value.id)).expect, on.expect);
  // Less than what began it, more than what ends it: it goes on.
  clock.ms += 15 * 60_000;
  await many(15);
  clock.ms += 16 * 60_000;
  const still = await reports.intake.crisis(OFFICE);
  assert.deepEqual([still.on, still.since, still.perHour], [true, on.since, 30]);
  clock.ms += 31 * 60_000;
  const over = await reports.intake.crisis(OFFICE);
  assert.deepEqual([over.on, over.expect, over.waiting], [false, undefined, 46]);
});

test('what waits is told to each side', async (t) => {
  const { reports, clock } = await makeWorld(t);
  const { value } = await submit(reports, TELECOM, ddos());
  const desk = await reports.waiting(MIC);
  assert.deepEqual([desk.newCopies, desk.overdueCopies, desk.reports], [2, 0, []]);
  const [copy] = (await reports.copies.list(MIC)).items;
  await reports.copies.message(MIC, copy!.id, { kind: 'question', text: 'いつからですか。' });
  await reports.drafts.create(TELECOM, { organisationId: 'org_telecom', record: {}, via: 'form' });
  const mine = await reports.waiting(TELECOM);
  assert.deepEqual(
    [mine.reports.map(({ id }) => id), mine.drafts.length, mine.newCopies],
    [[value.id], 1, 0],
  );
  clock.ms += 40 * 24 * HOUR;
  assert.equal((await reports.waiting(MIC)).overdueCopies, 2);
});
