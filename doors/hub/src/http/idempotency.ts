// SPDX-License-Identifier: Apache-2.0
/** Idempotency-Key on writes: the same request with the same key gets the same answer, once done. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hubErrors } from '../errors.ts';

/** What the database remembers of a request that carried a key. */
export interface RememberedAnswer {
  readonly requestDigest: string;
  /** Undefined while the first request is still being worked on. */
  readonly answer: { readonly status: number; readonly body: string } | undefined;
}

/**
 * Where answers are remembered.
 *
 * Concurrency  `begin` is atomic: of two requests with one key exactly one gets `undefined` back
 * Durability   `finish` is committed on return; `begin` lapses by itself after two minutes
 */
export interface AnswerMemory {
  begin(key: string, requestDigest: string): Promise<RememberedAnswer | undefined>;
  finish(key: string, status: number, body: string): Promise<void>;
  /** Forgets a request that failed, so that it can be tried again. */
  abandon(key: string): Promise<void>;
}

declare module 'fastify' {
  interface FastifyInstance {
    answerMemory: AnswerMemory;
  }
}

const digest = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest('base64url');
};

/**
 * Runs a write, or gives the remembered answer when its key was used before.
 *
 * Throws  HUB_KEY_REUSED (same key, other request), HUB_IN_PROGRESS
 * Never   shares a key between two principals or two routes
 */
export async function remembered(
  request: FastifyRequest,
  reply: FastifyReply,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const given = request.headers['idempotency-key'];
  if (typeof given !== 'string') return run();
  const memory = request.server.answerMemory;
  const key = digest(request.access.principal.id, request.method, request.url, given);
  const requestDigest = digest(JSON.stringify(request.body ?? null));
  const known = await memory.begin(key, requestDigest);
  if (known) {
    if (known.requestDigest !== requestDigest) throw hubErrors('KEY_REUSED', {});
    if (!known.answer) throw hubErrors('IN_PROGRESS', {});
    reply.code(known.answer.status).header('idempotent-replayed', 'true');
    return JSON.parse(known.answer.body);
  }
  try {
    const answer = await run();
    await memory.finish(key, reply.statusCode, JSON.stringify(answer ?? null));
    return answer;
  } catch (error) {
    await memory.abandon(key);
    throw error;
  }
}
