// SPDX-License-Identifier: Apache-2.0
/** `sakimori warnings list`: the warnings that the token may see. */
import type { Writable } from 'node:stream';
import type { Page, WarningBrief } from '@sakimori/vocabulary/wire';
import type { Command } from 'commander';
import { ask, EXIT, type HubPlace } from './hub-client.ts';

export interface WarningsListOptions {
  readonly hub?: string;
  readonly organisation?: string;
  readonly state?: string;
  readonly json?: boolean;
}

/** Adds `warnings list` to the command line. */
export function addWarningsCommand(
  program: Command,
  surroundings: { readonly stdout: Writable; readonly place: (hub?: string) => HubPlace },
  exit: (code: number) => void,
): void {
  program
    .command('warnings')
    .description('warnings about registered computers')
    .command('list')
    .description('list warnings; --json: one document a line')
    .option('--organisation <id>', 'of one organisation')
    .option('--state <state>', 'open, acknowledged, working, resolved or withdrawn')
    .option('--hub <url>', 'address of the hub')
    .option('--json', 'newline-delimited JSON')
    .action(async (options: WarningsListOptions) => {
      const place = surroundings.place(options.hub);
      for await (const warning of listWarnings(place, options)) {
        surroundings.stdout.write(
          options.json ? `${JSON.stringify(warning)}\n` : `${lineOf(warning)}\n`,
        );
      }
      exit(EXIT.done);
    });
}

/** All pages, one warning at a time. Throws CommandStop. */
async function* listWarnings(
  place: HubPlace,
  options: WarningsListOptions,
): AsyncGenerator<WarningBrief> {
  const query = new URLSearchParams({ limit: '200' });
  if (options.organisation) query.set('organisation', options.organisation);
  if (options.state) query.set('state', options.state);
  for (;;) {
    const answer = await ask(place, `/api/v1/warnings?${query}`);
    const page = (await answer.json()) as Page<WarningBrief>;
    yield* page.items;
    if (!page.next) return;
    query.set('cursor', page.next);
  }
}

function lineOf(warning: WarningBrief): string {
  const { vulnerability, organisation, state, due, computers } = warning;
  return [
    due.slice(0, 10),
    state,
    vulnerability.id,
    organisation.id,
    computers,
    warning.why.en,
  ].join('\t');
}
