// SPDX-License-Identifier: Apache-2.0
/** Routes of signing in: the library's narrowed pages under /api/v1/auth/, and our own session. */
import rateLimit from '@fastify/rate-limit';
import { ACTIONS, type ListableAction, mayAct, type World } from '@sakimori/authority';
import type { OrganisationBrief, SessionView } from '@sakimori/vocabulary/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { identityErrors } from './errors.ts';
import type { Identity, Session, SignInLink } from './identity.ts';
import { AUTH_PATH } from './sign-in.ts';

export interface IdentityRoutesOptions {
  readonly publicUrl: string;
  readonly world: World;
  /** The instance as every page shows it; `signIn` comes from the identity room. */
  readonly instance: () => Omit<SessionView['instance'], 'signIn'>;
  readonly organisation: (id: string) => Promise<OrganisationBrief | undefined>;
  /** Mails a link; absent when no mail leaves. The answer to the request never depends on it. */
  readonly mailLink?: (
    link: SignInLink & { readonly email: string; readonly name: string },
  ) => Promise<void>;
  /** Tries a minute and address at links and codes. */
  readonly triesPerMinute?: number;
}

/** What GET /session says besides the wire type: whether a code is still missing. */
export interface SessionAnswer extends SessionView {
  readonly waitsFor?: 'totp';
  /** Until when sensitive acts are open without signing in again. */
  readonly freshUntil?: string;
}

const tokenBody = z.object({ token: z.string().min(1).max(200) });
const codeBody = z.object({ code: z.string().trim().min(1).max(20) });
const emailBody = z.object({ email: z.string().min(3).max(254) });
const languageBody = z.object({ language: z.enum(['ja', 'en']) });

function readBody<T>(schema: z.ZodType<T>, request: FastifyRequest, expected: string): T {
  const read = schema.safeParse(request.body);
  if (read.success) return read.data;
  const field = String(read.error.issues[0]?.path[0] ?? 'body');
  throw identityErrors('BAD_INPUT', { field, expected });
}

/**
 * Mounts the routes.
 *
 * In     app (its error handler makes problem documents); identity; options
 * Law    writes with a cookie are taken from our own pages only; answers do not say who exists
 */
export async function identityRoutes(
  app: FastifyInstance,
  { identity, options }: { identity: Identity; options: IdentityRoutesOptions },
): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => identityErrors('TOO_MANY', {}),
  });
  const max = options.triesPerMinute ?? 20;
  const limited = { config: { rateLimit: { max, timeWindow: 60_000 } } };
  const own = (request: FastifyRequest) => {
    if (!identity.isOwnPage(request.headers)) throw identityErrors('CROSS_SITE', {});
  };
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  mountLibrary(app, identity, options);

  app.get('/api/v1/session', (request) => showSession(identity, options, request));
  app.delete('/api/v1/session', async (request, reply) => {
    own(request);
    setCookies(reply, await identity.signOut(request.headers));
    return reply.code(204).send();
  });
  app.post('/api/v1/session/link', limited, async (request, reply) => {
    own(request);
    const { token } = readBody(tokenBody, request, 'the token of a sign-in link');
    const { setCookie, needs } = await identity.redeem(token, request.headers);
    setCookies(reply, setCookie);
    return { needs };
  });
  app.post('/api/v1/session/link-request', limited, async (request, reply) => {
    own(request);
    const { email } = readBody(emailBody, request, 'an e-mail address');
    // Answered before anything is looked up: neither words nor time say whether somebody exists.
    setImmediate(() => void mailLink(identity, options, email));
    return reply.code(202).send({ accepted: true });
  });
  app.post('/api/v1/session/language', async (request, reply) => {
    own(request);
    const { language } = readBody(languageBody, request, 'ja or en');
    const { principal } = await signedIn(identity, request);
    await identity.setLanguage(principal.id, language);
    return reply.code(204).send();
  });
  mountTotp(app, identity, own, limited);
}

