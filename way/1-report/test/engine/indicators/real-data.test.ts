// SPDX-License-Identifier: Apache-2.0
/**
 * Published lists of indicators as an oracle: what they name is found, in their own text and in
 * Japanese prose around it. The data is read where it is and never copied.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import {
  canonicalDomain,
  defang,
  type FoundIndicator,
  readIndicators,
} from '../../../src/engine/indicators/index.ts';

const shared =
  process.env.SAKIMORI_SHARED ??
  fileURLToPath(new URL('../../../../../../shared', import.meta.url));
const samples = `${shared}/data/ioc`;
const skip = existsSync(samples) ? false : 'shared data not present';

function read(path: string): string {
  const bytes = readFileSync(`${samples}/${path}`);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

function files(folder: string): string[] {
  return readdirSync(`${samples}/${folder}`).map((name) => `${folder}/${name}`);
}

/** Lines that are one value each, without comments; what they are is read by another rule. */
function plainLines(path: string): string[] {
  return read(path)
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').split('\t')[0]?.trim() ?? '')
    .filter((line) => line !== '');
}

function valuesOf(found: readonly FoundIndicator[]): Set<string> {
  return new Set(found.map((one) => one.value));
}

/** Share of the expected values that are found; the missing ones are the message. */
function checkRecall(expected: readonly string[], found: Set<string>, least: number): void {
  const missing = expected.filter((value) => !found.has(value));
  const share = 1 - missing.length / expected.length;
  assert.ok(
    share >= least,
    `${expected.length - missing.length} of ${expected.length}: ${missing.slice(0, 10).join(' ')}`,
  );
}

test('every address of the lists of addresses is found, and nothing else', { skip }, () => {
  const lists = ['ipsum-level3.txt', ...files('zeek-intel').filter((path) => !/domain/.test(path))];
  for (const path of lists) {
    const expected = [...new Set(plainLines(path).filter((line) => isIP(line) === 4))];
    const hits = readIndicators(expected.join('\n'), { indicatorsMax: 100_000 }).indicators;
    checkRecall(expected, valuesOf(hits), 1);
    assert.equal(hits.length, expected.length, path);
  }
});

test('every address is found inside Japanese prose, defanged and not', { skip }, () => {
  const expected = plainLines('ipsum-level3.txt').slice(0, 3_000);
  const prose = expected
    .map((value, index) => {
      const written = index % 2 === 0 ? value : defang('ipv4', value);
      return `攻撃元${written}から通信があり、${written}：443へ接続した。`;
    })
    .join('');
  const hits = readIndicators(prose).indicators;
  assert.deepEqual([...valuesOf(hits)].sort(), [...new Set(expected)].sort());
  assert.ok(hits.every((one) => one.count % 2 === 0));
});

test('at least 99 of 100 names of the Maltrail lists are found as they stand there', {
  skip,
}, () => {
  for (const path of files('maltrail')) {
    const names = plainLines(path).filter((line) => canonicalDomain(line) === line);
    if (names.length === 0) continue;
    const options = { indicatorsMax: 100_000, hostsOfUrls: false };
    checkRecall(
      [...new Set(names)],
      valuesOf(readIndicators(names.join('\n'), options).indicators),
      0.99,
    );
    // Written so that nobody follows them, all are found.
    const safe = names.map((name) => `通信先の${defang('domain', name)}を確認`).join('。\n');
    checkRecall([...new Set(names)], valuesOf(readIndicators(safe, options).indicators), 1);
  }
});

test('a whole Maltrail file with comments and references gives few doubtful values', {
  skip,
}, () => {
  for (const path of files('maltrail')) {
    const text = read(path);
    const { indicators, cut } = readIndicators(text, { indicatorsMax: 100_000 });
    assert.equal(cut, 0, path);
    const doubtful = indicators.filter((one) => one.confidence === 'doubtful');
    assert.ok(doubtful.length <= indicators.length * 0.02 + 2, `${path} ${doubtful.length}`);
  }
});

test('the defanged tables of the ESET reports are read completely', { skip }, () => {
  const tick = readIndicators(read('eset/tick.adoc'), { hostsOfUrls: false }).indicators;
  const of = (type: string) => tick.filter((one) => one.type === type).map((one) => one.value);
  assert.equal(of('sha1').length, 7);
  assert.equal(of('ipv4').length, 7);
  assert.deepEqual(of('domain').sort(), [
    'mssql.waterglue.org',
    'oracle.eneygylakes.com',
    'slientship.com',
    'travelasist.com',
  ]);
  assert.equal(of('url').length, 1);
  assert.equal(of('md5').length + of('sha256').length + of('email').length, 0);
  const face = readIndicators(read('eset/mirrorface.adoc'), { hostsOfUrls: false }).indicators;
  const types = face.map((one) => one.type).sort();
  assert.deepEqual(types, [
    ...['domain', 'domain', 'ipv4', 'ipv4', 'ipv4'],
    ...['sha1', 'sha1', 'sha1', 'sha1', 'sha1', 'url', 'url'],
  ]);
});

test('version numbers beside addresses are never taken without a doubt', { skip }, () => {
  for (const path of files('jpcert-gobrat')) {
    const rows = read(path)
      .split(/\r?\n/)
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => line.split(','));
    const addresses = [...new Set(rows.map((row) => row[0] ?? ''))];
    const found = readIndicators(read(path)).indicators.filter((one) => one.type === 'ipv4');
    const sure = found.filter((one) => one.confidence === 'sure').map((one) => one.value);
    assert.deepEqual(sure.sort(), addresses.sort(), path);
  }
});
