// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  CLINIC,
  DAY,
  ddos,
  HOUR,
  METI,
  MIC,
  makeWorld,
  NOON,
  POWER,
  ransomware,
  submit,
  TELECOM,
  type World,
} from './world.ts';

/** The final report to the minister is due at the end of this day in Japan. */
const DUE = Date.parse('2026-12-21T14:59:59.999Z');

async function runTo({ reports, clock }: World, ms: number) {
  clock.ms = ms;
  const round = await reports.clocks.run(ms);
  await reports.work.run();
  return round;
}

const clockNotices = ({ notices }: World, rule: string) =>
  notices.filter(({ key }) => key.startsWith('clock:') && key.includes(` ${rule} `));

test('a reminder comes before the deadline, each once, over any number of restarts', async (t) => {
  const world = await makeWorld(t);
  await submit(world.reports, POWER, ddos());
  const first = await runTo(world, NOON + HOUR);
  assert.deepEqual([first.reminders, first.overdue], [0, 0]);
  assert.ok(first.nextAtMs !== undefined && first.nextAtMs > NOON + HOUR);
  const steps = [7 * DAY, 3 * DAY, DAY, 6 * HOUR, HOUR].map((before) => DUE - before);
  for (const at of steps) {
    await runTo(world, at - 1);
    const before = clockNotices(world, 'act-5-minister').length;
    await runTo(world, at);
    // A restarted hub, two of them at once, and the same round again say nothing more.
    await Promise.all([world.again().clocks.run(at), world.again().clocks.run(at + 1)]);
    await world.again().work.run();
    assert.equal(clockNotices(world, 'act-5-minister').length, before + 1);
  }
  const [notice] = clockNotices(world, 'act-5-minister');
  assert.equal(notice?.organisationId, 'org_power');
  assert.match(notice?.text.ja ?? '', /12月21日/);
  const said = JSON.stringify(world.notices);
  assert.doesNotMatch(said, /応答遅延|198\.51|防人/, 'a notice holds no content');
});

test('after a long silence one reminder is enough', async (t) => {
  const world = await makeWorld(t);
  await submit(world.reports, POWER, ddos());
  await runTo(world, NOON + HOUR);
  const late = await runTo(world, DUE - HOUR / 2);
  assert.ok(late.reminders > 0);
  assert.equal(clockNotices(world, 'act-5-minister').length, 1);
});

test('overdue is said once, on the ledger, and then the second contact is told', async (t) => {
  const world = await makeWorld(t);
  const { value } = await submit(world.reports, POWER, ddos());
  await runTo(world, DUE);
  assert.equal((await world.entries('report.overdue')).length, 0, 'the due instant is in time');
  await runTo(world, DUE + 1);
  const entries = await world.entries('report.overdue');
  assert.ok(entries.length >= 1);
  assert.ok(
    entries.every(({ refs, counts }) => refs?.[0] === value.id && counts?.stage_final === 1),
  );
  const orders = clockNotices(world, 'act-5-minister')
    .filter(({ key }) => /overdue|second-contact/.test(key))
    .map(({ order }) => order);
  assert.deepEqual(orders.sort(), [1, 2]);
  await runTo(world, DUE + 2);
  assert.equal((await world.entries('report.overdue')).length, entries.length);
  const page = await world.reports.reports.get(POWER, value.id);
  assert.ok(page.overdue >= 1);
  assert.equal(page.next?.state, 'overdue');
  const [copy] = (await world.reports.copies.list(METI)).items;
  assert.deepEqual([copy?.overdue, copy?.state], [true, 'delivered'], 'late is not unread');
  const before = world.notices.length;
  await runTo(world, DUE + 73 * HOUR);
  const later = world.notices.slice(before);
  assert.ok(later.some(({ order }) => order === 3));
  assert.ok(later.some(({ organisationId }) => organisationId === 'org_meti'));
});

test('a final report stops what waits for it; other clocks of the incident go on', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(reports, CLINIC, ransomware());
  clock.ms += DAY;
  await reports.reports.supplement(CLINIC, value.id, {
    record: ransomware({ stage: 'final' }),
    via: 'form',
  });
  await runTo(world, NOON + 90 * DAY);
  assert.deepEqual(clockNotices(world, 'appi-26-ppc'), []);
  const rules = new Set(
    (await world.rows<{ rule: string }>('select rule from report_reminder')).map(
      ({ rule }) => rule,
    ),
  );
  assert.ok(!rules.has('appi-26-ppc'));
  assert.ok(rules.has('appi-26-persons'), 'the persons concerned have not been told yet');
});

