// SPDX-License-Identifier: Apache-2.0
/** What the build must keep: small first view, no inline code, nothing from elsewhere. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildConsole, consoleDist, isConsoleBuilt } from '../build.ts';

interface ManifestChunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
}
type Manifest = Readonly<Record<string, ManifestChunk>>;

const FIRST_VIEW_BYTES_MAX = 250_000;

before(async () => {
  await buildConsole();
});

/** Every script that must arrive before these chunks can run. */
function closure(manifest: Manifest, starts: readonly string[]): Set<string> {
  const found = new Set<string>();
  const take = (name: string) => {
    const chunk = manifest[name];
    if (!chunk || found.has(chunk.file)) return;
    found.add(chunk.file);
    for (const next of chunk.imports ?? []) take(next);
  };
  for (const start of starts) take(start);
  return found;
}

test('the first view of an operator needs less than 250 kB of script (gzip)', () => {
  const manifest: Manifest = JSON.parse(
    readFileSync(join(consoleDist, '.vite', 'manifest.json'), 'utf8'),
  );
  const entry = Object.keys(manifest).find((name) => manifest[name]?.isEntry) ?? '';
  const files = closure(manifest, [entry, 'src/pages/home.tsx', 'src/language/ja.json']);
  const bytes = [...files]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + gzipSync(readFileSync(join(consoleDist, file))).length, 0);
  assert.ok(files.size >= 3, 'the manifest names entry, page and language');
  assert.ok(bytes < FIRST_VIEW_BYTES_MAX, `${bytes} bytes`);
});

test('the page carries no inline script, no inline style and nothing from elsewhere', () => {
  const page = readFileSync(join(consoleDist, 'index.html'), 'utf8');
  assert.doesNotMatch(page, /<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=/);
  assert.doesNotMatch(page, /(?:src|href)="(?!\/)/);
});

test('styles name no other host and no font inside a data address', () => {
  const styles = readdirSync(join(consoleDist, 'assets')).filter((name) => name.endsWith('.css'));
  assert.ok(styles.length > 0);
  for (const name of styles) {
    const text = readFileSync(join(consoleDist, 'assets', name), 'utf8');
    assert.doesNotMatch(text, /url\(\s*['"]?(?:https?:)?\/\//);
    assert.doesNotMatch(text, /url\(\s*['"]?data:font/);
  }
});

test('a second start builds nothing', async () => {
  assert.equal(isConsoleBuilt(), true);
  assert.equal((await buildConsole()).built, false);
});
