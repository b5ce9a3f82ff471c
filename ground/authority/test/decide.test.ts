// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import { PURPOSES, SakimoriError, type Tlp } from '@sakimori/vocabulary';
import fc from 'fast-check';
import {
  ACTIONS,
  type Action,
  type Context,
  decide,
  explain,
  needsFreshSignIn,
  type Principal,
  PUBLIC,
  type Resource,
  type Role,
  requireAllowed,
  systemPrincipal,
  typeOfAction,
} from '../src/index.ts';
import { anyAction, anyContext, anyPrincipal, anyRow } from './worlds.ts';

const REAL: Context = { world: 'real' };

function person(roles: Role[], more: Partial<Principal> = {}): Principal {
  const organisation = 'org_a';
  return {
    id: 'per_a',
    kind: 'person',
    organisation,
    roles,
    sectors: ['water'],
    purpose: 'cybersecurity',
    steppedUp: true,
    ...more,
  };
}

function thing(action: Action, more: object = {}): Resource {
  return {
    type: typeOfAction(action),
    id: 'x',
    organisation: 'org_a',
    sectors: ['water'],
    tlp: 'AMBER' as Tlp,
    ...more,
  } as Resource;
}

/** `expected` is "yes" or "no", and the rule that decided where there is one. */
function check(who: Principal, action: Action, resource: Resource, expected: string, at = REAL) {
  const decision = decide(who, action, resource, at);
  const [word, rule] = expected.split(' ');
  assert.equal(decision.allowed, word === 'yes', `${action}: ${decision.because.en}`);
  if (rule) assert.ok(decision.reasons.includes(rule), `${action}: ${decision.reasons.join()}`);
}

const OTHER = { organisation: 'org_b', sectors: ['port'] };
const SECTOR = { organisation: 'org_b', sectors: ['water'] };

test('an operator sees its own computers and no others', () => {
  const member = person(['operator-member']);
  check(member, 'computer:read', thing('computer:read'), 'yes operator-reads-own');
  check(member, 'computer:read', thing('computer:read', SECTOR), 'no');
  check(member, 'computer:read', thing('computer:read', { organisation: null }), 'no');
});

test('a member of an operator submits no notification; its administrator does', () => {
  const action = 'notification:submit';
  check(person(['operator-member']), action, thing(action), 'no');
  check(person(['operator-admin']), action, thing(action), 'yes operator-admin-acts-for-own');
  check(person(['operator-admin']), action, thing(action, OTHER), 'no');
});

test('a ministry sees and relays for its own sectors only', () => {
  const desk = person(['ministry-desk'], { organisation: 'org_ministry' });
  check(desk, 'computer:read', thing('computer:read', SECTOR), 'yes ministry-reads-its-sectors');
  check(desk, 'computer:read', thing('computer:read', OTHER), 'no');
  check(desk, 'notification:relay', thing('notification:relay', SECTOR), 'yes');
  check(desk, 'notification:relay', thing('notification:relay', OTHER), 'no');
});

test('the office reads the register and warns, and changes no register', () => {
  const analyst = person(['office-analyst'], { organisation: 'org_office' });
  check(analyst, 'computer:read', thing('computer:read', OTHER), 'yes office-reads-for-analysis');
  check(analyst, 'warning:write', thing('warning:write', OTHER), 'yes office-warns');
  check(analyst, 'computer:write', thing('computer:write', OTHER), 'no');
  check(analyst, 'notification:submit', thing('notification:submit', OTHER), 'no');
});

test('the steward runs the instance and sees no content of tenants', () => {
  const steward = person(['steward'], { purpose: 'administration' });
  check(steward, 'backup:create', thing('backup:create'), 'yes steward-runs-the-instance');
  for (const action of ['computer:read', 'warning:read', 'notification:read'] as const) {
    check(steward, action, thing(action), 'no administration-reads-no-content');
    check({ ...steward, purpose: 'cybersecurity' }, action, thing(action), 'no');
  }
});

