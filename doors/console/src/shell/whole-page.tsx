// SPDX-License-Identifier: Apache-2.0
/** Pages that stand for a whole page: nothing here, not allowed, signed out, broken. */
import { GoButton } from '../blocks/button.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { useWords } from '../language/language.ts';

export function Missing() {
  const { t } = useWords();
  return (
    <>
      <PageTitle title={t('missing.title')} lead={t('missing.lead')} />
      <GoButton href="/" look="main">
        {t('missing.home')}
      </GoButton>
    </>
  );
}

export function NotAllowed() {
  const { t } = useWords();
  return (
    <>
      <PageTitle title={t('problem.forbidden')} lead={t('problem.forbidden.next')} />
      <GoButton href="/" look="main">
        {t('missing.home')}
      </GoButton>
    </>
  );
}

export function SignedOut({ from }: { from: string }) {
  const { t } = useWords();
  const href = from === '/' ? '/sign-in' : `/sign-in?from=${encodeURIComponent(from)}`;
  return (
    <>
      <PageTitle title={t('signed-out.title')} lead={t('signed-out.lead')} />
      <div className="flex flex-wrap gap-3">
        <GoButton href={href} look="main" icon="account">
          {t('sign-in.title')}
        </GoButton>
        <GoButton href="/catalogue" icon="book">
          {t('catalogue.title')}
        </GoButton>
        <GoButton href="/verify" icon="proof">
          {t('verify.title')}
        </GoButton>
      </div>
    </>
  );
}

/** A fault of ours: nothing of the error is shown but that it happened and what to do. */
export function Broken() {
  const { t } = useWords();
  return (
    <>
      <PageTitle title={t('broken.title')} lead={t('broken.lead')} />
      <a href="/" className="text-accent underline">
        {t('missing.home')}
      </a>
    </>
  );
}