function mountTotp(
  app: FastifyInstance,
  identity: Identity,
  own: (request: FastifyRequest) => void,
  limited: object,
): void {
  const code = (request: FastifyRequest) =>
    readBody(codeBody, request, 'the six digits of your authenticator').code;
  app.post('/api/v1/session/totp', limited, async (request, reply) => {
    own(request);
    await identity.verifyTotp(request.headers, code(request));
    return reply.code(204).send();
  });
  app.post('/api/v1/session/totp/enrolment', limited, async (request) => {
    own(request);
    return identity.enrolTotp(await signedIn(identity, request));
  });
  app.post('/api/v1/session/totp/confirmation', limited, async (request, reply) => {
    own(request);
    await identity.confirmTotp(await signedIn(identity, request), code(request));
    return reply.code(204).send();
  });
  app.post('/api/v1/session/totp/removal', limited, async (request, reply) => {
    own(request);
    await identity.removeTotp(await signedIn(identity, request), code(request));
    return reply.code(204).send();
  });
}

function mountLibrary(
  app: FastifyInstance,
  identity: Identity,
  options: IdentityRoutesOptions,
): void {
  app.route({
    method: ['GET', 'POST'],
    url: `${AUTH_PATH}/*`,
    config: { rateLimit: { max: 3 * (options.triesPerMinute ?? 20), timeWindow: 60_000 } },
    handler: async (request, reply) => {
      const headers = new Headers();
      for (const [name, value] of Object.entries(request.headers)) {
        if (typeof value === 'string') headers.set(name, value);
      }
      const asked = new Request(new URL(request.url, options.publicUrl), {
        method: request.method,
        headers,
        ...(request.method === 'POST' ? { body: JSON.stringify(request.body ?? {}) } : {}),
      });
      const answer = await identity.handle(asked, request.ip);
      reply.code(answer.status);
      for (const name of ['content-type', 'location']) {
        const value = answer.headers.get(name);
        if (value !== null) reply.header(name, value);
      }
      setCookies(reply, answer.headers.getSetCookie());
      return reply.send(Buffer.from(await answer.arrayBuffer()));
    },
  });
}

function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  for (const cookie of cookies) reply.header('set-cookie', cookie);
}

async function signedIn(identity: Identity, request: FastifyRequest): Promise<Session> {
  const state = await identity.stateFrom(request.headers);
  if (state.state !== 'signed-in') throw identityErrors('NOT_SIGNED_IN', {});
  return state.session;
}

async function mailLink(
  identity: Identity,
  { mailLink: send }: IdentityRoutesOptions,
  email: string,
): Promise<void> {
  try {
    const link = send && (await identity.linkForEmail(email));
    if (send && link) await send({ ...link, email: email.trim().toLowerCase() });
  } catch {
    // Whoever asked was answered already; the mail room has told the log.
  }
}

async function showSession(
  identity: Identity,
  options: IdentityRoutesOptions,
  request: FastifyRequest,
): Promise<SessionAnswer> {
  const instance = { ...options.instance(), signIn: identity.ways };
  const state = await identity.stateFrom(request.headers);
  if (state.state === 'waiting-for-totp') return { instance, waitsFor: 'totp' };
  if (state.state === 'nobody') return { instance };
  const { principal, name, language, steppedUpUntilMs } = state.session;
  const organisation = await options.organisation(principal.organisation ?? '');
  if (!organisation) return { instance };
  const may = (action: string) =>
    action === 'session:own' ||
    // What a fresh sign-in opens is shown too: `freshUntil` says whether one is needed first.
    mayAct({ ...principal, steppedUp: true }, action as ListableAction, { world: options.world });
  return {
    instance,
    person: {
      id: principal.id,
      name,
      roles: principal.roles,
      organisation,
      language,
      actions: ACTIONS.filter(may),
    },
    ...(principal.steppedUp ? { freshUntil: new Date(steppedUpUntilMs).toISOString() } : {}),
  };
}