test('the commission reads the ledger; nobody else reads the entries of a real one', () => {
  const entries = thing('ledger:entries', { organisation: null });
  const member = person(['commission'], { purpose: 'oversight' });
  check(member, 'ledger:entries', entries, 'yes commission-inspects');
  for (const role of ['office-analyst', 'steward', 'operator-admin', 'auditor'] as const) {
    check(person([role]), 'ledger:entries', entries, 'no');
  }
  check(PUBLIC, 'ledger:entries', entries, 'yes everyone-reads-the-exercise-ledger', {
    world: 'exercise',
  });
});

test('whoever has no account sees what is TLP:CLEAR and the checkpoints', () => {
  check(PUBLIC, 'catalogue:read', thing('catalogue:read', { tlp: 'CLEAR' }), 'yes');
  check(PUBLIC, 'catalogue:read', thing('catalogue:read', { tlp: 'GREEN' }), 'no');
  check(PUBLIC, 'ledger:checkpoint', thing('ledger:checkpoint'), 'yes everyone-checks-the-ledger');
  check(PUBLIC, 'policy:read', thing('policy:read'), 'no');
});

test('TLP:RED reaches the named and nobody else', () => {
  const red = thing('warning:read', { tlp: 'RED', named: ['per_b'] });
  check(person(['operator-admin']), 'warning:read', red, 'no red-only-to-the-named');
  check(person(['operator-admin'], { id: 'per_b' }), 'warning:read', red, 'yes');
  check(person(['office-analyst']), 'warning:read', red, 'no red-only-to-the-named');
});

test('TLP:AMBER+STRICT does not go on to the ministry', () => {
  const strict = { ...SECTOR, tlp: 'AMBER+STRICT' };
  const desk = person(['ministry-desk']);
  check(desk, 'warning:read', thing('warning:read', strict), 'no strict-stays-in-the-house');
  check(desk, 'warning:read', thing('warning:read', SECTOR), 'yes');
  check(
    person(['operator-member']),
    'warning:read',
    thing('warning:read', { tlp: 'AMBER+STRICT' }),
    'yes',
  );
});

test('nothing is done for an investigation (art. 23), whatever the role', () => {
  fc.assert(
    fc.property(
      anyPrincipal,
      anyAction.chain((a) => fc.tuple(fc.constant(a), anyRow(a))),
      anyContext,
      (who, [action, row], at) => {
        const decision = decide({ ...who, purpose: 'investigation' }, action, row, at);
        assert.equal(decision.allowed, false);
        assert.ok(decision.reasons.includes('never-for-investigation'));
      },
    ),
    { numRuns: 150 },
  );
});

test('an exercise never touches what is real, nor the other way round (G20)', () => {
  fc.assert(
    fc.property(
      anyPrincipal,
      anyAction.chain((a) => fc.tuple(fc.constant(a), anyRow(a))),
      anyContext,
      (who, [action, row], at) => {
        if (row.world === at.world) return;
        assert.equal(decide(who, action, row, at).allowed, false);
      },
    ),
    { numRuns: 200 },
  );
});

test('an API key does what its list says and no more', () => {
  const key = person(['operator-admin'], { kind: 'key', restrictedTo: ['computer:read'] });
  check(key, 'computer:read', thing('computer:read'), 'yes');
  check(key, 'computer:write', thing('computer:write'), 'no keys-keep-to-their-list');
  const { restrictedTo: _, ...unlisted } = key;
  check(unlisted, 'computer:read', thing('computer:read'), 'no keys-keep-to-their-list');
});

test('no key and no machine relays, receives, approves or administers', () => {
  const all = { restrictedTo: ACTIONS, kind: 'key' as const };
  check(
    person(['ministry-desk'], all),
    'notification:relay',
    thing('notification:relay'),
    'no machines-decide-nothing',
  );
  check(
    person(['operator-admin'], all),
    'key:create',
    thing('key:create'),
    'no keys-administer-nothing',
  );
  const owner = systemPrincipal('data-folder-owner');
  check(owner, 'notification:relay', thing('notification:relay'), 'no machines-decide-nothing');
  check(owner, 'person:approve-role', thing('person:approve-role', { requestedBy: 'per_b' }), 'no');
  check(owner, 'computer:import', thing('computer:import'), 'yes owner-of-the-data-folder');
  check(owner, 'backup:create', thing('backup:create', { organisation: null }), 'yes');
});

