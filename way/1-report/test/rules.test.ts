// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { ruleAt } from '@sakimori/law';
import { testScope } from '@sakimori/store/testing';
import { ddos, HOUR, makeWorld, POWER, submit, TELECOM, type World } from './world.ts';

const STEWARD = testScope({ actor: 'per_steward', organisation: 'org_office', reach: 'none' });
const SECOND = testScope({ actor: 'per_second', organisation: 'org_office', reach: 'none' });

interface Entry {
  readonly id: string;
  readonly clocks: readonly { readonly stage: string; readonly readings: readonly object[] }[];
}

/** The minister's duty of the Act with another number of days for the final report. */
function daysForFinal(days: number) {
  const { obligations } = ruleAt<{ obligations: Entry[] }>(
    'report-obligations',
    Date.parse('2026-11-21T00:00:00Z'),
  ).value;
  const entry = obligations.find(({ id }) => id === 'act-5-minister')!;
  return {
    ...entry,
    clocks: entry.clocks.map((clock) => ({
      ...clock,
      readings: clock.readings.map((reading) => ({ ...reading, period: { days } })),
    })),
  };
}

const proposal = (more: Record<string, unknown> = {}) => ({
  ruleSet: 'report-obligations',
  clause: 'joint order of eight ministries (2026) art. 4(3), as compared',
  from: '2026-11-01',
  value: daysForFinal(20) as unknown,
  reason: '原文との照合により改めます。',
  source: '官報',
  ...more,
});

const finalOf = async ({ reports }: World, id: string) => {
  const { duties, timeline } = await reports.reports.get(POWER, id);
  const duty = duties.find(({ rule }) => rule === 'act-5-minister')!;
  return { due: duty.clocks.find(({ stage }) => stage === 'final')?.due, duty, timeline };
};

test('a rule is changed by two people; open reports follow, and the timeline says why', async (t) => {
  const world = await makeWorld(t);
  const { reports, entries, clock } = world;
  const { value } = await submit(reports, POWER, ddos());
  assert.equal((await finalOf(world, value.id)).due, '2026-12-21T14:59:59.999Z');
  const asked = await reports.rules.propose(STEWARD, proposal());
  assert.deepEqual([asked.value.state, asked.entries.length], ['waiting', 1]);
  assert.equal((await finalOf(world, value.id)).due, '2026-12-21T14:59:59.999Z');
  await assert.rejects(reports.rules.decide(STEWARD, asked.value.id, { approve: true }), {
    code: 'RPT_SECOND_PERSON_NEEDED',
  });
  clock.ms += HOUR;
  const decided = await reports.rules.decide(SECOND, asked.value.id, { approve: true });
  assert.deepEqual([decided.value.state, decided.value.decidedBy], ['in-force', 'per_second']);
  const { recomputed } = await reports.work.run();
  assert.equal(recomputed, 1);
  const after = await finalOf(world, value.id);
  assert.equal(after.due, '2026-12-11T14:59:59.999Z');
  assert.equal(after.duty.verified, false);
  assert.ok(
    after.timeline.some(({ kind, text }) => kind === 'duty' && /12月21日.*12月11日/s.test(text.ja)),
  );
  assert.ok(world.notices.some(({ key }) => key.startsWith(`duties:${value.id}`)));
  assert.equal((await reports.work.run()).recomputed, 0, 'once is enough');
  const fresh = await submit(reports, TELECOM, ddos());
  const duty = fresh.value.duties.find(({ rule }) => rule === 'act-5-minister')!;
  assert.equal(duty.clocks.at(-1)?.due, '2026-12-11T14:59:59.999Z');
  assert.equal(duty.clause, proposal().clause);
  const types = ['rule.proposed', 'rule.approved'];
  for (const type of types) assert.equal((await entries(type)).length, 1, type);
  await assert.rejects(reports.rules.decide(SECOND, asked.value.id, { approve: false }), {
    code: 'RPT_RULE_CHANGE_DECIDED',
  });
  // A restarted hub reads the same law.
  const reader = await world.again().rules.reader();
  const { obligations } = reader<{ obligations: { id: string; effectiveFrom: string }[] }>(
    'report-obligations',
    clock.ms,
  ).value;
  assert.deepEqual(
    obligations.filter(({ id }) => id === 'act-5-minister').map((one) => one.effectiveFrom),
    ['2026-10-01', '2026-11-01'],
  );
});

