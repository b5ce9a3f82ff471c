// SPDX-License-Identifier: Apache-2.0
/** The hub's program: `start`, and what needs the database without a running hub. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { restore } from '@sakimori/store';
import { SakimoriError } from '@sakimori/vocabulary';
import { type HubConfig, readHubConfig } from './config.ts';
import { hubErrors } from './errors.ts';
import { type Instance, openInstance } from './instance.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const consoleRoom = join(root, 'doors', 'console');

/** People read the terminal; machines read standard output. */
const say = (message: string): void => {
  process.stderr.write(`${message}\n`);
};

/** Exit codes of the command line: 2 bad input, 3 refused, 4 unavailable. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof SakimoriError)) return 1;
  const { status } = error.specification;
  if (status === 401 || status === 403) return 3;
  return status >= 500 || status === 409 ? 4 : 2;
}

async function start(args: readonly string[]): Promise<void> {
  const startedMs = performance.now();
  const config = await choosePort(readHubConfig(args, process.env, process.cwd()));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await ensureConsole();
  const instance = await openInstance({
    config,
    version: String(manifest.version),
    consoleFolder: join(consoleRoom, 'dist'),
    say,
  });
  const people = await fillExercise(instance, config);
  stopOnSignals(instance);
  const address = await listen(instance, config.host, config.port);
  await listenSandbox(instance, config);
  writeFileSync(join(config.dataFolder, 'run', 'hub.url'), `${address}\n`);
  await printLinks(instance, people);
  process.stdout.write(`ready ${address}\n`);
  say(`(${((performance.now() - startedMs) / 1000).toFixed(1)} s)`);
}

/** Builds the console when its sources changed, in a process of its own: bundlers are heavy. */
async function ensureConsole(): Promise<void> {
  const program = join(consoleRoom, 'build.ts');
  const { isConsoleBuilt } = (await import(program)) as { isConsoleBuilt: () => boolean };
  if (isConsoleBuilt()) return;
  say('Building the console (only the first time, or after an update) ...');
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 2, 2] });
  const [code] = await once(child, 'exit');
  if (code !== 0) say('The console did not build; the hub serves machines only.');
}

/** The sample nation, on an exercise instance that has no organisation yet. */
async function fillExercise(
  instance: Instance,
  config: HubConfig,
): Promise<ReadonlyMap<string, string>> {
  if (instance.facts.world !== 'exercise' || config.empty) return new Map();
  const { loadSampleNation, samplePeople } = await import('./sample/load.ts');
  const known = await samplePeople(instance.store);
  return known.size > 0 ? known : loadSampleNation(instance.services, instance.identity, say);
}

/** One-time links, one for each role of the sample nation. There is no password anywhere. */
async function printLinks(instance: Instance, people: ReadonlyMap<string, string>): Promise<void> {
  if (people.size === 0) return;
  say(
    '\nSign in with one of these links. Each works once, for 24 hours / 各リンクは 24 時間以内に 1 回だけ使えます:',
  );
  for (const [role, personId] of people) {
    const { url } = await instance.identity.createSignInLink(personId, 'printed');
    say(`  ${role.padEnd(16)} ${url}`);
  }
  say('');
}

/**
 * The port is tried before anything is made: whoever is refused has waited for nothing. Port 0: a
 * free one is chosen, because links and the log's name carry it. Throws HUB_PORT_TAKEN.
 */
async function choosePort(config: HubConfig): Promise<HubConfig> {
  const probe = createServer();
  probe.listen(config.port, config.host);
  try {
    await once(probe, 'listening');
  } catch (error) {
    throw portError(error, config.port);
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return { ...config, port, publicUrl: config.publicUrl.replace(/:0$/, `:${port}`) };
}

function portError(error: unknown, port: number): unknown {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return isTaken ? hubErrors('PORT_TAKEN', { port }) : error;
}

async function listen(instance: Instance, host: string, port: number): Promise<string> {
  try {
    return await instance.app.listen({ host, port });
  } catch (error) {
    await instance.close();
    throw portError(error, port);
  }
}

/** The sandbox's own port: the one that was named, else the next one, else any that is free. */
async function listenSandbox({ sandbox, close }: Instance, config: HubConfig): Promise<void> {
  const named = config.sandbox.port;
  const port = named ?? Math.min(config.port + 1, 65_535);
  try {
    await sandbox.listen(port);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (isTaken && named === undefined && config.sandbox.url === undefined) {
      await sandbox.listen(0);
      return;
    }
    await close();
    throw isTaken ? hubErrors('PORT_TAKEN', { port }) : error;
  }
}

/** `restore FILE --data FOLDER`: makes an instance from a backup; starts nothing. */
async function restoreInstance([file, ...rest]: readonly string[]): Promise<void> {
  const config = readHubConfig(rest, process.env, process.cwd());
  if (!file) throw hubErrors('BAD_ARGUMENT', { field: 'FILE', expected: 'a backup' });
  const manifest = await restore({
    folder: config.dataFolder,
    input: createReadStream(file),
    databaseUrl: config.databaseUrl,
    log: say,
  });
  for (const head of manifest.heads) say(`log ${head.log}: ${head.size} entries`);
  say('Restored. If a checkpoint that others keep is ahead of this, the hub will refuse to sign.');
}

function stopOnSignals(instance: Instance): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      say('Stopping ...');
      instance.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

const [command = 'start', ...args] = process.argv.slice(2);
try {
  if (command === 'start') await start(args);
  else if (command === 'restore') await restoreInstance(args);
  else throw hubErrors('BAD_ARGUMENT', { field: 'command', expected: 'start, restore' });
} catch (error) {
  say(error instanceof SakimoriError ? error.text('en') : String((error as Error).stack ?? error));
  process.exit(exitCodeOf(error));
}
