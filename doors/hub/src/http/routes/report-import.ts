// SPDX-License-Identifier: Apache-2.0
/** Many reports at once, one a line; each line is answered for itself. */
import { Readable } from 'node:stream';
import { REPORT_FORMATS, type ReadItem, type ReadReport, readReports } from '@sakimori/report';
import { SakimoriError } from '@sakimori/vocabulary';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Access } from '../access.ts';
import { asCatalogueError, problemOf } from '../problem.ts';
import { route } from '../route.ts';
import { readUpload, takeStreams } from '../uploads.ts';
import { organisationOf, type ReportParts } from './report-parts.ts';

const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Reports under way at once: each waits for the ledger, so that one after the other is slow. */
const AT_ONCE = 16;

interface ImportOptions {
  readonly organisationId: string;
  readonly acceptDataUse: boolean;
}

/** Declares POST /api/v1/reports/import. */
export async function reportImportRoutes(app: FastifyInstance, parts: ReportParts): Promise<void> {
  await app.register(async (streams) => {
    takeStreams(streams);
    route(streams, {
      method: 'POST',
      url: '/api/v1/reports/import',
      gate: 'report:submit',
      summary: 'Submits many reports (NDJSON); a line for each: taken, or refused and why',
      streamBytesMax: FILE_BYTES_MAX,
      produces: 'application/x-ndjson',
      shape: {
        query: z.object({
          format: z.enum(['auto', ...REPORT_FORMATS]).default('sakimori'),
          organisation: z.string().max(80).optional(),
          acceptDataUse: z.enum(['true', 'false']).default('false'),
        }),
      },
      handler: async ({ access, query, body, reply }) => {
        // Taken in whole before the first report goes out: a connection that breaks sends nothing.
        const bytes = await readUpload(body, FILE_BYTES_MAX);
        const items = readReports(query.format, bytes, { receivedAtMs: parts.now() });
        const lines = submitAll(parts, access, items, {
          organisationId: organisationOf(access, query.organisation),
          acceptDataUse: query.acceptDataUse === 'true',
        });
        reply.type('application/x-ndjson; charset=utf-8');
        return reply.send(Readable.from(lines));
      },
    });
  });
}

/** Lines of the answer in the order of the file, the total last. */
async function* submitAll(
  parts: ReportParts,
  access: Access,
  items: AsyncIterable<ReadItem>,
  options: ImportOptions,
): AsyncGenerator<string> {
  const total = { records: 0, accepted: 0, repeated: 0, refused: 0 };
  const waiting: Promise<ImportLine>[] = [];
  const say = async (): Promise<string> => {
    const line = await (waiting.shift() as Promise<ImportLine>);
    total.records += 1;
    total[line.refused ? 'refused' : line.repeated ? 'repeated' : 'accepted'] += 1;
    return `${JSON.stringify(line)}\n`;
  };
  for await (const item of items) {
    const next = item.refusal
      ? Promise.resolve({ line: item.refusal.line, refused: item.refusal })
      : submitOne(parts, access, item.report, options);
    waiting.push(next);
    if (waiting.length >= AT_ONCE) yield await say();
  }
  while (waiting.length > 0) yield await say();
  yield `${JSON.stringify({ total })}\n`;
}

interface ImportLine {
  readonly line: number;
  readonly reference?: string;
  readonly kind?: string;
  readonly report?: string;
  readonly repeated?: boolean;
  readonly refused?: unknown;
}

/** Never throws: a line that cannot be taken is a line of the answer. */
async function submitOne(
  parts: ReportParts,
  access: Access,
  { line, record }: ReadReport,
  options: ImportOptions,
): Promise<ImportLine> {
  const { kind, reference } = record;
  const about = { line, kind, ...(reference !== undefined && { reference }) };
  try {
    const { value, repeated } = await parts.service.reports.submit(access.scope('report:submit'), {
      ...options,
      record,
      via: 'import',
    });
    return { ...about, report: value.id, ...(repeated && { repeated }) };
  } catch (error) {
    const problem = problemOf(
      error instanceof SakimoriError ? error : asCatalogueError(error),
      'ja',
    );
    return { ...about, refused: { code: problem.code, text: problem.texts } };
  }
}