test('a change that takes effect later leaves today as it is', async (t) => {
  const world = await makeWorld(t);
  const { reports, clock } = world;
  const { value } = await submit(reports, POWER, ddos());
  const asked = await reports.rules.propose(STEWARD, proposal({ from: '2026-11-24' }));
  await reports.rules.decide(SECOND, asked.value.id, { approve: true });
  await reports.work.run();
  assert.equal((await finalOf(world, value.id)).due, '2026-12-21T14:59:59.999Z');
  clock.ms = Date.parse('2026-11-23T14:59:59.999Z');
  await reports.work.run();
  assert.equal((await finalOf(world, value.id)).due, '2026-12-21T14:59:59.999Z');
  clock.ms += 1;
  await reports.work.run();
  assert.equal((await finalOf(world, value.id)).due, '2026-12-11T14:59:59.999Z');
});

test('the database itself refuses that one person asks and decides', async (t) => {
  const { reports, store } = await makeWorld(t);
  const asked = await reports.rules.propose(STEWARD, proposal());
  const { sql } = await import('kysely');
  await assert.rejects(
    store.change(STEWARD, async ({ db, record }) => {
      await sql`update rule_change set state = 'in-force', decided_by = 'per_steward'
        where change_id = ${asked.value.id}`.execute(db);
      await record({ type: 'rule.approved' });
    }),
    { code: '23514' },
  );
});

test('what would break the law data is refused before anybody decides, with its field', async (t) => {
  const { reports } = await makeWorld(t);
  const refused = async (more: Record<string, unknown>, code: string, field?: string) => {
    await assert.rejects(
      reports.rules.propose(STEWARD, proposal(more)),
      (error: { code: string; parameters: { field?: string } }) => {
        assert.equal(error.code, code);
        if (field !== undefined) assert.equal(error.parameters.field, field);
        return true;
      },
    );
  };
  await refused({ ruleSet: 'risk-model' }, 'RPT_RULE_SET_CLOSED');
  await refused({ ruleSet: 'report-nothing' }, 'RPT_RULE_SET_CLOSED');
  await refused({ from: '2026-02-30' }, 'RPT_RULE_INVALID', 'from');
  await refused({ reason: ' ' }, 'RPT_RULE_INVALID', 'reason');
  await refused({ value: 'text' }, 'RPT_RULE_INVALID', 'value');
  await refused({ value: {} }, 'RPT_RULE_INVALID', 'value.id');
  await refused({ value: { id: 'act-5-minister' } }, 'RPT_RULE_INVALID');
  await refused({ value: { ...daysForFinal(20), addressee: 'nobody' } }, 'RPT_RULE_INVALID');
  await refused({ value: { id: 'x', text: 'あ'.repeat(300_000) } }, 'RPT_RULE_INVALID', 'value');
  await refused({ ruleSet: 'report-clocks', value: { soon: 1 } }, 'RPT_RULE_INVALID');
});

test('a set with one value is replaced whole, from its day on', async (t) => {
  const { reports, clock } = await makeWorld(t);
  const before = ruleAt<{ remindHoursBefore: number[] }>('report-clocks', clock.ms).value;
  const asked = await reports.rules.propose(STEWARD, {
    ...proposal({ ruleSet: 'report-clocks', from: '2026-11-20' }),
    value: { ...before, remindHoursBefore: [48] },
  });
  await reports.rules.decide(SECOND, asked.value.id, { approve: true });
  const reader = await reports.rules.reader();
  assert.deepEqual(reader<typeof before>('report-clocks', clock.ms).value.remindHoursBefore, [48]);
  const earlier = Date.parse('2026-11-19T00:00:00Z');
  assert.deepEqual(
    reader<typeof before>('report-clocks', earlier).value.remindHoursBefore,
    before.remindHoursBefore,
  );
});

