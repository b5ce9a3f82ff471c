// SPDX-License-Identifier: Apache-2.0
/** Reporting an incident: begins a draft or goes on with one; one question at a time on a phone. */
import type { DraftView } from '@sakimori/vocabulary/wire';
import type { UseQueryResult } from '@tanstack/react-query';
import { GoButton } from '../blocks/button.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { useStageName } from '../blocks/report-clock.tsx';
import { DraftList } from '../blocks/report-drafts.tsx';
import { Guide } from '../blocks/report-guide.tsx';
import { EmptyState, ErrorState, Skeleton } from '../blocks/states.tsx';
import type { HubProblem } from '../hub/client.ts';
import { useHub, useSession } from '../hub/queries.ts';
import { draftKey, readKept } from '../hub/report-draft.ts';
import { useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';

export default function Report() {
  const { t } = useWords();
  const draft = usePart('draft');
  const person = useSession().data?.person;
  if (!person) return <Skeleton lines={4} />;
  if (draft) return <OldDraft id={draft} person={person.id} />;
  return (
    <>
      <PageTitle
        title={t('report.title')}
        lead={t('report.lead')}
        back={{ href: '/reports', label: t('reports.title') }}
      />
      <div className="grid grid-cols-1 gap-8">
        <Guide view={undefined} draft={undefined} person={person.id} />
        <DraftList title={t('report.drafts')} />
      </div>
    </>
  );
}

function OldDraft({ id, person }: { id: string; person: string }) {
  const { t } = useWords();
  const stageName = useStageName();
  const draft = useHub<DraftView>(`/report-drafts/${encodeURIComponent(id)}`);
  const { report, record } = draft.data ?? {};
  const stage = record?.stage === 'final' ? 'final' : 'follow-up';
  return (
    <>
      {report === undefined ? (
        <PageTitle
          title={t('report.title')}
          back={{ href: '/reports', label: t('reports.title') }}
        />
      ) : (
        <PageTitle
          title={t('report.title.addition', { stage: stageName(stage) })}
          back={{ href: `/reports/${encodeURIComponent(report)}`, label: t('report-detail.kind') }}
        />
      )}
      <OldGuide found={draft} draft={id} person={person} />
    </>
  );
}

function OldGuide(props: {
  found: UseQueryResult<DraftView, HubProblem>;
  draft: string;
  person: string;
}) {
  const { found, draft, person } = props;
  const { t } = useWords();
  if (found.data) return <Guide view={found.data} draft={draft} person={person} />;
  const problem = found.error?.problem;
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
  const kept = readKept(
    { storage: window.localStorage, keyOf: (one) => draftKey(person, one) },
    draft,
  );
  if (kept && problem.code === 'CON_UNREACHABLE') {
    return <Guide view={undefined} draft={draft} person={person} />;
  }
  return <ErrorState problem={problem} retry={() => void found.refetch()} />;
}
