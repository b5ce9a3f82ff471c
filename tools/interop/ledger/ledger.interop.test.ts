// SPDX-License-Identifier: Apache-2.0
/**
 * Our log, read by programs that we did not write: the Go team's sumdb packages and
 * transparency-dev/formats, Tessera's fsck, OpenSSL, and forty lines of Python.
 *
 * A tool that cannot be had on this machine is skipped by name. A tool that runs and disagrees is a
 * failure. Everything stays on this machine but the download of the tools themselves.
 */
import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, type TestContext } from 'node:test';
import {
  diskFiles,
  MemoryStorage,
  makeKey,
  makeReceipt,
  readLogPath,
  readSigner,
  type Sequencer,
  startSequencer,
  verifyLog,
} from '@sakimori/ledger';

const TESSERA = 'github.com/transparency-dev/tessera/cmd/fsck@v1.0.4';
const here = import.meta.dirname;
const tools = join(here, '..', '..', '..', '.cache', 'interop', 'ledger');
const SIZES = [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 70_000];

const ORIGIN = 'example.jp/ledger/public';
const ed25519 = makeKey('ed25519', ORIGIN, randomBytes(32));
const mlDsa = makeKey('ml-dsa-44', ORIGIN, randomBytes(32));

let work = '';
let log = '';
const entries: Uint8Array[] = [];
/** A copy of the log's folder at each size: partial tiles and checkpoint as they were then. */
const atSize = (size: number) => join(work, `size-${size}`);

before(async () => {
  work = mkdtempSync(join(tmpdir(), 'sakimori-interop-'));
  log = join(work, 'log');
  writeFileSync(join(work, 'ed25519.vkey'), `${ed25519.vkey}\n`);
  writeFileSync(join(work, 'both.vkeys'), `${ed25519.vkey}\n${mlDsa.vkey}\n`);
  const storage = new MemoryStorage();
  const sequencer = await startLog(storage);
  for (const size of SIZES) {
    const ids: string[] = [];
    for (let n = entries.length; n < size; n += 1) {
      const entry = randomBytes(1 + (n % 60));
      entries.push(entry);
      storage.add('public', String(n), entry);
      ids.push(String(n));
    }
    await sequencer.waitFor(ids);
    cpSync(log, atSize(size), { recursive: true });
  }
  await sequencer.close();
});

after(() => rmSync(work, { recursive: true, force: true }));

function startLog(storage: MemoryStorage): Promise<Sequencer> {
  return startSequencer({
    log: 'public',
    origin: ORIGIN,
    storage,
    files: diskFiles(log),
    signers: [readSigner(ed25519.skey), readSigner(mlDsa.skey)],
    clock: { nowMs: Date.now },
    limits: { batchEntriesMax: 4096 },
  });
}

function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): SpawnSyncReturns<string> {
  return spawnSync(command, args, {
    cwd: here,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: 600_000,
  });
}

/** A command that answers, or undefined; tries the system's packages when we may install them. */
function find(command: string, versionArgs: string[], packages: string[]): string | undefined {
  const places = [command, `/usr/local/go/bin/${command}`, `/usr/lib/go/bin/${command}`];
  const there = () => places.find((place) => run(place, versionArgs).status === 0);
  const found = there();
  if (found || process.getuid?.() !== 0 || run('apt-get', ['--version']).status !== 0) return found;
  if (run('apt-get', ['install', '-y', '--no-install-recommends', ...packages]).status !== 0) {
    run('apt-get', ['update']);
    run('apt-get', ['install', '-y', '--no-install-recommends', ...packages]);
  }
  return there();
}

/** A Go program, built once into the cache; undefined, with the test skipped, when it cannot be. */
function buildGo(t: TestContext, name: 'verify' | 'fsck'): string | undefined {
  const go = find('go', ['version'], ['golang-go']);
  if (!go) {
    t.skip('Go is not on this machine and could not be installed');
    return undefined;
  }
  mkdirSync(tools, { recursive: true });
  const binary = join(tools, name);
  if (name === 'fsck' && existsSync(binary)) return binary;
  const args = name === 'fsck' ? ['install', TESSERA] : ['build', '-o', binary, '.'];
  // First with the Go that is here, then with the toolchain that the module asks for.
  for (const GOTOOLCHAIN of ['local', 'auto']) {
    const built = run(go, args, { GOBIN: tools, GOTOOLCHAIN, GOFLAGS: '-buildvcs=false' });
    if (built.status === 0) return binary;
    // Our own program failing to compile is a fault; modules that cannot be fetched are not.
    assert.doesNotMatch(built.stderr, /^\.\/main\.go:/m, 'the Go program does not compile');
  }
  t.skip(`the Go program ${name} could not be built here (modules or toolchain not to be had)`);
  return undefined;
}

test('our own verification agrees at every boundary size', async () => {
  for (const size of SIZES) {
    const files = diskFiles(atSize(size));
    const report = await verifyLog({
      read: (path) => files.read(path),
      vkeys: [ed25519.vkey, mlDsa.vkey],
      foreign: true,
    });
    assert.deepEqual([report.ok, report.size, report.signedBy.length], [true, size, 2]);
  }
});

