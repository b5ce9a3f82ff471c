// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { findImportViolations, importsOf, readImportTable } from '../import-table.ts';

const TABLE = `## Who may import whom

| Room | May import |
|---|---|
| vocabulary | nothing |
| store | vocabulary |
| warn | vocabulary, store |
| command | vocabulary, warn/engine |
`;

/** Writes a small repository, gives the findings, removes it. */
function check(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'import-table-'));
  const manifest = (name: string, exports: object, dependencies: object = {}) =>
    JSON.stringify({ name: `@sakimori/${name}`, exports, dependencies });
  const all: Record<string, string> = {
    'ARCHITECTURE.md': TABLE,
    'ground/vocabulary/package.json': manifest('vocabulary', { '.': '' }),
    'ground/store/package.json': manifest('store', { '.': '' }, { pg: '1' }),
    'way/5-warn/package.json': manifest('warn', { '.': '', './engine': '' }),
    'doors/command/package.json': manifest('command', {}),
    ...files,
  };
  try {
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return findImportViolations(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

test('what the table allows passes', () => {
  assert.deepEqual(
    check({
      'way/5-warn/src/index.ts':
        "import { x } from '@sakimori/store';\nimport { y } from './engine/index.ts';",
      'way/5-warn/src/engine/index.ts': "import type { z } from '@sakimori/vocabulary';",
      'doors/command/src/main.ts': "import { m } from '@sakimori/warn/engine';",
      'ground/store/src/index.ts': "import pg from 'pg';\nimport { join } from 'node:path';",
    }),
    [],
  );
});

test('each way around the table is found', () => {
  const forbidden: Record<string, string> = {
    'doors/command/src/a.ts': "import { w } from '@sakimori/warn';",
    'doors/command/src/b.ts': "export * from '@sakimori/store';",
    'doors/command/src/c.ts': "const s = await import('@sakimori/store');",
    'doors/command/src/d.ts': "import '../../../ground/store/src/index.ts';",
    'way/5-warn/src/engine/e.ts': "import { service } from '../service.ts';",
    'way/5-warn/src/engine/f.ts': "import { store } from '@sakimori/store';",
    'ground/vocabulary/src/g.ts': "import { readFileSync } from 'node:fs';",
    'ground/vocabulary/src/h.ts': "import fs from 'left-pad';",
    'way/5-warn/src/i.ts': "import { deep } from '@sakimori/store/src/pool.ts';",
  };
  const findings = check(forbidden);
  for (const file of Object.keys(forbidden)) {
    assert.ok(
      findings.some((line) => line.startsWith(file)),
      `${file} was not found`,
    );
  }
});

test('a word in a comment is no import', () => {
  assert.deepEqual(importsOf("// import x from 'pg'\n/* import y from 'pg' */\nconst a = 1;"), []);
});

test('an import over several lines is found', () => {
  assert.deepEqual(importsOf("import {\n  a,\n  b,\n} from 'pg';"), ['pg']);
});

test('the table of this repository names every room once', () => {
  const table = readImportTable(TABLE);
  assert.deepEqual([...table.keys()], ['vocabulary', 'store', 'warn', 'command']);
});
