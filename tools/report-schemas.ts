// SPDX-License-Identifier: Apache-2.0
/** spec/report/*.schema.json: JSON Schema of record and organisation, made from the code's shapes. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { incidentRecord, instant, reportingOrganisation } from '@sakimori/report/engine';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'spec', 'report');

/** What Zod checks by code and JSON Schema cannot see: said by a pattern that is a little wider. */
const INSTANT =
  '^\\d{4}-\\d{2}-\\d{2}([Tt ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?([Zz]|[+-]\\d{2}:\\d{2}))?$';

const SCHEMAS = [
  {
    file: 'report.schema.json',
    title: 'Sakimori incident record, format sakimori-report/1',
    shape: incidentRecord,
  },
  {
    file: 'organisation.schema.json',
    title: 'Facts of a reporting organisation that decide its duties',
    shape: reportingOrganisation,
  },
] as const;

/** The schemas as they should stand, by path. */
export function makeReportSchemas(): Map<string, object> {
  return new Map(
    SCHEMAS.map(({ file, title, shape }) => {
      // `input`: what is sent, so fields with a default may be left out.
      const schema = z.toJSONSchema(shape, {
        io: 'input',
        override: ({ zodSchema, jsonSchema }) => {
          if ((zodSchema as unknown) !== instant) return;
          jsonSchema.pattern = INSTANT;
          jsonSchema.description =
            'RFC 3339 with Z or an offset; a date alone is that day in Japan.';
        },
      });
      const { $schema, ...rest } = schema;
      return [
        join(FOLDER, file),
        { $schema, $id: `urn:sakimori:spec:report:${file}`, title, ...rest },
      ];
    }),
  );
}

if (process.argv[1] === import.meta.filename) {
  const schemas = makeReportSchemas();
  for (const [path, schema] of schemas) writeFileSync(path, JSON.stringify(schema, null, 2));
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  execFileSync(process.execPath, [biome, 'format', '--write', ...schemas.keys()], { cwd: ROOT });
}
