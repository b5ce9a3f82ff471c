// SPDX-License-Identifier: Apache-2.0
/**
 * `npm test`, `npm run test:slow`, `npm run test:interop`: starts one PostgreSQL for all test
 * files, runs node:test over them, stops it again. Further arguments choose files by part of path.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, relative } from 'node:path';
import { startTestServer } from '@sakimori/store/testing';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const kind = args.includes('--slow') ? 'slow' : args.includes('--interop') ? 'interop' : 'fast';
const chosen = args.filter((argument) => !argument.startsWith('--'));
const browserTests = (path: string) => path.includes('browser');

const files = globSync('{ground,way,doors,law,tools,bench}/**/*.test.ts', {
  cwd: root,
  exclude: (path) => String(path).includes('node_modules') || String(path).endsWith('dist'),
})
  .filter((path) => {
    const own = /\.(slow|interop)\.test\.ts$/.exec(path)?.[1] ?? 'fast';
    return own === kind && (chosen.length === 0 || chosen.some((part) => path.includes(part)));
  })
  // Browser tests take longest: first, so that the two workers end together.
  .sort((a, b) => Number(browserTests(b)) - Number(browserTests(a)) || a.localeCompare(b));

if (files.length === 0) {
  console.error(`No ${kind} test file fits ${chosen.join(' ') || 'anything'}.`);
  process.exit(2);
}

const server = await startTestServer();
let exitCode = 1;
try {
  exitCode = await run(files);
} finally {
  await server.stop();
}
process.exit(exitCode);

/** Runs the files, two at a time, each in its own process; gives the exit code. */
function run(paths: readonly string[]): Promise<number> {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--test',
        '--test-concurrency=2',
        // A test that hangs is red, not endless.
        `--test-timeout=${kind === 'slow' ? 1_800_000 : 600_000}`,
        // At a terminal also test by test; elsewhere failures, skips and counts are enough.
        ...(process.stdout.isTTY
          ? ['--test-reporter=spec', '--test-reporter-destination=stdout']
          : []),
        '--test-reporter=./tools/summary-reporter.ts',
        '--test-reporter-destination=stdout',
        ...paths.map((path) => relative(process.cwd(), join(root, path)) || path),
      ],
      {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, SAKIMORI_TEST_DATABASE_URL: server.url },
      },
    );
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => child.kill(signal));
    }
    child.on('exit', (code) => done(code ?? 1));
  });
}
