// SPDX-License-Identifier: Apache-2.0
/** Alerts of detection systems: webhooks that make drafts, or precursors where the operator chose so. */
import { type ReadReport, readReports } from '@sakimori/report';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../route.ts';
import { text } from '../shapes.ts';
import { takeStreams } from '../uploads.ts';
import { organisationOf, type ReportParts } from './report-parts.ts';

const BODY_BYTES_MAX = 8 * 1024 * 1024;
const REPORTS_MAX = 200;
const REFUSALS_SHOWN = 50;
/** A sensor sends each alert by itself, in bursts. */
const CALLS_PER_MINUTE = 6_000;

const refusal = z.object({ line: z.number(), field: z.string(), expected: z.string(), text });

/** Declares POST /api/v1/alerts/:format. */
export async function alertRoutes(app: FastifyInstance, parts: ReportParts): Promise<void> {
  await app.register(async (streams) => {
    takeStreams(streams);
    route(streams, {
      method: 'POST',
      url: '/api/v1/alerts/:format',
      gate: 'alert:submit',
      summary: 'Alerts of Suricata, Wazuh, Elastic or Splunk become drafts; a person confirms them',
      streamBytesMax: BODY_BYTES_MAX,
      perMinute: CALLS_PER_MINUTE,
      shape: {
        params: z.object({ format: z.enum(['suricata', 'wazuh', 'elastic', 'splunk']) }),
        answer: z.object({
          drafts: z.array(z.string()),
          precursors: z.array(z.string()),
          ignored: z.number(),
          refused: z.array(refusal),
        }),
      },
      handler: async ({ access, params, body }) => {
        const scope = access.scope('alert:submit');
        const found: ReadReport[] = [];
        const refused: z.infer<typeof refusal>[] = [];
        let ignored = 0;
        const options = {
          receivedAtMs: parts.now(),
          onIgnored: (count: number) => {
            ignored += count;
          },
        };
        for await (const item of readReports(params.format, body, options)) {
          if (item.refusal) {
            if (refused.length < REFUSALS_SHOWN) refused.push(item.refusal);
          } else if (found.length < REPORTS_MAX) found.push(item.report);
          else ignored += 1;
        }
        const taken = await parts.service.alerts.take(scope, organisationOf(access), found);
        return {
          drafts: [...taken.drafts],
          precursors: [...taken.precursors],
          ignored: ignored + taken.ignored,
          refused,
        };
      },
    });
  });
}
