// SPDX-License-Identifier: Apache-2.0
/** Dated data of law: what rule is in force at an instant. Rules are files, not code. */
import { readdirSync, readFileSync } from 'node:fs';
import { toInstant } from '@sakimori/vocabulary';
import { lawErrors } from './errors.ts';
import { checkRuleSet, type Rule, type RuleSet, reachOf } from './rule-set.ts';

export { lawErrors } from './errors.ts';
export { checkRuleSet, type Rule, type RuleSet } from './rule-set.ts';

const FOLDER = new URL('../data/', import.meta.url);
const sets: ReadonlyMap<string, RuleSet> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.json'.length);
      const content: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
      return [name, checkRuleSet(name, content)];
    }),
);

/** Names of all rule sets, sorted. */
export const ruleSets: readonly string[] = [...sets.keys()];

/** A whole set with its history. Throws LAW_NO_RULE_SET. */
export function ruleSet(name: string): RuleSet {
  const set = sets.get(name);
  if (!set) throw lawErrors('NO_RULE_SET', { ruleSet: name });
  return set;
}

/**
 * The rule in force.
 *
 * In      name of a rule set (a file in law/data); `atMs` UTC milliseconds, passed in
 * Out     the one rule in force at that instant; days begin and end in Japan
 * Throws  LAW_NO_RULE_SET, LAW_NO_RULE_THEN: a missing rule stops the act, nothing is assumed
 */
export function ruleAt<T = unknown>(name: string, atMs: number): Rule<T> {
  const found = ruleSet(name).rules.find((rule) => {
    const { fromMs, untilMs } = reachOf(rule);
    return fromMs <= atMs && atMs <= untilMs;
  });
  if (!found) throw lawErrors('NO_RULE_THEN', { ruleSet: name, at: toInstant(atMs) });
  return found as Rule<T>;
}
