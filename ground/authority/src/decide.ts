// SPDX-License-Identifier: Apache-2.0
/** The one decision: may this principal do this to that, and why. */
import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Text } from '@sakimori/vocabulary/wire';
import { type Action, typeOfAction } from './actions.ts';
import { authorityErrors } from './errors.ts';
import {
  ACTION_PARENTS,
  cedarType,
  inReadingOrder,
  POLICY_RULES,
  POLICY_SET,
  type PolicyRule,
  policyRule,
} from './policies.ts';
import type { Context, Principal, Resource } from './principal.ts';
import { ROLE_TITLES } from './roles.ts';

export interface Decision {
  readonly allowed: boolean;
  /** Rules that decided, in reading order. Empty: no rule permits it. */
  readonly reasons: readonly string[];
  /** Why, in one sentence for people. */
  readonly because: Text;
}

const NO_RULE: Text = {
  ja: 'この操作を許可する規則がありません。',
  en: 'No rule permits this.',
};
const BROKEN: Text = {
  ja: '規則を評価できないため、許可しません。運用担当者にお知らせください。',
  en: 'A rule could not be evaluated, so this is refused. Please tell the people who run this instance.',
};

function principalEntity(principal: Principal): EntityJson {
  const operator = principal.roles.some((role) => role.startsWith('operator-'));
  const roles = operator ? [...principal.roles, 'operator'] : principal.roles;
  return {
    uid: { type: 'Principal', id: principal.id },
    attrs: {
      id: principal.id,
      kind: principal.kind,
      ...(principal.organisation === null ? {} : { organisation: principal.organisation }),
      sectors: [...principal.sectors],
      purpose: principal.purpose,
      steppedUp: principal.steppedUp === true,
      ...(principal.restrictedTo ? { restrictedTo: [...principal.restrictedTo] } : {}),
    },
    parents: [
      ...roles.map((id) => ({ type: 'Role', id })),
      // Grounds belong to the system; a person who claims one gets nothing from it.
      ...(principal.kind === 'system'
        ? (principal.grounds ?? []).map((id) => ({ type: 'Ground', id }))
        : []),
    ],
  };
}

function resourceEntity(resource: Resource, context: Context): EntityJson {
  const id = resource.id ?? '';
  return {
    uid: { type: cedarType(resource.type), id },
    attrs: {
      id,
      ...(resource.organisation === null ? {} : { organisation: resource.organisation }),
      sectors: [...resource.sectors],
      world: resource.world ?? context.world,
      ...('tlp' in resource ? { tlp: resource.tlp, named: [...(resource.named ?? [])] } : {}),
      ...(resource.type === 'session' || resource.type === 'person' ? { subject: id } : {}),
      ...(resource.type === 'person'
        ? { organisationKind: resource.organisationKind ?? 'unknown' }
        : {}),
      ...((resource.type === 'person' || resource.type === 'rule') &&
      resource.requestedBy !== undefined
        ? { requestedBy: resource.requestedBy }
        : {}),
    },
    parents: [],
  };
}

/**
 * Decides.
 *
 * In      `principal`  from the identity room
 *         `action`     of the closed list; `resource.type` is the part before its colon
 *         `resource`   as it stands in the store now, not as the request describes it
 *         `context`    world of the instance; for changes of roles also what would change
 * Out     allowed or not, the rules that decided, a sentence for people
 * Throws  AUT_WRONG_RESOURCE when the action is not done to that type
 * Never   allows what no rule permits, or what a rule that fails to evaluate might forbid
 * Law     Act arts 2-2, 4, 23; G9, G17, G20
 */
export function decide(
  principal: Principal,
  action: Action,
  resource: Resource,
  context: Context,
): Decision {
  if (typeOfAction(action) !== resource.type) {
    throw authorityErrors('WRONG_RESOURCE', { action, type: resource.type });
  }
  const [asker, thing] = [principalEntity(principal), resourceEntity(resource, context)];
  const answer = cedar.statefulIsAuthorized({
    principal: asker.uid,
    action: { type: 'Action', id: action },
    resource: thing.uid,
    context: {
      action,
      world: context.world,
      added: [...(context.added ?? [])],
      removed: [...(context.removed ?? [])],
      secondPerson: context.secondPerson === true,
      first: context.first === true,
    },
    preparsedPolicySetId: POLICY_SET,
    entities: [
      asker,
      thing,
      {
        uid: { type: 'Action', id: action },
        attrs: {},
        parents: (ACTION_PARENTS.get(action) ?? []).map((id) => ({ type: 'Action', id })),
      },
    ],
  });
  // Cedar leaves a rule out that fails to evaluate; were it a forbid, that would open a door.
  if (answer.type === 'failure' || answer.response.diagnostics.errors.length > 0) {
    return { allowed: false, reasons: ['policy-error'], because: BROKEN };
  }
  const reasons = inReadingOrder(answer.response.diagnostics.reason);
  const first = reasons[0] === undefined ? undefined : policyRule(reasons[0]);
  return {
    allowed: answer.response.decision === 'allow',
    reasons,
    because: first?.because ?? NO_RULE,
  };
}

