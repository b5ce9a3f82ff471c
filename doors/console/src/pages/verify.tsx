// SPDX-License-Identifier: Apache-2.0
/** What Sakimori is, what it never does, and how a stranger checks it with other tools. */
import { GoButton } from '../blocks/button.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { type Key, useWords } from '../language/language.ts';

const DOES: readonly Key[] = ['verify.does.1', 'verify.does.2', 'verify.does.3', 'verify.does.4'];
const NEVER: readonly Key[] = ['verify.never.1', 'verify.never.2', 'verify.never.3'];
const STEPS: readonly Key[] = ['verify.steps.1', 'verify.steps.2', 'verify.steps.3'];
const PROVES: readonly Key[] = ['verify.proves.1', 'verify.proves.2', 'verify.proves.3'];

function List({ items, ordered = false }: { items: readonly Key[]; ordered?: boolean }) {
  const { t } = useWords();
  const lines = items.map((key) => (
    <li key={key} className="phrase py-1">
      {t(key)}
    </li>
  ));
  return ordered ? (
    <ol className="max-w-[46rem] list-decimal pl-6">{lines}</ol>
  ) : (
    <ul className="max-w-[46rem] list-disc pl-6">{lines}</ul>
  );
}

export default function Verify() {
  const { t } = useWords();
  return (
    <>
      <PageTitle title={t('verify.title')} lead={t('verify.lead')} />
      <div className="grid grid-cols-1 gap-6">
        <Section title={t('verify.does')} icon="info">
          <List items={DOES} />
        </Section>
        <Section title={t('verify.never')} icon="refused">
          <List items={NEVER} />
        </Section>
        <Section title={t('verify.proves')} icon="proven">
          <List items={PROVES} />
          <div className="mt-4">
            <GoButton href="/ledger-viewer" look="main" icon="proof">
              {t('verify.here')}
            </GoButton>
          </div>
        </Section>
        <Section title={t('verify.steps')} icon="clipboard" lead={t('verify.steps.lead')}>
          <List items={STEPS} ordered />
          <pre className="mt-4 whitespace-pre-wrap wrap-anywhere rounded-8 bg-sunken p-4 font-mono text-[0.875rem]">
            <code>
              {`curl ${window.location.origin}/ledger/exercise/vkey > log.vkey\n`}
              {`npx sakimori ledger verify ${window.location.origin}/ledger/exercise --key log.vkey`}
            </code>
          </pre>
        </Section>
      </div>
    </>
  );
}
