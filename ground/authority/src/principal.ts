// SPDX-License-Identifier: Apache-2.0
/** Who asks, for what, about which thing, and under which circumstances. */
import type { Purpose, Tlp } from '@sakimori/vocabulary';
import type { OrganisationKind } from '@sakimori/vocabulary/wire';
import type { Action, MarkedType, ResourceType } from './actions.ts';
import type { Ground, Role } from './roles.ts';

/**
 * Whoever asks. Made by the identity room from a session, a key or a token file; never from what
 * a request says about itself.
 */
export interface Principal {
  readonly id: string;
  readonly kind: 'person' | 'key' | 'system' | 'public';
  readonly organisation: string | null;
  readonly roles: readonly Role[];
  /** Sectors of the organisation; they widen the reach of a ministry's desk only. */
  readonly sectors: readonly string[];
  /** For keys: nothing outside these actions, whatever the roles say. */
  readonly restrictedTo?: readonly Action[];
  readonly purpose: Purpose;
  /** Named grounds of the system itself; empty for people and keys. */
  readonly grounds?: readonly Ground[];
  /** True shortly after a strong sign-in; sensitive acts ask for it. */
  readonly steppedUp?: boolean;
}

/** Sample nation and exercises, or the real thing. They never meet. */
export type World = 'real' | 'exercise';

interface ResourceFacts {
  /** Tenant that it belongs to; null for what belongs to the instance. */
  readonly organisation: string | null;
  readonly sectors: readonly string[];
  readonly id?: string;
  /** World of the thing when it could differ from the instance's. */
  readonly world?: World;
}

export interface PlainResource extends ResourceFacts {
  readonly type: Exclude<ResourceType, MarkedType | 'person' | 'session' | 'rule'>;
}

/** A change of the dated rules that somebody asked for. */
export interface RuleResource extends ResourceFacts {
  readonly type: 'rule';
  /** For rule:approve: who asked for the change. */
  readonly requestedBy?: string;
}

export interface MarkedResource extends ResourceFacts {
  readonly type: MarkedType;
  readonly tlp: Tlp;
  /** Persons to whom a TLP:RED thing is addressed by name. */
  readonly named?: readonly string[];
}

/** A person, or a change of roles that somebody asked for. */
export interface PersonResource extends ResourceFacts {
  readonly type: 'person';
  readonly organisationKind?: OrganisationKind;
  /** For person:approve-role: who asked for the change. */
  readonly requestedBy?: string;
}

/** Somebody's own sign-in; `id` is the person. */
export interface SessionResource extends ResourceFacts {
  readonly type: 'session';
}

export type Resource =
  | PlainResource
  | MarkedResource
  | PersonResource
  | RuleResource
  | SessionResource;

/** Circumstances of one request. */
export interface Context {
  /** World of this instance. */
  readonly world: World;
  /** For changes of roles: roles that would be added and taken away. */
  readonly added?: readonly Role[];
  readonly removed?: readonly Role[];
  /** For changes of roles: a second person has approved exactly this change. */
  readonly secondPerson?: boolean;
  /** For invitations: nobody belongs to the organisation yet. For links: nobody has ever entered. */
  readonly first?: boolean;
}

/** Whoever has no account. */
export const PUBLIC: Principal = {
  id: 'public',
  kind: 'public',
  organisation: null,
  roles: [],
  sectors: [],
  purpose: 'cybersecurity',
};

/**
 * The system itself, on a named ground.
 *
 * In     ground; `organisation` when the work is done for one tenant only
 * Never  holds a role; what it may do stands in policies/80-grounds.cedar
 */
export function systemPrincipal(ground: Ground, organisation: string | null = null): Principal {
  return {
    id: `system:${ground}`,
    kind: 'system',
    organisation,
    roles: [],
    sectors: [],
    purpose: 'cybersecurity',
    grounds: [ground],
    steppedUp: true,
  };
}

/** The purpose of a session unless the person states another. */
export function defaultPurpose(roles: readonly Role[]): Purpose {
  if (roles.length === 0) return 'cybersecurity';
  if (roles.every((role) => role === 'steward')) return 'administration';
  if (roles.every((role) => role === 'commission' || role === 'auditor')) return 'oversight';
  return 'cybersecurity';
}
