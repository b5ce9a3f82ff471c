// SPDX-License-Identifier: Apache-2.0
/** Runs the way in a process of its own, to be killed. Says "ready", then "done". */
import { appendFileSync } from 'node:fs';
import { diskFiles, readSigner } from '@sakimori/ledger';
import { openStore } from '@sakimori/store';
import { makeContext } from '../src/context.ts';
import { runWay } from './crash-scenario.ts';
import { NOON, registerOnTables } from './world.ts';

interface Given {
  readonly targets: Parameters<typeof openStore>[0]['database']['targets'];
  readonly folder: string;
  readonly skey: string;
  readonly origin: string;
  readonly attempt: number;
}

const given = JSON.parse(process.argv[2] ?? '{}') as Given;
const store = await openStore({
  database: { targets: given.targets },
  exercise: true,
  origin: given.origin,
  signers: [readSigner(given.skey)],
  files: diskFiles(`${given.folder}/log`),
  tagKey: new Uint8Array(32),
  clock: { nowMs: Date.now },
});
// Each attempt begins later: leases of the killed one have run out.
let now = NOON + given.attempt * 2 * 3_600_000;
const context = makeContext({ store, register: registerOnTables, clock: { now: () => now } });
process.stdout.write('ready\n');
await runWay(
  context,
  (ms) => {
    now += ms;
  },
  async ({ messageId }) => appendFileSync(`${given.folder}/mails`, `${messageId}\n`),
);
await store.close();
process.stdout.write('done\n');
