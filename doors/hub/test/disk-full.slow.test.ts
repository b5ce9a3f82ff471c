// SPDX-License-Identifier: Apache-2.0
/** The disk runs full below a hub that works, and is given room again. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { diskFiles, verifyLog } from '@sakimori/ledger';
import { registerCsv } from './hub-for-tests.ts';
import { ask, processesOn, signInByPrintedLink, startHub, until } from './running-hub.ts';

const ORGANISATION = 'org_sample-hikari-power';

/** A file system of its own, of a limited size; undefined where we may not mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-full-'));
  const size = 'size=700m,mode=755';
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'none', folder]).status === 0) return folder;
  rmdirSync(folder);
  return undefined;
}

/** Takes all the room that is left; gives the name of the file that does. */
function fill(folder: string): string {
  const path = join(folder, 'ballast');
  const file = openSync(path, 'w');
  try {
    for (let block = 1024 * 1024; block >= 4096; ) {
      try {
        writeSync(file, Buffer.alloc(block));
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
        block /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
  return path;
}

test('a full disk is said clearly, loses nothing, and is over when there is room', async (t) => {
  const disk = smallDisk();
  if (!disk) return t.skip('needs the right to mount a tmpfs (root)');
  const data = join(disk, 'data');
  const hub = await startHub(data);
  t.after(async () => {
    if (hub.child.exitCode === null && hub.child.signalCode === null) await hub.end('SIGKILL');
    await until(() => processesOn(data).length === 0);
    spawnSync('umount', ['--lazy', disk]);
    rmdirSync(disk);
  });
  const operator = await signInByPrintedLink(hub, 'operator');
  const vkeys = (await (await fetch(`${hub.url}/ledger/exercise/vkey`)).text()).trim().split('\n');
  const path = `/api/v1/organisations/${ORGANISATION}/computers`;
  const acknowledged: string[] = [];
  const add = async (name: string) => {
    const fields = { key: name, maker: 'Tsubaki', product: 'Panel', version: '1.0' };
    const answer = await ask(hub, operator, 'POST', path, fields);
    if (answer.status === 200) acknowledged.push(answer.body.id);
    return answer;
  };
  assert.equal((await add('BEFORE-1')).status, 200);

  const ballast = fill(disk);
  const list = (round: number) =>
    registerCsv(
      Array.from({ length: 500 }, (_, i) => [`R${round}-${i}`, 'Tsubaki', 'Panel', '1', 'a:t:p']),
    );
  let refused: Awaited<ReturnType<typeof add>> | undefined;
  for (let round = 0; round < 200 && !refused; round += 1) {
    const imports = `/api/v1/organisations/${ORGANISATION}/imports`;
    const draft = await ask(hub, operator, 'POST', imports, list(round));
    const applying = `/api/v1/imports/${draft.body.id}/apply`;
    const applied = await ask(hub, operator, 'POST', applying, { skipRefused: true });
    refused = [draft, applied, await add(`FULL-${round}`)].find(({ status }) => status >= 500);
  }
  assert.ok(refused, 'the disk did not run full');
  assert.equal(refused.status, 503, JSON.stringify(refused.body));
  assert.match(refused.body.code, /^(STORE|LOG|LEDGER|HUB)_/);
  assert.ok(refused.body.texts.ja && refused.body.texts.en);
  t.diagnostic(`refused with ${refused.body.code}`);
  // The process itself lives and says that it waits.
  assert.equal((await fetch(`${hub.url}/healthz`)).status, 200);

  unlinkSync(ballast);
  let tries = 0;
  await until(async () => {
    tries += 1;
    const { status } = await add(`AFTER-${tries}`);
    if (status !== 200) await sleep(250);
    return status === 200;
  });
  await until(async () => (await fetch(`${hub.url}/readyz`)).status === 200);
  for (const id of acknowledged) {
    const found = await ask(hub, operator, 'GET', `/api/v1/computers/${id}`);
    assert.equal(found.status, 200, `${id} was acknowledged and is gone`);
  }
  await hub.end('SIGTERM');
  const files = diskFiles(join(data, 'ledger', 'exercise'));
  const report = await verifyLog({ read: (file) => files.read(file), vkeys });
  assert.ok(report.ok, JSON.stringify(report.problems.slice(0, 5)));
});
