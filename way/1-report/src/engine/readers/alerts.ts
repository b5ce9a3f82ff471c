// SPDX-License-Identifier: Apache-2.0
/** What alerts of all detection tools have in common, and the draft that is made of it. */
import type { Indicator } from '../record.ts';
import type { ReadItem } from '../shapes.ts';
import { Draft, type ReadContext } from './drafts.ts';
import type { TimeReading } from './instants.ts';
import { refuse } from './limits.ts';
import { distinct } from './observables.ts';

export interface AlertFacts {
  /** Name of the tool, as people write it. */
  readonly tool: string;
  /** Unique within the tool, so that the same alert is never a second report. */
  readonly reference: string | undefined;
  readonly title: string | undefined;
  readonly description?: string | undefined;
  /** Field that the time came from, and what was read there. */
  readonly timeField: string;
  readonly time: TimeReading | undefined;
  readonly severity?: string | undefined;
  /** Whether it is an attempt that may be sent on as a precursor without a person. */
  readonly isClearAttempt: boolean;
  readonly indicators: readonly (Indicator | undefined)[];
  readonly techniques: readonly string[];
  readonly vulnerabilities?: readonly string[];
  readonly computers: readonly (string | undefined)[];
  /** Further facts for the outline, by a name in both languages. */
  readonly facts: readonly (readonly [string, string | undefined])[];
  /** Texts from which indicators are lifted. */
  readonly texts: readonly (readonly [string, string | undefined])[];
  readonly notes?: readonly (readonly [string, string])[];
}

const INDICATORS_MAX = 200;
const COMPUTERS_MAX = 50;

/**
 * A draft of one alert.
 *
 * Out    kind `precursor`: an alert alone shows that something was tried, not what it did. The
 *        proposal is `precursor` for a clear attempt; everything else waits for a person
 */
export function draftAlert(facts: AlertFacts, line: number, context: ReadContext): ReadItem {
  const draft = new Draft(line, context);
  const title = draft.word('title', facts.title);
  if (title === undefined) {
    const expected = { ja: '検知の名称', en: 'the name of the alert' };
    return refuse(line, { field: 'title', expected });
  }
  for (const [ja, en] of facts.notes ?? []) draft.note(ja, en);
  if (!facts.isClearAttempt) {
    draft.note(
      '成功した可能性がある、または重大度が低い検知です。インシデントかどうか、人が確認してください。',
      'It may have succeeded, or it is of low severity: a person decides whether it is an incident.',
    );
  }
  for (const [field, text] of facts.texts) draft.lift(field, text);
  const outline = [
    facts.description,
    ...[['重大度 Severity', facts.severity] as const, ...facts.facts].flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}: ${value}`],
    ),
  ];
  const computers = [...new Set(facts.computers.filter((one) => one !== undefined))];
  return draft.finish(
    {
      reference: draft.word('reference', facts.reference),
      kind: 'precursor',
      awareness: {
        at: draft.awareAt(facts.timeField, facts.time),
        by: facts.tool,
        how: 'monitoring',
      },
      title,
      outline: draft.text('outline', outline.filter((one) => one !== undefined).join('\n')),
      status: 'unknown',
      computers: draft.words('computers', computers, COMPUTERS_MAX).map((label) => ({ label })),
      malicious: 'unknown',
      indicators: draft.first('indicators', distinct(facts.indicators), INDICATORS_MAX),
      techniques: draft.first('techniques', [...facts.techniques], 100),
      cause: facts.vulnerabilities?.length
        ? {
            vector: 'vulnerability',
            vulnerabilities: draft.words('vulnerabilities', facts.vulnerabilities),
          }
        : undefined,
    },
    facts.isClearAttempt ? 'precursor' : 'draft',
  );
}
