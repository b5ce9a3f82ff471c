// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPORT_FORMATS } from '../../../src/engine/index.ts';
import { checkReader } from './check-reader.ts';
import { SAMPLES } from './samples.ts';

test('every format has a sample that it is checked with', () => {
  assert.deepEqual(Object.keys(SAMPLES).sort(), [...REPORT_FORMATS].sort());
});

for (const format of REPORT_FORMATS) checkReader(format, SAMPLES[format]);
