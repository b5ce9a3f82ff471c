// SPDX-License-Identifier: Apache-2.0
/** Uploads: any media type, taken as a stream within a bound of bytes. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hubErrors } from '../errors.ts';

/** Makes every route of this scope take its body as a stream. Call it in a scope of its own. */
export function takeStreams(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

/** The body, at most `bytesMax`. Throws HUB_TOO_LARGE before more than that is in memory. */
export async function readUpload(body: Readable | undefined, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of body ?? []) {
      bytes += (part as Buffer).length;
      if (bytes > bytesMax) throw hubErrors('TOO_LARGE', { bytesMax });
      parts.push(part as Buffer);
    }
  } catch (error) {
    // The sender is gone: nobody's fault here, and nobody hears the answer.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    throw hubErrors('BAD_REQUEST', { field: 'body', expected: 'a whole file' });
  }
  return Buffer.concat(parts);
}

/** File name that a client gave, percent-encoded for what headers cannot carry; never a path. */
export function fileNameOf(request: FastifyRequest): string {
  const given = String(request.headers['x-file-name'] ?? '');
  let name = given;
  try {
    name = decodeURIComponent(given);
  } catch {
    // Not percent-encoded: taken as it is.
  }
  // Control characters (category Cc) and what comes before the last slash are cut.
  const plain = name.replace(/^.*[\\/]/, '').replace(/\p{Cc}/gu, '');
  return plain.slice(0, 200) || 'upload';
}
