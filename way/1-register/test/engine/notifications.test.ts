// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { endOfDayInJapan, readInstant } from '@sakimori/vocabulary';
import fc from 'fast-check';
import {
  advanceNotification,
  type ComputerValues,
  completeness,
  type DutyFacts,
  draftNotification,
  findExemption,
  NOTIFICATION_EDGES,
  NOTIFICATION_STATES,
  type Notification,
  planNotification,
  readRegistrationRules,
  registrationDuty,
} from '../../src/engine/index.ts';

const at = (day: string) => readInstant(day)!;
const NOW = at('2026-11-21');
const rules = readRegistrationRules(ruleAt, NOW);

/** Steps like "operator submit" to the state reached or the refusal, from a draft. */
function check(steps: string, expected: string): Notification {
  let notification = draftNotification('first', 1, 1_000);
  let outcome = 'draft';
  steps.split(', ').forEach((step, index) => {
    const [seat, act] = step.split(' ') as ['operator', 'submit'];
    const correction = { dueAtMs: 9_000_000, fields: ['version'] };
    const result = advanceNotification(notification, {
      seat,
      act,
      atMs: 2_000 + index,
      ...(step.endsWith('request-correction') && correction),
    });
    outcome = result.ok ? result.notification.state : result.refusal;
    if (result.ok) notification = result.notification;
  });
  assert.equal(outcome, expected, steps);
  return notification;
}

test('a notification goes from the operator by the sector minister to the Prime Minister (art. 4)', () => {
  check('operator submit', 'submitted');
  check('operator submit, sector-minister relay', 'relayed');
  const received = check(
    'operator submit, sector-minister relay, prime-minister receive',
    'received',
  );
  assert.deepEqual(
    received.acts.map(({ seat }) => seat),
    ['operator', 'sector-minister', 'prime-minister'],
  );
});

test('nobody acts in the place of another, and no step is left out', () => {
  check('sector-minister submit', 'WRONG_SEAT');
  check('operator submit, operator relay', 'WRONG_SEAT');
  check('operator submit, prime-minister receive', 'WRONG_STATE');
  check('operator submit, prime-minister relay', 'WRONG_SEAT');
  check('operator submit, operator withdraw', 'WRONG_STATE');
  check('operator withdraw, operator submit', 'WRONG_STATE');
  check(
    'operator submit, sector-minister relay, prime-minister receive, operator submit',
    'WRONG_STATE',
  );
});

test('a request for correction names fields and a day, goes back, and is answered', () => {
  const back = check('operator submit, sector-minister request-correction', 'correction-requested');
  assert.equal(back.correctionDueAtMs, 9_000_000);
  const again = check(
    'operator submit, sector-minister request-correction, operator submit',
    'submitted',
  );
  assert.equal(again.correctionDueAtMs, undefined);
  check(
    'operator submit, sector-minister relay, prime-minister request-correction',
    'correction-requested',
  );
  const submitted = check('operator submit', 'submitted');
  const act = { act: 'request-correction', seat: 'sector-minister', atMs: 5_000 } as const;
  assert.deepEqual(advanceNotification(submitted, { ...act, fields: ['version'] }), {
    ok: false,
    refusal: 'NO_DUE_DATE',
  });
  assert.deepEqual(advanceNotification(submitted, { ...act, dueAtMs: 6_000, fields: [] }), {
    ok: false,
    refusal: 'NO_FIELDS',
  });
});

test('no walk of acts, in any order by anyone, reaches a state that no legal step leads to', () => {
  const act = fc.record({
    act: fc.constantFrom('submit', 'relay', 'receive', 'request-correction', 'withdraw'),
    seat: fc.constantFrom('operator', 'sector-minister', 'prime-minister'),
    atMs: fc.integer({ min: 0, max: 100 }),
    revision: fc.integer({ min: 0, max: 5 }),
    dueAtMs: fc.integer({ min: 0, max: 200 }),
    fields: fc.constantFrom([], ['version']),
  } as const);
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      let notification = draftNotification('first', 1, 0);
      for (const step of acts) {
        const before = notification;
        const text = JSON.stringify(before);
        const result = advanceNotification(notification, step);
        if (!result.ok) {
          assert.equal(JSON.stringify(notification), text);
          continue;
        }
        const edge = NOTIFICATION_EDGES.find(
          ({ from, act: kind, seat }) =>
            from === before.state && kind === step.act && seat === step.seat,
        );
        assert.equal(result.notification.state, edge?.to);
        assert.ok(NOTIFICATION_STATES.includes(result.notification.state));
        assert.equal(result.notification.acts.length, before.acts.length + 1);
        assert.ok(result.notification.revision >= before.revision);
        const waits = result.notification.state === 'correction-requested';
        assert.equal(result.notification.correctionDueAtMs !== undefined, waits);
        notification = result.notification;
      }
      const times = notification.acts.map(({ atMs }) => atMs);
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    }),
    { numRuns: 1_000 },
  );
});

