// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import { killRounds } from './kill-rounds.ts';

test('killed five times in the middle of work, the hub loses and doubles nothing', async (t) => {
  await killRounds(5, 20261121, (message) => t.diagnostic(message));
});
