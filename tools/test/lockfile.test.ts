// SPDX-License-Identifier: Apache-2.0
/** The lockfile is whole and says nothing of the machine it was made on. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const text = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };

/** Where Node would find `name` from a package's folder. */
function find(from: string, name: string): string | undefined {
  for (let folder = from; ; ) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === '') return undefined;
    const up = folder.lastIndexOf('/node_modules/');
    folder = up === -1 ? '' : folder.slice(0, up);
  }
}

test('every package that another one needs is in the lockfile', () => {
  const missing = Object.entries(packages).flatMap(([place, one]) => {
    const peers = Object.keys(one.peerDependencies ?? {}).filter(
      (name) => one.peerDependenciesMeta?.[name]?.optional !== true,
    );
    const needed = [...Object.keys(one.dependencies ?? {}), ...peers];
    return needed
      .filter((name) => find(place, name) === undefined)
      .map((name) => `${place}: ${name}`);
  });
  assert.deepEqual(missing, []);
});

test('every package from a registry is held to its digest', () => {
  const open = Object.entries(packages).filter(
    ([place, one]) => place.includes('node_modules/') && !one.link && !one.integrity,
  );
  assert.deepEqual(
    open.map(([place]) => place),
    [],
  );
});

test('no address of a registry stands in the lockfile', () => {
  assert.doesNotMatch(text, /"resolved": "https?:/);
});
