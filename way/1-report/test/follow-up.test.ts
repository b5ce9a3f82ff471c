// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from 'kysely';
import {
  ALL,
  CLINIC,
  DAY,
  ddos,
  HOUR,
  METI,
  MIC,
  makeWorld,
  NOON,
  OFFICE,
  own,
  POLICE,
  POWER,
  PRIVACY,
  ransomware,
  submit,
  TELECOM,
  type World,
} from './world.ts';

const copyOf = async ({ reports }: World, scope: typeof MIC, addressee?: string) =>
  (await reports.copies.list(scope)).items.find(
    (one) => addressee === undefined || one.addressee === addressee,
  )!;

test('a supplement keeps what differs, and every addressee gets it on its own terms', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock, entries } = world;
  const { value } = await submit(reports, CLINIC, ransomware());
  clock.ms += HOUR;
  const more = ransomware({
    stage: 'follow-up',
    status: 'contained',
    personalData: { involved: true, persons: 1_200, sensitive: true, items: ['診療情報'] },
    techniques: ['T1486', 'T1490'],
  });
  const supplement = (record: unknown, revision?: number) =>
    reports.reports.supplement(CLINIC, value.id, { record, via: 'form', revision });
  const second = await supplement(more, 1);
  assert.deepEqual(
    [second.value.revision, second.value.stage, second.entries.length],
    [2, 'follow-up', 1],
  );
  const changes = second.value.submissions.at(-1)!.changes;
  assert.deepEqual(changes.map(({ field }) => field).sort(), [
    'personalData.persons',
    'stage',
    'status',
    'techniques',
  ]);
  assert.equal(second.value.submissions[0]?.changes.length, 0);
  // Each language by itself, as the forms show it.
  const toldStage = changes.find(({ field }) => field === 'stage');
  assert.deepEqual(
    [toldStage?.before, toldStage?.after],
    [
      { ja: '速報', en: 'First report' },
      { ja: '続報', en: 'Follow-up report' },
    ],
  );
  // The commission sees that the number changed, and nothing of the techniques.
  const ppc = await reports.copies.get(PRIVACY, (await copyOf(world, PRIVACY)).id);
  assert.deepEqual([ppc.position, ppc.stages.length], [2, 2]);
  assert.deepEqual(ppc.changes.map(({ field }) => field).sort(), [
    'personalData.persons',
    'stage',
    'status',
  ]);
  assert.deepEqual(
    ppc.changes.find(({ field }) => field === 'stage'),
    toldStage,
  );
  assert.doesNotMatch(JSON.stringify(ppc.changes), /T1490/);
  assert.equal((await entries('report.supplemented')).length, 1);
  // The same again is no second supplement; an old revision is told so.
  const again = await supplement(more);
  assert.deepEqual([again.repeated, again.value.revision], [true, 2]);
  await assert.rejects(supplement(ransomware({ stage: 'follow-up', title: '更新' }), 1), {
    code: 'RPT_CHANGED_MEANWHILE',
  });
  await assert.rejects(supplement(ransomware({ stage: 'first', title: '更新' })), {
    code: 'RPT_STAGE_BACKWARDS',
  });
});

test('more supplements at once than the database has connections all come through', async (t) => {
  const { reports, clock } = await makeWorld(t);
  const ids = await Promise.all(
    Array.from({ length: 24 }, async (_one, i) => {
      const { value } = await submit(reports, TELECOM, ddos({ title: `${i}` }));
      return value.id;
    }),
  );
  // Names and rules are to be read again just now.
  clock.ms += HOUR;
  const record = ddos({ stage: 'follow-up', title: '続報' });
  const done = await Promise.all(
    ids.map((id) => reports.reports.supplement(TELECOM, id, { record, via: 'api' })),
  );
  assert.ok(done.every(({ value }) => value.revision === 2));
});

test('what was first submitted stays readable as it was', async (t) => {
  const { reports, rows, clock } = await makeWorld(t);
  const { value } = await submit(reports, TELECOM, ddos());
  clock.ms += HOUR;
  await reports.reports.supplement(TELECOM, value.id, {
    record: ddos({ stage: 'follow-up', outline: '復旧しました。' }),
    via: 'api',
  });
  const kept = await rows<{ outline: string }>(
    `select record ->> 'outline' as outline from report_submission order by position`,
  );
  assert.deepEqual(
    kept.map(({ outline }) => outline),
    ['利用者向けサイトの応答が遅くなりました。', '復旧しました。'],
  );
  const old = await reports.reports.form(TELECOM, value.id, { position: 1 });
  assert.match(JSON.stringify(old.blocks), /応答が遅く/);
});

