// SPDX-License-Identifier: Apache-2.0
/** Access rules in words; the rule as the machine reads it stands behind a disclosure. */
import type { PolicyView } from '@sakimori/vocabulary/wire';
import { Badge } from '../blocks/badge.tsx';
import { GoButton } from '../blocks/button.tsx';
import { Disclosure, PageTitle } from '../blocks/layout.tsx';
import { Loaded } from '../blocks/states.tsx';
import { mayDo, useHub, useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';

export default function Policies() {
  const { t, pick } = useWords();
  const session = useSession();
  const policies = useHub<readonly PolicyView[]>('/policies');
  return (
    <>
      <PageTitle
        title={t('policies.title')}
        lead={t('policies.lead')}
        actions={
          mayDo(session.data, 'access:explain') && (
            <GoButton href="/why" icon="help">
              {t('why.title')}
            </GoButton>
          )
        }
      />
      <Loaded of={policies} lines={8}>
        {(list) => (
          <ul className="grid gap-3">
            {list.map((policy) => (
              <li key={policy.id} id={policy.id} className="card p-4 md:px-6">
                <p className="flex flex-wrap items-center gap-3">
                  {policy.effect === 'permit' ? (
                    <Badge tone="good" icon="check">
                      {t('policies.permit')}
                    </Badge>
                  ) : (
                    <Badge tone="alarm" icon="close">
                      {t('policies.forbid')}
                    </Badge>
                  )}
                  {policy.ground && <span className="text-faint">{policy.ground}</span>}
                </p>
                <p className="phrase mb-2 mt-1">{pick(policy.title)}</p>
                <Disclosure title={t('policies.source')}>
                  <pre className="whitespace-pre-wrap wrap-anywhere rounded-8 bg-sunken p-4 font-mono text-[0.875rem]">
                    <code>{policy.source}</code>
                  </pre>
                  <p className="mt-1 font-mono text-[0.8125rem] text-faint">{policy.id}</p>
                </Disclosure>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </>
  );
}
