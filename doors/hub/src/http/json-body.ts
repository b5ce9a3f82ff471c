// SPDX-License-Identifier: Apache-2.0
/** JSON bodies within bounds: what comes in can be walked, stored and shown without harm. */
import type { FastifyInstance } from 'fastify';
import { hubErrors } from '../errors.ts';
import { withFields } from './problem.ts';

/** Deeper than any shape of ours; a document of only brackets ends here and not in the stack. */
export const DEPTH_MAX = 64;

const STEP: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 };

/** Makes the server read JSON within bounds. Fastify's own parser refuses prototype keys. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    (request, text, done) => {
      if (depthOf(text) > DEPTH_MAX) {
        return done(
          hubErrors('BAD_REQUEST', { field: 'body', expected: `at most ${DEPTH_MAX} levels` }),
        );
      }
      parse(request, text, (error, value) => {
        if (error) return done(error);
        const field = unstorableField(value);
        if (field === undefined) return done(null, value);
        const refusal = { field, expected: 'text without NUL and without half characters' };
        done(withFields(hubErrors('BAD_REQUEST', refusal), [refusal]));
      });
    },
  );
}

/** How deep brackets are nested, outside of strings; stops counting beyond the bound. */
function depthOf(text: string): number {
  let [depth, deepest, isInside] = [0, 0, false];
  for (let i = 0; i < text.length && deepest <= DEPTH_MAX; i += 1) {
    const letter = text[i] as string;
    if (isInside && letter === '\\') i += 1;
    else if (letter === '"') isInside = !isInside;
    else if (!isInside) {
      depth += STEP[letter] ?? 0;
      deepest = Math.max(deepest, depth);
    }
  }
  return deepest;
}

const NAME = /^[A-Za-z0-9_-]{1,40}$/;

/** Path of the first text that PostgreSQL has no place for: with NUL, or half a surrogate pair. */
export function unstorableField(value: unknown): string | undefined {
  const waiting: { at: readonly string[]; value: unknown }[] = [{ at: [], value }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { at, value: one } = next;
    if (typeof one === 'string') {
      if (one.includes('\0') || !one.isWellFormed()) return at.join('.') || 'body';
    } else if (one !== null && typeof one === 'object') {
      for (const [key, item] of Object.entries(one)) {
        // A name from outside is repeated only when it could be one of ours.
        const name = NAME.test(key) ? key : '?';
        if (key.includes('\0') || !key.isWellFormed()) return [...at, '?'].join('.');
        waiting.push({ at: [...at, name], value: item });
      }
    }
  }
  return undefined;
}