const FRESH = 'sensitive-acts-need-a-fresh-sign-in';

/** The refusal for a no: AUT_STEP_UP when a fresh sign-in is all that is missing, else AUT_REFUSED. */
export function refusalOf(action: Action, reasons: readonly string[]): Error {
  if (reasons.length === 1 && reasons[0] === FRESH) return authorityErrors('STEP_UP', { action });
  return authorityErrors('REFUSED', { action, policy: reasons[0] ?? 'no-rule' });
}

/** The decision as a guard. Throws AUT_STEP_UP, or AUT_REFUSED with the deciding rule. */
export function requireAllowed(
  principal: Principal,
  action: Action,
  resource: Resource,
  context: Context,
): void {
  const decision = decide(principal, action, resource, context);
  if (decision.allowed) return;
  const fresh = decide({ ...principal, steppedUp: true }, action, resource, context);
  throw refusalOf(action, fresh.allowed ? decision.reasons : fresh.reasons);
}

/** A rule that would have permitted, and what stood in its way. */
export interface MissingPermit {
  readonly rule: PolicyRule;
  /** `role`: the principal lacks the role or ground. `facts`: organisation, sector or mark differ. */
  readonly missing: 'role' | 'facts';
}

export interface Explanation extends Decision {
  /** Rules that forbade it. */
  readonly forbiddenBy: readonly PolicyRule[];
  /** For a no: rules that could have permitted it. */
  readonly wouldPermit: readonly MissingPermit[];
  /** The whole answer in sentences, the deciding one first. */
  readonly sentences: readonly Text[];
}

function holds(principal: Principal, rule: PolicyRule): boolean {
  if (rule.ground !== undefined) {
    return principal.kind === 'system' && (principal.grounds ?? []).some((g) => g === rule.ground);
  }
  if (rule.role === undefined) return true;
  return principal.roles.some(
    (role) => role === rule.role || (rule.role === 'operator' && role.startsWith('operator-')),
  );
}

function sentenceOf({ rule, missing }: MissingPermit): Text {
  const role = ROLE_TITLES[(rule.role ?? 'public') as keyof typeof ROLE_TITLES];
  return missing === 'role'
    ? {
        ja: `「${role.ja}」であれば許可されることがあります：${rule.because.ja}`,
        en: `With the role "${role.en}" it could be permitted: ${rule.because.en}`,
      }
    : {
        ja: `組織・分野・共有範囲または手続の条件を満たしていません：${rule.because.ja}`,
        en: `The organisation, sector, mark or procedure does not fit: ${rule.because.en}`,
      };
}

/**
 * The long answer to "why can, or cannot, this person see this?".
 *
 * In     as for `decide`
 * Out    the decision; for a no also which rules forbade it and which would have had to permit it
 * Never  says anything about the thing itself: only rules and roles
 */
export function explain(
  principal: Principal,
  action: Action,
  resource: Resource,
  context: Context,
): Explanation {
  const decision = decide(principal, action, resource, context);
  const deciding = decision.reasons.flatMap((id) => policyRule(id) ?? []);
  if (decision.allowed) {
    const sentences = deciding.map((rule) => rule.because);
    return { ...decision, forbiddenBy: [], wouldPermit: [], sentences };
  }
  const wouldPermit = POLICY_RULES.filter(
    (rule) =>
      rule.effect === 'permit' && rule.actions.includes(action) && rule.ground === undefined,
  ).map((rule): MissingPermit => ({ rule, missing: holds(principal, rule) ? 'facts' : 'role' }));
  const sentences = [
    ...(deciding.length === 0 ? [decision.because] : deciding.map((rule) => rule.because)),
    ...(deciding.length === 0 ? wouldPermit.map(sentenceOf) : []),
  ];
  return { ...decision, forbiddenBy: deciding, wouldPermit, sentences };
}