test('a final report stops its clocks and closes; only what was returned can be completed', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(reports, POWER, ddos());
  clock.ms += DAY;
  const final = (more = {}) =>
    reports.reports.supplement(POWER, value.id, {
      record: ddos({ stage: 'final', status: 'recovered', ...more }),
      via: 'form',
    });
  const closed = await final();
  assert.deepEqual([closed.value.state, closed.value.next], ['final', undefined]);
  const minister = closed.value.duties.find(({ rule }) => rule === 'act-5-minister')!;
  assert.deepEqual(
    minister.clocks.map(({ state, doneAt }) => [state, doneAt]),
    [
      ['done', '2026-11-21T03:00:00.000Z'],
      ['done', '2026-11-22T03:00:00.000Z'],
    ],
  );
  await assert.rejects(final({ title: '追加' }), { code: 'RPT_NOT_OPEN' });
  const copy = await copyOf(world, METI);
  const returned = await reports.copies.return(METI, copy.id, { text: '原因を記してください。' });
  assert.equal(returned.value.state, 'returned');
  clock.ms += HOUR;
  const completed = await final({ cause: { vector: 'misconfiguration' } });
  assert.equal(completed.value.state, 'final');
  assert.equal((await copyOf(world, METI)).state, 'delivered');
});

test('who was told stays told: when a duty falls away the addressee learns that too', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(
    reports,
    CLINIC,
    ransomware({ personalData: { involved: 'unknown' } }),
  );
  const ppc = value.duties.find(({ addressee }) => addressee === 'ppc')!;
  assert.deepEqual([ppc.applies, ppc.decision, ppc.deliveries.length], [true, 'cannot-decide', 1]);
  clock.ms += HOUR;
  const { value: after } = await reports.reports.supplement(CLINIC, value.id, {
    record: ransomware({ stage: 'follow-up', personalData: { involved: false } }),
    via: 'form',
  });
  const gone = after.duties.find(({ rule }) => rule === ppc.rule)!;
  assert.deepEqual([gone.applies, gone.deliveries.length], [false, 2]);
  assert.ok(
    after.timeline.some(
      ({ kind, text }) => kind === 'duty' && /該当しなくなりました/.test(text.ja),
    ),
  );
  const copy = await reports.copies.get(PRIVACY, (await copyOf(world, PRIVACY)).id);
  assert.equal(copy.position, 2);
});

test('voluntary addressees get nothing without consent, and nothing more once it ends', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(reports, POWER, ddos());
  assert.deepEqual((await reports.copies.list(POLICE)).items, []);
  const supplement = (more: Record<string, unknown>) => {
    clock.ms += HOUR;
    return reports.reports.supplement(POWER, value.id, { record: ddos(more), via: 'form' });
  };
  const { value: consented } = await supplement({
    stage: 'follow-up',
    consent: { police: true },
  });
  const said = {
    ja: '都道府県警察（サイバー担当）: はい',
    en: 'Prefectural police (cyber desk): yes',
  };
  // Called by its name, not by its id.
  const change = consented.submissions.at(-1)!.changes.find(({ field }) => field === 'consent');
  assert.deepEqual([change?.before, change?.after], [undefined, said]);
  const { blocks } = await reports.reports.form(POWER, value.id);
  const row = blocks.flatMap(({ rows }) => rows).find(({ field }) => field === 'consent');
  assert.deepEqual(row?.value, said);
  assert.equal((await copyOf(world, POLICE)).position, 2);
  await supplement({ stage: 'follow-up', consent: { police: false }, title: '続き' });
  assert.equal((await copyOf(world, POLICE)).position, 2, 'what it holds stays, nothing is added');
});

test('a report is withdrawn with a reason before anybody accepted it, and its desks are told', async (t) => {
  const world = await makeWorld(t);
  const { reports, entries } = world;
  const { value } = await submit(reports, TELECOM, ddos());
  await assert.rejects(reports.reports.withdraw(TELECOM, value.id, { reason: ' ' }), {
    code: 'RPT_REASON_NEEDED',
  });
  const copy = await copyOf(world, MIC);
  const { value: gone } = await reports.reports.withdraw(TELECOM, value.id, {
    reason: '訓練の誤送信でした。',
  });
  assert.deepEqual([gone.state, gone.next, gone.overdue], ['withdrawn', undefined, 0]);
  const seen = await reports.copies.get(MIC, copy.id);
  assert.deepEqual([seen.may, seen.overdue], [[], false]);
  assert.match(seen.thread.at(-1)?.text ?? '', /誤送信/);
  await assert.rejects(reports.copies.accept(MIC, copy.id), { code: 'RPT_COPY_STATE' });
  assert.equal((await entries('report.withdrawn')).length, 1);
  const other = await submit(reports, POWER, ddos());
  await reports.copies.accept(METI, (await copyOf(world, METI)).id);
  await assert.rejects(
    reports.reports.withdraw(POWER, other.value.id, { reason: '取り下げます。' }),
    { code: 'RPT_ACCEPTED_ALREADY' },
  );
});

