// SPDX-License-Identifier: Apache-2.0
/** How a route is declared: its address, the one action that it needs, its shapes. */
import type { Readable } from 'node:stream';
import { type Action, type ListableAction, mayAct } from '@sakimori/authority';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { hubErrors } from '../errors.ts';
import { type Access, refusalFor } from './access.ts';
import type { Admission } from './admission.ts';
import { remembered } from './idempotency.ts';

declare module 'fastify' {
  interface FastifyRequest {
    access: Access;
  }
}

/** Who may come in at all. `public`: anybody; `session`: whoever is signed in. */
export type Gate = Action | 'public' | 'session';

interface RouteShape {
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer?: z.ZodType;
}

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

/** What a handler gets. */
export interface Call<S extends RouteShape> {
  readonly access: Access;
  readonly params: Output<S['params']>;
  readonly query: Output<S['query']>;
  readonly body: S['body'] extends z.ZodType ? z.output<S['body']> : Readable;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface RouteDeclaration<S extends RouteShape> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly gate: Gate;
  readonly summary: string;
  readonly shape?: S;
  /** Takes the body as a stream of at most so many bytes, whatever its type. */
  readonly streamBytesMax?: number;
  /** Answers that are not JSON say what they are. */
  readonly produces?: string;
  /**
   * `service`: the room keeps Idempotency-Key itself, in the transaction of the act. The memory of
   * answers here costs two transactions more, which reports in a surge cannot afford, and forgets a
   * key when the process dies between act and answer.
   */
  readonly repeats?: 'service';
  /** Requests a minute of one person or key, where the common bound by address does not fit. */
  readonly perMinute?: number;
  /** How many are taken in at once, for what may come in a surge. */
  readonly admission?: Admission;
  readonly handler: (call: Call<S>) => Promise<unknown>;
}

/** One line of the route table; the matrix test walks over all of them. */
export interface RouteFact {
  readonly method: string;
  readonly url: string;
  readonly gate: Gate;
}

const table: RouteFact[] = [];

/** Every declared route of this process. */
export const routeTable = (): readonly RouteFact[] => table;

/** Problem shape for OpenAPI; errors are written by problem.ts alone. */
const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string(),
    detail: z.string(),
    texts: z.object({ ja: z.string(), en: z.string() }),
    fields: z.array(z.object({ field: z.string(), expected: z.string() })).optional(),
  })
  .describe('Problem document (RFC 9457)');

/** Throws HUB_NOT_SIGNED_IN or HUB_REFUSED unless the gate opens for this request. */
function openGate(gate: Gate, access: Access): void {
  if (gate === 'public') return;
  const isPublic = access.principal.kind === 'public';
  if (gate === 'session' || gate === 'session:own') {
    if (isPublic) throw hubErrors('NOT_SIGNED_IN', {});
    return;
  }
  if (mayAct(access.principal, gate as ListableAction, access.context)) return;
  throw refusalFor(access.principal, gate as ListableAction, access.context);
}

const admitting =
  (admission: Admission) =>
  async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const leave = admission.enter(Date.now());
    // A client that goes away is never answered, and no longer waits either.
    reply.raw.once('finish', leave);
    reply.raw.once('close', leave);
  };

/** Machines of one operator may share an address, and one machine may send for a whole branch. */
const whoAsks = (request: FastifyRequest): string =>
  request.access.principal.kind === 'public' ? request.ip : request.access.principal.id;

/**
 * Declares one route.
 *
 * In     server; declaration with the one action that the route needs
 * Never  lets a request in that the authority gives no reach for this action; which rows it may
 *        touch is decided again by the handler's scope, in the database
 */
export function route<const S extends RouteShape>(
  app: FastifyInstance,
  declaration: RouteDeclaration<S>,
): void {
  const { method, url, gate, shape = {} as S, summary } = declaration;
  table.push({ method, url, gate });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  const writes = method !== 'GET';
  typed.route({
    method,
    url,
    ...(declaration.streamBytesMax !== undefined && { bodyLimit: declaration.streamBytesMax }),
    ...(declaration.perMinute !== undefined && {
      config: { rateLimit: { max: declaration.perMinute, keyGenerator: whoAsks } },
    }),
    schema: {
      summary,
      description: `Needs: ${gate}`,
      tags: [url.split('/')[3] ?? 'public'],
      ...(declaration.produces && { produces: [declaration.produces] }),
      ...(shape.params && { params: shape.params }),
      ...(shape.query && { querystring: shape.query }),
      ...(shape.body && { body: shape.body }),
      ...(writes && {
        headers: z.object({ 'idempotency-key': z.string().min(8).max(128).optional() }),
      }),
      response: {
        ...(shape.answer && { 200: shape.answer }),
        '4xx': problemSchema,
        '5xx': problemSchema,
      },
    },
    // Before the body is read: a stranger's upload is refused without taking it in.
    onRequest: async (request) => openGate(gate, request.access),
    // Once the body is there: who sends slowly keeps nobody else waiting.
    ...(declaration.admission && { preHandler: admitting(declaration.admission) }),
    handler: async (request, reply) => {
      const call = {
        access: request.access,
        params: request.params,
        query: request.query,
        body: request.body,
        request,
        reply,
      } as unknown as Call<S>;
      const run = () => declaration.handler(call);
      const isRemembered = writes && shape.body && declaration.repeats !== 'service';
      return isRemembered ? remembered(request, reply, run) : run();
    },
  });
}
