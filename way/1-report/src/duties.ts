// SPDX-License-Identifier: Apache-2.0
/** What follows from a record: duties with their clocks, and which desk is given which copy. */
import { readInstant, toInstant } from '@sakimori/vocabulary';
import type { ReportStage } from '@sakimori/vocabulary/wire';
import { lookAtOf } from './clock-words.ts';
import type { Directory, Listed } from './directory.ts';
import {
  type Addressee,
  addresseesAt,
  type ClockRules,
  type CopyRule,
  clockRulesAt,
  findObligations,
  type IncidentRecord,
  type Obligation,
  projectRecord,
  type RecordPart,
  type ReportingOrganisation,
  type ReportProgress,
  type RuleReader,
  type StageClock,
} from './engine/index.ts';
import type { KeptClock } from './tables.ts';

export type ClockStage = StageClock['stage'];

/**
 * When an addressee was told which stage: by its id what this platform delivered, by `rule/` and a
 * rule's id what the reporter told outside of it.
 */
export type Told = Readonly<Record<string, { readonly [stage in ClockStage]?: string }>>;

/** More time that an addressee gave, by rule and stage. */
export type Extended = Readonly<Record<string, { readonly [stage in ClockStage]?: string }>>;

/** A duty as it is kept in a row. */
export interface PlannedDuty {
  readonly rule: string;
  readonly obligation: Obligation;
  readonly clocks: readonly KeptClock[];
  /** Set once a copy was delivered for it. */
  readonly deskId: string | undefined;
  readonly dueAtMs: number | undefined;
  readonly dueStage: ClockStage | undefined;
  /** When the clocks have something to say; 0: look at once; null: never. */
  readonly lookAtMs: number | null;
}

/** A copy that is to be given. */
export interface PlannedCopy {
  readonly obligation: Obligation;
  readonly addressee: Addressee;
  readonly desk: Listed;
  readonly content: RecordPart;
  readonly withheld: readonly string[];
  readonly named: boolean;
}

export interface DutyInput {
  readonly record: IncidentRecord;
  readonly facts: ReportingOrganisation;
  readonly ruleAt: RuleReader;
  /** Rules are taken at this instant. */
  readonly atMs: number;
  readonly directory: Directory;
  /** By addressee: what it was told before this submission. */
  readonly told: Told;
  /** By addressee: the desk that holds its earlier copies. */
  readonly given: Readonly<Record<string, string>>;
  readonly extended: Extended;
  /** The stage that is being submitted now; absent when only the rules are looked at again. */
  readonly stage?: ReportStage | undefined;
}

export interface DutyPlan {
  readonly obligations: readonly Obligation[];
  readonly duties: readonly PlannedDuty[];
  readonly copies: readonly PlannedCopy[];
  readonly told: Told;
}

/**
 * Plans what follows from a submission, or from a change of rules.
 *
 * Out    `obligations`  every rule, whether it applies or not
 *        `duties`       those that bind or were consented to, with clocks and what was done
 *        `copies`       one for each addressee that applies or is consented to and has a desk; who
 *                       was given an earlier copy is given the supplement too, unless consent ended
 *        `told`         `told` with what these copies tell
 * Never  gives a copy without a duty or consent; stops a clock of an addressee that was not told
 * Law    Act art. 5; the clocks stop with the stage that they wait for
 */
export function planDuties(input: DutyInput): DutyPlan {
  const { record, facts, ruleAt, atMs } = input;
  const progress = progressOf(input.told);
  let obligations = findObligations(record, facts, ruleAt, atMs, progress(undefined));
  const copies = input.stage === undefined ? [] : planCopies(input, obligations);
  const told = addTold(input, copies);
  const clockRules = clockRulesAt(ruleAt, atMs);
  // Rules that count from a report of their own start now that it is made.
  if (startsWithReport(obligations, told)) {
    obligations = findObligations(record, facts, ruleAt, atMs, progressOf(told)(obligations));
  }
  return {
    obligations,
    duties: obligations
      .filter((one) => binds(one, record))
      .map((one) => planDuty(one, told, input, copies, clockRules)),
    copies,
    told,
  };
}

/** True for a duty, also an undecided one, and for a possibility that was consented to. */
export function binds(obligation: Obligation, record: IncidentRecord): boolean {
  if (!obligation.applies) return false;
  return obligation.nature === 'duty' || consentOf(record, obligation.addressee) === true;
}

/** What the reporter has said about passing it on to an addressee, if anything. */
export function consentOf(record: IncidentRecord, addressee: string): boolean | undefined {
  const { consent } = record;
  return consent && Object.hasOwn(consent, addressee) ? consent[addressee] : undefined;
}