test('question, answer, advice and order stand on the thread of that addressee alone', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(reports, TELECOM, ddos());
  const ministry = await copyOf(world, MIC, 'sector-minister');
  const office = await copyOf(world, OFFICE, 'prime-minister');
  const ask = {
    kind: 'question',
    text: '送信元の数を教えてください。',
    due: '2026-11-24',
  } as const;
  const question = await reports.copies.message(MIC, ministry.id, ask);
  assert.deepEqual([question.value.due, question.entries.length], ['2026-11-24T14:59:59.999Z', 1]);
  await reports.copies.message(OFFICE, office.id, { kind: 'advice', text: '上流で遮断できます。' });
  const page = await reports.reports.get(TELECOM, value.id);
  assert.deepEqual(
    page.thread.map(({ kind, from }) => [kind, from.id]),
    [
      ['question', 'org_mic'],
      ['advice', 'org_office'],
    ],
  );
  assert.equal(page.unanswered, 1);
  assert.equal((await copyOf(world, MIC, 'sector-minister')).waiting, 1);
  clock.ms += HOUR;
  await reports.reports.answer(TELECOM, value.id, {
    text: '約 3,000 です。',
    answers: question.value.id,
  });
  const shown = await reports.copies.get(MIC, ministry.id);
  assert.deepEqual(
    shown.thread.map(({ kind, answeredAt }) => [kind, answeredAt]),
    [
      ['question', '2026-11-21T04:00:00.000Z'],
      ['answer', undefined],
    ],
  );
  const others = await reports.copies.get(OFFICE, office.id);
  assert.deepEqual(
    others.thread.map(({ kind }) => kind),
    ['advice'],
  );
  assert.equal((await reports.reports.get(TELECOM, value.id)).unanswered, 0);
});

test('only a ministry orders, with a clause and a deadline that is still to come', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock, entries } = world;
  const { value } = await submit(reports, POWER, ddos());
  const order = { text: '対策を講じてください。', clause: '法第6条', due: '2026-12-01' };
  const office = await copyOf(world, OFFICE);
  await assert.rejects(reports.copies.order(OFFICE, office.id, order), {
    code: 'RPT_NOT_A_MINISTRY',
  });
  const copy = await copyOf(world, METI);
  await assert.rejects(reports.copies.order(METI, copy.id, { ...order, due: '2026-11-20' }), {
    code: 'RPT_DUE_INVALID',
  });
  const given = await reports.copies.order(METI, copy.id, order);
  assert.deepEqual(
    [given.value.kind, given.value.clause, given.value.overdue],
    ['order', '法第6条', false],
  );
  assert.equal((await entries('report.ordered')).length, 1);
  clock.ms = NOON + 12 * DAY;
  const [seen] = (await reports.reports.get(POWER, value.id)).thread;
  assert.equal(seen?.overdue, true);
});

test('a relay gives another addressee its own copy, where a duty or consent allows it', async (t) => {
  const world = await makeWorld(t);
  const { reports, entries } = world;
  const { value } = await submit(reports, POWER, ddos());
  const copy = await copyOf(world, METI);
  await assert.rejects(reports.copies.relay(METI, copy.id, { addressee: 'police' }), {
    code: 'RPT_RELAY_NOT_ALLOWED',
  });
  await assert.rejects(reports.copies.relay(METI, copy.id, { addressee: 'cisa' }), {
    code: 'RPT_NO_DESK',
  });
  await assert.rejects(reports.copies.relay(MIC, copy.id, { addressee: 'police' }), {
    code: 'RPT_NO_COPY',
  });
  // Held back at first, consented to later: then the ministry may pass it on.
  const { value: clinic } = await submit(reports, CLINIC, ransomware({ consent: {} }));
  assert.ok(clinic.duties.some(({ addressee }) => addressee === 'police'));
  assert.deepEqual((await reports.copies.list(POLICE)).items, []);
  assert.equal((await entries('report.relayed')).length, 0);
  const before = (await reports.copies.list(OFFICE)).items.length;
  await reports.copies.relay(METI, copy.id, { addressee: 'prime-minister' });
  assert.equal((await reports.copies.list(OFFICE)).items.length, before, 'it has its copy already');
  assert.equal(value.state, 'open');
});

