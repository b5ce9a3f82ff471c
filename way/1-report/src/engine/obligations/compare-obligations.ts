// SPDX-License-Identifier: Apache-2.0
/** What changed between two answers about the same incident, in words for its timeline. */
import { readInstant, showTime } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import type { Obligation, StageClock } from '../shapes.ts';

export type ObligationChangeKind =
  | 'begins'
  | 'ends'
  | 'decided'
  | 'doubtful'
  | 'due'
  | 'clause'
  | 'form'
  | 'verified';

export interface ObligationChange {
  readonly rule: string;
  readonly addressee: string;
  readonly what: ObligationChangeKind;
  readonly stage?: StageClock['stage'];
  readonly text: Text;
}

/**
 * What became different: because the record changed, or because the rules did.
 *
 * In     two answers of `findObligations` about one incident
 * Out    changes in the order of the rules; empty when nothing that binds anybody changed
 * Never  reports a change of words alone
 */
export function compareObligations(
  before: readonly Obligation[],
  after: readonly Obligation[],
): ObligationChange[] {
  const earlier = new Map(before.map((one) => [one.rule, one]));
  const later = new Set(after.map(({ rule }) => rule));
  const changes = after.flatMap((one) => compare(earlier.get(one.rule), one));
  const gone = before.filter(({ rule, applies }) => applies && !later.has(rule));
  return [...changes, ...gone.map((one) => change(one, 'ends', SAY.gone))];
}

function compare(before: Obligation | undefined, after: Obligation): ObligationChange[] {
  if (!before?.applies && !after.applies) return [];
  if (!before?.applies) return [change(after, 'begins', SAY.begins(after))];
  if (!after.applies) return [change(after, 'ends', SAY.ends(after))];
  const changes: ObligationChange[] = [];
  if (before.decision !== after.decision) {
    const decided = after.decision === 'yes';
    changes.push(
      change(
        after,
        decided ? 'decided' : 'doubtful',
        decided ? SAY.decided(after) : SAY.doubtful(after),
      ),
    );
  }
  changes.push(...compareClocks(before, after));
  if (before.clause !== after.clause) {
    changes.push(change(after, 'clause', SAY.clause(before.clause, after.clause)));
  }
  if (before.verified !== after.verified) {
    changes.push(change(after, 'verified', after.verified ? SAY.verified : SAY.unverified));
  }
  return changes;
}

function compareClocks(before: Obligation, after: Obligation): ObligationChange[] {
  const stages = new Set([...before.clocks, ...after.clocks].map(({ stage }) => stage));
  return [...stages].flatMap((stage) => {
    const [old, now] = [before, after].map(({ clocks }) =>
      clocks.find((clock) => clock.stage === stage),
    );
    const changes: ObligationChange[] = [];
    if (old?.due !== now?.due) {
      changes.push({ ...change(after, 'due', SAY.due(stage, old?.due, now?.due)), stage });
    }
    if (old && now && old.form !== now.form) {
      changes.push({ ...change(after, 'form', SAY.form(stage)), stage });
    }
    return changes;
  });
}

function change(one: Obligation, what: ObligationChangeKind, text: Text): ObligationChange {
  const { ja, en } = one.addresseeName;
  return {
    rule: one.rule,
    addressee: one.addressee,
    what,
    text: { ja: `${ja}: ${text.ja}`, en: `${en}: ${text.en}` },
  };
}

const STAGES: Readonly<Record<StageClock['stage'], Text>> = {
  first: { ja: '速報', en: 'first report' },
  second: { ja: '続報', en: 'second report' },
  final: { ja: '確報', en: 'final report' },
};

function showDue(due: string | undefined): Text {
  if (due === undefined) return { ja: '数字なし', en: 'no number' };
  const ms = readInstant(due)!;
  return { ja: showTime(ms, 'ja'), en: showTime(ms, 'en') };
}

const NATURES = {
  duty: { ja: '報告の義務があります。', en: 'must be told.' },
  voluntary: { ja: '任意で知らせることができます。', en: 'may be told.' },
};

const SAY = {
  begins: ({ nature, why, clause }: Obligation): Text => ({
    ja: `新たに、${NATURES[nature].ja}${why.ja}（${clause}）`,
    en: `Newly ${NATURES[nature].en} ${why.en} (${clause})`,
  }),
  ends: ({ why }: Obligation): Text => ({
    ja: `該当しなくなりました。${why.ja}`,
    en: `No longer applies. ${why.en}`,
  }),
  gone: {
    ja: '規則データからなくなりました。',
    en: 'The rule is no longer in the data.',
  },
  decided: ({ why }: Obligation): Text => ({
    ja: `該当することが分かりました。${why.ja}`,
    en: `Now known to apply. ${why.en}`,
  }),
  doubtful: ({ why }: Obligation): Text => ({
    ja: `判定できなくなりました。期限はそのまま数えます。${why.ja}`,
    en: `Can no longer be decided; its clocks go on. ${why.en}`,
  }),
  due: (
    stage: StageClock['stage'],
    before: string | undefined,
    after: string | undefined,
  ): Text => ({
    ja: `${STAGES[stage].ja}の期限が「${showDue(before).ja}」から「${showDue(after).ja}」に変わりました。`,
    en: `The ${STAGES[stage].en} was due "${showDue(before).en}", now "${showDue(after).en}".`,
  }),
  form: (stage: StageClock['stage']): Text => ({
    ja: `${STAGES[stage].ja}の様式が変わりました。`,
    en: `The ${STAGES[stage].en} takes another form.`,
  }),
  clause: (before: string, after: string): Text => ({
    ja: `根拠が「${before}」から「${after}」に変わりました。`,
    en: `Its ground was "${before}", now "${after}".`,
  }),
  verified: {
    ja: '規則が原文と照合されました。',
    en: 'The rule was compared with the primary text.',
  },
  unverified: {
    ja: '規則は原文と照合されていません。',
    en: 'The rule has not been compared with the primary text.',
  },
};
