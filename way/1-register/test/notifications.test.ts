// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testScope } from '@sakimori/store/testing';
import { list, operatorScope, setUp } from './service-setup.ts';

const A = operatorScope('org_a');
const MINISTER = testScope({
  actor: 'per_ministry',
  organisation: null,
  reach: 'sector',
  sectors: ['electricity'],
});
const OTHER_MINISTER = testScope({
  actor: 'per_other',
  organisation: null,
  reach: 'sector',
  sectors: ['water'],
});
const PRIME_MINISTER = testScope({ actor: 'per_office' });

async function setUpList(t: Parameters<typeof setUp>[0]) {
  const all = await setUp(t);
  const upload = async (rows: Parameters<typeof list>[0]) => {
    const draft = await all.register.imports.start(A, 'org_a', {
      name: 'a.csv',
      bytes: list(rows),
    });
    await all.register.imports.apply(A, draft.id);
  };
  await upload([
    ['A-1', '1.0'],
    ['A-2', '1.0'],
    ['A-3', '2019', 'Windows Server 2019'],
  ]);
  return { ...all, upload };
}

test('computers of a list stand in one draft; it goes to the minister and the Prime Minister, with a receipt each', async (t) => {
  const { register, clock } = await setUpList(t);
  const { notifications } = register;
  const [draft] = await notifications.list(A, { organisationId: 'org_a' });
  // A-3 has maker Fortinet: no Windows of ours, so it is counted too.
  assert.deepEqual(
    [draft?.kind, draft?.state, draft?.computers, draft?.overdue],
    ['first', 'draft', 3, false],
  );
  assert.equal(draft?.due, '2027-03-31T14:59:59.999Z');
  assert.equal(draft?.minister?.ja, '経済産業大臣');
  const submitted = await notifications.submit(A, draft!.id);
  assert.deepEqual([submitted.value.state, submitted.entries.length], ['submitted', 1]);
  await assert.rejects(notifications.relay(OTHER_MINISTER, draft!.id), {
    code: 'REG_NO_NOTIFICATION',
  });
  clock.ms += 1_000;
  assert.equal((await notifications.relay(MINISTER, draft!.id)).value.state, 'relayed');
  clock.ms += 1_000;
  const received = await notifications.receive(PRIME_MINISTER, draft!.id);
  assert.deepEqual(
    received.value.steps.map(({ step, by }) => [step, by]),
    [
      ['submit', 'per_org_a'],
      ['relay', 'per_ministry'],
      ['receive', 'per_office'],
    ],
  );
  assert.equal(new Set(received.value.steps.map(({ outboxId }) => outboxId)).size, 3);
  const { items } = await register.computers.list(A, { organisationId: 'org_a' });
  assert.deepEqual(
    items.map(({ notification }) => notification),
    ['received', 'received', 'received'],
  );
  await assert.rejects(notifications.submit(A, draft!.id), { code: 'REG_NOTIFICATION_REFUSED' });
});

test('a change after the notification is a supplementary one, with what changed', async (t) => {
  const { register, clock, upload } = await setUpList(t);
  const { notifications } = register;
  const [draft] = await notifications.list(A, {});
  await notifications.submit(A, draft!.id);
  clock.ms += 1_000;
  await upload([
    ['A-1', '1.1'],
    ['A-2', '1.0'],
    ['A-3', '2019', 'Windows Server 2019'],
  ]);
  const open = (await notifications.list(A, { states: ['draft'] }))[0]!;
  assert.deepEqual([open.kind, open.computers], ['supplementary', 1]);
  assert.deepEqual(
    open.changes?.map(({ field, before, after }) => [field, before, after]),
    [['version', '1.0', '1.1']],
  );
  clock.ms += 1_000;
  const submitted = await notifications.submit(A, open.id);
  assert.deepEqual(
    submitted.value.changes?.map(({ field, after }) => [field, after]),
    [['version', '1.1']],
  );
  // The first notification goes on its own way.
  assert.equal((await notifications.relay(MINISTER, draft!.id)).value.computers, 3);
  const items = (await register.computers.list(A, { organisationId: 'org_a' })).items;
  assert.deepEqual(
    items.map(({ notification }) => notification),
    ['submitted', 'relayed', 'relayed'],
  );
});

