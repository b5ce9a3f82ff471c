// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import { killRounds } from './kill-rounds.ts';

const SEED = Number(process.env.SAKIMORI_SEED ?? Date.now() % 1_000_000_000);

test('killed fifty times in the middle of work, the hub loses and doubles nothing', async (t) => {
  t.diagnostic(`SAKIMORI_SEED=${SEED}`);
  await killRounds(50, SEED, (message) => t.diagnostic(message));
});
