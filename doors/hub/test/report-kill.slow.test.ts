// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import { reportKills } from './report-kills.ts';

const SEED = Number(process.env.SAKIMORI_SEED ?? Date.now() % 1_000_000_000);
const KILLS = 32;
const REPORTS = 1_600;

test('thirty-two kills of hub and database lose and double no report', async (t) => {
  t.diagnostic(`SAKIMORI_SEED=${SEED}`);
  // Every third kill takes the database, the others the hub: a hub that starts has more to repair.
  const victims = Array.from({ length: KILLS }, (_, n) => (n % 3 === 1 ? 'database' : 'hub'));
  await reportKills({ reports: REPORTS, victims, seed: SEED }, (message) => t.diagnostic(message));
});
