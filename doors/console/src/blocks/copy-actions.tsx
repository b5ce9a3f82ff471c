// SPDX-License-Identifier: Apache-2.0
/** What a desk does with a report: accept, return, ask, advise, order, pass on, give more time. */
import type { CopyDetail } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import type { ActName } from '../hub/copy-acts.ts';
import { mayDo, useSession, useWrite } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { CopyActForm } from './copy-act-form.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Refusal } from './states.tsx';

export interface ActFace {
  readonly name: ActName;
  readonly icon: IconName;
  readonly label: Key;
  /** What follows from it, said before it is done. */
  readonly effect: Key;
  /** What the person writes. */
  readonly text: Key;
}

const FACES: readonly ActFace[] = [
  {
    name: 'question',
    icon: 'help',
    label: 'copy.act.question',
    effect: 'copy.effect.question',
    text: 'copy.text.question',
  },
  {
    name: 'advise',
    icon: 'info',
    label: 'copy.act.advise',
    effect: 'copy.effect.advise',
    text: 'copy.text.advise',
  },
  {
    name: 'return',
    icon: 'back',
    label: 'copy.act.return',
    effect: 'copy.effect.return',
    text: 'copy.text.return',
  },
  {
    name: 'extend',
    icon: 'calendar',
    label: 'copy.act.extend',
    effect: 'copy.effect.extend',
    text: 'copy.text.extend',
  },
  {
    name: 'relay',
    icon: 'forward',
    label: 'copy.act.relay',
    effect: 'copy.effect.relay',
    text: 'copy.text.relay',
  },
  {
    name: 'order',
    icon: 'stamp',
    label: 'copy.act.order',
    effect: 'copy.effect.order',
    text: 'copy.text.order',
  },
];

/** Action of the hub that an act needs; what the person may not do is not offered. */
const NEEDS: Record<ActName, string> = {
  question: 'copy:reply',
  advise: 'copy:reply',
  return: 'copy:accept',
  extend: 'copy:accept',
  relay: 'copy:relay',
  order: 'copy:order',
};

/** Returning stands where accepting stands: what is accepted is not returned. */
const mayAct = ({ may }: CopyDetail, name: ActName): boolean =>
  may.includes(name === 'return' ? 'accept' : name);

export function CopyActions({ copy }: { copy: CopyDetail }) {
  const { t } = useWords();
  const session = useSession();
  const [chosen, setChosen] = useState<ActName>();
  const [done, setDone] = useState<Key>();
  const mayAccept = copy.may.includes('accept') && mayDo(session.data, 'copy:accept');
  const faces = FACES.filter(({ name }) => mayAct(copy, name) && mayDo(session.data, NEEDS[name]));
  const face = faces.find(({ name }) => name === chosen);
  if (!mayAccept && faces.length === 0) {
    return <p className="phrase text-soft">{t('copy.act.none')}</p>;
  }
  return (
    <section
      aria-label={t('copy.act.title')}
      className="no-print grid grid-cols-1 gap-4 rounded-12 border-2 border-accent bg-surface p-4 md:p-6"
    >
      {mayAccept && <Accept copy={copy} done={() => setDone('copy.done.accept')} />}
      <div className="flex flex-wrap gap-3">
        {faces.map(({ name, icon, label }) => (
          <Button
            key={name}
            icon={icon}
            look={name === 'order' ? 'alarm' : 'plain'}
            aria-expanded={chosen === name}
            onClick={() => {
              setDone(undefined);
              setChosen(chosen === name ? undefined : name);
            }}
          >
            {t(label)}
          </Button>
        ))}
      </div>
      {face && (
        <CopyActForm
          key={face.name}
          copy={copy}
          face={face}
          cancel={() => setChosen(undefined)}
          done={() => {
            setChosen(undefined);
            setDone(`copy.done.${face.name}` as Key);
          }}
        />
      )}
      <p role="status" className={done ? '' : 'sr-only'}>
        {done && (
          <span className="flex items-start gap-2 font-700 text-good">
            <Icon name="done" className="mt-1 size-5" />
            {t(done)}
          </span>
        )}
      </p>
    </section>
  );
}

/** One press: it binds nobody to anything, and its effect stands beside it. */
function Accept({ copy, done }: { copy: CopyDetail; done(): void }) {
  const { t } = useWords();
  const write = useWrite<CopyDetail>(done);
  return (
    <div className="grid grid-cols-1 gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <Button
          look="main"
          icon="stamp"
          busy={write.isPending}
          className="min-h-12 min-w-40"
          onClick={() =>
            write.mutate({ path: `/copies/${encodeURIComponent(copy.id)}/accept`, body: {} })
          }
        >
          {t('copy.act.accept')}
        </Button>
        <p className="phrase min-w-0 grow basis-64 text-[0.9375rem] text-soft">
          {t('copy.effect.accept')}
        </p>
      </div>
      <Refusal error={write.error} />
    </div>
  );
}
