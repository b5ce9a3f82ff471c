// SPDX-License-Identifier: Apache-2.0
/** Drafts that wait to be finished: one's own, and those that alerts and mails made. */
import type { DraftView } from '@sakimori/vocabulary/wire';
import { defang } from '../hub/hostile-text.ts';
import { useHub } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { Badge } from './badge.tsx';
import { GoButton } from './button.tsx';
import { Moment } from './clock.tsx';
import { Section } from './layout.tsx';
import { REPORT_KINDS } from './report-clock.tsx';
import { OneLine } from './text.tsx';

export function DraftList({ title }: { title: string }) {
  const { t } = useWords();
  const drafts = useHub<readonly DraftView[]>('/report-drafts');
  if (!drafts.data || drafts.data.length === 0) return null;
  return (
    <Section title={title} icon="clipboard">
      <ul className="grid grid-cols-1 gap-2">
        {drafts.data.map((draft) => (
          <li
            key={draft.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3"
          >
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-center gap-2">
                <DraftName draft={draft} />
                {draft.proposal && (
                  <Badge tone="accent" icon="inbox">
                    {t('report.drafts.proposal')}
                  </Badge>
                )}
                {draft.report && <Badge>{t('report.drafts.addition')}</Badge>}
              </p>
              <p className="text-[0.9375rem] text-soft">
                {t('report.drafts.saved')} <Moment at={draft.savedAt} />
              </p>
            </div>
            <GoButton href={`/report/${encodeURIComponent(draft.id)}`} size="small">
              {t('verb.continue')}
            </GoButton>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function DraftName({ draft }: { draft: DraftView }) {
  const { t } = useWords();
  const { title, outline, kind } = draft.record;
  const known = typeof kind === 'string' && Object.hasOwn(REPORT_KINDS, kind);
  const name = [title, outline].find((one) => typeof one === 'string' && one !== '');
  return (
    <>
      {known && <Badge>{t(REPORT_KINDS[kind as keyof typeof REPORT_KINDS])}</Badge>}
      <span className="min-w-0 font-700">
        <OneLine text={typeof name === 'string' ? defang(name) : t('report.drafts.unnamed')} />
      </span>
    </>
  );
}