test('where a desk comes to the instance later, the ministry can pass the report on', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock, store, entries } = world;
  const setKind = (kind: string) =>
    store.change(ALL, async ({ db, record }) => {
      await sql`update organisation set kind = ${kind} where id = 'org_police'`.execute(db);
      await record({ type: 'organisation.registered' });
    });
  await setKind('partner');
  const consent = { police: true, 'sector-ministry-voluntary': true, ppc: false };
  const record = ransomware({ consent, personalData: { involved: 'unknown' } });
  const { value } = await submit(reports, CLINIC, record);
  const duty = value.duties.find(({ addressee }) => addressee === 'police')!;
  assert.deepEqual([duty.consented, duty.desk, duty.deliveries], [true, undefined, []]);
  await setKind('police');
  clock.ms += 11_000;
  const MHLW = own('org_mhlw');
  const copy = await copyOf(world, MHLW);
  await assert.rejects(reports.copies.relay(MHLW, copy.id, { addressee: 'ppc' }), {
    code: 'RPT_RELAY_NOT_ALLOWED',
  });
  const relayed = await reports.copies.relay(MHLW, copy.id, { addressee: 'police', note: '回付' });
  assert.equal(relayed.entries.length, 1);
  const given = await reports.copies.get(POLICE, (await copyOf(world, POLICE)).id);
  assert.equal(given.receipts[0]?.step, 'relayed');
  assert.doesNotMatch(JSON.stringify(given.blocks), /診療情報/);
  assert.equal(
    (await reports.copies.relay(MHLW, copy.id, { addressee: 'police' })).entries.length,
    0,
  );
  assert.equal((await entries('report.relayed')).length, 1);
  const page = await reports.reports.get(CLINIC, value.id);
  assert.ok(page.timeline.some(({ kind }) => kind === 'relayed'));
  assert.deepEqual(
    page.thread.map(({ kind, text }) => [kind, text]),
    [['relay', '回付']],
  );
  await reports.work.run();
  assert.ok(world.notices.some(({ organisationId }) => organisationId === 'org_police'));
});

test('what was told elsewhere is noted by the reporter and stops that clock', async (t) => {
  const { reports } = await makeWorld(t);
  const { value } = await submit(reports, CLINIC, ransomware());
  const outside = value.duties.find(({ addressee }) => addressee === 'persons-concerned')!;
  assert.deepEqual([outside.applies, outside.desk, outside.deliveries], [true, undefined, []]);
  assert.notEqual(outside.clocks[0]?.state, 'done');
  const input = { rule: outside.rule, stage: 'first', at: '2026-11-21T11:00:00+09:00' } as const;
  const told = await reports.reports.told(CLINIC, value.id, input);
  const after = told.value.duties.find(({ rule }) => rule === outside.rule)!;
  assert.deepEqual(
    [after.clocks[0]?.state, after.clocks[0]?.doneAt],
    ['done', '2026-11-21T02:00:00.000Z'],
  );
  await assert.rejects(reports.reports.told(CLINIC, value.id, input), { code: 'RPT_NO_DUTY' });
  await assert.rejects(reports.reports.told(TELECOM, value.id, input), { code: 'RPT_NO_REPORT' });
});

test('more time is given only where dated law lets the addressee give it', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(reports, TELECOM, ddos());
  const minister = await copyOf(world, MIC, 'sector-minister');
  const more = { stage: 'final', until: '2027-01-15', reason: '調査が続いています。' } as const;
  await assert.rejects(reports.copies.extend(MIC, minister.id, more), {
    code: 'RPT_EXTENSION_NOT_ALLOWED',
  });
  const guideline = await copyOf(world, MIC, 'sector-regulator');
  const { rule } = value.duties.find(({ deliveries }) =>
    deliveries.some(({ id }) => id === guideline.id),
  )!;
  assert.equal(rule, 'guideline-telecom');
  const given = await reports.copies.extend(MIC, guideline.id, more);
  const final = given.value.clocks.find(({ stage }) => stage === 'final');
  assert.equal(final?.due, '2027-01-15T14:59:59.999Z');
  assert.ok(final?.extendedFrom);
  const page = await reports.reports.get(TELECOM, value.id);
  assert.ok(page.timeline.some(({ text }) => /期限を .*延ばしました/.test(text.ja)));
  // It stays when the report is supplemented.
  clock.ms += HOUR;
  const { value: later } = await reports.reports.supplement(TELECOM, value.id, {
    record: ddos({ stage: 'follow-up', title: '続報' }),
    via: 'form',
  });
  const kept = later.duties.find((one) => one.rule === rule)!;
  assert.equal(kept.clocks.find(({ stage }) => stage === 'final')?.due, '2027-01-15T14:59:59.999Z');
  await assert.rejects(reports.copies.extend(own('org_meti'), guideline.id, more), {
    code: 'RPT_NO_COPY',
  });
});
