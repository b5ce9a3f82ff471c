// SPDX-License-Identifier: Apache-2.0
/** Reporting an incident: begins a draft or goes on with one; one question at a time on a phone. */
import type { DraftView } from '@sakimori/vocabulary/wire';
import { GoButton } from '../blocks/button.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { DraftList } from '../blocks/report-drafts.tsx';
import { Guide } from '../blocks/report-guide.tsx';
import { EmptyState, ErrorState, Skeleton } from '../blocks/states.tsx';
import { useHub, useSession } from '../hub/queries.ts';
import { draftKey, readKept } from '../hub/report-draft.ts';
import { useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';

export default function Report() {
  const { t } = useWords();
  const draft = usePart('draft');
  const person = useSession().data?.person;
  if (!person) return <Skeleton lines={4} />;
  return (
    <>
      <PageTitle
        title={t('report.title')}
        back={{ href: '/reports', label: t('reports.title') }}
        {...(draft ? {} : { lead: t('report.lead') })}
      />
      {draft ? (
        <OldDraft id={draft} person={person.id} />
      ) : (
        <div className="grid grid-cols-1 gap-8">
          <Guide view={undefined} storageKey={draftKey(person.id, undefined)} />
          <DraftList title={t('report.drafts')} />
        </div>
      )}
    </>
  );
}

function OldDraft({ id, person }: { id: string; person: string }) {
  const { t } = useWords();
  const draft = useHub<DraftView>(`/report-drafts/${encodeURIComponent(id)}`);
  const key = draftKey(person, id);
  if (draft.data) return <Guide view={draft.data} storageKey={key} />;
  const problem = draft.error?.problem;
  if (!problem) return <Skeleton lines={6} />;
  if (problem.status === 404) {
    return (
      <EmptyState icon="clipboard" text={t('report.gone')}>
        <GoButton href="/reports" look="main">
          {t('reports.title')}
        </GoButton>
      </EmptyState>
    );
  }
  // The hub is out of reach, but this browser holds what was typed: go on with that.
  const kept = readKept({ storage: window.localStorage, key });
  if (kept && problem.code === 'CON_UNREACHABLE') {
    return <Guide view={undefined} storageKey={key} />;
  }
  return <ErrorState problem={problem} retry={() => void draft.refetch()} />;
}