function planCopies(input: DutyInput, obligations: readonly Obligation[]): PlannedCopy[] {
  const { record, facts, ruleAt, atMs, directory } = input;
  const addressees = addresseesAt(ruleAt, atMs);
  const chosen = new Map<string, Obligation>();
  for (const one of obligations) {
    if (!isGiven(one, input)) continue;
    const before = chosen.get(one.addressee);
    if (!before || rank(one) > rank(before)) chosen.set(one.addressee, one);
  }
  return [...chosen.values()].flatMap((obligation) => {
    const addressee = addressees.get(obligation.addressee);
    const desk = addressee && directory.desk(addressee.desk, facts);
    if (!addressee || !desk) return [];
    const { record: content, withheld } = projectRecord(record, addressee as CopyRule);
    return [
      {
        obligation,
        addressee,
        desk,
        content,
        withheld: withheld.map(({ field }) => field),
        named: namesReporter(addressee),
      },
    ];
  });
}

/** A duty before a possibility, a decided one before a doubtful one. */
function rank({ applies, nature, decision }: Obligation): number {
  return (applies ? 4 : 0) + (nature === 'duty' ? 2 : 0) + (decision === 'yes' ? 1 : 0);
}

function isGiven(obligation: Obligation, { record, told }: DutyInput): boolean {
  const consent = consentOf(record, obligation.addressee);
  // Who holds an earlier copy would go on acting on what is no longer so.
  if (Object.hasOwn(told, obligation.addressee)) {
    if (obligation.nature === 'voluntary') return consent === true;
    return consent !== false || (obligation.applies && obligation.decision === 'yes');
  }
  if (!binds(obligation, record)) return false;
  return obligation.decision === 'yes' || consent !== false;
}

/**
 * Whether an addressee may know who reports: whoever is given neither a contact nor the reporter's
 * own number is to learn from the case, not about the reporter.
 */
export function namesReporter(addressee: Addressee): boolean {
  return addressee.fields.some((field) => ['contacts', 'reference'].includes(field.split('.')[0]!));
}

function addTold(input: DutyInput, copies: readonly PlannedCopy[]): Told {
  if (input.stage === undefined) return input.told;
  const at = toInstant(input.atMs);
  const stages: ClockStage[] = ['first'];
  if (input.stage !== 'first') stages.push('second');
  if (input.stage === 'final') stages.push('final');
  const told: Record<string, Record<string, string>> = { ...input.told } as never;
  for (const { addressee } of copies) {
    const now = Object.fromEntries(stages.map((stage) => [stage, at]));
    told[addressee.id] = { ...now, ...told[addressee.id] };
  }
  return told;
}

/** Progress by rule out of what each addressee was told. */
function progressOf(told: Told) {
  return (obligations: readonly Obligation[] | undefined): ReportProgress => {
    if (!obligations) return {};
    const submitted: Record<string, { readonly [stage in ClockStage]?: string }> = {};
    for (const { rule, addressee } of obligations) {
      const done = told[`rule/${rule}`] ?? told[addressee];
      if (done) submitted[rule] = done;
    }
    return { submitted };
  };
}

function startsWithReport(obligations: readonly Obligation[], told: Told): boolean {
  return obligations.some(
    ({ rule, addressee, clocks }) =>
      (Object.hasOwn(told, addressee) || Object.hasOwn(told, `rule/${rule}`)) &&
      clocks.some(({ startEvent }) => startEvent.endsWith('-report')),
  );
}

function planDuty(
  obligation: Obligation,
  told: Told,
  { extended, given, atMs, stage }: DutyInput,
  copies: readonly PlannedCopy[],
  clockRules: ClockRules,
): PlannedDuty {
  const done = told[`rule/${obligation.rule}`] ?? told[obligation.addressee] ?? {};
  const more = extended[obligation.rule] ?? {};
  const clocks = obligation.clocks.map((clock): KeptClock => {
    const until = more[clock.stage];
    const doneAt = done[clock.stage];
    return {
      ...clock,
      ...(until !== undefined && { extendedTo: until }),
      ...(doneAt !== undefined && { doneAt }),
    };
  });
  const next = nextDue(clocks);
  return {
    rule: obligation.rule,
    obligation,
    clocks,
    deskId:
      copies.find(({ addressee }) => addressee.id === obligation.addressee)?.desk.id ??
      given[obligation.addressee],
    dueAtMs: next?.atMs,
    dueStage: next?.stage,
    // Where nothing was submitted, what passed since the reporter last wrote is still to be said.
    lookAtMs:
      stage === undefined
        ? 0
        : lookAtOf({ rule: obligation.rule, clocks, changed_at_ms: atMs }, atMs, clockRules),
  };
}

/** The clock that ends first of those that still run. */
export function nextDue(
  clocks: readonly KeptClock[],
): { readonly atMs: number; readonly stage: ClockStage } | undefined {
  return clocks
    .filter(({ due, doneAt }) => due !== undefined && doneAt === undefined)
    .map(({ due, extendedTo, stage }) => ({
      atMs: Math.max(readInstant(due as string) as number, readInstant(extendedTo ?? '') ?? 0),
      stage,
    }))
    .sort((a, b) => a.atMs - b.atMs)[0];
}
