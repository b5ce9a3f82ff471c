// SPDX-License-Identifier: Apache-2.0
/** What a request may do: the one decision function, bound to who is asking. */
import {
  type Action,
  authorityErrors,
  type Context,
  decide,
  type ListableAction,
  type ListFilter,
  listFilter,
  needsFreshSignIn,
  type Principal,
  type Resource,
  requireAllowed,
  scopeOf,
} from '@sakimori/authority';
import type { Scope } from '@sakimori/store';
import { hubErrors } from '../errors.ts';

/** The authority as one request sees it. */
export interface Access {
  readonly principal: Principal;
  readonly context: Context;
  /** The filter of a list; its reach is `none` where nothing may be seen. */
  filter(action: ListableAction): ListFilter;
  /**
   * For whom the database runs the request: rows outside are not there.
   * Throws HUB_NOT_SIGNED_IN or HUB_REFUSED when the action reaches nothing at all.
   */
  scope(action: ListableAction): Scope;
  may(action: Action, resource: Resource): boolean;
  /** Throws HUB_NOT_SIGNED_IN or HUB_REFUSED. */
  require(action: Action, resource: Resource): void;
}

/** Why an action reaches nothing: nobody signed in, not freshly enough, or no rule permits it. */
export function refusalFor(principal: Principal, action: ListableAction, context: Context): Error {
  if (principal.kind === 'public') return hubErrors('NOT_SIGNED_IN', {});
  if (needsFreshSignIn(principal, action, context)) return authorityErrors('STEP_UP', { action });
  return hubErrors('REFUSED', { action });
}

export function accessOf(principal: Principal, context: Context): Access {
  const refuse = (action: ListableAction) => refusalFor(principal, action, context);
  const filter = (action: ListableAction) => listFilter(principal, action, context);
  return {
    principal,
    context,
    filter,
    scope(action) {
      const found = filter(action);
      if (found.reach === 'none') throw refuse(action);
      return scopeOf(principal, found);
    },
    may: (action, resource) => decide(principal, action, resource, context).allowed,
    require(action, resource) {
      if (principal.kind === 'public' && !decide(principal, action, resource, context).allowed) {
        throw hubErrors('NOT_SIGNED_IN', {});
      }
      requireAllowed(principal, action, resource, context);
    },
  };
}
