// SPDX-License-Identifier: Apache-2.0
/** The hub over HTTP: where it is, who we are, and what its refusals mean for an exit code. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Problem } from '@sakimori/vocabulary/wire';

/** Exit codes of the command line; the same for every subcommand. */
export const EXIT = { done: 0, findings: 1, badInput: 2, refused: 3, unavailable: 4 } as const;

export const DEFAULT_HUB = 'http://127.0.0.1:8470';

/** Ends a subcommand: exit code, and one message for the person. */
export class CommandStop extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

export interface HubPlace {
  readonly url: string;
  readonly token: string | undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Finds the hub and a token.
 *
 * In     `--hub` if given; environment; folder that relative paths start from
 * Out    SAKIMORI_TOKEN when set; otherwise, for a hub on this machine, the token that the owner of
 *        its data folder may read
 * Never  sends the owner's token to another machine
 */
export function findHub(
  hub: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): HubPlace {
  const run = resolve(cwd, env.SAKIMORI_DATA ?? 'data', 'run');
  const url = (hub ?? readText(join(run, 'hub.url')) ?? DEFAULT_HUB).replace(/\/+$/, '');
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CommandStop(
      EXIT.badInput,
      '--hub: expected an address such as http://127.0.0.1:8470',
    );
  }
  if (env.SAKIMORI_TOKEN) return { url, token: env.SAKIMORI_TOKEN };
  const isLocal = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(new URL(url).hostname);
  return { url, token: isLocal ? readText(join(run, 'owner.token')) : undefined };
}

/** How long a hub that is overloaded may keep us waiting, all together. */
const WAIT_MS_MAX = 120_000;

/**
 * One request. What may be sent again without harm waits for a hub that asks for it.
 *
 * Throws  CommandStop with the exit code that the answer means: 2, 3 or 4
 */
export async function ask(
  place: HubPlace,
  path: string,
  init: RequestInit & { readonly duplex?: 'half' } = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('accept-language', 'en');
  if (place.token) headers.set('authorization', `Bearer ${place.token}`);
  const mayRepeat = headers.has('idempotency-key') && typeof init.body === 'string';
  let answer = await askOnce(place, path, { ...init, headers });
  for (let waitedMs = 0; mayRepeat && answer.status === 503; ) {
    const waitMs = Number(answer.headers.get('retry-after')) * 1_000;
    if (!(waitMs > 0) || waitedMs + waitMs > WAIT_MS_MAX) break;
    await answer.body?.cancel();
    await sleep(waitMs);
    waitedMs += waitMs;
    answer = await askOnce(place, path, { ...init, headers });
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => undefined)) as Problem | undefined;
  const detail = problem?.detail ?? `the hub answered ${answer.status}`;
  const fields = (problem?.fields ?? []).map(({ field, expected }) => `\n  ${field}: ${expected}`);
  throw new CommandStop(exitCodeOf(answer.status), `${detail}${fields.join('')}`);
}

async function askOnce({ url }: HubPlace, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, init);
  } catch {
    throw new CommandStop(
      EXIT.unavailable,
      'The hub cannot be reached. Start it with npm start, or name another with --hub URL.',
    );
  }
}

function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.refused;
  return status >= 500 || status === 429 ? EXIT.unavailable : EXIT.badInput;
}
