// SPDX-License-Identifier: Apache-2.0
/** The policy files: read once, parsed once, kept with their explanations. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { PolicyJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import type { Text } from '@sakimori/vocabulary/wire';
import {
  ACTION_FACTS,
  ACTIONS,
  type Action,
  isMarked,
  type ResourceType,
  typeOfAction,
} from './actions.ts';
import { authorityErrors } from './errors.ts';

/** One rule of a policy file, as people read it. */
export interface PolicyRule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** The sentence that explains it. */
  readonly because: Text;
  /** Clause that it rests on, where there is one. */
  readonly law?: string;
  /** File and text, for the page that shows the policies. */
  readonly file: string;
  readonly source: string;
  /** Actions that it speaks of. */
  readonly actions: readonly Action[];
  /** Role or ground that it is written for; absent: for everyone. */
  readonly role?: string;
  readonly ground?: string;
}

export const POLICY_SET = 'sakimori';
const FOLDER = new URL('../policies/', import.meta.url);

/** Cedar's name of a type: `person` is `Person`. */
export function cedarType(type: ResourceType): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

/** Groups of actions that policies may name, by action. */
export const ACTION_PARENTS: ReadonlyMap<Action, readonly string[]> = new Map(
  ACTIONS.map((action) => [
    action,
    [`kind:${ACTION_FACTS[action].kind}`, `type:${typeOfAction(action)}`],
  ]),
);

function readPolicyFiles(): { file: string; text: string }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.cedar'))
    .sort()
    .map((file) => ({ file, text: readFileSync(new URL(file, FOLDER), 'utf8') }));
}

function actionsOf(policy: PolicyJson): Action[] {
  const named = (uids: readonly object[]) => new Set(uids.map((uid) => (uid as { id: string }).id));
  const constraint = policy.action;
  if (constraint.op === 'All') return [...ACTIONS];
  const ids = named(
    'entities' in constraint
      ? constraint.entities
      : 'entity' in constraint
        ? [constraint.entity]
        : [],
  );
  return ACTIONS.filter(
    (action) =>
      ids.has(action) || (ACTION_PARENTS.get(action) ?? []).some((parent) => ids.has(parent)),
  );
}

function readRule(file: string, source: string): PolicyRule {
  const parsed = cedar.policyToJson(source);
  if (parsed.type === 'failure') throw authorityErrors('POLICIES_BROKEN', { policy: file });
  const { json } = parsed;
  const { id, ja, en, law } = json.annotations ?? {};
  if (!id || !ja || !en) throw authorityErrors('POLICIES_BROKEN', { policy: id ?? file });
  const holder =
    json.principal.op === 'in' && 'entity' in json.principal
      ? (json.principal.entity as { type: string; id: string })
      : undefined;
  return {
    id,
    effect: json.effect,
    because: { ja, en },
    ...(law && law !== '-' ? { law } : {}),
    file,
    source,
    actions: actionsOf(json),
    ...(holder?.type === 'Role' ? { role: holder.id } : {}),
    ...(holder?.type === 'Ground' ? { ground: holder.id } : {}),
  };
}

function loadRules(): { rules: PolicyRule[]; digest: string } {
  const files = readPolicyFiles();
  const rules = files.flatMap(({ file, text }) => {
    const parts = cedar.policySetTextToParts(text);
    if (parts.type === 'failure') throw authorityErrors('POLICIES_BROKEN', { policy: file });
    const found = parts.policies.map((source) => readRule(file, source));
    // Cedar hands the rules back in an order of its own; readers get the order of the file.
    const place = (rule: PolicyRule) => text.indexOf(`@id("${rule.id}")`);
    return found.sort((a, b) => place(a) - place(b));
  });
  const digest = createHash('sha256');
  for (const { file, text } of files) digest.update(`${file}\n${text.length}\n${text}`);
  if (new Set(rules.map((rule) => rule.id)).size !== rules.length) {
    throw authorityErrors('POLICIES_BROKEN', { policy: 'id' });
  }
  const answer = cedar.preparsePolicySet(POLICY_SET, {
    staticPolicies: Object.fromEntries(rules.map((rule) => [rule.id, rule.source])),
  });
  if (answer.type === 'failure') throw authorityErrors('POLICIES_BROKEN', { policy: 'all' });
  return { rules, digest: digest.digest('hex') };
}

const loaded = loadRules();

/** Every rule, in the order of the files. */
export const POLICY_RULES: readonly PolicyRule[] = loaded.rules;
/** SHA-256 over the policy files: which policies were in force, for the ledger. */
export const POLICY_DIGEST: string = loaded.digest;
const byId = new Map(loaded.rules.map((rule) => [rule.id, rule]));
const places = new Map(loaded.rules.map((rule, place) => [rule.id, place]));

export function policyRule(id: string): PolicyRule | undefined {
  return byId.get(id);
}

/** Ids of rules in the order in which a reader meets them. */
export function inReadingOrder(ids: readonly string[]): string[] {
  return [...ids].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

/** The schema that the policies are checked against (by test: a misspelt attribute is an error). */
export function policySchema(): SchemaJson<string> {
  const text = { type: 'String' } as const;
  const texts = { type: 'Set', element: text } as const;
  const base = {
    id: text,
    organisation: { ...text, required: false },
    sectors: texts,
    world: text,
  };
  const types = [...new Set(ACTIONS.map(typeOfAction))];
  const shape = (type: ResourceType) => ({
    ...base,
    ...(isMarked(type) ? { tlp: text, named: texts } : {}),
    ...(type === 'session' ? { subject: text } : {}),
    ...(type === 'person'
      ? { subject: text, organisationKind: text, requestedBy: { ...text, required: false } }
      : {}),
    ...(type === 'rule' ? { requestedBy: { ...text, required: false } } : {}),
  });
  const record = (attributes: object) => ({ type: 'Record' as const, attributes }) as never;
  const flag = { type: 'Boolean' } as const;
  const context = record({
    action: text,
    world: text,
    added: texts,
    removed: texts,
    secondPerson: flag,
    first: flag,
  });
  const groups = [...new Set([...ACTION_PARENTS.values()].flat())];
  return {
    '': {
      entityTypes: {
        Role: {},
        Ground: {},
        Principal: {
          memberOfTypes: ['Role', 'Ground'],
          shape: record({
            id: text,
            kind: text,
            organisation: { ...text, required: false },
            sectors: texts,
            purpose: text,
            steppedUp: flag,
            restrictedTo: { ...texts, required: false },
          }),
        },
        ...Object.fromEntries(
          types.map((type) => [cedarType(type), { shape: record(shape(type)) }]),
        ),
      },
      actions: {
        ...Object.fromEntries(groups.map((group) => [group, {}])),
        ...Object.fromEntries(
          ACTIONS.map((action) => [
            action,
            {
              memberOf: (ACTION_PARENTS.get(action) ?? []).map((id) => ({ id })),
              appliesTo: {
                principalTypes: ['Principal'],
                resourceTypes: [cedarType(typeOfAction(action))],
                context,
              },
            },
          ]),
        ),
      },
    },
  };
}
