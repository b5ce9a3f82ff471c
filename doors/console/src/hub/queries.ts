// SPDX-License-Identifier: Apache-2.0
/** Questions to the hub, kept and refreshed; one way for every page. */
import type { SessionView } from '@sakimori/vocabulary/wire';
import {
  keepPreviousData,
  QueryClient,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { ask, HubProblem } from './client.ts';

/** Refusals are answers: only an unreachable hub is asked again. */
function mayRetry(failures: number, error: unknown): boolean {
  return error instanceof HubProblem && error.problem.code === 'CON_UNREACHABLE' && failures < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: mayRetry, staleTime: 10_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

/** What the hub says at that path. `undefined` as path: nothing is asked yet. */
export function useHub<T>(
  path: string | undefined,
  options: { readonly refetchMs?: number; readonly keep?: boolean } = {},
): UseQueryResult<T, HubProblem> {
  return useQuery<T, HubProblem>({
    queryKey: [path],
    queryFn: ({ signal }) => ask<T>('GET', path ?? '', { signal }),
    enabled: path !== undefined,
    ...(options.refetchMs ? { refetchInterval: options.refetchMs } : {}),
    // While a filter changes, the list before stays instead of flickering.
    ...(options.keep ? { placeholderData: keepPreviousData as never } : {}),
  });
}

export interface Write {
  readonly method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A write; afterwards everything shown is asked again, because one act changes many pages. */
export function useWrite<T>(after?: (answer: T, write: Write) => void) {
  const client = useQueryClient();
  return useMutation<T, HubProblem, Write>({
    mutationFn: (write) =>
      ask<T>(write.method ?? 'POST', write.path, {
        ...(write.body === undefined ? {} : { body: write.body }),
        ...(write.headers ? { headers: write.headers } : {}),
      }),
    onSuccess: async (answer, write) => {
      after?.(answer, write);
      await client.invalidateQueries();
    },
  });
}

/** Who is signed in, and at which instance. */
export function useSession(): UseQueryResult<SessionView, HubProblem> {
  return useHub<SessionView>('/session');
}

/** True when the person may take that action somewhere; what is false is not shown at all. */
export function mayDo(session: SessionView | undefined, action: string): boolean {
  return session?.person?.actions.includes(action) ?? false;
}

const EVENT_PATHS = {
  home: ['/home', '/board', '/desk'],
  warning: ['/warnings', '/home', '/board', '/vulnerabilities', '/computers'],
  feed: ['/feeds', '/vulnerabilities'],
  import: ['/imports', '/organisations', '/home'],
} as const;

/** Listens for what changed at the hub and asks again for what is shown of it. */
export function useEvents(signedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!signedIn) return undefined;
    const source = new EventSource('/api/v1/events');
    for (const [name, paths] of Object.entries(EVENT_PATHS)) {
      source.addEventListener(name, () => {
        void client.invalidateQueries({
          predicate: ({ queryKey: [path] }) =>
            typeof path === 'string' && paths.some((start) => path.startsWith(start)),
        });
      });
    }
    return () => source.close();
  }, [client, signedIn]);
}
