// SPDX-License-Identifier: Apache-2.0
/** Cases for the comparison with other implementations, from a seed that the test prints. */

import fc from 'fast-check';

/** Building blocks of versions by scheme: the separators and words that its rules speak of. */
const BLOCKS: Readonly<Record<string, string>> = {
  deb: '0 1 2 10 007 . - ~ + a b Z : rc',
  rpm: '0 1 2 10 007 . - ~ ^ + a b Z _ rc fc',
  alpm: '0 1 2 10 007 . - ~ + a b Z _ rc ..',
  maven: '0 1 2 10 007 . - a b m alpha rc cr final ga snapshot sp x foo 99999999999',
  pypi: '0 1 2 10 . . a b rc .post .dev dev post - + _ 1! alpha c preview x 99999999999999999999',
  gem: '0 1 2 10 . . a b rc pre - x',
  nuget: '0 1 2 10 . . a B A - rc +',
  gentoo: '0 1 2 10 01 . . a _alpha _p _rc _pre _beta -r',
  conan: '0 1 2 10 . . a b - + rc',
};

/** Pairs of texts that are versions of the scheme, or nearly. */
export function versionPairs(scheme: string, count: number, seed: number): [string, string][] {
  const version = scheme === 'npm' || scheme === 'golang' ? semanticVersion(scheme) : mixed(scheme);
  const pair = fc.oneof(
    fc.tuple(version, version),
    fc
      .tuple(version, fc.constantFrom(...(BLOCKS[scheme] ?? '').split(' ')))
      .map(([text, more]) => [text, text + more] as [string, string]),
  );
  const pairs = scheme === 'npm' || scheme === 'golang' ? fc.tuple(version, version) : pair;
  return fc.sample(pairs, { numRuns: count, seed });
}

function mixed(scheme: string): fc.Arbitrary<string> {
  const blocks = fc.constantFrom(...BLOCKS[scheme]!.split(' '));
  const head = fc.constantFrom('0', '1', '2', '1.0', '1.1', '2.0');
  return fc
    .tuple(head, fc.array(blocks, { maxLength: 5 }))
    .map(([first, rest]) => first + rest.join(''));
}

function semanticVersion(scheme: string): fc.Arbitrary<string> {
  const number = fc.constantFrom('0', '1', '2', '10');
  const word = fc.constantFrom('0', '1', '10', 'a', 'b', 'rc', 'rc1', 'x-y');
  const prefix = scheme === 'golang' ? 'v' : '';
  return fc
    .tuple(number, number, number, fc.array(word, { maxLength: 3 }), fc.constantFrom('', '+b1'))
    .map(([a, b, c, words, build]) => {
      const tail = words.length === 0 ? '' : `-${words.join('.')}`;
      return `${prefix}${a}.${b}.${c}${tail}${build}`;
    });
}

type Table = Readonly<Record<string, string>>;
const TABLES: Readonly<Record<string, readonly [prefix: string, base: number, table: Table]>> = {
  '2.0': [
    '',
    6,
    {
      AV: 'L A N',
      AC: 'H M L',
      Au: 'M S N',
      C: 'N P C',
      I: 'N P C',
      A: 'N P C',
      E: 'U POC F H ND',
      RL: 'OF TF W U ND',
      RC: 'UC UR C ND',
      CDP: 'N L LM MH H ND',
      TD: 'N L M H ND',
      CR: 'L M H ND',
      IR: 'L M H ND',
      AR: 'L M H ND',
    },
  ],
  '3.0': ['CVSS:3.0/', 8, tableOfThree()],
  '3.1': ['CVSS:3.1/', 8, tableOfThree()],
  '4.0': [
    'CVSS:4.0/',
    11,
    {
      AV: 'N A L P',
      AC: 'L H',
      AT: 'N P',
      PR: 'N L H',
      UI: 'N P A',
      VC: 'H L N',
      VI: 'H L N',
      VA: 'H L N',
      SC: 'H L N',
      SI: 'H L N',
      SA: 'H L N',
      E: 'X A P U',
      CR: 'X H M L',
      IR: 'X H M L',
      AR: 'X H M L',
      MAV: 'X N A L P',
      MAC: 'X L H',
      MAT: 'X N P',
      MPR: 'X N L H',
      MUI: 'X N P A',
      MVC: 'X H L N',
      MVI: 'X H L N',
      MVA: 'X H L N',
      MSC: 'X H L N',
      MSI: 'X S H L N',
      MSA: 'X S H L N',
      S: 'X N P',
      AU: 'X N Y',
      R: 'X A U I',
      V: 'X D C',
      RE: 'X L M H',
      U: 'X Clear Green Amber Red',
    },
  ],
};

