// SPDX-License-Identifier: Apache-2.0
/** What a desk looks for among what it was given. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { DAY, ddos, METI, makeWorld, OFFICE, POWER, submit, TELECOM } from './world.ts';

test('a desk finds its copies by stage and by a clock that has run out', async (t) => {
  const { reports, clock } = await makeWorld(t);
  const { value } = await submit(reports, POWER, ddos({ title: '最初の報告' }));
  const list = async (filter: Parameters<typeof reports.copies.list>[1]) =>
    (await reports.copies.list(METI, filter)).items.map(({ report }) => report);
  const all = new Set(await list({}));
  assert.deepEqual([...all], [value.id]);
  assert.deepEqual(new Set(await list({ stage: 'first' })), all);
  assert.deepEqual(await list({ stage: 'final' }), []);
  assert.deepEqual(await list({ overdue: true }), []);
  clock.ms += 40 * DAY;
  assert.deepEqual(new Set(await list({ overdue: true })), all);
  await reports.reports.withdraw(POWER, value.id, { reason: '誤って報告しました。' });
  assert.deepEqual(await list({ overdue: true }), [], 'what was withdrawn has no clock');
});

test('the queue is narrowed by kind, state and text, and what is typed stands for itself', async (t) => {
  const { reports } = await makeWorld(t);
  const power = await submit(reports, POWER, ddos({ title: '送電 100% の停止' }));
  const telecom = await submit(reports, TELECOM, ddos({ kind: 'other', title: '回線の異常' }));
  const find = async (filter: Parameters<typeof reports.intake.list>[1]) =>
    (await reports.intake.list(OFFICE, filter)).items.map(({ report }) => report);
  assert.deepEqual(await find({ kind: 'ddos' }), [power.value.id]);
  assert.deepEqual(await find({ kind: 'other' }), [telecom.value.id]);
  assert.deepEqual(await find({ query: '100%' }), [power.value.id]);
  assert.deepEqual(await find({ query: '1%0' }), []);
  assert.deepEqual(await find({ query: telecom.value.id }), [telecom.value.id]);
  assert.deepEqual(await find({ state: 'read' }), []);
  const item = (await reports.intake.list(OFFICE, { kind: 'ddos' })).items[0];
  await reports.copies.get(OFFICE, item?.id ?? '');
  assert.deepEqual(await find({ state: 'read' }), [power.value.id]);
});
