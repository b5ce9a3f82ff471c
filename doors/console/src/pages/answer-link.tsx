// SPDX-License-Identifier: Apache-2.0
/** The page behind a signed link in a mail: answer without an account, once. */
import type { AnswerLinkView } from '@sakimori/vocabulary/wire';
import { useEffect, useState } from 'react';
import { AnswerForm } from '../blocks/answer-form.tsx';
import { AnswerBadge } from '../blocks/badge.tsx';
import { GoButton } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { Mark } from '../blocks/mark.tsx';
import { Receipt } from '../blocks/receipt.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Defanged } from '../blocks/text.tsx';
import { useHub, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';

export default function AnswerLink() {
  const { t } = useWords();
  const part = usePart('token');
  const [token, setToken] = useState(part || window.location.hash.slice(1));
  useEffect(() => {
    const listen = () => setToken(part || window.location.hash.slice(1));
    window.addEventListener('hashchange', listen);
    return () => window.removeEventListener('hashchange', listen);
  }, [part]);
  const path = token === '' ? undefined : `/answer/${encodeURIComponent(token)}`;
  const link = useHub<AnswerLinkView>(path);
  const spent = link.error && [400, 401, 404, 409, 410].includes(link.error.problem?.status);
  if (!path || spent) {
    return (
      <>
        <PageTitle title={t('answer-link.used.title')} lead={t('answer-link.used.lead')} />
        <GoButton href="/sign-in" look="main">
          {t('sign-in.title')}
        </GoButton>
      </>
    );
  }
  return <Loaded of={link}>{(view) => <LinkPage view={view} path={path} />}</Loaded>;
}

function LinkPage({ view, path }: { view: AnswerLinkView; path: string }) {
  const { t, pick } = useWords();
  const write = useWrite<AnswerLinkView>();
  const { warning } = view;
  const answered = write.data?.answered ?? view.answered;
  return (
    <article className="max-w-[50rem]">
      <PageTitle kind={t('warning.kind')} title={pick(warning.title)}>
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <Mark tlp={warning.tlp} />
          <Clock due={warning.due} done={answered !== undefined} size="large" />
        </div>
        <p className="mt-2 text-soft">
          {t('warning.to')} {pick(warning.organisation.name)}
        </p>
      </PageTitle>
      <div className="grid gap-6">
        <Section title={t('warning.what')}>
          <p className="phrase">{pick(view.executive)}</p>
          <p className="phrase mt-2">{pick(warning.why)}</p>
          <ol className="mt-3 list-decimal pl-6">
            {view.actions.map((action) => (
              <li key={action.en} className="phrase py-0.5">
                <Defanged text={pick(action)} />
              </li>
            ))}
          </ol>
          <p className="phrase mt-3 text-soft">{pick(view.ask)}</p>
        </Section>
        <Section
          id="answer"
          title={t('answer.title')}
          icon="send"
          {...(answered ? {} : { lead: t('answer-link.lead') })}
        >
          <div role="status">
            {answered && (
              <EmptyState text={t('answer-link.done')}>
                <span className="flex flex-wrap items-center gap-3">
                  <AnswerBadge state={answered.kind} />
                  <Moment at={answered.at} />
                </span>
              </EmptyState>
            )}
            {answered?.receipt && <Receipt receipt={answered.receipt} />}
          </div>
          {!answered && (
            <>
              <AnswerForm
                kinds={view.kinds}
                computers={[]}
                busy={write.isPending}
                error={write.error}
                draftKey={`sakimori.answer-link.${warning.id}`}
                give={(answer) => write.mutate({ path, body: answer })}
              />
              <p className="mt-4 text-[0.875rem] text-faint">
                {t('answer-link.expires')} <Clock due={view.expires} done />
              </p>
            </>
          )}
        </Section>
      </div>
    </article>
  );
}
