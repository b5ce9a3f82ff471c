// SPDX-License-Identifier: Apache-2.0
/** "Why can or cannot this person see this": the answer of the one decision function, in words. */
import type { WhyView } from '@sakimori/vocabulary/wire';
import { withQuery } from '../hub/client.ts';
import { useHub } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { Go } from './button.tsx';
import { Icon } from './icon.tsx';
import { Loaded } from './states.tsx';

export interface WhyQuestion {
  readonly person: string;
  readonly action: string;
  readonly type: string;
  readonly id: string;
}

export function WhoCanSee({ question }: { question: WhyQuestion }) {
  const { t, pick } = useWords();
  const answer = useHub<WhyView>(withQuery('/why', { ...question }));
  return (
    <Loaded of={answer} lines={2}>
      {(why) => (
        <div role="status" className="grid gap-3">
          <p className="flex items-center gap-2 text-[1.125rem] font-700">
            <Icon
              name={why.allowed ? 'done' : 'refused'}
              className={`size-6 ${why.allowed ? 'text-good' : 'text-alarm'}`}
            />
            {why.allowed ? t('why.allowed') : t('why.refused')}
          </p>
          <ul className="list-disc pl-6">
            {why.because.map((reason) => (
              <li key={reason.en}>{pick(reason)}</li>
            ))}
          </ul>
          {why.policies.length > 0 && (
            <p className="text-[0.9375rem] text-soft">
              {t('why.policies')}
              {why.policies.map((id) => (
                <Go key={id} href={`/policies#${id}`} className="mr-3 text-accent underline">
                  {id}
                </Go>
              ))}
            </p>
          )}
        </div>
      )}
    </Loaded>
  );
}
