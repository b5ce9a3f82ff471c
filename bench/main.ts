// SPDX-License-Identifier: Apache-2.0
/** `npm run bench -- NAME [arguments]`: prints one JSON line a result, with machine and commit. */
import { existsSync, globSync } from 'node:fs';
import { basename, join } from 'node:path';

const folder = import.meta.dirname;
const names = globSync('*.ts', { cwd: folder })
  .map((file) => basename(file, '.ts'))
  .filter((name) => !['main', 'machine', 'processor-time'].includes(name))
  .sort();
const [name, ...args] = process.argv.slice(2);

if (!name || !names.includes(name) || !existsSync(join(folder, `${name}.ts`))) {
  process.stderr.write(`Usage: npm run bench -- NAME [arguments]\nNames: ${names.join(', ')}\n`);
  process.exit(2);
}
const { run } = (await import(`./${name}.ts`)) as { run: (args: string[]) => Promise<void> };
await run(args);
