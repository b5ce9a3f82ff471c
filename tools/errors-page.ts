// SPDX-License-Identifier: Apache-2.0
/** docs/errors.md: every code that anybody can meet, made from the rooms' catalogues. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCatalogue, ErrorSpecification } from '@sakimori/vocabulary';

const root = join(import.meta.dirname, '..');
export const ERRORS_PAGE = join(root, 'docs', 'errors.md');

type Catalogue = ErrorCatalogue<Record<string, ErrorSpecification>>;

/** All catalogues that rooms export from a file named errors.ts. */
export async function readCatalogues(): Promise<Catalogue[]> {
  const files = globSync('{{ground,way,doors}/*,law}/src/**/errors.ts', { cwd: root }).sort();
  const catalogues: Catalogue[] = [];
  for (const file of files) {
    const exported = (await import(join(root, file))) as Record<string, unknown>;
    for (const value of Object.values(exported)) {
      if (typeof value === 'function' && 'specifications' in value) {
        catalogues.push(value as unknown as Catalogue);
      }
    }
  }
  return catalogues.sort((a, b) => a.prefix.localeCompare(b.prefix));
}

/** The page as it should stand. */
export async function makeErrorsPage(): Promise<string> {
  const lines = [
    '# Error codes',
    '',
    'Made by `node tools/launch.mjs tools/errors-page.ts` from the catalogues; do not edit by hand.',
    'Answers are problem documents (RFC 9457) with these codes and both texts.',
  ];
  for (const { prefix, specifications } of await readCatalogues()) {
    lines.push(
      '',
      `## ${prefix}`,
      '',
      '| Code | Status | Again? | English | 日本語 |',
      '|---|---|---|---|---|',
    );
    for (const [code, { status, retry, en, ja, law }] of Object.entries(specifications)) {
      const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
      const clause = law ? ` (${law})` : '';
      lines.push(
        `| ${prefix}_${code} | ${status} | ${retry} | ${cell(en)}${clause} | ${cell(ja)} |`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(ERRORS_PAGE, await makeErrorsPage());

/** The page as it stands in the repository. */
export const readErrorsPage = (): string => readFileSync(ERRORS_PAGE, 'utf8');
