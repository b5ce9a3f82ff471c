// SPDX-License-Identifier: Apache-2.0
/** What the matching came to, how sure it is, and why: in words, with its source. */
import type { Confidence, SourceReference, Text, VerdictKind } from '@sakimori/vocabulary/wire';
import { type Key, useWords } from '../language/language.ts';
import { Badge, type Tone } from './badge.tsx';
import { OutLink } from './button.tsx';
import { Moment } from './clock.tsx';
import type { IconName } from './icon.tsx';

const VERDICTS: Record<VerdictKind, readonly [Tone, IconName, Key]> = {
  affected: ['alarm', 'alarm', 'verdict.affected'],
  'not-affected': ['good', 'done', 'verdict.not-affected'],
  'cannot-decide': ['caution', 'help', 'verdict.cannot-decide'],
};
const CONFIDENCES: Record<Confidence, Key> = {
  high: 'confidence.high',
  medium: 'confidence.medium',
  low: 'confidence.low',
};

export function ConfidenceWord({ confidence }: { confidence: Confidence }) {
  const { t } = useWords();
  return <span className="text-[0.9375rem] text-soft">{t(CONFIDENCES[confidence])}</span>;
}

export function Verdict({ verdict, confidence }: { verdict: VerdictKind; confidence: Confidence }) {
  const { t } = useWords();
  const [tone, icon, key] = VERDICTS[verdict];
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Badge tone={tone} icon={icon}>
        {t(key)}
      </Badge>
      <ConfidenceWord confidence={confidence} />
    </span>
  );
}

/** Where a statement comes from. */
export function Source({ source }: { source: SourceReference }) {
  const { t } = useWords();
  return (
    <span className="text-[0.9375rem] text-soft">
      {t('reason.source')}
      <OutLink href={source.url}>
        {source.name} {source.id}
      </OutLink>
      {source.retrieved && (
        <>
          {t('reason.retrieved')}
          <Moment at={source.retrieved} />
        </>
      )}
    </span>
  );
}

/** One sentence why, and its source one click away. */
export function Reason({ reason, source }: { reason: Text; source?: SourceReference }) {
  const { pick } = useWords();
  return (
    <span className="block">
      <span className="block">{pick(reason)}</span>
      {source && <Source source={source} />}
    </span>
  );
}
