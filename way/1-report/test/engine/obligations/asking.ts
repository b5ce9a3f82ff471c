// SPDX-License-Identifier: Apache-2.0
/** One way to ask the engine in tests: facts in, one line for each rule out. */
import { ruleAt } from '@sakimori/law';
import { readInstant } from '@sakimori/vocabulary';
import {
  findObligations,
  type IncidentRecord,
  type Obligation,
  type RecordInput,
  type ReportingOrganisation,
  type ReportProgress,
  type RuleReader,
  readOrganisation,
  readRecord,
} from '../../../src/engine/index.ts';

export const AWARE = '2026-11-21T09:30:00+09:00';

/** An operator in finance with a specified computer; what a test names replaces it. */
export function recordOf(more: Partial<RecordInput> = {}): IncidentRecord {
  const result = readRecord({
    kind: 'ransomware',
    awareness: { at: AWARE },
    computers: [{ specified: true }],
    personalData: { involved: false },
    ...more,
  });
  if (result.refusals) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

export function organisationOf(more: object = {}): ReportingOrganisation {
  const result = readOrganisation({
    sectors: ['electricity'],
    designated: true,
    criticalInfrastructure: true,
    ...more,
  });
  if (result.refusals) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

export function ask(
  record: Partial<RecordInput> = {},
  organisation: object = {},
  at = AWARE,
  progress?: ReportProgress,
  rules: RuleReader = ruleAt,
): readonly Obligation[] {
  return findObligations(
    recordOf(record),
    organisationOf(organisation),
    rules,
    readInstant(at)!,
    progress,
  );
}

export function one(obligations: readonly Obligation[], rule: string): Obligation {
  const found = obligations.find((obligation) => obligation.rule === rule);
  if (!found) throw new Error(`no rule ${rule}`);
  return found;
}

/** Due time in Japan to the minute, or what stands in its place. */
export function dueOf(obligation: Obligation, stage: string): string {
  const clock = obligation.clocks.find((candidate) => candidate.stage === stage);
  if (!clock) return 'no clock';
  if (!clock.due) return clock.startedAt ? 'no number' : 'not started';
  return inJapan(clock.due);
}

export function readingsOf(obligation: Obligation, stage: string): string[] {
  const clock = obligation.clocks.find((candidate) => candidate.stage === stage);
  return (clock?.readings ?? []).map(({ due }) => inJapan(due));
}

function inJapan(instant: string): string {
  const ms = readInstant(instant)! + 9 * 3_600_000;
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** The law with one obligation changed; the reader gives the same object each time, as it must. */
export function changedLaw(change: (obligations: Record<string, unknown>[]) => void): RuleReader {
  const rule = structuredClone(ruleAt('report-obligations', readInstant(AWARE)!));
  change((rule.value as { obligations: Record<string, unknown>[] }).obligations);
  return (set, atMs) => (set === 'report-obligations' ? rule : ruleAt(set, atMs));
}
