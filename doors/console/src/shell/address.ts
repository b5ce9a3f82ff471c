// SPDX-License-Identifier: Apache-2.0
/** The address as a page reads and writes it: parameters of the path, filters in the search. */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** A parameter of the path, for example `id` of /warnings/$id. */
export function usePart(name: string): string {
  const parts = useParams({ strict: false }) as Record<string, string | undefined>;
  return parts[name] ?? '';
}

/** Filters in the address. Changing one forgets the page that was turned to. */
export function useFilters(): [
  Readonly<Record<string, string | undefined>>,
  (change: Readonly<Record<string, string | undefined>>) => void,
] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const change = useCallback(
    (part: Readonly<Record<string, string | undefined>>) => {
      void navigate({
        to: '.',
        replace: !('cursor' in part),
        resetScroll: 'cursor' in part,
        search: ((before: Record<string, string | undefined>) => {
          const next = { ...before, cursor: undefined, ...part };
          return Object.fromEntries(Object.entries(next).filter(([, value]) => value));
        }) as never,
      });
    },
    [navigate],
  );
  return [search, change];
}

/** Goes to another page of the console. */
export function useGo(): (href: string) => void {
  const navigate = useNavigate();
  return useCallback(
    (href) => {
      const url = new URL(href, 'http://console.invalid');
      const search = Object.fromEntries(url.searchParams);
      void navigate({ to: url.pathname, search: search as never });
    },
    [navigate],
  );
}