function tableOfThree(): Table {
  const base = {
    AV: 'N A L P',
    AC: 'L H',
    PR: 'N L H',
    UI: 'N R',
    S: 'U C',
    C: 'N L H',
    I: 'N L H',
    A: 'N L H',
  };
  const modified = Object.entries(base).map(([name, values]) => [`M${name}`, `X ${values}`]);
  const rest = {
    E: 'X H F P U',
    RL: 'X U W T O',
    RC: 'X C R U',
    CR: 'X H M L',
    IR: 'X H M L',
    AR: 'X H M L',
  };
  return { ...base, ...rest, ...Object.fromEntries(modified) };
}

/** Vectors with all base metrics and some of the others. */
export function cvssVectors(version: string, count: number, seed: number): string[] {
  const [prefix, base, table] = TABLES[version]!;
  const metrics = Object.entries(table).map(([name, values], at) => {
    const metric = fc.constantFrom(...values.split(' ')).map((value) => `${name}:${value}`);
    return at < base ? metric : fc.option(metric);
  });
  const vector = fc
    .tuple(...metrics)
    .map((parts) => prefix + parts.filter((part) => part !== null).join('/'));
  return fc.sample(vector, { numRuns: count, seed });
}

/**
 * Formatted strings of CPE with quoted marks, ANY and NA. No quoted backslash: the other library
 * takes the colon after one for a quoted colon.
 */
export function cpeNames(count: number, seed: number): string[] {
  const mark = fc.constantFrom('a', 'B', '1', '.', '-', '_', '\\!', '\\$', '\\:', '\\*');
  const text = fc.array(mark, { minLength: 1, maxLength: 5 }).map((marks) => `x${marks.join('')}`);
  const value = fc.oneof(fc.constantFrom('*', '-'), text);
  const values = fc.array(value, { minLength: 5, maxLength: 5 });
  const name = fc
    .tuple(fc.constantFrom('a', 'o', 'h'), values, values)
    .map(([part, left, right]) => `cpe:2.3:${[part, ...left, '*', ...right.slice(1)].join(':')}`);
  return fc.sample(name, { numRuns: count, seed });
}

/** Package URLs of types whose rules the other implementation knows. */
export function packageUrls(count: number, seed: number): string[] {
  const word = fc.constantFrom('a', 'B', 'c-d', 'E_f', 'g.h', 'x%20y', 'z%2B', '%40s', 'v1', '1:2');
  const url = fc
    .tuple(
      fc.constantFrom('generic', 'npm', 'github', 'maven', 'gem', 'docker', 'NuGet'),
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.option(word),
      fc.uniqueArray(fc.constantFrom('arch', 'Os', 'x.y'), { maxLength: 2 }),
      fc.option(fc.array(fc.constantFrom('s', '.', '..', '', 't%20u'), { maxLength: 3 })),
    )
    .map(([type, path, version, keys, subpath]) => {
      const query = keys.map((key) => `${key}=v%2F1`).join('&');
      return [
        `pkg:${type}/${path.join('/')}`,
        version === null ? '' : `@${version}`,
        query === '' ? '' : `?${query}`,
        subpath === null ? '' : `#${subpath.join('/')}`,
      ].join('');
    });
  return fc.sample(url, { numRuns: count, seed });
}
