// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import { killAndCheck } from './crash-kills.ts';

test('killed five times at seeded instants: nothing lost, nothing twice, the log verifies', async () => {
  await killAndCheck(5, 20261121);
});
