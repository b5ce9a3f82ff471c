// SPDX-License-Identifier: Apache-2.0
/** Incident reports: reporters, addressees and their copies, the office's intake, dated rules. */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  ACTIONS,
  type Action,
  decide,
  listFilter,
  type Principal,
  PUBLIC,
  type Resource,
  ROLES,
  type Role,
  systemPrincipal,
  typeOfAction,
} from '../src/index.ts';
import { anyContext, anyPrincipal, anyRow } from './worlds.ts';

const REAL = { world: 'real' } as const;
const HOME = 'org_a';

function person(role: Role, more: Partial<Principal> = {}): Principal {
  return {
    id: 'per_a',
    kind: 'person',
    organisation: HOME,
    roles: [role],
    sectors: ['water'],
    purpose: 'cybersecurity',
    steppedUp: true,
    ...more,
  };
}

const may = (who: Principal, action: Action, more: object = {}): boolean => {
  const type = typeOfAction(action);
  const thing = { type, id: 'x', organisation: HOME, sectors: ['water'], ...more } as Resource;
  return decide(who, action, thing, REAL).allowed;
};
const ELSEWHERE = { organisation: 'org_b', sectors: ['water'] };

/** Who may do it at home, and whether also with what belongs to another organisation. */
const OPEN_TO: Readonly<Record<string, { home: readonly Role[]; elsewhere?: readonly Role[] }>> = {
  'report:read': { home: ['operator-admin', 'operator-member', 'auditor'] },
  'report:write': { home: ['operator-admin', 'operator-member'] },
  'report:submit': { home: ['operator-admin', 'operator-member'] },
  'report:answer': { home: ['operator-admin', 'operator-member'] },
  'report:settings': { home: ['operator-admin'] },
  'report:take': { home: ['office-analyst'], elsewhere: ['office-analyst'] },
  'alert:submit': { home: ['operator-admin', 'operator-member'] },
  'copy:read': { home: ['office-analyst', 'ministry-desk', 'police-desk', 'privacy-desk'] },
  'copy:accept': { home: ['office-analyst', 'ministry-desk', 'police-desk', 'privacy-desk'] },
  'copy:reply': { home: ['office-analyst', 'ministry-desk', 'police-desk', 'privacy-desk'] },
  'copy:order': { home: ['ministry-desk'] },
  'copy:relay': { home: ['office-analyst', 'ministry-desk'] },
  'intake:read': { home: ['office-analyst'] },
  'intake:triage': { home: ['office-analyst'] },
};

for (const [action, { home, elsewhere = [] }] of Object.entries(OPEN_TO)) {
  test(`${action} is for ${home.join(', ')} of the house that it belongs to`, () => {
    const who = (more: object) =>
      ROLES.filter((role) => {
        const purpose = role === 'auditor' ? 'oversight' : 'cybersecurity';
        return may(person(role, { purpose }), action as Action, more);
      });
    assert.deepEqual(
      who({}),
      ROLES.filter((role) => home.includes(role)),
    );
    assert.deepEqual(
      who(ELSEWHERE),
      ROLES.filter((role) => elsewhere.includes(role)),
    );
    assert.equal(may(PUBLIC, action as Action), false);
  });
}

test('every action about reports is in the table above or among rules and statistics', () => {
  const types = ['report', 'alert', 'copy', 'intake'];
  const actions = ACTIONS.filter((action) => types.includes(typeOfAction(action)));
  assert.deepEqual(
    actions.filter((action) => !(action in OPEN_TO)),
    [],
  );
});

test('no addressee reaches a report itself, whatever its sectors: it has its copy', () => {
  for (const role of ['ministry-desk', 'police-desk', 'privacy-desk', 'office-analyst'] as const) {
    assert.equal(listFilter(person(role), 'report:read', REAL).reach, 'none', role);
    assert.equal(listFilter(person(role), 'copy:read', REAL).reach, 'own', role);
  }
});

test('nobody reads a copy because the report came from a sector of theirs', () => {
  fc.assert(
    fc.property(anyPrincipal, anyRow('copy:read'), anyContext, (who, row, at) => {
      if (row.organisation !== null && row.organisation === who.organisation) return;
      const { grounds: _grounds, ...plain } = who;
      if (plain.kind === 'system') return;
      assert.equal(decide(plain, 'copy:read', row, at).allowed, false);
    }),
    { numRuns: 500 },
  );
});

test('accepting, asking, ordering and handing on are acts of people: no key and no machine', () => {
  const acts = ['copy:accept', 'copy:reply', 'copy:order', 'copy:relay', 'intake:triage'] as const;
  for (const action of acts) {
    const role = action.startsWith('intake') ? 'office-analyst' : 'ministry-desk';
    assert.equal(may(person(role), action), true, action);
    assert.equal(may(person(role, { kind: 'key', restrictedTo: ACTIONS }), action), false, action);
    assert.equal(may(systemPrincipal('scheduled-work'), action), false, action);
    assert.equal(may(systemPrincipal('data-folder-owner'), action), false, action);
  }
});

test('a machine may report and send alerts with a key that lists it', () => {
  for (const action of ['report:submit', 'alert:submit'] as const) {
    const key = person('operator-admin', { kind: 'key', restrictedTo: [action] });
    assert.equal(may(key, action), true);
    assert.equal(may(key, 'report:read'), false);
  }
});

test('the owner of the data folder sends reports at the command line, and reads no copy', () => {
  const owner = systemPrincipal('data-folder-owner');
  assert.equal(may(owner, 'report:submit', ELSEWHERE), true);
  assert.equal(may(owner, 'report:read', ELSEWHERE), true);
  for (const action of ['report:write', 'report:settings', 'report:take', 'copy:read'] as const) {
    assert.equal(may(owner, action), false, action);
  }
});

test('clocks remind by themselves and read for it; they change no report', () => {
  const clock = systemPrincipal('scheduled-work');
  assert.equal(may(clock, 'report:read', ELSEWHERE), true);
  assert.equal(may(clock, 'copy:read', ELSEWHERE), true);
  for (const action of ['report:submit', 'report:write', 'copy:accept', 'copy:order'] as const) {
    assert.equal(may(clock, action), false, action);
  }
});

test('whoever administers the instance reads no report and no copy', () => {
  const steward = person('steward', { purpose: 'administration' });
  for (const action of Object.keys(OPEN_TO) as Action[]) {
    assert.equal(may(steward, action), false, action);
  }
});

test('an investigation of crime gets nothing out of the desk of the police (art. 23)', () => {
  for (const action of ['copy:read', 'copy:reply', 'statistics:read'] as const) {
    assert.equal(may(person('police-desk'), action), true, action);
    assert.equal(may(person('police-desk', { purpose: 'investigation' }), action), false, action);
  }
});

test('the dated rules are open to whoever takes part; a change takes two stewards', () => {
  const steward = person('steward', { purpose: 'administration' });
  for (const role of ROLES) assert.equal(may(person(role), 'rule:read'), true, role);
  assert.equal(may(PUBLIC, 'rule:read'), false);
  assert.equal(may(steward, 'rule:propose'), true);
  assert.equal(may(steward, 'rule:approve', { requestedBy: 'per_b' }), true);
  assert.equal(may(steward, 'rule:approve', { requestedBy: 'per_a' }), false);
  assert.equal(may(steward, 'rule:approve'), false);
  for (const role of ROLES.filter((one) => one !== 'steward')) {
    assert.equal(may(person(role), 'rule:propose'), false, role);
    assert.equal(may(person(role), 'rule:approve', { requestedBy: 'per_b' }), false, role);
  }
});
