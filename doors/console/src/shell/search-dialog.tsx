// SPDX-License-Identifier: Apache-2.0
/** Ctrl+K: to any page and any object, by typing. */
import type {
  OrganisationView,
  Page,
  SessionView,
  VulnerabilityBrief,
  WarningBrief,
} from '@sakimori/vocabulary/wire';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { Icon, type IconName } from '../blocks/icon.tsx';
import { withQuery } from '../hub/client.ts';
import { mayDo, useHub } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { ROUTES } from '../routes.ts';
import { useGo } from './address.ts';
import { isInMenu } from './shell.tsx';

interface Hit {
  readonly href: string;
  readonly title: string;
  readonly kind: string;
  readonly icon: IconName;
}

/** Pages at once; warnings, vulnerabilities and organisations as the hub finds them. */
function useHits(session: SessionView | undefined, text: string): Hit[] {
  const { t, pick } = useWords();
  const wanted = text.trim();
  const find = (action: string, path: string) =>
    wanted.length >= 2 && mayDo(session, action)
      ? withQuery(path, { query: wanted, limit: 5 })
      : undefined;
  const warnings = useHub<Page<WarningBrief>>(find('warning:read', '/warnings'));
  const weaknesses = useHub<Page<VulnerabilityBrief>>(
    find('vulnerability:read', '/vulnerabilities'),
  );
  const houses = useHub<Page<OrganisationView>>(find('organisation:read', '/organisations'));
  const pages = ROUTES.filter((route) => isInMenu(route, session)).map((route) => ({
    href: route.path,
    title: t(route.title),
    kind: t('search.page'),
    icon: route.menu?.icon ?? ('info' as const),
  }));
  const lower = wanted.toLowerCase();
  return [
    ...pages.filter((page) => page.title.toLowerCase().includes(lower)),
    ...(warnings.data?.items ?? []).slice(0, 5).map((one) => ({
      href: `/warnings/${one.id}`,
      title: pick(one.title),
      kind: t('warning.kind'),
      icon: 'bell' as const,
    })),
    ...(weaknesses.data?.items ?? []).slice(0, 5).map((one) => ({
      href: `/vulnerabilities/${one.id}`,
      title: `${one.id} ${one.title}`,
      kind: t('vulnerability.kind'),
      icon: 'caution' as const,
    })),
    ...(houses.data?.items ?? []).slice(0, 5).map((one) => ({
      href: `/organisations/${one.id}`,
      title: pick(one.name),
      kind: t('organisation.kind'),
      icon: 'building' as const,
    })),
  ];
}

export function SearchDialog({ session }: { session: SessionView | undefined }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen(true);
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <Button look="bar" icon="search" onClick={() => setOpen(true)}>
        <span className="max-md:sr-only">{t('search.open')}</span>
        <kbd className="ml-2 hidden rounded-4 border border-line px-1 text-[0.75rem] font-400 text-faint xl:inline">
          Ctrl K
        </kbd>
      </Button>
      {open && <SearchBox session={session} close={() => setOpen(false)} />}
    </>
  );
}

function SearchBox(props: { session: SessionView | undefined; close(): void }) {
  const { session, close } = props;
  const { t } = useWords();
  const go = useGo();
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const hits = useHits(session, text);
  const list = useId();
  useEffect(() => dialog.current?.showModal(), []);
  const take = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    go(hit.href);
  };
  return (
    <dialog
      ref={dialog}
      aria-label={t('search.open')}
      onClose={close}
      className="card m-auto mt-[10vh] w-[min(40rem,94vw)] p-4 text-ink backdrop:bg-black/50"
    >
      <div className="flex items-center gap-2">
        <Icon name="search" />
        <input
          // The dialog is opened to type into this field; it keeps the focus (combobox).
          autoFocus
          type="text"
          role="combobox"
          aria-expanded={hits.length > 0}
          aria-controls={list}
          aria-activedescendant={hits[chosen] ? `${list}-${chosen}` : undefined}
          aria-label={t('search.open')}
          placeholder={t('search.hint')}
          className="field"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, hits.length - 1));
            else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, 0));
            else if (event.key === 'Enter' && !event.nativeEvent.isComposing) take(hits[chosen]);
            else return;
            event.preventDefault();
          }}
        />
        <Button look="quiet" icon="close" onClick={() => dialog.current?.close()}>
          <span className="sr-only">{t('search.close')}</span>
        </Button>
      </div>
      <p role="status" className="sr-only">
        {t('search.found', { count: hits.length })}
      </p>
      <div
        id={list}
        role="listbox"
        aria-label={t('search.open')}
        className="mt-3 max-h-[55vh] overflow-y-auto"
      >
        {hits.map((hit, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field
          <div
            key={hit.href}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => take(hit)}
            className={`flex min-h-11 cursor-pointer items-center gap-3 rounded-8 px-3 py-2 ${index === chosen ? 'bg-accent-wash' : ''}`}
          >
            <Icon name={hit.icon} className="size-5 text-faint" />
            <span className="line-clamp-2 grow">{hit.title}</span>
            <span className="text-[0.875rem] text-faint">{hit.kind}</span>
          </div>
        ))}
      </div>
      {hits.length === 0 && <p className="p-3 text-soft">{t('search.none')}</p>}
    </dialog>
  );
}
