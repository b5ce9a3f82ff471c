// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { diskFiles, MemoryStorage, startSequencer } from '../src/index.ts';
import { addEntry, options, verify } from './log-fixture.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sakimori-ledger-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

const bytes = (text: string) => new TextEncoder().encode(text);

test('a file is written once; the same bytes again are accepted, others refused', async (t) => {
  const path = await folder(t);
  const files = diskFiles(join(path, 'new', 'log'));
  await files.create('tile/0/x001/000.p/3', bytes('abc'));
  await files.create('tile/0/x001/000.p/3', bytes('abc'));
  const again = files.create('tile/0/x001/000.p/3', bytes('abd'));
  await assert.rejects(again, { code: 'LOG_FILE_EXISTS' });
  assert.deepEqual(await files.read('tile/0/x001/000.p/3'), bytes('abc'));
  await files.replace('checkpoint', bytes('1'));
  await files.replace('checkpoint', bytes('2'));
  assert.deepEqual(await files.read('checkpoint'), bytes('2'));
  assert.deepEqual((await readdir(join(path, 'new', 'log'))).sort(), ['checkpoint', 'tile']);
});

test('what is not there is undefined; removing it twice is fine; an empty folder goes too', async (t) => {
  const path = await folder(t);
  const files = diskFiles(path);
  assert.equal(await files.read('tile/0/000'), undefined);
  await files.create('tile/0/000.p/1', bytes('a'));
  await files.create('tile/0/000.p/2', bytes('b'));
  await files.remove('tile/0/000.p/1');
  await files.remove('tile/0/000.p/1');
  assert.deepEqual(await readdir(join(path, 'tile', '0')), ['000.p']);
  await files.remove('tile/0/000.p/2');
  assert.deepEqual(await readdir(join(path, 'tile', '0')), []);
  await files.create('tile/0/000.p/3', bytes('c'));
  assert.equal(await files.read('tile/0'), undefined);
  assert.equal(await files.read('tile/0/000.p/3/4'), undefined);
});

test('no path leaves the folder', async (t) => {
  const files = diskFiles(await folder(t));
  const hostile = ['', '.', '..', '../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/', 'a\\b', 'a\0b'];
  hostile.push('.hidden', 'a/.hidden', 'x\n');
  for (const path of hostile) {
    await assert.rejects(files.read(path), { code: 'LOG_PATH_REFUSED' }, JSON.stringify(path));
    await assert.rejects(files.create(path, bytes('x')), { code: 'LOG_PATH_REFUSED' });
    await assert.rejects(files.replace(path, bytes('x')), { code: 'LOG_PATH_REFUSED' });
    await assert.rejects(files.remove(path), { code: 'LOG_PATH_REFUSED' });
  }
});

test('a place that cannot be written is said to be one, and may be tried again', async (t) => {
  const path = await folder(t);
  await writeFile(join(path, 'file'), 'x');
  await symlink(join(path, 'nowhere', 'at', 'all'), join(path, 'loop'));
  const files = diskFiles(path);
  await assert.rejects(files.create('file/below', bytes('x')), { code: 'LOG_WRITE_FAILED' });
  await assert.rejects(files.create('loop/below', bytes('x')), { code: 'LOG_WRITE_FAILED' });
});

test('a log on disk is continued by the next process and verifies', async (t) => {
  const files = diskFiles(await folder(t));
  const storage = new MemoryStorage();
  for (const [from, to] of [
    [0, 255],
    [255, 600],
  ] as const) {
    const sequencer = await startSequencer(options(storage, files));
    const ids = Array.from({ length: to - from }, (_, i) => addEntry(storage, from + i));
    await sequencer.waitFor(ids);
    await sequencer.close();
  }
  const report = await verify(files);
  assert.deepEqual([report.ok, report.size], [true, 600]);
  assert.equal(await files.read('staging'), undefined);
});
