// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import { reportKills } from './report-kills.ts';

test('reports sent while hub and database are killed are there once, with all that follows', async (t) => {
  await reportKills(
    { reports: 150, victims: ['hub', 'database', 'hub'], seed: 20261122 },
    (message) => t.diagnostic(message),
  );
});
