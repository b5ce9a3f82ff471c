// SPDX-License-Identifier: Apache-2.0
/** Until when, and what first: the dated risk model applied to one vulnerability and one exposure. */
import type { Rule } from '@sakimori/law';
import { dayInJapan, endOfDayInJapan } from '@sakimori/vocabulary';
import type { Exposure, Text } from '@sakimori/vocabulary/wire';

/** A way in which a vulnerability must be dealt with. */
export interface RiskOutcome {
  /** Days to act, or null: with the next scheduled upgrade. */
  readonly days: number | null;
  /** Look for a compromise before changing the computer. */
  readonly triageFirst: boolean;
  /** Greater is more urgent. */
  readonly rank: number;
  readonly label: Text;
}

/** Value of a rule in the set `risk-model`. */
export interface RiskModel {
  readonly outcomes: Readonly<Record<string, RiskOutcome>>;
  readonly table: readonly {
    readonly exploited: boolean;
    readonly exposed: boolean;
    readonly automatable: boolean;
    readonly technicalImpact: 'partial' | 'total';
    readonly outcome: string;
  }[];
  readonly unknown: {
    readonly exposure: 'exposed' | 'not-exposed';
    readonly automatable: boolean;
    readonly technicalImpact: 'partial' | 'total';
  };
  readonly exposedWhen: readonly Exposure[];
  readonly sourceDueDateIsCeiling: boolean;
  readonly upgradeReviewDays: number;
}

/** What is known of a vulnerability that bears on the deadline; absent = nobody said. */
export interface RiskFacts {
  readonly exploited: boolean;
  readonly automatable?: 'yes' | 'no';
  readonly technicalImpact?: 'partial' | 'total';
  /** Due day of the catalogue, YYYY-MM-DD. */
  readonly sourceDueOn?: string;
}

export interface RiskAssessment {
  readonly outcome: string;
  readonly rank: number;
  readonly triageFirst: boolean;
  /** UTC milliseconds: the last of its day in Japan. */
  readonly dueAtMs: number;
  /** The deadline comes from the catalogue's own date, because it is earlier. */
  readonly bySource: boolean;
  /** Of the rule that was applied. */
  readonly rule: string;
  readonly reason: Text;
}

const DAY_MS = 86_400_000;

/**
 * Applies the risk model.
 *
 * In      `rule` of the set `risk-model` in force at `issuedAtMs`; facts; exposure of the computer;
 *         `issuedAtMs` UTC milliseconds, when the operator was warned: nobody can act earlier
 * Out     outcome and deadline; the deadline never lies before `issuedAtMs`
 * Throws  nothing for a checked rule; the table must name all 16 combinations (tested)
 * Law     law/data/risk-model.json: clause and source stand there, not here
 */
export function assessRisk(
  rule: Rule<RiskModel>,
  facts: RiskFacts,
  exposure: Exposure,
  issuedAtMs: number,
): RiskAssessment {
  const model = rule.value;
  const exposed = model.exposedWhen.includes(exposure);
  const automatable =
    facts.automatable === undefined ? model.unknown.automatable : facts.automatable === 'yes';
  const technicalImpact = facts.technicalImpact ?? model.unknown.technicalImpact;
  const row = model.table.find(
    (line) =>
      line.exploited === facts.exploited &&
      line.exposed === exposed &&
      line.automatable === automatable &&
      line.technicalImpact === technicalImpact,
  ) as RiskModel['table'][number];
  const outcome = model.outcomes[row.outcome] as RiskOutcome;
  const days = outcome.days ?? model.upgradeReviewDays;
  const modelDueMs = endOfDayInJapan(dayInJapan(issuedAtMs + days * DAY_MS)) as number;
  const sourceDueMs = ceilingOf(model, facts, issuedAtMs);
  const bySource = sourceDueMs !== undefined && sourceDueMs < modelDueMs;
  return {
    outcome: row.outcome,
    rank: outcome.rank,
    triageFirst: outcome.triageFirst,
    dueAtMs: bySource ? sourceDueMs : modelDueMs,
    bySource,
    rule: rule.id,
    reason: reasonFor({ ...row, outcome }, facts, exposure, bySource, rule.clause),
  };
}

/** The more urgent of two assessments: rank first, then the earlier deadline. */
export function moreUrgent(a: RiskAssessment, b: RiskAssessment): RiskAssessment {
  if (a.rank !== b.rank) return a.rank > b.rank ? a : b;
  return a.dueAtMs <= b.dueAtMs ? a : b;
}

function ceilingOf(model: RiskModel, facts: RiskFacts, issuedAtMs: number): number | undefined {
  if (!model.sourceDueDateIsCeiling || facts.sourceDueOn === undefined) return undefined;
  const dueMs = endOfDayInJapan(facts.sourceDueOn);
  // A date that has passed when the operator first hears of it cannot be met: the model decides.
  return dueMs !== undefined && dueMs > issuedAtMs ? dueMs : undefined;
}

interface Judged {
  readonly exploited: boolean;
  readonly exposed: boolean;
  readonly automatable: boolean;
  readonly technicalImpact: 'partial' | 'total';
  readonly outcome: RiskOutcome;
}

function reasonFor(
  judged: Judged,
  facts: RiskFacts,
  exposure: Exposure,
  bySource: boolean,
  clause: string,
): Text {
  const unknown = { ja: '（不明のため）', en: ' (not known, assumed)' };
  const assumed = (missing: boolean, language: 'ja' | 'en') => (missing ? unknown[language] : '');
  const [noExposure, noAutomation, noImpact] = [
    exposure === 'unknown',
    facts.automatable === undefined,
    facts.technicalImpact === undefined,
  ];
  const ja = [
    judged.exploited ? '悪用が確認されている' : '悪用は確認されていない',
    `外部から${judged.exposed ? '到達できる' : '到達できない'}${assumed(noExposure, 'ja')}`,
    `攻撃の自動化が${judged.automatable ? '可能' : '困難'}${assumed(noAutomation, 'ja')}`,
    `影響は${judged.technicalImpact === 'total' ? '全面的' : '部分的'}${assumed(noImpact, 'ja')}`,
  ].join('、');
  const en = [
    judged.exploited ? 'exploitation is known' : 'no exploitation is known',
    `the computer is ${judged.exposed ? '' : 'not '}exposed${assumed(noExposure, 'en')}`,
    `the attack can ${judged.automatable ? '' : 'not '}be automated${assumed(noAutomation, 'en')}`,
    `the impact is ${judged.technicalImpact}${assumed(noImpact, 'en')}`,
  ].join(', ');
  const source = {
    ja: bySource ? '悪用済み脆弱性一覧の期限がこれより早いため、その日を期限とします。' : '',
    en: bySource
      ? ' The due date of the exploited-vulnerability catalogue is earlier and holds.'
      : '',
  };
  return {
    ja: `${ja}ため「${judged.outcome.label.ja}」です（${clause}）。${source.ja}`,
    en: `Because ${en}: ${judged.outcome.label.en} (${clause}).${source.en}`,
  };
}
