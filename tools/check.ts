// SPDX-License-Identifier: Apache-2.0
/** `npm run check`: types, lint and format, import table of ARCHITECTURE.md. Exit 1 on findings. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findImportViolations } from './import-table.ts';

const root = join(import.meta.dirname, '..');

interface Step {
  readonly name: string;
  readonly run: () => Promise<string>;
}

/** Runs a program of node_modules; gives its output when it fails, else nothing. */
function program(path: string, ...args: string[]): Promise<string> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', path), ...args], {
      cwd: root,
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('close', (code) => done(code === 0 ? '' : output || `exit ${code}`));
  });
}

const steps: Step[] = [
  {
    name: 'types',
    run: () => program('typescript/bin/tsc', '-p', 'tsconfig.json', '--incremental', 'false'),
  },
  {
    name: 'lint and format',
    run: () =>
      program('@biomejs/biome/bin/biome', 'ci', '--colors=off', '--error-on-warnings', '.'),
  },
  { name: 'import table', run: async () => findImportViolations(root).join('\n') },
];

const results = await Promise.all(
  steps.map(async (step) => {
    const startedMs = performance.now();
    const problem = await step.run();
    return { name: step.name, problem, tookMs: performance.now() - startedMs };
  }),
);
for (const { name, problem, tookMs } of results) {
  console.log(`${problem ? 'FAIL' : 'ok  '} ${name} (${(tookMs / 1000).toFixed(1)} s)`);
  if (problem) console.log(problem);
}
process.exitCode = results.some((result) => result.problem) ? 1 : 0;
