// SPDX-License-Identifier: Apache-2.0
/** The public catalogue of exploited vulnerabilities: search, history, feeds; no account. */
import type { Catalogue, CatalogueEntry } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { Badge } from '../blocks/badge.tsx';
import { Button, DownloadLink, OutLink } from '../blocks/button.tsx';
import { Clock, Moment } from '../blocks/clock.tsx';
import { Disclosure, Facts, PageTitle } from '../blocks/layout.tsx';
import { Filters } from '../blocks/list-page.tsx';
import { EmptyState, Loaded } from '../blocks/states.tsx';
import { Defanged, OneLine } from '../blocks/text.tsx';
import { useHub } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { useFilters } from '../shell/address.ts';

const SHOWN_AT_FIRST = 30;

/** Newest first; every word of the search must stand somewhere in the entry. */
export function findEntries(
  entries: readonly CatalogueEntry[],
  query: string,
  year: string,
): CatalogueEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .filter((entry) => {
      if (year !== '' && !entry.dateAdded.startsWith(year)) return false;
      const text =
        `${entry.cveID} ${entry.vendorProject} ${entry.product} ${entry.vulnerabilityName} ${entry.jp.jvnId ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => b.dateAdded.localeCompare(a.dateAdded) || b.cveID.localeCompare(a.cveID));
}

export default function CataloguePage() {
  const { t } = useWords();
  const catalogue = useHub<Catalogue>('/public/kev-jp.json');
  return (
    <>
      <PageTitle
        title={t('catalogue.title')}
        lead={t('catalogue.lead')}
        actions={
          <>
            <DownloadLink href="/public/kev-jp.json">{t('catalogue.json')}</DownloadLink>
            <DownloadLink href="/public/kev-jp.atom">{t('catalogue.atom')}</DownloadLink>
          </>
        }
      />
      <Loaded of={catalogue} lines={8}>
        {(data) => <Entries catalogue={data} />}
      </Loaded>
    </>
  );
}

function Entries({ catalogue }: { catalogue: Catalogue }) {
  const { t } = useWords();
  const [filters] = useFilters();
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const found = findEntries(catalogue.vulnerabilities, filters.query ?? '', filters.year ?? '');
  const years = [...new Set(catalogue.vulnerabilities.map((one) => one.dateAdded.slice(0, 4)))];
  return (
    <>
      <p className="mb-4 text-soft">
        {t('catalogue.version', { version: catalogue.catalogVersion, count: catalogue.count })}{' '}
        <Moment at={catalogue.dateReleased} />
      </p>
      <Filters
        search={t('vulnerabilities.search')}
        filters={[
          {
            name: 'year',
            label: t('catalogue.year'),
            choices: years
              .sort()
              .reverse()
              .map((year) => [year, year]),
          },
        ]}
      />
      <p role="status" className="mb-2 text-soft">
        {t('catalogue.found', { count: found.length })}
      </p>
      {found.length === 0 ? (
        <div className="card px-6">
          <EmptyState icon="search" text={t('catalogue.none')} />
        </div>
      ) : (
        <ul className="grid gap-3">
          {found.slice(0, shown).map((entry) => (
            <Entry key={entry.cveID} entry={entry} />
          ))}
        </ul>
      )}
      {found.length > shown && (
        <div className="mt-4">
          <Button onClick={() => setShown(shown + 100)}>{t('catalogue.more')}</Button>
        </div>
      )}
    </>
  );
}

const CLASSES = {
  'cisa-kev': 'catalogue.class.cisa-kev',
  national: 'catalogue.class.national',
} as const satisfies Record<CatalogueEntry['jp']['sourceClass'], Key>;

function Entry({ entry }: { entry: CatalogueEntry }) {
  const { t, pick } = useWords();
  const links = entry.notes.match(/https:\/\/[^\s;,]+/g) ?? [];
  return (
    <li className="card px-4 py-4 md:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <strong>{entry.cveID}</strong>
        <Badge>{t(CLASSES[entry.jp.sourceClass])}</Badge>
        {entry.knownRansomwareCampaignUse === 'Known' && (
          <Badge tone="caution" icon="caution">
            {t('vulnerability.ransomware')}
          </Badge>
        )}
        <span className="text-[0.9375rem] text-faint">
          {t('vulnerability.added')} <Moment at={entry.jp.dateAddedJp} day />
        </span>
      </div>
      <p className="mt-1 text-[1.0625rem] font-700" lang="en">
        <OneLine text={entry.vulnerabilityName} />
      </p>
      <p className="text-soft">
        {[entry.vendorProject, entry.product].join(' ')} · <Clock due={entry.jp.dueDateJp} done />
      </p>
      <div className="mt-2">
        <Disclosure title={t('catalogue.details')}>
          <p lang="en">
            <Defanged text={entry.shortDescription} />
          </p>
          <p className="mt-2" lang="en">
            <Defanged text={entry.requiredAction} />
          </p>
          {entry.jp.triage.length > 0 && (
            <>
              <h2 className="mt-3 text-[1rem]">{t('warning.how-to-check')}</h2>
              <ul className="list-disc pl-6">
                {entry.jp.triage.map((step) => (
                  <li key={step.en}>{pick(step)}</li>
                ))}
              </ul>
            </>
          )}
          <div className="mt-3">
            <Facts
              items={[
                [t('catalogue.jvn'), entry.jp.jvnId],
                [t('catalogue.cwe'), entry.cwes.join(', ')],
                [
                  t('catalogue.registered'),
                  t('catalogue.registered.range', { range: entry.jp.affectedRegistered }),
                ],
                [
                  t('catalogue.more-at'),
                  links.length > 0 && (
                    <ul key="links">
                      {links.slice(0, 5).map((link) => (
                        <li key={link} className="break-all">
                          <OutLink href={link}>{link}</OutLink>
                        </li>
                      ))}
                    </ul>
                  ),
                ],
              ]}
            />
          </div>
        </Disclosure>
      </div>
    </li>
  );
}