test('a correction goes back with fields and a day, and the corrected values are submitted', async (t) => {
  const { register, clock, upload } = await setUpList(t);
  const { notifications } = register;
  const [draft] = await notifications.list(A, {});
  await notifications.submit(A, draft!.id);
  clock.ms += 1_000;
  const request = { seat: 'sector-minister', fields: ['version'] } as const;
  const back = await notifications.requestCorrection(MINISTER, draft!.id, request);
  assert.deepEqual(
    [back.value.state, back.value.due, back.entries.length],
    ['correction-requested', '2026-12-05T14:59:59.999Z', 1],
  );
  clock.ms += 1_000;
  await upload([
    ['A-1', '1.2'],
    ['A-2', '1.0'],
    ['A-3', '2019', 'Windows Server 2019'],
  ]);
  assert.equal(
    (await notifications.list(A, { states: ['draft'] })).length,
    0,
    'no second notification for the same change',
  );
  const again = await notifications.submit(A, draft!.id);
  assert.deepEqual([again.value.state, again.value.overdue], ['submitted', false]);
  assert.deepEqual(
    (await register.computers.list(A, { organisationId: 'org_a' })).items.map(
      ({ notification }) => notification,
    ),
    ['submitted', 'submitted', 'submitted'],
  );
});

test('what is complete is notified now, the rest waits in a draft of its own', async (t) => {
  const { register } = await setUpList(t);
  const { notifications, computers } = register;
  const before = (await notifications.list(A, { states: ['draft'] }))[0]!;
  await computers.create(A, 'org_a', { product: 'FortiGate', key: 'Z-9' });
  const { value } = await notifications.submit(A, before.id);
  assert.deepEqual([value.state, value.computers], ['submitted', before.computers]);
  const [rest, ...others] = await notifications.list(A, { states: ['draft'] });
  assert.deepEqual([rest?.computers, rest?.incomplete, others.length], [1, 1, 0]);
  const { items } = await computers.list(A, { organisationId: 'org_a', query: 'Z-9' });
  assert.deepEqual(
    items.map(({ notification }) => notification),
    ['draft'],
  );
});

test('an incomplete or empty draft cannot be submitted, and without a sector nobody is competent', async (t) => {
  const { register } = await setUp(t);
  const { notifications, computers, organisations } = register;
  const { value } = await computers.create(A, 'org_a', { product: 'FortiGate', key: 'A-1' });
  const [draft] = await notifications.list(A, {});
  assert.deepEqual([draft?.computers, draft?.incomplete], [1, 1]);
  await assert.rejects(notifications.submit(A, draft!.id), {
    code: 'REG_NOTIFICATION_INCOMPLETE',
    parameters: { notificationId: draft!.id, computers: 1 },
  });
  await computers.retire(A, value.computerId, '2026-11-21');
  assert.deepEqual(await notifications.list(A, {}), []);
  await assert.rejects(notifications.submit(A, draft!.id), { code: 'REG_NOTIFICATION_INCOMPLETE' });
  await organisations.change(PRIME_MINISTER, 'org_a', { sector: '' });
  await assert.rejects(notifications.submit(A, draft!.id), { code: 'REG_NO_SECTOR' });
});

test('the end of use is notified of what was notified', async (t) => {
  const { register, clock } = await setUpList(t);
  const { notifications, computers } = register;
  const [draft] = await notifications.list(A, {});
  await notifications.submit(A, draft!.id);
  clock.ms += 1_000;
  const [first] = (await computers.list(A, { organisationId: 'org_a' })).items;
  await computers.retire(A, first!.id, '2026-11-21');
  const open = (await notifications.list(A, { states: ['draft'] }))[0];
  assert.deepEqual(
    [open?.kind, open?.computers, open?.changes?.map(({ field }) => field)],
    ['retirement', 1, ['retired']],
  );
  assert.equal((await notifications.submit(A, open!.id)).value.state, 'submitted');
});
