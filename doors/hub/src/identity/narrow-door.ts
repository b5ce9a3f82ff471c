// SPDX-License-Identifier: Apache-2.0
/**
 * The part of the sign-in library that is open to the outside: eight paths, each with the fields that
 * we use, and answers without anything that a page does not need (no token ever reaches a script).
 */
import * as z from 'zod';
import { identityErrors } from './errors.ts';
import { PROVIDER_ID } from './oidc.ts';
import { AUTH_PATH, PEER_HEADER } from './sign-in.ts';

export interface Passage {
  /** The request as the library may see it. */
  readonly request: Request;
  readonly needs: 'nothing' | 'signed-in' | 'fresh';
  /** A session may come of it. */
  readonly enters: boolean;
  /** The single sign-on provider takes part. */
  readonly provider: boolean;
  /** The answer as the outside may see it. */
  readonly show: (answer: Response) => Promise<Response>;
}

interface Opening {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly needs: Passage['needs'];
  readonly enters?: true;
  readonly provider?: true;
  readonly query?: readonly string[];
  readonly body?: z.ZodType;
  readonly shows?: (value: unknown) => unknown;
}

const credential = z.looseObject({
  id: z.string().max(2_000),
  rawId: z.string().max(2_000),
  type: z.literal('public-key'),
  response: z.record(z.string(), z.unknown()),
  clientExtensionResults: z.record(z.string(), z.unknown()).optional(),
  authenticatorAttachment: z.string().max(50).optional(),
});
/** A page of ours to come back to: a path, never an address. */
const page = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[^\\]*$/);
const done = () => ({ done: true });

const OPENINGS: readonly Opening[] = [
  { method: 'GET', path: '/passkey/generate-register-options', needs: 'fresh' },
  {
    method: 'POST',
    path: '/passkey/verify-registration',
    needs: 'fresh',
    body: z.object({ response: credential, name: z.string().trim().min(1).max(100).optional() }),
    shows: done,
  },
  { method: 'GET', path: '/passkey/generate-authenticate-options', needs: 'nothing' },
  {
    method: 'POST',
    path: '/passkey/verify-authentication',
    needs: 'nothing',
    enters: true,
    body: z.object({ response: credential }),
    shows: done,
  },
  {
    method: 'GET',
    path: '/passkey/list-user-passkeys',
    needs: 'signed-in',
    shows: (value) => (Array.isArray(value) ? value : []).map(showPasskey),
  },
  {
    method: 'POST',
    path: '/passkey/delete-passkey',
    needs: 'fresh',
    body: z.object({ id: z.string().max(100) }),
    shows: done,
  },
  {
    method: 'POST',
    path: '/sign-in/social',
    needs: 'nothing',
    provider: true,
    body: z.object({ provider: z.literal(PROVIDER_ID), callbackURL: page.default('/') }),
    shows: (value) => ({ url: (value as { url?: unknown }).url }),
  },
  {
    method: 'GET',
    path: `/callback/${PROVIDER_ID}`,
    needs: 'nothing',
    enters: true,
    provider: true,
    query: ['code', 'state', 'error', 'error_description', 'iss'],
  },
];

function showPasskey(value: unknown) {
  const { id, name, createdAt } = value as Record<string, unknown>;
  return { id, name, createdAt };
}

/**
 * Lets a request through, narrowed; undefined when it is none of ours.
 *
 * In     request with our own address; `peer` as the server's socket knows it
 * Throws IDN_BAD_INPUT
 * Never  passes on a header, a query or a field that is not named here
 */
export async function narrow(request: Request, peer: string): Promise<Passage | undefined> {
  const url = new URL(request.url);
  const opening = OPENINGS.find(
    ({ method, path }) => method === request.method && `${AUTH_PATH}${path}` === url.pathname,
  );
  if (!opening) return undefined;
  const asked = new URL(url.pathname, url.origin);
  for (const name of opening.query ?? []) {
    const value = url.searchParams.get(name);
    if (value !== null) asked.searchParams.set(name, value);
  }
  const headers = new Headers({ [PEER_HEADER]: peer });
  for (const name of ['cookie', 'origin', 'user-agent', 'sec-fetch-site', 'sec-fetch-mode']) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value.slice(0, 8_000));
  }
  let body: string | undefined;
  if (opening.body) {
    const read = opening.body.safeParse(await request.json().catch(() => undefined));
    if (!read.success) {
      const field = String(read.error.issues[0]?.path[0] ?? 'body');
      throw identityErrors('BAD_INPUT', { field, expected: 'what this page sends' });
    }
    body = JSON.stringify(read.data);
    headers.set('content-type', 'application/json');
  }
  return {
    request: new Request(asked, {
      method: opening.method,
      headers,
      ...(body === undefined ? {} : { body }),
    }),
    needs: opening.needs,
    enters: opening.enters === true,
    provider: opening.provider === true,
    show: (answer) => show(opening, answer),
  };
}

async function show(opening: Opening, answer: Response): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store' });
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  const location = answer.headers.get('location');
  if (location !== null) headers.set('location', location);
  if (!opening.shows || !answer.ok) {
    if (!answer.ok && answer.status >= 400)
      return new Response(null, { status: answer.status, headers });
    const type = answer.headers.get('content-type');
    if (type !== null) headers.set('content-type', type);
    return new Response(answer.body, { status: answer.status, headers });
  }
  headers.set('content-type', 'application/json; charset=utf-8');
  const value: unknown = await answer.json().catch(() => undefined);
  return new Response(JSON.stringify(opening.shows(value)), { status: answer.status, headers });
}