test('Python re-derives the root and every tile from the entries, at every boundary size', (t) => {
  const python = find('python3', ['--version'], ['python3']);
  if (!python) return t.skip('Python 3 is not on this machine and could not be installed');
  for (const size of SIZES) {
    const result = run(python, ['rederive.py', atSize(size)]);
    assert.equal(result.status, 0, result.stderr);
    assert.equal(result.stdout.split(' ')[0], String(size));
  }
  const damaged = damage(atSize(512), 'tile/entries/001');
  assert.notEqual(run(python, ['rederive.py', damaged]).status, 0, 'a damaged log passed');
});

test('Go (sumdb/note, sumdb/tlog, formats/note) accepts both signatures, every entry and proof', (t) => {
  const verify = buildGo(t, 'verify');
  if (!verify) return;
  for (const size of SIZES) {
    const result = run(verify, [atSize(size), join(work, 'both.vkeys')]);
    assert.equal(result.status, 0, result.stderr);
    const report = JSON.parse(result.stdout);
    assert.deepEqual([report.size, report.records, report.signatures.length], [size, size, 2]);
    assert.ok(size === 0 || (report.inclusion > 0 && report.consistency > 0));
  }
  for (const path of ['tile/entries/001', 'tile/0/000', 'checkpoint']) {
    const damaged = damage(atSize(512), path);
    assert.notEqual(run(verify, [damaged, join(work, 'both.vkeys')]).status, 0, path);
  }
});

test('Go (formats/proof) accepts our receipts, and no receipt for another entry', async (t) => {
  const verify = buildGo(t, 'verify');
  if (!verify) return;
  const files = diskFiles(log);
  const checkpoint = readFileSync(join(log, 'checkpoint'), 'utf8');
  for (const index of [0, 255, 256, 65_535, 69_999]) {
    const receipt = join(work, `${index}.tlog-proof`);
    writeFileSync(receipt, await makeReceipt((path) => files.read(path), index, checkpoint));
    writeFileSync(join(work, 'entry'), entries[index] as Uint8Array);
    const args = [log, join(work, 'both.vkeys'), receipt, join(work, 'entry')];
    const result = run(verify, args);
    assert.equal(result.status, 0, result.stderr);
    writeFileSync(join(work, 'entry'), 'another entry');
    assert.notEqual(run(verify, args).status, 0);
  }
});

test("Tessera's fsck accepts the log over HTTP, and not a damaged one", async (t) => {
  const fsck = buildGo(t, 'fsck');
  if (!fsck) return;
  const check = async (folder: string) => {
    const server = serve(folder);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const output = await runAside(fsck, [
      `--storage_url=http://127.0.0.1:${port}/`,
      `--public_key=${join(work, 'ed25519.vkey')}`,
      '--ui=false',
    ]);
    server.close();
    return output;
  };
  for (const size of SIZES.filter((n) => n > 0)) {
    // fsck ends with 0 in any case: its last words count.
    const output = await check(atSize(size));
    assert.match(output, new RegExp(`Successfully fsck'd log with size ${size} `));
  }
  // Only a bundle: over a changed hash tile fsck 1.0.4 finds the fault but waits for ever.
  const output = await check(damage(atSize(512), 'tile/entries/001'));
  assert.doesNotMatch(output, /Successfully/);
});

test('OpenSSL accepts the Ed25519 line over the text of the checkpoint', (t) => {
  const openssl = find('openssl', ['version'], ['openssl']);
  if (!openssl) return t.skip('OpenSSL is not on this machine and could not be installed');
  const note = readFileSync(join(log, 'checkpoint'), 'utf8');
  const cut = note.lastIndexOf('\n\n');
  const line = note.slice(cut + 2).split('\n')[0] as string;
  const signature = Buffer.from(line.split(' ')[2] as string, 'base64').subarray(4);
  const key = Buffer.from(ed25519.vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]);
  writeFileSync(join(work, 'key.der'), der);
  writeFileSync(join(work, 'signature'), signature);
  const accepts = (text: string) => {
    writeFileSync(join(work, 'text'), text);
    const args = ['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-rawin'];
    args.push('-inkey', join(work, 'key.der'), '-sigfile', join(work, 'signature'));
    return run(openssl, [...args, '-in', join(work, 'text')]).status === 0;
  };
  assert.ok(accepts(note.slice(0, cut + 1)));
  assert.ok(!accepts(note.slice(0, cut + 1).replace('70000', '70001')));
});

/** A copy with one changed byte in one file. */
function damage(folder: string, path: string): string {
  const copy = mkdtempSync(join(work, 'damaged-'));
  cpSync(folder, copy, { recursive: true });
  const bytes = readFileSync(join(copy, path));
  const at = path === 'checkpoint' ? bytes.indexOf('\n512\n') + 1 : bytes.length - 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(join(copy, path), bytes);
  return copy;
}

function serve(folder: string) {
  return createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    const file = join(folder, path);
    if (!readLogPath(path) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.end(readFileSync(file));
  });
}

/** Runs a command while this process goes on serving; gives all that it said. */
function runAside(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: 60_000 });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}
