// SPDX-License-Identifier: Apache-2.0
/** `sakimori backup` from a running hub, `sakimori restore` into a new data folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { ask, CommandStop, EXIT, type HubPlace } from './hub-client.ts';

const HUB = join(import.meta.dirname, '..', '..', 'hub', 'src', 'main.ts');

/** Adds `backup` and `restore` to the command line. */
export function addBackupCommands(
  program: Command,
  surroundings: { readonly stderr: Writable; readonly place: (hub?: string) => HubPlace },
  exit: (code: number) => void,
): void {
  program
    .command('backup')
    .description('one consistent file of everything, while the hub runs')
    .argument('<file>', 'file to write; must not exist')
    .option('--hub <url>', 'address of the hub')
    .action(async (file: string, options: { readonly hub?: string }) => {
      const bytes = await takeBackup(file, surroundings.place(options.hub));
      surroundings.stderr.write(`Backup written: ${file} (${bytes} bytes)\n`);
      exit(EXIT.done);
    });
  program
    .command('restore')
    .description('make a data folder from a backup; every digest is checked first')
    .argument('<file>', 'the backup')
    .requiredOption('--data <folder>', 'data folder to make; absent or empty')
    .action(async (file: string, options: { readonly data: string }) => {
      exit(await restoreBackup(file, options.data));
    });
}

/** Writes beside the name first: a broken connection leaves no file that looks like a backup. */
async function takeBackup(file: string, place: HubPlace): Promise<number> {
  if (existsSync(file))
    throw new CommandStop(EXIT.badInput, 'file: exists already; choose another');
  const answer = await ask(place, '/api/v1/backup');
  const partial = `${file}.partial`;
  const out = createWriteStream(partial, { mode: 0o600 });
  try {
    await pipeline(Readable.fromWeb(answer.body as never), out);
    await rename(partial, file);
  } catch {
    await rm(partial, { force: true });
    throw new CommandStop(EXIT.unavailable, 'The backup broke off; nothing was kept. Try again.');
  }
  return out.bytesWritten;
}

/** The hub's program restores: it alone has the database. */
async function restoreBackup(file: string, folder: string): Promise<number> {
  if (!existsSync(file)) throw new CommandStop(EXIT.badInput, 'file: no such file');
  const child = spawn(process.execPath, [HUB, 'restore', file, '--data', folder], {
    stdio: 'inherit',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? EXIT.unavailable;
}
