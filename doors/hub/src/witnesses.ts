// SPDX-License-Identifier: Apache-2.0
/** Checkpoints that others keep of our log: asked at start, so that an old backup is noticed. */
import { readFile } from 'node:fs/promises';
import type { Witness } from '@sakimori/ledger';

const BYTES_MAX = 65_536;
const WAIT_MS_MAX = 5_000;

/**
 * One witness for each place named in the settings.
 *
 * In      file path or http(s) address that the administrator wrote into the settings
 * Throws  (when asked) if the place cannot be read: an unknown witness is no consent
 */
export function witnessAt(place: string): Witness {
  const isAddress = /^https?:\/\//.test(place);
  return {
    async latest() {
      const checkpoint = isAddress ? await fetchText(place) : await readText(place);
      if (checkpoint === undefined) return undefined;
      return { source: isAddress ? 'witness' : 'mirror', checkpoint };
    },
  };
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(path);
    return bytes.subarray(0, BYTES_MAX).toString('utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function fetchText(address: string): Promise<string | undefined> {
  const answer = await fetch(address, {
    redirect: 'error',
    signal: AbortSignal.timeout(WAIT_MS_MAX),
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`witness answered ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return new TextDecoder().decode(bytes.subarray(0, BYTES_MAX));
}
