// SPDX-License-Identifier: Apache-2.0
/** Builds the console once: Vite runs only when sources or package versions have changed. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const room = fileURLToPath(new URL('.', import.meta.url));
const ground = fileURLToPath(new URL('../../ground', import.meta.url));

/** Where the built files are. */
export const consoleDist: string = join(room, 'dist');

/** Every file that decides what the build looks like; other rooms only as far as we import them. */
function listInputs(): string[] {
  const folders = [
    join(room, 'src'),
    join(room, 'public'),
    join(ground, 'vocabulary', 'src'),
    join(ground, 'ledger', 'src'),
  ];
  const files = [join(room, 'index.html'), join(room, 'build.ts'), join(room, 'package.json')];
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
    }
  }
  return files.sort();
}

/** Digest of all inputs and of the versions of the packages that go into the build. */
function digestInputs(): string {
  const hash = createHash('sha256');
  const root = join(room, '..', '..');
  for (const file of listInputs()) {
    hash.update(`${relative(root, file).split(sep).join('/')}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  const own = JSON.parse(readFileSync(join(room, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  hash.update(JSON.stringify(own.dependencies));
  return hash.digest('hex');
}

/** True when `dist/` holds a build of exactly the present sources. */
export function isConsoleBuilt(): boolean {
  const mark = join(consoleDist, '.digest');
  return (
    existsSync(mark) &&
    readFileSync(mark, 'utf8') === digestInputs() &&
    existsSync(join(consoleDist, 'index.html'))
  );
}

/** What a build came to. */
export interface ConsoleBuild {
  readonly folder: string;
  readonly built: boolean;
}

/**
 * Makes sure that `dist/` holds the console built from the present sources.
 *
 * In     `force` builds even when nothing changed
 * Out    the folder, and whether Vite ran (false: the digest was the same and the folder is whole)
 * Throws what Vite throws when a source does not build; `dist/.digest` then stays absent
 * Never  reaches the network: every package is installed before
 */
export async function buildConsole(force = false): Promise<ConsoleBuild> {
  if (!force && isConsoleBuilt()) return { folder: consoleDist, built: false };
  const digest = digestInputs();
  // Loaded only when needed: a warm start must not pay for the bundler.
  const [{ build }, { default: react }, { default: tailwind }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
    import('@tailwindcss/vite'),
  ]);
  // Built beside and then moved: who serves the old files meanwhile, or builds at the same time,
  // never meets half a build.
  const fresh = join(room, '..', '..', '.cache', `console-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  await build({
    root: room,
    configFile: false,
    logLevel: 'warn',
    plugins: [react(), tailwind()],
    build: {
      outDir: fresh,
      emptyOutDir: true,
      target: 'es2022',
      // Fonts and pictures as files: the content security policy allows data: for images only.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      manifest: true,
      chunkSizeWarningLimit: 1500,
    },
  });
  writeFileSync(join(fresh, '.digest'), digest);
  moveIntoPlace(fresh);
  return { folder: consoleDist, built: true };
}

/** Replaces `dist/`. Where another build of the same sources was faster, ours is given up. */
function moveIntoPlace(fresh: string): void {
  const old = `${fresh}-old`;
  try {
    if (existsSync(consoleDist)) renameSync(consoleDist, old);
    renameSync(fresh, consoleDist);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!isConsoleBuilt()) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
}

// As a program of its own, so that the hub's process never carries the bundler's memory.
if (process.argv[1] === import.meta.filename) await buildConsole();
