// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { lockFolder, openDatabase, startEmbedded } from '@sakimori/store';
import pg from 'pg';
import { isRunning, runProgram } from './running-program.ts';

function makeFolder(t: TestContext, mode = 0o700): string {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-embedded-'));
  spawnSync('chmod', [mode.toString(8), folder]);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function ask(target: pg.ClientConfig, text: string): Promise<unknown> {
  const client = new pg.Client(target);
  await client.connect();
  try {
    const { rows } = await client.query(text);
    return Object.values((rows[0] ?? {}) as object)[0];
  } finally {
    await client.end();
  }
}

const isRoot = process.getuid?.() === 0;

test('the server is durable, listens on no address, and its roles cannot bypass anything', async (t) => {
  const folder = makeFolder(t);
  const server = await startEmbedded({ folder });
  t.after(() => server.stop());
  const admin = server.target('admin');
  assert.equal(await ask(admin, 'show fsync'), 'on');
  assert.equal(await ask(admin, 'show full_page_writes'), 'on');
  assert.equal(await ask(admin, 'show synchronous_commit'), 'on');
  assert.equal(await ask(admin, 'show listen_addresses'), '');
  assert.equal(
    await ask(
      admin,
      `select string_agg(rolname, ',' order by rolname) from pg_roles
       where rolname like 'sakimori%' and (rolsuper or rolbypassrls)`,
    ),
    'sakimori_admin',
  );
  assert.equal(statSync(join(folder, 'postgres-password')).mode & 0o777, 0o600);
  if (isRoot) assert.notEqual(statSync(join(folder, 'postgres')).uid, 0);
  await assert.rejects(ask({ ...admin, password: 'wrong' }, 'select 1'), /password/);
});

test('a second hub on the same folder is refused and told which process has it', async (t) => {
  const folder = makeFolder(t);
  const first = await lockFolder(folder);
  await assert.rejects(openDatabase({ folder }), (error: Error & { code: string }) => {
    assert.equal(error.code, 'STORE_FOLDER_IN_USE');
    assert.match(error.message, new RegExp(String(process.pid)));
    return true;
  });
  first.release();
  (await lockFolder(folder)).release();
  assert.equal(existsSync(join(folder, 'lock')), false);
});

test('a lock whose process is gone is taken over, also when its number lives on as another', async (t) => {
  const folder = makeFolder(t);
  const boot = existsSync('/proc/sys/kernel/random/boot_id')
    ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    : '';
  const holders = [
    { pid: process.pid, started: '1', boot },
    { pid: 4_000_000, started: '1', boot },
  ];
  for (const stale of [...holders, { pid: process.pid, started: '1', boot: 'earlier' }]) {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ ...stale, mark: 'old' }));
    (await lockFolder(folder)).release();
  }
  writeFileSync(join(folder, 'lock'), '');
  (await lockFolder(folder)).release();
});

test('of many that take over a stale lock at once, one has it', async (t) => {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: 4_000_000, started: '1', boot: '' }));
  const tries = await Promise.allSettled(Array.from({ length: 12 }, () => lockFolder(folder)));
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
});

test('what a killed hub and a killed supervisor leave behind is cleared at the next start', async (t) => {
  const folder = makeFolder(t);
  const program = runProgram('changing-program.ts', [folder, 'x']);
  await program.line((line) => line.startsWith('org_'));
  const pid = Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  const supervisor = Number(
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1],
  );
  process.kill(program.child.pid as number, 'SIGSTOP');
  process.kill(supervisor, 'SIGKILL');
  await program.end('SIGKILL');
  const database = await openDatabase({ folder });
  t.after(() => database.close());
  assert.notEqual(database.embedded?.pid(), pid);
  assert.equal(isRunning(pid), false);
  assert.equal(await ask(database.targets.owner, 'select 1 as one'), 1);
});

test('the login that serves requests has no other role to fall back to', async (t) => {
  const folder = makeFolder(t);
  const database = await openDatabase({ folder });
  t.after(() => database.close());
  const { application } = database.targets;
  for (const statement of [
    'alter table organisation disable row level security',
    'set role sakimori',
    'select * from ledger_outbox',
    'create table mine (id text)',
  ]) {
    await assert.rejects(
      ask(application, `reset role; ${statement}`),
      /must be owner|permission denied/,
      statement,
    );
  }
});

test('a pid file that names a stranger does not keep the database from starting', async (t) => {
  const folder = makeFolder(t);
  const first = await startEmbedded({ folder, durable: false });
  await first.stop();
  const user = statSync(join(folder, 'postgres'));
  // A process of the very user that runs the database, which is no database.
  const stranger = spawn('sleep', ['60'], isRoot ? { uid: user.uid, gid: user.gid } : {});
  t.after(() => stranger.kill());
  writeFileSync(
    join(folder, 'postgres', 'postmaster.pid'),
    `${stranger.pid}\n${join(folder, 'postgres')}\n1\n5432\n\n\n`,
  );
  const second = await startEmbedded({ folder, durable: false });
  await second.stop();
});

test('a data folder of another major version is refused by name, untouched', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'postgres'));
  writeFileSync(join(folder, 'postgres', 'PG_VERSION'), '14\n');
  await assert.rejects(startEmbedded({ folder }), /PostgreSQL 14/);
  assert.equal(readFileSync(join(folder, 'postgres', 'PG_VERSION'), 'utf8'), '14\n');
});

test('a folder with a path too long for a socket works through a private one', async (t) => {
  const folder = join(makeFolder(t), 'a'.repeat(90), 'b'.repeat(90));
  const server = await startEmbedded({ folder, durable: false });
  const { host } = server.target('hub');
  assert.ok(host.length < 90);
  assert.equal(statSync(host).mode & 0o777, 0o700);
  assert.equal(await ask(server.target('hub'), 'select 1 as one'), 1);
  await server.stop();
  assert.equal(existsSync(host), false);
});

test('a server that dies comes back without a person', async (t) => {
  const folder = makeFolder(t);
  const server = await startEmbedded({ folder, durable: false });
  t.after(() => server.stop());
  const pid = server.pid() as number;
  process.kill(pid, 'SIGKILL');
  while (server.pid() === undefined || server.pid() === pid) await sleep(20);
  for (;;) {
    const answer = await ask(server.target('hub'), 'select 1 as one').catch(() => undefined);
    if (answer === 1) break;
    await sleep(20);
  }
});

test('an ordinary user starts it from a folder of the project that only root may write', async (t) => {
  if (!isRoot) return t.skip('started as an ordinary user already');
  const folder = makeFolder(t, 0o755);
  const mine = join(folder, 'data');
  mkdirSync(mine);
  spawnSync('chown', ['nobody', mine]);
  const program = `
    import { startEmbedded } from '${join(import.meta.dirname, '../src/embedded.ts')}';
    const server = await startEmbedded({ folder: '${mine}', durable: false });
    process.stdout.write('pid ' + server.pid());
    await server.stop();`;
  const run = spawnSync(
    'setpriv',
    ['--reuid=nobody', '--clear-groups', process.execPath, '--input-type=module', '-e', program],
    { encoding: 'utf8', cwd: '/' },
  );
  assert.match(run.stdout, /^pid \d+$/, run.stderr);
});