test('a person who claims a ground gets nothing from it', () => {
  const claimer = person([], { grounds: ['data-folder-owner'] });
  check(claimer, 'backup:create', thing('backup:create'), 'no');
});

test('sensitive acts need a fresh sign-in', () => {
  const stale = person(['operator-admin'], { steppedUp: false });
  check(stale, 'key:create', thing('key:create'), 'no sensitive-acts-need-a-fresh-sign-in');
  check(person(['operator-admin']), 'key:create', thing('key:create'), 'yes');
});

test('a refusal says when signing in once more is all that is missing, and only then', () => {
  const code = (who: Principal, resource: Resource) => {
    try {
      requireAllowed(who, 'key:create', resource, REAL);
    } catch (error) {
      return (error as SakimoriError).code;
    }
    return 'yes';
  };
  const stale = { steppedUp: false };
  assert.equal(code(person(['operator-admin'], stale), thing('key:create')), 'AUT_STEP_UP');
  assert.equal(code(person(['operator-admin'], stale), thing('key:create', OTHER)), 'AUT_REFUSED');
  assert.equal(code(person(['operator-member'], stale), thing('key:create')), 'AUT_REFUSED');
  assert.equal(needsFreshSignIn(person(['operator-admin'], stale), 'key:create', REAL), true);
  assert.equal(needsFreshSignIn(person(['operator-member'], stale), 'key:create', REAL), false);
  assert.equal(needsFreshSignIn(person(['operator-admin']), 'key:create', REAL), false);
});

test('a role that does not exist permits nothing that the public may not do', () => {
  const ghost = person(['super-admin' as Role]);
  for (const action of ACTIONS) {
    const resource = thing(action, { tlp: 'AMBER', id: 'x' });
    const allowed = decide(ghost, action, resource, REAL).allowed;
    const open = ['ledger:checkpoint', 'ledger:read', 'policy:read', 'home:read', 'rule:read'];
    assert.equal(allowed, open.includes(action), action);
  }
});

test('hostile names are only names: quotes, wildcards and Cedar text decide nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const who = person(['operator-member'], { id: text, organisation: text });
      const resource = thing('computer:read', { organisation: `${text}x`, sectors: [text] });
      assert.equal(decide(who, 'computer:read', resource, REAL).allowed, false);
    }),
  );
  check(
    person(['operator-member'], { organisation: '*' }),
    'computer:read',
    thing('computer:read'),
    'no',
  );
  check(
    person(['operator-member'], { organisation: '' }),
    'computer:read',
    thing('computer:read', { organisation: null }),
    'no',
  );
});

test('an action is asked about its own type of thing', () => {
  assert.throws(
    () => decide(person([]), 'computer:read', thing('warning:read'), REAL),
    (error: SakimoriError) => error.code === 'AUT_WRONG_RESOURCE',
  );
});

test('a refusal carries the rule that decided', () => {
  assert.throws(
    () => requireAllowed(person(['vendor']), 'computer:read', thing('computer:read'), REAL),
    (error: unknown) => error instanceof SakimoriError && error.parameters.policy === 'no-rule',
  );
});

test('a no is explained by the rules that would have permitted it', () => {
  const answer = explain(
    person(['operator-member']),
    'computer:read',
    thing('computer:read', OTHER),
    REAL,
  );
  const missing = Object.fromEntries(answer.wouldPermit.map((one) => [one.rule.id, one.missing]));
  assert.equal(missing['operator-reads-own'], 'facts');
  assert.equal(missing['office-reads-for-analysis'], 'role');
  assert.ok(answer.sentences.every(({ ja, en }) => ja.length > 0 && en.length > 0));
});

test('every purpose is known to the policies', () => {
  for (const purpose of PURPOSES) {
    const decision = decide(
      person(['operator-member'], { purpose }),
      'computer:read',
      thing('computer:read'),
      REAL,
    );
    assert.equal(
      decision.allowed,
      purpose !== 'investigation' && purpose !== 'administration',
      purpose,
    );
  }
});
