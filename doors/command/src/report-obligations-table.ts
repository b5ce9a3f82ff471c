// SPDX-License-Identifier: Apache-2.0
/** Duties as a table for a terminal: what is due first stands first, times in Japan. */
import type { MissingField, Obligation, Stage, StageClock } from '@sakimori/report/engine';
import { type Language, readInstant, showTime } from '@sakimori/vocabulary';

const WORDS = {
  ja: {
    heads: ['期限（日本時間）', '段階', '報告先', '義務か', '定め'],
    stages: { first: '速報', second: '続報', final: '確報' },
    duty: '義務',
    open: '判定できません',
    notStarted: '起算の時が未定',
    noNumber: '数字なし',
    estimated: '（見込み）',
    none: '期限のある報告はありません。',
    reasons: '理由と根拠',
    missing: 'この段階でまだ要る項目',
    voluntary: '任意で知らせることができます',
    no: '該当しません',
    unverified: '原文と未照合',
  },
  en: {
    heads: ['Due (Japan Standard Time)', 'Stage', 'Addressee', 'Duty', 'Words of the rule'],
    stages: { first: 'first', second: 'second', final: 'final' },
    duty: 'duty',
    open: 'cannot decide',
    notStarted: 'start not known',
    noNumber: 'no number',
    estimated: ' (estimated)',
    none: 'No report has a deadline.',
    reasons: 'Reasons and clauses',
    missing: 'still needed for this stage',
    voluntary: 'May be told',
    no: 'Does not apply',
    unverified: 'not compared with the primary text',
  },
} as const;

/** Stages of the rules that a stage of the record has to satisfy. */
export function stagesUpTo(stage: Stage): readonly StageClock['stage'][] {
  if (stage === 'first') return ['first'];
  return stage === 'follow-up' ? ['first', 'second'] : ['first', 'second', 'final'];
}

/**
 * The table.
 *
 * In     answers of `findObligations`; stage of the record
 * Out    text with a final line end: clocks by due time (those without a number first, for they are
 *        due at once), then reasons, possibilities, and what does not apply
 */
export function showObligations(
  found: readonly Obligation[],
  stage: Stage,
  language: Language,
): string {
  const words = WORDS[language];
  const duties = found.filter(({ applies, nature }) => applies && nature === 'duty');
  const rows = duties
    .flatMap((one) => one.clocks.map((clock) => ({ one, clock })))
    .sort((a, b) => orderOf(a.clock) - orderOf(b.clock))
    .map(({ one, clock }) => [
      showDue(clock, language),
      words.stages[clock.stage],
      one.addresseeName[language],
      one.decision === 'yes' ? words.duty : words.open,
      clock.words[language],
    ]);
  const lines = rows.length > 0 ? layOut([words.heads, ...rows]) : [words.none];
  lines.push('', words.reasons, ...duties.flatMap((one) => explain(one, stage, language)));
  const list = (title: string, some: readonly Obligation[]) => {
    if (some.length === 0) return;
    lines.push('', title);
    for (const one of some) {
      lines.push(`- ${one.addresseeName[language]} (${one.clause}): ${one.why[language]}`);
    }
  };
  list(
    words.voluntary,
    found.filter(({ applies, nature }) => applies && nature === 'voluntary'),
  );
  list(
    words.no,
    found.filter(({ applies }) => !applies),
  );
  return `${lines.join('\n')}\n`;
}

function orderOf({ due, startedAt }: StageClock): number {
  if (due !== undefined) return readInstant(due)!;
  return startedAt === undefined ? Infinity : -Infinity;
}

function showDue({ due, startedAt, estimated }: StageClock, language: Language): string {
  const words = WORDS[language];
  if (due === undefined) return startedAt === undefined ? words.notStarted : words.noNumber;
  return `${showTime(readInstant(due)!, language)}${estimated ? words.estimated : ''}`;
}

function explain(one: Obligation, stage: Stage, language: Language): string[] {
  const words = WORDS[language];
  const open = one.verified ? '' : ` [${words.unverified}]`;
  const lines = [
    `- ${one.addresseeName[language]}: ${one.clause}${open}`,
    `  ${one.why[language]}`,
  ];
  const now = stagesUpTo(stage);
  const missing = one.missing.filter((item: MissingField) => now.includes(item.stage));
  if (missing.length > 0) {
    lines.push(`  ${words.missing}: ${missing.map(({ field }) => field).join(', ')}`);
  }
  return lines;
}

/** Columns of equal width; the last is left as it is. */
function layOut(rows: readonly (readonly string[])[]): string[] {
  const last = rows[0]!.length - 1;
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === last ? cell : cell + ' '.repeat(widths[column]! - widthOf(cell)),
      )
      .join('  '),
  );
}

/** Japanese characters take two places on a terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[ᄀ-￦]/u.test(character) && !/[｡-ﾟ]/u.test(character) ? 2 : 1;
  return width;
}
