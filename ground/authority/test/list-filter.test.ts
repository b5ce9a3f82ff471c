// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { decide, listFilter, mayAct, PUBLIC, rowPasses, scopeOf } from '../src/index.ts';
import { anyAction, anyContext, anyPrincipal, anyRow } from './worlds.ts';

const anyAsk = anyAction.chain((action) => fc.tuple(fc.constant(action), anyRow(action)));

test('a row passes the filter exactly when the decision is yes', () => {
  fc.assert(
    fc.property(anyPrincipal, anyAsk, anyContext, (who, [action, row], at) => {
      // Facts of a change of roles are about one person, not about rows of a list.
      const plain = { world: at.world };
      const filter = listFilter(who, action, plain);
      assert.equal(rowPasses(filter, row), decide(who, action, row, plain).allowed);
    }),
    { numRuns: 1_500 },
  );
});

test('the marks outside the own organisation are never wider than inside', () => {
  fc.assert(
    fc.property(anyPrincipal, anyAction, anyContext, (who, action, at) => {
      const filter = listFilter(who, action, { world: at.world });
      if (who.organisation === null) return;
      assert.ok(filter.tlp.every((mark) => filter.tlpOwn.includes(mark)));
    }),
    { numRuns: 300 },
  );
});

test('the scope for the store says who, how far and to what end, and nothing more', () => {
  const who = {
    id: 'per_a',
    kind: 'person',
    organisation: 'org_a',
    roles: ['ministry-desk'],
    sectors: ['water'],
    purpose: 'registration-duty',
  } as const;
  assert.deepEqual(scopeOf(who, listFilter(who, 'computer:read', { world: 'real' })), {
    actor: 'per_a',
    organisation: 'org_a',
    reach: 'sector',
    sectors: ['water'],
    purpose: 'registration-duty',
  });
});

test('a menu shows the public the catalogue and no register', () => {
  assert.equal(mayAct(PUBLIC, 'catalogue:read', { world: 'real' }), true);
  assert.equal(mayAct(PUBLIC, 'computer:read', { world: 'real' }), false);
});

test('a menu shows what is possible under some circumstances, and never what is not', () => {
  const at = { world: 'real' } as const;
  const steward = {
    id: 'per_a',
    kind: 'person',
    organisation: 'org_office',
    roles: ['steward'],
    sectors: [],
    purpose: 'administration',
    steppedUp: true,
  } as const;
  for (const action of ['person:invite', 'person:change-role', 'person:approve-role'] as const) {
    assert.equal(mayAct(steward, action, at), true, action);
    assert.equal(mayAct({ ...steward, steppedUp: false }, action, at), false, action);
    assert.equal(mayAct({ ...steward, roles: ['office-analyst'] }, action, at), false, action);
    assert.equal(mayAct({ ...steward, kind: 'key' }, action, at), false, action);
  }
  fc.assert(
    fc.property(anyPrincipal, anyAsk, anyContext, (who, [action, row], context) => {
      if (decide(who, action, row, context).allowed) assert.ok(mayAct(who, action, context));
    }),
    { numRuns: 300 },
  );
});
