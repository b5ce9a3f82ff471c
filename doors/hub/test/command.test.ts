// SPDX-License-Identifier: Apache-2.0
/** The command line against a hub that runs: what it says, and with which code it ends. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { gzipSync } from 'node:zlib';
import { sampleKevAfter } from '../src/sample/feeds.ts';
import { cpeFile, GATEWAY, GATEWAY_HOLE, kevFile, registerCsv } from './hub-for-tests.ts';
import {
  type Ended,
  freePort,
  processesOn,
  type RunningHub,
  runCommand,
  startHub,
  startProgram,
  until,
} from './running-hub.ts';

const OPERATOR = 'org_sample-hikari-power';
let home: string;
let hub: RunningHub;

/** As somebody who stands in the folder of the instance. */
const here = (args: readonly string[], input?: string): Promise<Ended> =>
  runCommand(args, { cwd: home, ...(input !== undefined && { input }) });

const file = (name: string, content: string | Buffer): string => {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
};

/** Ends with this code; output is only where it belongs. */
function check(ended: Ended, code: number, says: RegExp = /./): void {
  assert.equal(ended.code, code, `${ended.stdout}\n${ended.stderr}`);
  assert.match(`${ended.stdout}${ended.stderr}`, says);
  assert.doesNotMatch(ended.stderr, /\n\s+at .*:\d+:\d+/, 'no stack trace for people');
}

/** The sample's catalogue and one more vulnerability. */
function longerKev(): string {
  const known = JSON.parse(sampleKevAfter());
  const more = JSON.parse(kevFile([GATEWAY_HOLE]));
  known.vulnerabilities.push(...more.vulnerabilities);
  known.count = known.vulnerabilities.length;
  known.catalogVersion = '2026.11.01';
  return JSON.stringify(known);
}

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'sakimori-command-'));
  hub = await startHub(join(home, 'data'));
});
after(async () => {
  await hub.end('SIGTERM');
  rmSync(home, { recursive: true, force: true });
});

test('whoever owns the data folder needs no token; another place or a wrong token is refused', async () => {
  check(await here(['warnings', 'list', '--json']), 0);
  const elsewhere = { cwd: tmpdir() };
  const args = ['warnings', 'list', '--json', '--hub', hub.url];
  check(await runCommand(args, elsewhere), 3, /sign/i);
  const wrong = { ...elsewhere, env: { SAKIMORI_TOKEN: 'skm_key_wrong' } };
  check(await runCommand(args, wrong), 3);
  const token = readFileSync(join(home, 'data', 'run', 'owner.token'), 'utf8').trim();
  check(await runCommand(args, { ...elsewhere, env: { SAKIMORI_TOKEN: token } }), 0);
});

