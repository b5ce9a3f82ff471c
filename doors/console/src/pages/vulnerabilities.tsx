// SPDX-License-Identifier: Apache-2.0
/** Vulnerabilities that are known here; exploited ones by default. */
import type { VulnerabilityBrief } from '@sakimori/vocabulary/wire';
import { ListPage } from '../blocks/list-page.tsx';
import { VulnerabilityList } from '../blocks/vulnerability-list.tsx';
import { useWords } from '../language/language.ts';

export default function Vulnerabilities() {
  const { t } = useWords();
  return (
    <ListPage<VulnerabilityBrief>
      title={t('vulnerabilities.title')}
      lead={t('vulnerabilities.lead')}
      path="/vulnerabilities"
      search={t('vulnerabilities.search')}
      filters={[
        {
          name: 'show',
          label: t('vulnerabilities.show'),
          unset: t('vulnerabilities.exploited-only'),
          choices: { all: 'filter.all' },
        },
      ]}
      ask={({ show }) => ({ show: undefined, exploited: show === 'all' ? undefined : true })}
      empty={{ icon: 'search', text: t('vulnerabilities.none') }}
    >
      {(items) => <VulnerabilityList items={items} />}
    </ListPage>
  );
}
