// SPDX-License-Identifier: Apache-2.0
/** What stands around every page: banner, header, menu, main part, footer. */
import type { SessionView } from '@sakimori/vocabulary/wire';
import { Link, Outlet, rootRouteId, useLocation, useMatches } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { Button, Go } from '../blocks/button.tsx';
import { Icon } from '../blocks/icon.tsx';
import { ErrorState, Skeleton } from '../blocks/states.tsx';
import { mayDo, useEvents, useSession } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';
import { type NavigationGroup, type PageRoute, ROUTES } from '../routes.ts';
import { LanguageSwitch, PersonMenu, ThemeSwitch } from './controls.tsx';
import { SearchDialog } from './search-dialog.tsx';
import { Missing, NotAllowed, SignedOut } from './whole-page.tsx';

const GROUPS: readonly (readonly [NavigationGroup, Key])[] = [
  ['work', 'shell.group.work'],
  ['knowledge', 'shell.group.knowledge'],
  ['proof', 'shell.group.proof'],
  ['administration', 'shell.group.administration'],
];

/** Whether a page belongs in this person's menu. */
export function isInMenu(route: PageRoute, session: SessionView | undefined): boolean {
  if (!route.menu) return false;
  if (route.access === 'public') return true;
  if (!session?.person) return false;
  if (route.action && !mayDo(session, route.action)) return false;
  return !route.roles || session.person.roles.some((role) => route.roles?.includes(role));
}

export function Shell() {
  const { t, pick } = useWords();
  const session = useSession();
  const [menuOpen, setMenuOpen] = useState(false);
  const location = useLocation();
  useEvents(session.data?.person !== undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu
  useEffect(() => setMenuOpen(false), [location.pathname]);
  const instance = session.data?.instance;
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3"
      >
        {t('shell.skip')}
      </a>
      {instance?.exercise && (
        <section
          aria-label={t('shell.exercise')}
          className="bg-banner px-4 py-1 text-center text-[0.9375rem] text-on-banner"
        >
          <strong>{t('shell.exercise')}</strong> {t('shell.exercise.meaning')}
        </section>
      )}
      <header className="no-print border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[84rem] items-center gap-1 px-2 py-2 sm:gap-2 sm:px-4">
          <div className="lg:hidden">
            <Button
              look="bar"
              icon={menuOpen ? 'close' : 'menu'}
              aria-expanded={menuOpen}
              aria-controls="menu"
              onClick={() => setMenuOpen(!menuOpen)}
            >
              <span className="max-sm:sr-only">{t('shell.menu')}</span>
            </Button>
          </div>
          <Go href="/" className="flex min-h-11 items-center gap-2 text-ink no-underline">
            <img src="/mark.svg" alt="" className="size-8" />
            <span className="whitespace-nowrap text-[1.25rem] font-700 leading-130">
              {t('shell.name')}
            </span>
            {instance && (
              <span className="hidden text-[0.875rem] text-soft xl:inline">
                {pick(instance.name)}
              </span>
            )}
          </Go>
          <div className="grow" />
          <SearchDialog session={session.data} />
          <LanguageSwitch signedIn={session.data?.person !== undefined} />
          <div className="max-sm:hidden">
            <ThemeSwitch />
          </div>
          <PersonMenu session={session.data} />
        </div>
      </header>
      <div className="mx-auto flex w-full max-w-[84rem] grow flex-col lg:flex-row">
        <Menu open={menuOpen} session={session.data} />
        <main id="main" tabIndex={-1} className="min-w-0 grow px-4 py-6 md:px-8 md:py-8">
          {session.data ? (
            <Page session={session.data} />
          ) : session.error ? (
            <ErrorState problem={session.error.problem} retry={() => void session.refetch()} />
          ) : (
            <Skeleton lines={6} />
          )}
        </main>
      </div>
      <Footer session={session.data} />
    </div>
  );
}

/** The page of the address, or why it cannot be shown. */
function Page({ session }: { session: SessionView }) {
  const location = useLocation();
  const match = useMatches().at(-1);
  // Only the root has matched: nothing of ours is at this address.
  if (match?.routeId === rootRouteId) return <Missing />;
  const route = ROUTES.find((one) => one.path === match?.fullPath);
  if (route?.access === 'signed-in' && !session.person) {
    return <SignedOut from={location.href} />;
  }
  if (route?.action && !mayDo(session, route.action)) return <NotAllowed />;
  return (
    // A new address is a new page: nothing of the one before stays in it.
    <div key={location.pathname}>
      <Outlet />
    </div>
  );
}

/** Only the nearest entry is marked as the present page: "/intake" is not "/intake/telephone". */
function hasOthersBelow({ path }: PageRoute, pages: readonly PageRoute[]): boolean {
  return path === '/' || pages.some((other) => other.path.startsWith(`${path}/`));
}

function Menu({ open, session }: { open: boolean; session: SessionView | undefined }) {
  const { t } = useWords();
  const pages = ROUTES.filter((route) => isInMenu(route, session));
  return (
    <nav
      id="menu"
      aria-label={t('shell.menu')}
      className={`${open ? 'block' : 'hidden'} shrink-0 border-b border-line bg-surface px-4 py-4 lg:block lg:w-64 lg:border-b-0 lg:border-r lg:bg-transparent`}
    >
      <div className="sm:hidden">
        <ThemeSwitch />
      </div>
      {GROUPS.map(([group, title]) => {
        const own = pages.filter((route) => route.menu?.group === group);
        if (own.length === 0) return null;
        return (
          <div key={group} className="mb-5">
            <p id={`menu-${group}`} className="mb-1 px-3 text-[0.8125rem] font-700 text-faint">
              {t(title)}
            </p>
            <ul aria-labelledby={`menu-${group}`}>
              {own.map((route) => (
                <li key={route.path}>
                  <Link
                    to={route.path}
                    activeOptions={{ exact: hasOthersBelow(route, pages), includeSearch: false }}
                    activeProps={{
                      'aria-current': 'page',
                      className: 'bg-accent-wash text-accent font-700',
                    }}
                    inactiveProps={{ className: 'text-ink' }}
                    className="flex min-h-11 items-center gap-3 rounded-8 px-3 py-2 leading-140 no-underline hover:underline"
                  >
                    <Icon name={route.menu?.icon ?? 'info'} />
                    <span className="phrase">{t(route.title)}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function Footer({ session }: { session: SessionView | undefined }) {
  const { t } = useWords();
  return (
    <footer className="no-print mt-8 border-t border-line bg-surface">
      <div className="mx-auto flex max-w-[84rem] flex-wrap gap-x-6 gap-y-1 px-4 py-4 text-[0.875rem] text-soft">
        <Go href="/catalogue">{t('catalogue.title')}</Go>
        <Go href="/verify">{t('verify.title')}</Go>
        <span>{t('shell.time-zone')}</span>
        {session && <span>{t('shell.version', { version: session.instance.version })}</span>}
        <span>{t('shell.map-credit')}</span>
      </div>
    </footer>
  );
}