test('without a hub the command ends with 4, with bad words with 2', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`;
  const absent = join(home, 'absent');
  const cases: readonly (readonly [number, RegExp, readonly string[]])[] = [
    [4, /cannot be reached/, ['warnings', 'list', '--hub', nowhere]],
    [4, /cannot be reached/, ['feed', 'import', 'kev', '-', '--hub', nowhere]],
    [4, /cannot be reached/, ['backup', join(home, 'no.tar'), '--hub', nowhere]],
    [2, /--hub/, ['warnings', 'list', '--hub', 'not an address']],
    [2, /kind/, ['feed', 'import', 'news', '-']],
    [2, /no such file/, ['feed', 'import', 'kev', absent]],
    [2, /./, ['register', 'import', absent, '--organisation', OPERATOR]],
    [2, /--key/, ['ledger', 'verify', hub.url, '--key', 'no key']],
    [2, /./, ['ledger', 'verify', absent, '--key', 'x+y+z']],
    [2, /./, ['no-such-command']],
    [2, /./, ['warnings', 'list', '--no-such-option']],
  ];
  await Promise.all(
    cases.map(async ([code, says, args]) => check(await here(args, '{}'), code, says)),
  );
});

test('a register comes in from a file; refused rows end with 1; a stranger’s register is not found', async () => {
  const good = file('list.csv', registerCsv([GATEWAY]));
  const args = ['--organisation', OPERATOR, '--json'];
  const done = await here(['register', 'import', good, ...args]);
  check(done, 0);
  assert.equal(JSON.parse(done.stdout).counts.added, 1);
  const again = await here(['register', 'import', good, ...args]);
  check(again, 0);
  assert.equal(JSON.parse(again.stdout).counts.unchanged, 1);
  const broken = registerCsv([['GW-9', 'Kagami', 'Edge Gateway', '2.4', 'nonsense']]);
  const refused = await here(['register', 'import', '-', ...args], broken);
  check(refused, 1);
  assert.ok(!refused.stdout.includes('cpe:2.3:nonsense'), 'the refused value is not said again');
  check(await here(['register', 'import', good, '--organisation', 'org_nowhere']), 2);
});

test('a feed comes in from a file, a folder, a pipe, compressed; a bad one ends with 1', async () => {
  const cpe = file('cpe.ndjson', cpeFile([GATEWAY_HOLE]));
  check(await here(['feed', 'import', 'cpe', cpe, '--decrease-allowed']), 0, /cpe applied/);
  const kev = longerKev();
  const first = await here(['feed', 'import', 'kev', file('kev.json', kev), '--json']);
  check(first, 0);
  const run = JSON.parse(first.stdout);
  // The vulnerability itself came in with its configuration: that it is exploited is new.
  assert.deepEqual([run.state, run.counts.added + run.counts.changed], ['applied', 1]);
  const kevPath = join(home, 'kev.json');
  check(await here(['feed', 'import', 'kev', kevPath]), 0, /unchanged/);
  check(await here(['feed', 'import', 'kev', '-'], kev), 0, /0 added, 0 changed/);
  const packed = file('kev.json.gz', gzipSync(kev));
  check(await here(['feed', 'import', 'kev', packed]), 0, /0 added, 0 changed/);
  const folder = join(home, 'cpe-folder');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.json'), cpeFile([GATEWAY_HOLE]));
  check(await here(['feed', 'import', 'cpe', folder, '--decrease-allowed']), 0);
  check(await here(['feed', 'import', 'kev', file('bad.json', '{"title":')]), 1);
  check(await here(['feed', 'import', 'kev', '-'], kev.slice(0, -200)), 1);
  check(await here(['feed', 'import', 'kev', '-'], ''), 1);
});

test('warnings are listed as one JSON document a line, for all or for one organisation', async () => {
  const args = ['warnings', 'list', '--json', '--organisation', OPERATOR];
  await until(async () => (await here(args)).stdout.includes(GATEWAY_HOLE.id));
  const own = await here(args);
  const lines = own.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(lines.every((one) => one.organisation.id === OPERATOR));
  const all = await here(['warnings', 'list', '--json']);
  const everybody = all.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id);
  assert.ok(everybody.length > lines.length);
  assert.equal(new Set(everybody).size, everybody.length, 'no warning twice over the pages');
  const none = await here(['warnings', 'list', '--json', '--organisation', 'org_nowhere']);
  check({ ...none, stderr: '-' }, 0);
  assert.equal(none.stdout, '');
});

test('the log verifies by address and in its folder; with one byte changed it does not', async () => {
  const vkeys = (await (await fetch(`${hub.url}/ledger/exercise/vkey`)).text()).trim().split('\n');
  const keys = vkeys.flatMap((vkey) => ['--key', vkey]);
  const byAddress = await here([
    'ledger',
    'verify',
    `${hub.url}/ledger/exercise`,
    ...keys,
    '--json',
  ]);
  check(byAddress, 0);
  const report = JSON.parse(byAddress.stdout);
  assert.equal(report.ok, true);
  assert.equal(report.bundles, 'read');
  assert.equal(report.entries, report.size);
  assert.equal(report.signedBy.length, 2);
  const copy = join(home, 'copy');
  cpSync(join(home, 'data', 'ledger', 'exercise'), copy, { recursive: true });
  check(await here(['ledger', 'verify', copy, ...keys]), 0, /holds together/);
  const foreign = 'example.jp/other+0b3f8b6b+AVnLrY0GCJ6Y7hTB2rYEUVT0sC5jOMS1yqFTbQ7qg8mM';
  assert.notEqual((await here(['ledger', 'verify', copy, '--key', foreign])).code, 0);
  const bundle = join(copy, 'tile', 'entries', '000');
  const bytes = readFileSync(bundle);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  rmSync(bundle);
  writeFileSync(bundle, bytes);
  check(await here(['ledger', 'verify', copy, ...keys]), 1, /does NOT hold together/);
});

test('a backup is restored into another folder, starts, verifies, and shows what was there', async () => {
  const backup = join(home, 'backup.tar');
  check(await here(['backup', backup]), 0, /Backup written/);
  check(await here(['backup', backup]), 2, /exists/);
  const restored = join(home, 'restored');
  check(await here(['restore', backup, '--data', restored]), 0, /Restored/);
  check(await here(['restore', backup, '--data', restored]), 4);
  check(await here(['restore', join(home, 'absent.tar'), '--data', join(home, 'x')]), 2);
  const damaged = join(home, 'damaged.tar');
  copyFileSync(backup, damaged);
  const bytes = readFileSync(damaged);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  writeFileSync(damaged, bytes);
  const refused = await here(['restore', damaged, '--data', join(home, 'from-damaged')]);
  assert.notEqual(refused.code, 0, 'a damaged backup is not restored');

  const again = await startHub(restored);
  try {
    const args = ['warnings', 'list', '--json', '--organisation', OPERATOR];
    const there = await runCommand([...args, '--hub', again.url], {
      cwd: home,
      env: { SAKIMORI_DATA: restored },
    });
    check(there, 0);
    assert.equal(there.stdout, (await here(args)).stdout);
    const vkeys = (await (await fetch(`${again.url}/ledger/exercise/vkey`)).text()).trim();
    const keys = vkeys.split('\n').flatMap((vkey) => ['--key', vkey]);
    check(await here(['ledger', 'verify', `${again.url}/ledger/exercise`, ...keys]), 0);
  } finally {
    await again.end('SIGTERM');
  }
  assert.deepEqual(processesOn(restored), [], 'nothing runs on after the hub has ended');
});

test('a second hub on the same folder, or on a port that is taken, ends with 4 and says why', async () => {
  const second = await startProgram(['start', '--data', hub.folder, '--port', '0']).ended;
  assert.equal(second.code, 4, second.stderr);
  assert.match(second.stderr, /in use|another/i);
  const { port } = new URL(hub.url);
  const other = join(home, 'other');
  const taken = await startProgram(['start', '--data', other, '--port', port, '--empty']).ended;
  assert.equal(taken.code, 4, taken.stderr);
  assert.match(taken.stderr, new RegExp(`Port ${port}.*--port`, 's'));
  assert.deepEqual(processesOn(other), []);
  const words = await startProgram(['start', '--nonsense']).ended;
  assert.equal(words.code, 2, words.stderr);
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 200, 'the first hub is untouched');
});