test('the list shows every rule with what is unverified and what waits', async (t) => {
  const { reports } = await makeWorld(t);
  const asked = await reports.rules.propose(STEWARD, proposal());
  const set = async () =>
    (await reports.rules.list(TELECOM)).find(({ ruleSet }) => ruleSet === 'report-obligations')!;
  const waiting = await set();
  assert.deepEqual(
    waiting.changes.map(({ id, state, askedBy }) => [id, state, askedBy]),
    [[asked.value.id, 'waiting', 'per_steward']],
  );
  assert.ok(waiting.rules.every(({ verified, change }) => !verified && change === undefined));
  await reports.rules.decide(SECOND, asked.value.id, { approve: true });
  const own = (await set()).rules.filter(({ id }) => id === 'act-5-minister');
  assert.deepEqual(
    own.map(({ from, to, inForce, change }) => [from, to, inForce, change]),
    [
      ['2026-10-01', '2026-10-31', false, undefined],
      ['2026-11-01', undefined, true, asked.value.id],
    ],
  );
  const refused = await reports.rules.propose(STEWARD, proposal({ value: daysForFinal(25) }));
  const decided = await reports.rules.decide(SECOND, refused.value.id, { approve: false });
  assert.equal(decided.value.state, 'refused');
  assert.equal((await set()).rules.length, waiting.rules.length + 1);
});

test('facts of an organisation decide its duties; open reports follow and say why', async (t) => {
  const world = await makeWorld(t);
  const { reports, entries } = world;
  const { value } = await submit(reports, POWER, ddos());
  const before = await reports.settings.get(POWER, 'org_power');
  assert.equal(before.facts.designated, true);
  assert.ok(before.dataUse.some(({ addressee }) => addressee === 'prime-minister'));
  const count = (await entries('report.settings')).length;
  const { value: after } = await reports.settings.set(POWER, 'org_power', {
    facts: { ...before.facts, designated: 'unknown', abroad: { nis2: { entity: 'essential' } } },
  });
  assert.equal(after.facts.designated, 'unknown');
  assert.equal((await entries('report.settings')).length, count + 1);
  assert.equal((await reports.work.run()).recomputed, 1);
  const { duty, timeline } = await finalOf(world, value.id);
  assert.deepEqual([duty.decision, duty.deliveries.length], ['cannot-decide', 1]);
  assert.ok(timeline.some(({ text }) => /判定できなくなりました/.test(text.ja)));
  const kept = await world.rows<{ cause: string }>('select distinct cause from report_duty_change');
  assert.deepEqual(kept, [{ cause: 'facts' }]);
  await assert.rejects(
    reports.settings.set(POWER, 'org_power', { facts: { country: 'Japan' } }),
    (error: { code: string; parameters: { field?: string } }) =>
      error.code === 'RPT_FACTS_INVALID' && error.parameters.field === 'country',
  );
  await assert.rejects(reports.settings.set(TELECOM, 'org_power', {}), {
    code: 'RPT_NO_ORGANISATION',
  });
});

test('work on changed rules may die between two reports and ends the same', async (t) => {
  const world = await makeWorld(t);
  const { reports, again, rows } = world;
  for (let i = 0; i < 3; i += 1) await submit(reports, POWER, ddos({ title: `${i}` }));
  const asked = await reports.rules.propose(STEWARD, proposal());
  await reports.rules.decide(SECOND, asked.value.id, { approve: true });
  let seen = 0;
  const dying = again({
    reached: (at) => {
      if (at !== 'report.recomputed') return;
      seen += 1;
      if (seen === 2) throw new Error('killed');
    },
  });
  await assert.rejects(dying.work.run(), { message: 'killed' });
  assert.equal((await again().work.run()).recomputed, 1);
  const changes = await rows<{ n: number }>(
    `select count(*) as n from report_duty_change where rule = 'act-5-minister'
       and what = 'due' group by report_id`,
  );
  assert.deepEqual(
    changes.map(({ n }) => n),
    [1, 1, 1],
  );
});
