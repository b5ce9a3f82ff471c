// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { openProvider } from '../src/csaf-provider.ts';
import type { Egress } from '../src/egress.ts';
import { warnErrors } from '../src/errors.ts';

const BASE = 'https://csaf.example.com';
const sha = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

/** A provider made of addresses and texts; what is not there answers 404. */
function provider(files: Readonly<Record<string, string>>): Egress {
  return {
    fetch: () => Promise.reject(new Error('not used')),
    post: () => Promise.reject(new Error('not used')),
    async fetchBytes(url, bytesMax) {
      const text = files[url.replace(BASE, '')];
      if (text === undefined) throw warnErrors('EGRESS_STATUS', { status: 404 });
      if (text.length > bytesMax) throw warnErrors('EGRESS_TOO_LARGE', { bytesMax });
      return Buffer.from(text);
    },
  };
}

const metadata = (distributions: unknown[]) =>
  JSON.stringify({
    metadata_version: '2.0',
    publisher: { name: 'Example PSIRT', category: 'vendor' },
    role: 'csaf_provider',
    distributions,
  });

async function check(
  files: Readonly<Record<string, string>>,
  expected: readonly string[],
  since?: string,
) {
  const walk = await openProvider(provider(files), `${BASE}/provider-metadata.json`, since);
  for await (const _input of walk.inputs);
  const lines = walk.reports.map(({ url, state, checksum, signature, problem }) =>
    [url.replace(BASE, ''), state, checksum, signature, problem].filter(Boolean).join(' '),
  );
  assert.deepEqual(lines, expected);
}

const DIRECTORY = metadata([{ directory_url: `${BASE}/csaf/` }]);

test('documents of a folder are taken when they have the stated checksum', async () => {
  await check(
    {
      '/provider-metadata.json': DIRECTORY,
      '/csaf/changes.csv':
        '"2026/a.json","2026-11-20T00:00:00Z"\n"2026/b.json","2026-11-19T00:00:00Z"\n"2026/c.json","2026-11-18T00:00:00Z"\n',
      '/csaf/2026/a.json': '{"a":1}',
      '/csaf/2026/a.json.sha512': `${sha('sha512', '{"a":1}')}  a.json\n`,
      '/csaf/2026/b.json': '{"b":1}',
      '/csaf/2026/b.json.sha256': sha('sha256', '{"b":2}'),
      '/csaf/2026/c.json': '{"c":1}',
    },
    [
      '/csaf/2026/a.json fetched sha512 unverified',
      '/csaf/2026/b.json refused none unverified WRN_CHECKSUM_DIFFERS',
      '/csaf/2026/c.json fetched none unverified',
    ],
  );
});

test('an empty checksum file is not a missing one', async () => {
  await check(
    {
      '/provider-metadata.json': DIRECTORY,
      '/csaf/changes.csv': '"a.json","2026-11-20T00:00:00Z"\n',
      '/csaf/a.json': '{}',
      '/csaf/a.json.sha512': '',
    },
    ['/csaf/a.json refused none unverified WRN_CHECKSUM_DIFFERS'],
  );
});

test('only what changed since the last walk is fetched', async () => {
  await check(
    {
      '/provider-metadata.json': DIRECTORY,
      '/csaf/changes.csv': '"new.json","2026-11-20T00:00:00Z"\n"old.json","2026-11-01T00:00:00Z"\n',
      '/csaf/new.json': '{}',
    },
    ['/csaf/new.json fetched none unverified'],
    '2026-11-10T00:00:00Z',
  );
});

test('a path cannot lead out of its folder', async () => {
  await check(
    {
      '/provider-metadata.json': DIRECTORY,
      '/csaf/index.txt':
        '../secret.json\n/etc/x.json\nhttps://elsewhere.example.com/x.json\nok.json\n',
      '/csaf/ok.json': '{}',
    },
    ['/csaf/ok.json fetched none unverified'],
  );
});

test('a ROLIE feed names its documents; restricted feeds are left alone', async () => {
  await check(
    {
      '/provider-metadata.json': metadata([
        {
          rolie: {
            feeds: [
              { url: `${BASE}/clear.json`, tlp_label: 'CLEAR' },
              { url: `${BASE}/amber.json`, tlp_label: 'AMBER' },
            ],
          },
        },
      ]),
      '/clear.json': JSON.stringify({
        feed: {
          entry: [
            { id: 'x', updated: '2026-11-20T00:00:00Z', content: { src: `${BASE}/docs/x.json` } },
          ],
        },
      }),
      '/docs/x.json': '{}',
    },
    ['/docs/x.json fetched none none'],
  );
});

test('what is no provider is refused', async () => {
  const refused = openProvider(provider({ '/x': '[]' }), `${BASE}/x`);
  await assert.rejects(refused, { code: 'WRN_PROVIDER_BROKEN' });
});