test('a change of an item is notified, a remark is not; an open draft takes it up', () => {
  const changed = (field: 'version' | 'note') =>
    ({ happening: 'changed', exempt: false, changes: [{ field }] }) as const;
  const plan = (
    event: Parameters<typeof planNotification>[0],
    latest?: Parameters<typeof planNotification>[1],
  ) => {
    const result = planNotification(event, latest, rules.items);
    return 'kind' in result ? `${result.plan} ${result.kind}` : result.plan;
  };
  const registered = { happening: 'registered', exempt: false, changes: [] } as const;
  assert.equal(plan(registered), 'make-draft first');
  assert.equal(plan({ ...registered, exempt: true }), 'none');
  assert.equal(plan(changed('version'), { kind: 'first', state: 'draft' }), 'keep-draft first');
  assert.equal(
    plan(changed('version'), { kind: 'first', state: 'correction-requested' }),
    'keep-draft first',
  );
  assert.equal(
    plan(changed('version'), { kind: 'first', state: 'submitted' }),
    'make-draft change',
  );
  assert.equal(
    plan(changed('version'), { kind: 'change', state: 'received' }),
    'make-draft change',
  );
  assert.equal(plan(changed('note'), { kind: 'first', state: 'received' }), 'none');
  assert.equal(
    plan({ ...changed('version'), exempt: true }, { kind: 'first', state: 'draft' }),
    'withdraw-draft',
  );
  const retired = { happening: 'retired', exempt: false, changes: [] } as const;
  assert.equal(plan(retired, { kind: 'first', state: 'received' }), 'make-draft retirement');
  assert.equal(plan(retired, { kind: 'change', state: 'draft' }), 'keep-draft retirement');
  assert.equal(plan(retired, { kind: 'first', state: 'draft' }), 'withdraw-draft');
  assert.equal(plan(retired), 'none');
});

test('Windows and Windows Server need no notification; a device that runs them does', () => {
  const exempt = (values: ComputerValues) => findExemption(values, rules.exempted)?.id;
  assert.equal(exempt({ maker: 'Microsoft', product: 'Windows Server 2019' }), 'windows-server');
  assert.equal(exempt({ maker: 'マイクロソフト', product: 'Windows 11' }), 'windows');
  assert.equal(exempt({ cpe: 'cpe:2.3:o:microsoft:windows_10_22h2:-:*:*:*:*:*:*:*' }), 'windows');
  assert.equal(
    exempt({ cpe: 'cpe:2.3:o:microsoft:windows_server_2022:-:*:*:*:*:*:*:*' }),
    'windows-server',
  );
  assert.equal(
    exempt({ maker: 'Dell', product: 'PowerEdge R740', operatingSystem: 'Windows Server 2019' }),
    undefined,
  );
  assert.equal(exempt({ maker: 'Microsoft', product: 'Exchange Server 2019' }), undefined);
  const before = readRegistrationRules(ruleAt, at('2026-09-30'));
  assert.equal(
    findExemption({ maker: 'Microsoft', product: 'Windows 11' }, before.exempted),
    undefined,
  );
});

/** Facts and a day to what is said and until when. */
function checkDuty(facts: Partial<DutyFacts>, day: string, expected: string, due?: string) {
  const nowMs = at(day);
  const { duty } = readRegistrationRules(ruleAt, nowMs);
  const found = registrationDuty({ exempt: false, ...facts }, duty, nowMs);
  assert.equal(found.kind, expected);
  assert.equal(found.dueAtMs, due === undefined ? undefined : endOfDayInJapan(due));
  assert.ok(found.text.ja !== '' && found.text.en !== '');
}

test('what was introduced before 2026-10-01 is notified by the end of 2027-03-31 in Japan', () => {
  checkDuty({ introduced: '2026-09-30' }, '2026-11-21', 'due', '2027-03-31');
  checkDuty({ introduced: '2026-09' }, '2027-03-31', 'due', '2027-03-31');
  checkDuty({ introduced: '2019-04-01' }, '2027-04-01', 'overdue', '2027-03-31');
  checkDuty({ introduced: '2026-10-01' }, '2026-11-21', 'due-without-days');
  checkDuty({ introduced: '2026-10' }, '2026-11-21', 'due-without-days');
  checkDuty({}, '2026-11-21', 'introduction-unknown');
  checkDuty({ introduced: '2020-01-01' }, '2026-09-30', 'not-in-force');
});

test('what is exempt, on its way, received or sent back is said so', () => {
  checkDuty({ exempt: true, introduced: '2020-01-01' }, '2026-11-21', 'exempt');
  checkDuty({ notification: { kind: 'first', state: 'submitted' } }, '2026-11-21', 'on-its-way');
  checkDuty({ notification: { kind: 'first', state: 'received' } }, '2026-11-21', 'done');
  checkDuty(
    { notification: { kind: 'change', state: 'draft' }, draftSinceMs: at('2026-11-01') },
    '2026-11-21',
    'due-without-days',
  );
  const correction = {
    notification: { kind: 'first', state: 'correction-requested' },
    correctionDueAtMs: endOfDayInJapan('2026-11-20')!,
  } as const;
  checkDuty(correction, '2026-11-20', 'due', '2026-11-20');
  checkDuty(correction, '2026-11-21', 'overdue', '2026-11-20');
});

test('what is missing for the notification is said in words; unknown exposure is missing', () => {
  const missing = completeness(
    { maker: '富士通', product: 'IPCOM', version: '1', exposure: 'unknown' },
    rules.items,
  );
  assert.deepEqual(
    missing.map(({ field }) => field),
    [
      'role',
      'facility',
      'site',
      'prefecture',
      'exposure',
      'introduced',
      'retired',
      'contact',
    ].filter((field) => field !== 'retired'),
  );
  assert.equal(missing[0]?.text.ja, '「用途」が記入されていません。');
});
