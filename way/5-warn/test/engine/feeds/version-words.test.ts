// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVersionWords } from '../../../src/engine/index.ts';
import { showRule } from '../../../src/engine/match/version-order.ts';

function check(text: string, expected: string | undefined): void {
  assert.equal(readVersionWords(text)?.map(showRule).join('; '), expected, text);
}

test('Japanese words for ranges are read', () => {
  check('7.3.7 より前のバージョン', 'v < 7.3.7');
  check('1.5.62 未満', 'v < 1.5.62');
  check('Ver.5.62 以前', 'v ≤ 5.62');
  check('2.13.0 から 2.15.0 より前のバージョン', '2.13.0 ≤ v < 2.15.0');
  check('V4.2.1 から V4.2.8 まで', 'V4.2.1 ≤ v ≤ V4.2.8');
  check('3.0 以上 3.4 未満', '3.0 ≤ v < 3.4');
  check('全バージョン', '*');
  check('すべてのバージョン', '*');
});

test('English words and comparators are read', () => {
  check('< 2.07.2', 'v < 2.07.2');
  check('>=1.220|<=1.281', '1.220 ≤ v ≤ 1.281');
  check('vers:all/*', '*');
  check('vers:all/<V2.9.7', 'v < V2.9.7');
  check('vers:all/>=V3.0.1<V3.0.3', 'V3.0.1 ≤ v < V3.0.3');
  check('2.2.0 | 2.2.1', '2.2.0; 2.2.1');
  check('prior to 5.0', 'v < 5.0');
  check('1.0 through 1.4', '1.0 ≤ v ≤ 1.4');
  check('V5.5 SP1 and earlier', 'v ≤ V5.5 SP1');
  check('vers:npm/>=1.0.0|<2.0.0', 'vers:npm/>=1.0.0|<2.0.0');
  check('9.1R11.4', '9.1R11.4');
});

test('prose, nothing and a sentence around a version are not read', () => {
  for (const text of [
    '',
    'n/a',
    '-',
    'See vendor advisory',
    'all models with firmware 3 or so',
    'x'.repeat(100_000),
  ]) {
    check(text, undefined);
  }
});
