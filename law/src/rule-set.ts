// SPDX-License-Identifier: Apache-2.0
/** The form of a rule set, and the check that every file passes before anything uses it. */
import { readInstant } from '@sakimori/vocabulary';
import { lawErrors } from './errors.ts';

/**
 * One rule with its dates.
 *
 * clause          where the rule stands, in words a lawyer can look up
 * source          where we read it
 * effectiveFrom   first day in force, YYYY-MM-DD in Japan
 * effectiveTo     last day in force, or null while no end is known
 * verified        true only when a person compared it with the primary text
 * note            what is open, what was chosen by us, what differs from the text
 */
export interface Rule<T = unknown> {
  readonly id: string;
  readonly clause: string;
  readonly source: string;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
  readonly verified: boolean;
  readonly note: string;
  readonly value: T;
}

export interface RuleSet {
  readonly ruleSet: string;
  readonly title: { readonly ja: string; readonly en: string };
  /** Ascending by effectiveFrom; no two in force on the same day. */
  readonly rules: readonly Rule[];
}

const DAY_MS = 86_400_000;
const RULE_TEXTS = ['id', 'clause', 'source', 'effectiveFrom', 'note'] as const;

/** First and last millisecond in which a rule is in force. */
export function reachOf(rule: Rule): { readonly fromMs: number; readonly untilMs: number } {
  const fromMs = readInstant(rule.effectiveFrom) as number;
  const endsMs = rule.effectiveTo === null ? undefined : readInstant(rule.effectiveTo);
  return { fromMs, untilMs: endsMs === undefined ? Infinity : endsMs + DAY_MS - 1 };
}

/**
 * Checks one file's content.
 *
 * In      `name` of the file without ending; it must be the set's own name; parsed JSON
 * Out     the rule set
 * Throws  LAW_BROKEN_RULE_SET with the field and the position (from 1; 0 is the set itself)
 */
export function checkRuleSet(name: string, content: unknown): RuleSet {
  const refuse = (field: string, position: number) =>
    lawErrors('BROKEN_RULE_SET', { ruleSet: name, field, position });
  if (!isRecord(content) || content.ruleSet !== name) throw refuse('ruleSet', 0);
  const { title, rules } = content;
  if (!isRecord(title) || !isText(title.ja) || !isText(title.en)) throw refuse('title', 0);
  if (!Array.isArray(rules) || rules.length === 0) throw refuse('rules', 0);
  let endedMs = -Infinity;
  rules.forEach((rule: unknown, index) => {
    const field = wrongField(rule);
    if (field !== undefined) throw refuse(field, index + 1);
    const { fromMs, untilMs } = reachOf(rule as Rule);
    // Two rules in force on one day would make the answer depend on their order in the file.
    if (fromMs <= endedMs) throw refuse('effectiveFrom', index + 1);
    if (untilMs < fromMs) throw refuse('effectiveTo', index + 1);
    endedMs = untilMs;
  });
  return content as unknown as RuleSet;
}

function wrongField(rule: unknown): string | undefined {
  if (!isRecord(rule)) return 'rule';
  for (const field of RULE_TEXTS) if (!isText(rule[field])) return field;
  if (!isDay(rule.effectiveFrom)) return 'effectiveFrom';
  if (rule.effectiveTo !== null && !isDay(rule.effectiveTo)) return 'effectiveTo';
  if (typeof rule.verified !== 'boolean') return 'verified';
  return 'value' in rule ? undefined : 'value';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isDay(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    readInstant(value) !== undefined
  );
}