test('a withdrawn report reminds nobody', async (t) => {
  const world = await makeWorld(t);
  const { value } = await submit(world.reports, TELECOM, ddos());
  await world.reports.reports.withdraw(TELECOM, value.id, { reason: '誤送信でした。' });
  const round = await runTo(world, DUE + DAY);
  assert.deepEqual([round.reminders, round.overdue, round.nextAtMs], [0, 0, undefined]);
});

test('a process that dies between saying and writing says it once all the same', async (t) => {
  const world = await makeWorld(t);
  await submit(world.reports, POWER, ddos());
  await runTo(world, NOON + HOUR);
  world.clock.ms = DUE + 1;
  let deaths = 0;
  for (const step of ['clocks.said', 'clocks.batch', 'notice.claimed', 'notice.handed']) {
    // The lease of one that died before runs out.
    if (step === 'notice.handed') world.clock.ms += 5 * 60_000;
    const dying = world.again({
      reached: (at) => {
        if (at !== step) return;
        deaths += 1;
        throw new Error('killed');
      },
    });
    const run = step.startsWith('clocks') ? dying.clocks.run(world.clock.ms) : dying.work.run();
    await assert.rejects(run, { message: 'killed' }, step);
  }
  assert.equal(deaths, 4);
  // The lease of a dead sender runs out; what it handed over comes again with the same key.
  world.clock.ms += 10 * 60_000;
  await world.again().clocks.run(world.clock.ms);
  await world.again().work.run();
  assert.equal(
    (await world.entries('report.overdue')).length,
    (await world.rows(`select 1 from report_reminder where kind like 'overdue%'`)).length,
  );
  const keys = world.notices.map(({ key }) => key);
  const unsent = await world.rows(`select 1 from report_notice where state <> 'sent'
    and not_before_ms <= ${world.clock.ms}`);
  assert.equal(unsent.length, 0);
  const kept = await world.rows<{ key: string }>(
    `select key from report_notice where state = 'sent'`,
  );
  assert.deepEqual([...new Set(keys)].sort(), kept.map(({ key }) => key).sort());
});

test('an order that is not answered in time is overdue once, for both contacts', async (t) => {
  const world = await makeWorld(t);
  const { reports } = world;
  await submit(reports, POWER, ddos());
  const [copy] = (await reports.copies.list(METI)).items;
  await reports.copies.order(METI, copy!.id, {
    text: '是正してください。',
    clause: '法第6条',
    due: '2026-11-25',
  });
  await runTo(world, Date.parse('2026-11-25T15:00:00Z'));
  await runTo(world, Date.parse('2026-11-25T16:00:00Z'));
  const late = world.notices.filter(({ key }) => key.startsWith('late:'));
  assert.deepEqual(late.map(({ order, organisationId }) => [order, organisationId]).sort(), [
    [1, 'org_power'],
    [2, 'org_power'],
  ]);
  const entries = await world.entries('report.overdue');
  assert.equal(entries.filter(({ counts }) => counts?.messages === 1).length, 1);
});

test('a desk is told at once of the first new report, then once a quarter of an hour', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const arrivals = () =>
    world.notices.filter(
      ({ key, organisationId }) => key.startsWith('arrived:') && organisationId === 'org_mic',
    );
  for (let i = 0; i < 4; i += 1) {
    await submit(reports, TELECOM, ddos({ title: `報告 ${i}` }));
    await reports.work.run();
  }
  assert.equal(arrivals().length, 1);
  assert.equal(arrivals()[0]?.href, '/desk');
  clock.ms += 15 * 60_000;
  await reports.work.run();
  assert.equal(arrivals().length, 2, 'what came after the first notice is not passed over');
  clock.ms += 15 * 60_000;
  await reports.work.run();
  assert.equal(arrivals().length, 2);
  assert.deepEqual((await reports.copies.list(MIC)).items.length, 8);
});

test('a mailer that is away gets its notices later, under the same key', async (t) => {
  let isAway = true;
  const world = await makeWorld(t);
  const service = world.again({
    notify: async (notice) => {
      if (isAway) throw new Error('away');
      world.notices.push(notice);
    },
  });
  await submit(service, TELECOM, ddos());
  const first = await service.work.run();
  assert.ok(first.failed > 0 && world.notices.length === 0);
  isAway = false;
  world.clock.ms += HOUR;
  await service.work.run();
  assert.ok(world.notices.length > 0);
  assert.equal(new Set(world.notices.map(({ key }) => key)).size, world.notices.length);
});
