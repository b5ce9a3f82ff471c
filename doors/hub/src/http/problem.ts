// SPDX-License-Identifier: Apache-2.0
/** Problem documents (RFC 9457): the one place where errors become answers. */
import { randomBytes } from 'node:crypto';
import { refusedFields } from '@sakimori/report';
import { makeId, SakimoriError } from '@sakimori/vocabulary';
import type { Problem } from '@sakimori/vocabulary/wire';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { hubErrors } from '../errors.ts';

type Language = 'ja' | 'en';

/** The language that a request asks for: its header decides, Japanese otherwise. */
export function languageOf(request: FastifyRequest): Language {
  const wanted = String(request.headers['accept-language'] ?? '');
  const ja = wanted.search(/\bja\b/i);
  const en = wanted.search(/\ben\b/i);
  if (en === -1) return 'ja';
  return ja === -1 || en < ja ? 'en' : 'ja';
}

const fieldsOf = new WeakMap<SakimoriError, NonNullable<Problem['fields']>>();

/** The same error, which names every field that was refused: its text has room for the first. */
export function withFields(
  error: SakimoriError,
  fields: NonNullable<Problem['fields']>,
): SakimoriError {
  fieldsOf.set(error, fields);
  return error;
}

/** The document for an error of a catalogue. */
export function problemOf(
  error: SakimoriError,
  language: Language,
  fields?: Problem['fields'],
): Problem {
  const title = error.code.replaceAll('_', ' ').toLowerCase();
  return {
    type: `urn:sakimori:problem:${error.code}`,
    title,
    status: error.specification.status,
    code: error.code,
    detail: error.text(language),
    texts: { ja: error.text('ja'), en: error.text('en') },
    ...(fields && fields.length > 0 && { fields }),
  };
}

/** Sends a problem document; says when to come back where trying again can help. */
export function sendProblem(
  reply: FastifyReply,
  request: FastifyRequest,
  error: SakimoriError,
  fields?: Problem['fields'],
): FastifyReply {
  if (error.specification.retry === 'later') {
    const { seconds } = error.parameters as { readonly seconds?: number };
    reply.header('retry-after', String(seconds ?? 5));
  }
  return reply
    .code(error.specification.status)
    .type('application/problem+json')
    .send(JSON.stringify(problemOf(error, languageOf(request), fields)));
}

/**
 * Maps whatever was thrown to an error of a catalogue.
 *
 * Never  passes the text of an unknown error on: it may hold what must not leave
 */
export function asCatalogueError(error: unknown): SakimoriError {
  if (error instanceof SakimoriError) return error;
  const { statusCode, code } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return hubErrors('TOO_LARGE', { bytesMax: 1_048_576 });
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) {
    return hubErrors('WRONG_TYPE', { expected: 'application/json' });
  }
  if (statusCode === 429) return hubErrors('TOO_MANY', {});
  if (statusCode === 404) return hubErrors('NOT_FOUND', {});
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return hubErrors('BAD_REQUEST', { field: 'body', expected: 'well-formed JSON' });
  }
  const id = makeId('notification', 0, randomBytes(10)).slice(-12);
  return hubErrors('INTERNAL', { id }, error);
}

/** Kind and place of a failure. Its message stays out of the log: databases put values into it. */
function where(error: SakimoriError): Record<string, unknown> {
  const cause = error.cause instanceof Error ? error.cause : error;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const state = (cause as { code?: unknown }).code;
  return {
    kind: cause.name,
    ...(typeof state === 'string' && { state }),
    frames: frames.slice(0, 12).map((line) => line.trim()),
  };
}

/** Makes every refusal of this server a problem document. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const fields = error.validation.map((issue) => ({
        field: `${error.validationContext ?? 'body'}${issue.instancePath.replaceAll('/', '.')}`,
        expected: issue.message ?? 'another value',
      }));
      const first = fields[0] ?? { field: 'body', expected: 'another value' };
      return sendProblem(reply, request, hubErrors('BAD_REQUEST', first), fields);
    }
    const mapped = asCatalogueError(error);
    if (mapped.specification.status >= 500) {
      request.log.error(
        { code: mapped.code, parameters: mapped.parameters, ...where(mapped) },
        'failed',
      );
    }
    return sendProblem(reply, request, mapped, fieldsOf.get(mapped) ?? refusedFields(mapped));
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, request, hubErrors('NOT_FOUND', {})),
  );
}
