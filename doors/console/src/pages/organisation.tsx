// SPDX-License-Identifier: Apache-2.0
/** One organisation: figures, contacts in their order, open warnings, its register. */
import type { OrganisationView, Page, WarningBrief } from '@sakimori/vocabulary/wire';
import { GoButton } from '../blocks/button.tsx';
import { usePrefectureName } from '../blocks/japan-map.tsx';
import { Facts, Figure, PageTitle, Section } from '../blocks/layout.tsx';
import { useSectorName } from '../blocks/sector.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { withQuery } from '../hub/client.ts';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { usePart } from '../shell/address.ts';
import { WarningList } from './warnings.tsx';

export default function Organisation() {
  const id = usePart('id');
  const organisation = useHub<OrganisationView>(`/organisations/${encodeURIComponent(id)}`);
  return <Loaded of={organisation}>{(data) => <OrganisationPage one={data} />}</Loaded>;
}

function OrganisationPage({ one }: { one: OrganisationView }) {
  const { t, pick, number } = useWords();
  const session = useSession();
  const sector = useSectorName();
  const prefecture = usePrefectureName();
  const mayRegister = mayDo(session.data, 'computer:read') && one.kind === 'operator';
  return (
    <article>
      <PageTitle
        kind={t(`organisation.kind.${one.kind}`)}
        title={pick(one.name)}
        back={{ href: '/organisations', label: t('organisations.title') }}
        actions={
          mayRegister && (
            <GoButton href={`/register?organisation=${one.id}`} icon="server">
              {t('organisation.register')}
            </GoButton>
          )
        }
      />
      <div className="grid grid-cols-1 gap-6">
        <div className="grid grid-cols-2 gap-3 lg:grid-cols-3">
          <Figure label={t('numbers.computers')} value={number(one.computers)} />
          <Figure
            label={t('organisations.incomplete')}
            value={number(one.incompleteComputers)}
            tone={one.incompleteComputers > 0 ? 'caution' : 'plain'}
          />
          <Figure
            label={t('home.warnings.open')}
            value={number(one.openWarnings)}
            tone={one.openWarnings > 0 ? 'caution' : 'plain'}
          />
        </div>
        {mayDo(session.data, 'warning:read') && <Warnings organisation={one.id} />}
        <Section
          title={t('organisation.contacts')}
          icon="people"
          lead={t('organisation.contacts.lead')}
        >
          {one.contacts.length === 0 ? (
            <EmptyState icon="people" text={t('organisation.contacts.none')} />
          ) : (
            <ol className="grid gap-2">
              {[...one.contacts]
                .sort((a, b) => a.order - b.order)
                .map((contact) => (
                  <li key={contact.email} className="border-t border-line pt-2">
                    <span className="figures mr-3 text-faint">{contact.order}</span>
                    {contact.name} <span className="text-soft">{contact.email}</span>{' '}
                    <span className="text-faint">{t(`language.${contact.language}`)}</span>
                  </li>
                ))}
            </ol>
          )}
        </Section>
        <Section title={t('organisation.facts')} icon="info">
          <Facts
            items={[
              [t('organisations.sector'), sector(one.sector)],
              [t('field.prefecture'), prefecture(one.prefecture)],
              [
                t('organisation.criticality'),
                one.criticality && t(`criticality.${one.criticality}`),
              ],
            ]}
          />
        </Section>
      </div>
    </article>
  );
}

function Warnings({ organisation }: { organisation: string }) {
  const { t } = useWords();
  const warnings = useHub<Page<WarningBrief>>(withQuery('/warnings', { organisation }));
  return (
    <Section title={t('warnings.title')} icon="bell">
      <Loaded of={warnings}>
        {(page) =>
          page.items.length === 0 ? (
            <EmptyState text={t('organisation.no-warnings')} />
          ) : (
            <WarningList items={page.items} />
          )
        }
      </Loaded>
    </Section>
  );
}
