// SPDX-License-Identifier: Apache-2.0
/** Generators: people, keys, machines and things of every kind. */
import { PURPOSES, TLP } from '@sakimori/vocabulary';
import fc from 'fast-check';
import {
  ACTIONS,
  type Context,
  GROUNDS,
  isMarked,
  type ListableAction,
  type Principal,
  type Resource,
  ROLES,
  typeOfAction,
} from '../src/index.ts';

const ORGANISATIONS = ['org_a', 'org_b', 'org_c'];
const SECTORS = ['water', 'finance', 'port'];
const PEOPLE = ['per_a', 'per_b', 'per_c'];

export const LISTABLE = ACTIONS.filter((action) => action !== 'session:own') as ListableAction[];
export const anyAction = fc.constantFrom(...LISTABLE);

export const anyContext: fc.Arbitrary<Context> = fc.record({
  world: fc.constantFrom('real' as const, 'exercise' as const),
  added: fc.subarray([...ROLES], { maxLength: 2 }),
  removed: fc.subarray([...ROLES], { maxLength: 2 }),
  secondPerson: fc.boolean(),
  first: fc.boolean(),
});

export const anyPrincipal: fc.Arbitrary<Principal> = fc
  .record(
    {
      id: fc.constantFrom(...PEOPLE),
      kind: fc.constantFrom('person', 'key', 'system', 'public'),
      organisation: fc.option(fc.constantFrom(...ORGANISATIONS), { nil: null }),
      roles: fc.subarray([...ROLES], { maxLength: 3 }),
      sectors: fc.subarray(SECTORS),
      restrictedTo: fc.subarray([...ACTIONS], { minLength: 1 }),
      purpose: fc.constantFrom(...PURPOSES),
      grounds: fc.subarray([...GROUNDS], { maxLength: 2 }),
      steppedUp: fc.boolean(),
    },
    { requiredKeys: ['id', 'kind', 'organisation', 'roles', 'sectors', 'purpose'] },
  )
  .map((found) => found as Principal);

/** A row of a list: no person is subject of it, so that only the filter's facts decide. */
export function anyRow(action: ListableAction): fc.Arbitrary<Resource> {
  const type = typeOfAction(action);
  const facts = {
    type: fc.constant(type),
    id: fc.constant('row'),
    organisation: fc.option(fc.constantFrom(...ORGANISATIONS), { nil: null, freq: 4 }),
    sectors: fc.subarray(SECTORS),
    world: fc.constantFrom('real' as const, 'exercise' as const),
  };
  const marked = isMarked(type) ? { tlp: fc.constantFrom(...TLP), named: fc.subarray(PEOPLE) } : {};
  return fc.record({ ...facts, ...marked }).map((found) => found as unknown as Resource);
}
