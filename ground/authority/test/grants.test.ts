// SPDX-License-Identifier: Apache-2.0
/** Changes of roles: random edits by random people, with and without a second person. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { OrganisationKind } from '@sakimori/vocabulary/wire';
import fc from 'fast-check';
import {
  type Context,
  decide,
  listFilter,
  type Principal,
  type Reach,
  ROLES,
  ROLES_OF_KIND,
  type Role,
} from '../src/index.ts';
import { LISTABLE } from './worlds.ts';

const KINDS: Record<string, OrganisationKind> = {
  org_op1: 'operator',
  org_op2: 'operator',
  org_office: 'office',
  org_ministry: 'ministry',
  org_vendor: 'vendor',
  org_commission: 'commission',
};
const HOUSES = Object.keys(KINDS);

interface Member {
  readonly id: string;
  readonly organisation: string;
  roles: Role[];
}

function asker(member: Member): Principal {
  return {
    ...member,
    kind: 'person',
    sectors: ['water'],
    purpose: 'cybersecurity',
    steppedUp: true,
  };
}

function ask(actor: Member, subject: Member, wanted: readonly Role[], secondPerson: boolean) {
  const context: Context = {
    world: 'real',
    added: wanted.filter((role) => !subject.roles.includes(role)),
    removed: subject.roles.filter((role) => !wanted.includes(role)),
    secondPerson,
  };
  const resource = {
    type: 'person' as const,
    id: subject.id,
    organisation: subject.organisation,
    sectors: ['water'],
    organisationKind: KINDS[subject.organisation] as OrganisationKind,
  };
  return { context, resource, ...decide(asker(actor), 'person:change-role', resource, context) };
}

const STEPS: Reach[] = ['none', 'own', 'sector', 'all'];

/** For each action, how far: the whole of what somebody can reach. */
function reachOf(member: Member): Map<string, { reach: number; marks: number }> {
  const who = asker(member);
  return new Map(
    LISTABLE.map((action) => {
      const filter = listFilter(who, action, { world: 'real' });
      return [action, { reach: STEPS.indexOf(filter.reach), marks: filter.tlpOwn.length }];
    }),
  );
}

function within(a: Member, b: Member): boolean {
  const [inner, outer] = [reachOf(a), reachOf(b)];
  return [...inner].every(([action, { reach, marks }]) => {
    const limit = outer.get(action) ?? { reach: 0, marks: 0 };
    return reach <= limit.reach && (reach === 0 || marks <= limit.marks);
  });
}

const anyMembers = fc.array(
  fc.constantFrom(...HOUSES, 'org_office', 'org_office', 'org_op1').chain((organisation) =>
    fc.record({
      organisation: fc.constant(organisation),
      roles: fc.subarray([...ROLES_OF_KIND[KINDS[organisation] as OrganisationKind]]),
    }),
  ),
  { minLength: 3, maxLength: 7 },
);

/** `wanted` picks among the roles of the subject's house, now and then among all. */
const anyEdits = fc.array(
  fc.record({
    actor: fc.nat(),
    subject: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
    approver: fc.nat(),
    wanted: fc.array(fc.nat(), { maxLength: 2 }),
    anywhere: fc.nat(9).map((n) => n === 0),
  }),
  { minLength: 20, maxLength: 40 },
);

test('no change of roles raises what its editor can reach', () => {
  fc.assert(
    fc.property(anyMembers, anyEdits, (found, edits) => {
      const people: Member[] = found.map((one, at) => ({ ...one, id: `per_${at}` }));
      const pick = (n: number) => people[n % people.length] as Member;
      for (const edit of edits) {
        const [actor, approver] = [pick(edit.actor), pick(edit.approver)];
        // Often the editor's own roles: that is what somebody would try first.
        const subject = edit.subject === undefined ? actor : pick(edit.subject);
        const kind = KINDS[subject.organisation] as OrganisationKind;
        const offered = edit.anywhere ? ROLES : ROLES_OF_KIND[kind];
        const wanted = [...new Set(edit.wanted.map((n) => offered[n % offered.length] as Role))];
        const before = { ...actor, roles: [...actor.roles] };
        const alone = ask(actor, subject, wanted, false);
        const together = ask(actor, subject, wanted, true);
        const approved = decide(
          asker(approver),
          'person:approve-role',
          { ...together.resource, requestedBy: actor.id },
          together.context,
        ).allowed;
        if (approved) {
          assert.notEqual(approver.id, actor.id, 'nobody approves what they asked for');
          assert.notEqual(approver.id, subject.id, 'nobody approves what is about them');
        }
        if (!alone.allowed && !(together.allowed && approved)) continue;
        const after = { ...subject, roles: [...wanted] };
        if (alone.allowed && alone.context.added?.length) {
          const granted = { ...after, roles: [...(alone.context.added ?? [])] };
          assert.ok(within(granted, actor), 'one person alone grants only what they can reach');
        }
        subject.roles = [...wanted];
        if (subject.id !== actor.id) continue;
        assert.ok(within(actor, before), 'the editor reaches no more than before');
      }
    }),
    { numRuns: 60 },
  );
});

test('the commission grows only from within (art. 49)', () => {
  for (const role of ROLES) {
    const actor: Member = { id: 'per_a', organisation: 'org_office', roles: [role] };
    const subject: Member = { id: 'per_b', organisation: 'org_commission', roles: [] };
    const expected = role === 'commission';
    const inHouse = { ...actor, organisation: 'org_commission' };
    assert.equal(ask(actor, subject, ['commission'], true).allowed, false, role);
    assert.equal(ask(inHouse, subject, ['commission'], false).allowed, expected, role);
  }
});

test('nobody outside the commission takes its role away', () => {
  const steward: Member = { id: 'per_a', organisation: 'org_office', roles: ['steward'] };
  const subject: Member = { id: 'per_b', organisation: 'org_commission', roles: ['commission'] };
  assert.deepEqual(ask(steward, subject, [], true).reasons, ['commission-names-itself']);
});

test('a steward alone makes nobody an analyst, not even a friend', () => {
  const steward: Member = { id: 'per_a', organisation: 'org_office', roles: ['steward'] };
  const friend: Member = { id: 'per_b', organisation: 'org_office', roles: [] };
  assert.equal(ask(steward, friend, ['office-analyst'], false).allowed, false);
  assert.equal(ask(steward, friend, ['office-analyst'], true).allowed, true);
  assert.equal(ask(steward, { ...friend, id: 'per_a' }, ['office-analyst'], true).allowed, false);
});

test('an administrator of one operator gives roles in no other', () => {
  const admin: Member = { id: 'per_a', organisation: 'org_op1', roles: ['operator-admin'] };
  const own: Member = { id: 'per_b', organisation: 'org_op1', roles: [] };
  assert.equal(ask(admin, own, ['operator-admin'], false).allowed, true);
  assert.equal(
    ask(admin, { ...own, organisation: 'org_op2' }, ['operator-admin'], true).allowed,
    false,
  );
  assert.equal(ask(admin, own, ['office-analyst'], true).allowed, false);
});

test('roles exist only in their kind of organisation', () => {
  const steward: Member = { id: 'per_a', organisation: 'org_office', roles: ['steward'] };
  for (const house of HOUSES) {
    for (const role of ROLES) {
      const subject: Member = { id: 'per_b', organisation: house, roles: [] };
      const exists = ROLES_OF_KIND[KINDS[house] as OrganisationKind].includes(role);
      const expected = exists && role !== 'commission';
      assert.equal(ask(steward, subject, [role], true).allowed, expected, `${house} ${role}`);
    }
  }
});
