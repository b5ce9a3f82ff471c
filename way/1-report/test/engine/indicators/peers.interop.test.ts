// SPDX-License-Identifier: Apache-2.0
/**
 * Lifting beside a program that we did not write (ioc-extractor, from its registry), on published
 * lists of indicators. Skipped by name where the program or the data cannot be had.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readIndicators } from '../../../src/engine/indicators/index.ts';

const PEER = 'ioc-extractor@8.2.0';
const root = join(import.meta.dirname, '..', '..', '..', '..', '..');
const samples = `${process.env.SAKIMORI_SHARED ?? join(root, '..', 'shared')}/data/ioc`;
const cache = join(root, '.cache', 'interop', 'indicators');
const program = join(cache, 'node_modules', 'ioc-extractor', 'dist', 'index.mjs');
const skip = existsSync(samples) ? false : 'shared data not present';

type Extract = (text: string) => Record<string, readonly string[] | undefined>;

async function peer(): Promise<Extract | undefined> {
  if (!existsSync(program)) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{"private":true}');
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    spawnSync('npm', ['install', ...options, PEER], { cwd: cache });
  }
  if (!existsSync(program)) return undefined;
  return ((await import(pathToFileURL(program).href)) as { extractIOC: Extract }).extractIOC;
}

/** Whether four numbers stand only inside host names: `static.251.0.113.5.example.com`. */
function isInsideName(text: string, value: string): boolean {
  return !new RegExp(`(?<![\\w.-])${RegExp.escape(value)}(?![\\w-]|\\.\\w)`).test(text);
}

const KINDS = [
  ['ipv4s', 'ipv4'],
  ['md5s', 'md5'],
  ['sha1s', 'sha1'],
  ['sha256s', 'sha256'],
  ['cves', 'cve'],
  ['emails', 'email'],
] as const;

test('what another extractor finds in published lists is found here too', { skip }, async (t) => {
  const extract = await peer();
  if (!extract) return t.skip(`${PEER} cannot be had on this machine`);
  const texts = ['eset', 'zeek-intel', 'maltrail', 'jpcert-gobrat']
    .flatMap((folder) => readdirSync(`${samples}/${folder}`).map((name) => `${folder}/${name}`))
    .filter((path) => !path.endsWith('.gz'));
  let [theirs, both, mine] = [0, 0, 0];
  for (const path of texts) {
    const text = readFileSync(`${samples}/${path}`, 'utf8');
    const found = readIndicators(text, { indicatorsMax: 1_000_000 }).indicators;
    const valuesOf = (type: string) =>
      new Set(found.filter((one) => one.type === type).map((one) => one.value.toLowerCase()));
    const peers = extract(text);
    for (const [key, type] of KINDS) {
      const here = valuesOf(type);
      const missing = (peers[key] ?? []).filter(
        (value) => !here.has(value.toLowerCase()) && !isInsideName(text, value),
      );
      assert.deepEqual(missing, [], `${path} ${type}`);
    }
    const domains = valuesOf('domain');
    const others = new Set((peers.domains ?? []).map((value) => value.toLowerCase()));
    theirs += others.size;
    mine += [...domains].filter((name) => !name.endsWith('.onion')).length;
    both += [...others].filter((name) => domains.has(name)).length;
  }
  assert.ok(theirs > 2_000);
  assert.ok(both / theirs >= 0.99, `${both} of ${theirs} names`);
  assert.ok(both / mine >= 0.99, `${both} of our ${mine} names`);
});
