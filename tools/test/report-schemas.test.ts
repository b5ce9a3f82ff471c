// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { makeReportSchemas } from '../report-schemas.ts';

for (const [path, schema] of makeReportSchemas()) {
  test(`spec/report/${basename(path)} says what the code takes`, () => {
    assert.deepEqual(
      JSON.parse(readFileSync(path, 'utf8')),
      JSON.parse(JSON.stringify(schema)),
      'make it again: node tools/launch.mjs tools/report-schemas.ts',
    );
  });
}
