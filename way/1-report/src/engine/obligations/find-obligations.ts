// SPDX-License-Identifier: Apache-2.0
/** One record, every duty: who must or may be told, on which clause, why, until when. */
import { readInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import type { IncidentRecord, ReportingOrganisation } from '../record.ts';
import type { MissingField, Obligation, StageClock } from '../shapes.ts';
import { type CompiledObligation, type CompiledRules, compileRules } from './compile.ts';
import type { Facts, Finding } from './conditions.ts';
import { entryAt, isInForce } from './dates.ts';
import { missingOnce, type StageForm } from './requirements.ts';
import type { RuleReader } from './rule-shapes.ts';
import { findClocks, type ReportProgress, type Shared, shareFacts } from './stage-clocks.ts';

/**
 * Every duty and possibility to report an incident.
 *
 * In     `record`, `organisation` as the readers give them
 *        `ruleAt`    dated law; it must give the same object for the same rule, so that reading and
 *                    preparing the rules happens once and not for each report
 *        `atMs`      UTC milliseconds: the rules in force at that instant are taken
 *        `progress`  when stages were submitted, where a clock starts with a report
 * Out    one obligation for each rule of the set, in its order, whether it applies or not, with the
 *        reason in words. What cannot be decided applies: its clocks run
 * Throws what `ruleAt` throws when there is no rule; OBL_BROKEN_RULES
 * Never  takes an unknown answer for no; derives a duty from registration; reads a clock
 * Law    Act art. 5; APPI art. 26; guidelines; NIS2, CRA, CIRCIA, SOCI: law/data/report-*.json
 */
export function findObligations(
  record: IncidentRecord,
  organisation: ReportingOrganisation,
  ruleAt: RuleReader,
  atMs: number,
  progress: ReportProgress = {},
): Obligation[] {
  const rules = compileRules(ruleAt, atMs);
  const facts: Facts = { record, organisation };
  const shared = shareFacts(facts, rules.calendars, progress);
  const missing = missingOnce(record);
  const awareMs = readInstant(record.awareness.at)!;
  return rules.obligations.map((entries) => {
    const entry = entryAt(entries, atMs);
    const decision = decide(entry, entries, facts, atMs, awareMs);
    return answer(entry, decision, { rules, shared, atMs, missing });
  });
}

interface Decision {
  readonly decision: Obligation['decision'];
  readonly why: Text;
  readonly dependsOn: readonly string[];
}

interface Asked {
  readonly rules: CompiledRules;
  readonly shared: Shared;
  readonly atMs: number;
  readonly missing: (stages: readonly StageForm[]) => MissingField[];
}

function answer(
  { rule, clocks: compiled }: CompiledObligation,
  { decision, why, dependsOn }: Decision,
  { rules, shared, atMs, missing }: Asked,
): Obligation {
  const { facts } = shared;
  const applies = decision !== 'no';
  const found = applies ? findClocks(rule.id, compiled, shared) : [];
  const stages = found.map(({ stage }, index): StageForm => {
    const family = compiled[index]!.rule.form;
    const form = family === null ? undefined : rules.forms.find(family, facts.record.kind, atMs);
    return { stage, form };
  });
  const clocks = found.map((clock, index): StageClock => {
    const { form } = stages[index]!;
    return form ? { ...clock, form: form.id } : clock;
  });
  const dueOf = (stage: StageClock['stage']) =>
    clocks.find((clock) => clock.stage === stage)?.due ?? null;
  return {
    rule: rule.id,
    addressee: rule.addressee,
    addresseeName: rules.nameOf(rule.addressee, facts.organisation, atMs),
    clause: rule.clause,
    applies,
    decision,
    nature: rule.nature,
    why:
      rule.nature === 'voluntary' && applies
        ? sayConsent(why, rule.addressee, { rules, shared, atMs })
        : why,
    dependsOn,
    clocks,
    firstDue: dueOf('first'),
    finalDue: dueOf('final'),
    missing: missing(stages),
    verified: rule.verified,
    source: rule.source,
    note: rule.note,
  };
}

function decide(
  entry: CompiledObligation,
  entries: readonly CompiledObligation[],
  facts: Facts,
  atMs: number,
  awareMs: number,
): Decision {
  const { rule, dates } = entry;
  const no = (why: Text): Decision => ({ decision: 'no', why, dependsOn: [] });
  if (atMs < dates.fromMs) return no(SAY.notYet(dates.from));
  if (!isInForce(dates, atMs)) return no(SAY.ended(dates.until!));
  if (rule.inForce === false) return no(SAY.notInForce);
  const finding = entry.question(facts);
  if (finding.answer === 'no') {
    return { decision: 'no', why: sayFinding(finding), dependsOn: unique(finding.dependsOn) };
  }
  const doubts: Text[] = [];
  const dependsOn = [...finding.dependsOn];
  if (rule.inForce === 'unknown') doubts.push(SAY.forceUnknown);
  const before = awareMs < dates.fromMs && !entries.some(({ dates }) => isInForce(dates, awareMs));
  if (before && rule.earlierAwareness === 'no') return no(SAY.noticedBefore(dates.from));
  if (before && rule.earlierAwareness === 'cannot-decide') {
    doubts.push(SAY.transition(dates.from));
    dependsOn.push('awareness.at');
  }
  const decision = finding.answer === 'unknown' || doubts.length > 0 ? 'cannot-decide' : 'yes';
  const parts = [sayFinding(finding), ...doubts];
  if (decision === 'cannot-decide' && rule.nature === 'duty') parts.push(SAY.runs);
  return { decision, why: join(parts), dependsOn: unique(dependsOn) };
}

const SAY = {
  notYet: (from: string): Text => ({
    ja: `この規則は ${from} から効力を持ちます。`,
    en: `This rule takes effect on ${from}.`,
  }),
  ended: (until: string): Text => ({
    ja: `この規則は ${until} に効力を失いました。`,
    en: `This rule ceased to have effect after ${until}.`,
  }),
  notInForce: {
    ja: 'この規則はまだ施行されていません。',
    en: 'This rule is not in force yet.',
  },
  forceUnknown: {
    ja: 'この規則が施行されているかを確認できていません。',
    en: 'Whether this rule is in force has not been verified.',
  },
  noticedBefore: (from: string): Text => ({
    ja: `知った時が、この規則の効力が生じた ${from} より前です。`,
    en: `It was noticed before this rule took effect on ${from}.`,
  }),
  transition: (from: string): Text => ({
    ja: `知った時が、この規則の効力が生じた ${from} より前です。経過措置を確認できていないため判定できません。`,
    en: `It was noticed before this rule took effect on ${from}. No transitional rule was found, so this cannot be decided.`,
  }),
  runs: {
    ja: '判定できるまで、義務があるものとして期限を数えます。',
    en: 'Until then the clocks run as if the duty applied.',
  },
  consented: { ja: '任意です。渡すことに同意しています。', en: 'Voluntary. Consent was given.' },
  outside: {
    ja: '任意です。この基盤からは送りません。',
    en: 'Voluntary. This platform sends nothing.',
  },
  noConsent: {
    ja: '任意です。同意するまで渡しません。',
    en: 'Voluntary. Nothing is passed on without consent.',
  },
};

const LEADS: Readonly<Record<Finding['answer'], Text>> = {
  yes: { ja: '該当する理由: ', en: 'Because: ' },
  no: { ja: '次に該当しません: ', en: 'This does not hold: ' },
  unknown: {
    ja: '次が分からないため判定できません: ',
    en: 'Cannot be decided until this is known: ',
  },
};

function sayFinding({ answer, because, sentence }: Finding): Text {
  if (sentence) return { ja: `${because[0]!.ja}。`, en: `${because[0]!.en}.` };
  const lead = LEADS[answer];
  return {
    ja: `${lead.ja}${unique(because.map(({ ja }) => ja)).join('、')}。`,
    en: `${lead.en}${unique(because.map(({ en }) => en)).join('; ')}.`,
  };
}

function sayConsent(
  why: Text,
  addressee: string,
  { rules, shared, atMs }: Pick<Asked, 'rules' | 'shared' | 'atMs'>,
): Text {
  const { record } = shared.facts;
  if (rules.isOutside(addressee, atMs)) return join([why, SAY.outside]);
  const consented = Object.hasOwn(record.consent ?? {}, addressee) && record.consent?.[addressee];
  return join([why, consented ? SAY.consented : SAY.noConsent]);
}

function join(parts: readonly Text[]): Text {
  return {
    ja: parts.map(({ ja }) => ja).join(''),
    en: parts.map(({ en }) => en).join(' '),
  };
}

function unique(values: readonly string[]): string[] {
  return values.length < 2 ? [...values] : [...new Set(values)];
}
