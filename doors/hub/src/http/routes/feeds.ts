// SPDX-License-Identifier: Apache-2.0
/** Feeds: what is known, when it was taken in, and taking in more, from a file or an address. */
import { Readable } from 'node:stream';
import type { FeedKind, FeedRunView, FeedView, Text } from '@sakimori/vocabulary/wire';
import {
  type Egress,
  importFeed,
  listFeedRuns,
  readFeedRun,
  type WarnContext,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import { importFromAddress } from '../../feed-fetch.ts';
import { route } from '../route.ts';
import { feedKind, feedRunView, feedView } from '../shapes.ts';
import { fileNameOf, readUpload, takeStreams } from '../uploads.ts';

export interface FeedParts {
  readonly warn: WarnContext;
  readonly egress: Egress;
  /** Called after a feed was applied. */
  readonly applied: () => void;
}

const GIB = 1024 ** 3;
const RUNS_SHOWN = 10;
const ADDRESS_BYTES_MAX = 8_192;

const TITLES: Readonly<Record<FeedKind, Text>> = {
  kev: {
    ja: 'CISA 悪用が確認された脆弱性の一覧（KEV）',
    en: 'CISA Known Exploited Vulnerabilities',
  },
  cve: { ja: 'CVE レコード（CVE 5.x）', en: 'CVE records (CVE 5.x)' },
  cpe: { ja: 'CPE の適用条件（NVD 形式）', en: 'CPE configurations (NVD form)' },
  csaf: { ja: '製品供給者の注意喚起（CSAF 2.0）', en: 'Vendors’ advisories (CSAF 2.0)' },
  epss: { ja: '悪用の起こりやすさ（EPSS）', en: 'Exploit prediction (EPSS)' },
  jvn: { ja: 'JVN iPedia', en: 'JVN iPedia' },
};

const KINDS = Object.keys(TITLES) as FeedKind[];
const address = z.object({ url: z.url().max(2_048) });

/** Declares the routes of feeds below /api/v1. A bad feed is an answer (state "refused"). */
export async function feedRoutes(app: FastifyInstance, parts: FeedParts): Promise<void> {
  const { warn } = parts;
  route(app, {
    method: 'GET',
    url: '/api/v1/feeds',
    gate: 'feed:read',
    summary: 'Feeds with their latest runs',
    shape: { answer: z.array(feedView) },
    handler: () => Promise.all(KINDS.map((kind) => showFeed(warn, kind))),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/feeds/runs/:id',
    gate: 'feed:read',
    summary: 'One run of a feed',
    shape: { params: z.object({ id: z.string().max(80) }), answer: feedRunView },
    handler: ({ params }) => readFeedRun(warn, params.id),
  });
  await app.register(async (streams) => {
    takeStreams(streams);
    route(streams, {
      method: 'POST',
      url: '/api/v1/feeds/:kind',
      gate: 'feed:import',
      summary: 'Takes a feed in: the file as body (X-File-Name), or JSON {url}; .gz is recognised',
      streamBytesMax: 2 * GIB,
      shape: {
        params: z.object({ kind: feedKind }),
        query: z.object({ decreaseAllowed: z.stringbool().optional() }),
        answer: feedRunView,
      },
      handler: async ({ params, query, body, request, access }) => {
        const actor = access.principal.id;
        const isFile = request.headers['x-file-name'] !== undefined;
        const decreaseAllowed = query.decreaseAllowed === true;
        const run = isFile
          ? await takeFile(parts, params.kind, fileNameOf(request), body, actor, decreaseAllowed)
          : await takeAddress(parts, params.kind, body, actor, decreaseAllowed);
        parts.applied();
        return run;
      },
    });
  });
}

async function showFeed(warn: WarnContext, kind: FeedKind): Promise<FeedView> {
  const runs = await listFeedRuns(warn, kind, RUNS_SHOWN);
  const applied = runs.find((run) => run.state === 'applied');
  const { rows } = await sql<{ records: string }>`
    select count(*) as records from vulnerability_statement where kind = ${kind}`.execute(
    warn.store.plain,
  );
  const from = runs.find((run) => run.source.startsWith('https://'));
  return {
    kind,
    title: TITLES[kind],
    records: Number(rows[0]?.records ?? 0),
    runs,
    ...(applied?.finished !== undefined && { lastApplied: applied.finished }),
    ...(from && { url: from.source }),
  };
}

async function takeFile(
  { warn }: FeedParts,
  kind: FeedKind,
  file: string,
  bytes: Readable | undefined,
  actor: string,
  decreaseAllowed: boolean,
): Promise<FeedRunView> {
  const { run } = await importFeed(warn, {
    kind,
    source: file,
    actor,
    // A body without a single byte comes as none.
    inputs: [{ file, bytes: bytes ?? Readable.from([]) }],
    decreaseAllowed,
  });
  return run;
}

async function takeAddress(
  { warn, egress }: FeedParts,
  kind: FeedKind,
  body: Readable,
  actor: string,
  decreaseAllowed: boolean,
): Promise<FeedRunView> {
  const { url } = readAddress(await readUpload(body, ADDRESS_BYTES_MAX));
  return importFromAddress(warn, egress, { kind, url, actor, decreaseAllowed });
}

function readAddress(bytes: Buffer): z.output<typeof address> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    value = undefined;
  }
  const read = address.safeParse(value);
  if (read.success) return read.data;
  throw hubErrors('BAD_REQUEST', {
    field: 'body',
    expected: 'a file with X-File-Name, or JSON {"url": "https://..."}',
  });
}
