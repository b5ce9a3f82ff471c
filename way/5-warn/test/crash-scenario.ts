// SPDX-License-Identifier: Apache-2.0
/** One whole way, from feed to mail, that can be run again from its start after any crash. */
import type { WarnContext } from '../src/context.ts';
import { deliverNotices } from '../src/deliver.ts';
import { importFeed } from '../src/feed-import.ts';
import type { Mail } from '../src/ports.ts';
import { cveText, feed, kevText } from './feeds.ts';
import type { World } from './world.ts';

export const OPERATORS = ['org_a', 'org_b', 'org_c'] as const;
export const CVES = Array.from({ length: 12 }, (_, i) => `CVE-2026-${5000 + i}`);

/** Who is where; done before anything can crash. */
export async function settle(world: World): Promise<void> {
  await world.organisations(...OPERATORS);
  for (const organisationId of OPERATORS) {
    await world.contact({ organisationId, personId: `per_${organisationId}` });
    const item = { maker: 'Example Networks', product: 'Gate', version: '7.2.4' };
    for (const n of [1, 2]) {
      const id = `${organisationId}_${n}`;
      await world.computers({ id, organisation: organisationId, items: [item] });
    }
  }
}

/** Imports, matches and sends until nothing is left to do. */
export async function runWay(
  context: WarnContext,
  pass: (ms: number) => void,
  send: (mail: Mail) => Promise<void>,
): Promise<void> {
  await importFeed(context, feed('cve', cveText(CVES.map((cve) => ({ cve })))));
  await importFeed(
    context,
    feed(
      'kev',
      kevText(
        '2026.11.20',
        CVES.map((cve) => ({ cve })),
      ),
    ),
  );
  for (let round = 0; round < 3; round += 1) {
    await deliverNotices(context, {
      mailer: { send },
      webhook: { post: async () => ({ status: 200 }) },
      consoleUrl: 'https://console.example.jp',
      instance: { ja: '見本', en: 'Sample', domain: 'mail.example.jp' },
      exercise: true,
      linkKey: new Uint8Array(32),
    });
    // A lease of a sender that died runs out, and so does a window of mails.
    pass(20 * 60_000);
  }
}

/** What must be there in the end, however often it crashed. */
export async function outcome(world: World): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(`
    select concat_ws(' ', organisation_id, vulnerability_id, form, state, 'r' || revision,
      computers, outcome) as line from warning
    union all select concat_ws(' ', 'earlier revisions', count(*)::text) from warning_revision
    union all select concat_ws(' ', 'tasks', count(*)::text) from match_task
    union all select concat_ws(' ', 'staged', count(*)::text) from feed_stage
    union all select concat_ws(' ', 'run', kind, count(*) filter (where state = 'applied')::text)
      from feed_run group by kind
    union all select concat_ws(' ', 'open runs', count(*)::text) from feed_run
      where state = 'running'
    union all select concat_ws(' ', 'unsent', count(*)::text) from notice where state <> 'sent'
    order by 1`);
  return rows.map((row) => row.line);
}
