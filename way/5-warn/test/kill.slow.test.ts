// SPDX-License-Identifier: Apache-2.0
import test from 'node:test';
import { killAndCheck } from './crash-kills.ts';

const seed = Number(process.env.SAKIMORI_SEED ?? Math.floor(Math.random() * 1e9));

test(`killed sixty times at instants of seed ${seed}: nothing lost, nothing twice`, async () => {
  for (let round = 0; round < 10; round += 1) await killAndCheck(6, seed + round);
});
