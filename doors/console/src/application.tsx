// SPDX-License-Identifier: Apache-2.0
/** Puts the pages, the hub and the language together. */
import { QueryClientProvider } from '@tanstack/react-query';
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  RouterProvider,
} from '@tanstack/react-router';
import type { i18n } from 'i18next';
import { useEffect, useState } from 'react';
import { I18nextProvider } from 'react-i18next';
import { ClockProvider } from './blocks/clock.tsx';
import { noteNavigation } from './blocks/layout.tsx';
import { Skeleton } from './blocks/states.tsx';
import { makeQueryClient } from './hub/queries.ts';
import { firstLanguage, startLanguage } from './language/language.ts';
import { ROUTES } from './routes.ts';
import { Shell } from './shell/shell.tsx';
import { Broken, Missing } from './shell/whole-page.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: Missing });

const router = createRouter({
  routeTree: root.addChildren(
    ROUTES.map((route) =>
      createRoute({
        getParentRoute: () => root,
        path: route.path,
        // Filters are plain texts in the address, so that it can be read and written by hand.
        validateSearch: (search: Record<string, unknown>) =>
          Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])),
        component: lazyRouteComponent(route.load),
      }),
    ),
  ),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text === '' ? '' : `?${text}`;
  },
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: () => <Skeleton lines={6} />,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});
router.subscribe('onBeforeLoad', ({ fromLocation, pathChanged }) => {
  if (fromLocation && pathChanged) noteNavigation();
});

const queries = makeQueryClient();

export function Application() {
  const [language, setLanguage] = useState<i18n>();
  useEffect(() => {
    void startLanguage(firstLanguage()).then(setLanguage);
  }, []);
  if (!language) return null;
  return (
    <I18nextProvider i18n={language}>
      <QueryClientProvider client={queries}>
        <ClockProvider>
          <RouterProvider router={router} />
        </ClockProvider>
      </QueryClientProvider>
    </I18nextProvider>
  );
}
