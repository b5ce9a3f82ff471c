// SPDX-License-Identifier: Apache-2.0
/**
 * Versions, scores and names beside programs that we did not write: dpkg, RPM, libalpm, Maven,
 * RubyGems, Go, and Python's packaging, univers, cvss, cpe and packageurl.
 *
 * A tool that cannot be had on this machine is skipped by name. A tool that runs and disagrees is a
 * failure, unless the difference stands in DIVERGENCES with the sentence that we follow.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { formatCpeWfn, parseCpe, parsePurl } from '@sakimori/vocabulary';
import { compareVersions, scoreCvss } from '@sakimori/warn/engine';
import { cpeNames, cvssVectors, packageUrls, versionPairs } from './samples.ts';

const here = import.meta.dirname;
const cache = join(here, '..', '..', '..', '.cache', 'interop', 'standards');
const seed = Number(process.env.SAKIMORI_SEED ?? Math.floor(Math.random() * 2 ** 31));
const COUNT = 2000;
const PYTHON_PACKAGES = [
  'packaging==26.3',
  'univers==32.0.1',
  'packageurl-python==0.17.6',
  'cvss==3.6',
  'cpe==1.3.1',
];
const MAVEN = 'org.apache.maven:maven-artifact:3.9.11';

/** Where we differ on purpose: which cases, and the sentence that decides. */
const DIVERGENCES: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  // PMS, version comparison: the first numeric component is compared as an integer; univers
  // compares it as a decimal fraction when it begins with a zero.
  // The revision stands last; univers drops what follows it.
  gentoo: (a, b) =>
    /^0/.test(a) ||
    /^0/.test(b) ||
    /-r[0-9]*[^0-9]/.test(`${a} ${b} `.replaceAll(/-r[0-9]+ /g, ' ')),
  // NuGet takes labels with leading zeros; univers refuses them.
  nuget: (a, b) => /-(?:.*\.)?0[0-9]/.test(a) || /-(?:.*\.)?0[0-9]/.test(b),
  // Conan reads items with Python's int(), for which -0 is a number; a hyphen begins a pre-release.
  conan: (a, b) => /(?:[.+-]|^)[+-]/.test(a + b),
};

interface Answered {
  readonly output: string;
  readonly error: string | undefined;
}

function run(command: string, args: readonly string[], input = ''): Answered {
  const child = spawnSync(command, args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const failure = child.error?.message ?? (child.status === 0 ? undefined : child.stderr);
  return { output: child.stdout ?? '', error: failure };
}

function has(command: string, ...args: readonly string[]): boolean {
  return run(command, args).error === undefined;
}

/** Compares our order with the tool's, pair by pair; both may refuse a text. */
function compareAll(
  scheme: string,
  pairs: readonly (readonly [string, string])[],
  answers: readonly unknown[],
): void {
  assert.equal(answers.length, pairs.length, 'the tool must answer every pair');
  const differences: string[] = [];
  for (const [at, [a, b]] of pairs.entries()) {
    if (DIVERGENCES[scheme]?.(a, b)) continue;
    const reading = compareVersions(scheme, a, b);
    const ours = reading.ok ? reading.value : 'refused';
    if (ours === answers[at]) continue;
    differences.push(`${JSON.stringify([a, b])}: tool ${answers[at]}, ours ${ours}`);
  }
  assert.deepEqual(differences.slice(0, 20), [], `${scheme}: seed ${seed}`);
}

function linesOf(output: string): unknown[] {
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('Debian versions as dpkg orders them', (t) => {
  if (!has('dpkg', '--version')) return t.skip('dpkg is not on this machine');
  const pairs = versionPairs('deb', 300, seed);
  const answers = pairs.map(([a, b]) => {
    for (const [operator, order] of [
      ['lt', -1],
      ['eq', 0],
      ['gt', 1],
    ] as const) {
      const child = spawnSync('dpkg', ['--compare-versions', a, operator, b], { encoding: 'utf8' });
      if (child.stderr !== '') return 'refused';
      if (child.status === 0) return order;
    }
    return 'refused';
  });
  compareAll('deb', pairs, answers);
});

test('RPM versions as rpm orders them', (t) => {
  if (!has('rpm', '--eval', '%{lua:print(rpm.vercmp("1","2"))}')) {
    return t.skip('rpm is not on this machine');
  }
  const pairs = versionPairs('rpm', COUNT, seed);
  const answers: unknown[] = [];
  for (let at = 0; at < pairs.length; at += 200) {
    const calls = pairs
      .slice(at, at + 200)
      .map(([a, b]) => `print(rpm.vercmp("${a}","${b}").."\\n")`);
    answers.push(...linesOf(run('rpm', ['--eval', `%{lua: ${calls.join(' ')}}`]).output));
  }
  compareAll('rpm', pairs, answers);
});

test('Arch versions as libalpm orders them', (t) => {
  const script = [
    'import ctypes, ctypes.util, json, sys',
    'order = ctypes.CDLL(ctypes.util.find_library("alpm")).alpm_pkg_vercmp',
    'for line in sys.stdin:',
    '    a, b = json.loads(line)',
    '    r = order(a.encode(), b.encode())',
    '    print((r > 0) - (r < 0))',
  ].join('\n');
  const pairs = versionPairs('alpm', COUNT, seed);
  const answered = run('python3', ['-c', script], textOf(pairs));
  if (answered.error !== undefined) return t.skip('libalpm is not on this machine');
  compareAll('alpm', pairs, linesOf(answered.output));
});

test('gems as RubyGems orders them', (t) => {
  if (!has('ruby', '--version')) return t.skip('ruby is not on this machine');
  const pairs = versionPairs('gem', COUNT, seed);
  const answered = run('ruby', [join(here, 'oracle.rb')], textOf(pairs));
  compareAll('gem', pairs, linesOf(answered.output));
});

test('Maven versions as Maven orders them', (t) => {
  const classes = mavenClasses();
  if (classes === undefined) return t.skip('javac or the Maven artifact cannot be had here');
  const pairs = versionPairs('maven', COUNT, seed);
  const input = pairs.map((pair) => pair.join('\t')).join('\n');
  compareAll('maven', pairs, linesOf(run('java', ['-cp', classes, 'Oracle'], input).output));
});

test('Go module versions as golang.org/x/mod orders them', (t) => {
  const pairs = versionPairs('golang', COUNT, seed);
  const answered = run('go', ['-C', join(here, 'go'), 'run', '.'], textOf(pairs));
  if (answered.error !== undefined) return t.skip('go or golang.org/x/mod cannot be had here');
  compareAll('golang', pairs, linesOf(answered.output));
});

for (const scheme of ['pypi', 'npm', 'nuget', 'gentoo', 'conan']) {
  test(`${scheme} versions as Python's packaging or univers orders them`, (t) => {
    const pairs = versionPairs(scheme, COUNT, seed);
    const answers = askPython(
      t,
      pairs.map((pair) => [scheme, ...pair]),
    );
    if (answers) compareAll(scheme, pairs, answers);
  });
}

for (const version of ['2.0', '3.0', '3.1', '4.0']) {
  test(`CVSS ${version} as Red Hat's library scores it`, (t) => {
    const vectors = cvssVectors(version, COUNT, seed);
    const answers = askPython(
      t,
      vectors.map((vector) => ['cvss', vector]),
    );
    if (!answers) return;
    const ours = vectors.map((vector) => {
      const reading = scoreCvss(vector);
      return reading.ok ? reading.value.scores : 'refused';
    });
    for (const [at, vector] of vectors.entries()) {
      assert.deepEqual(ours[at], answers[at], `${vector}, seed ${seed}`);
    }
  });
}

test('CPE names as the cpe library unbinds them', (t) => {
  const names = cpeNames(COUNT, seed);
  const answers = askPython(
    t,
    names.map((name) => ['wfn', name]),
  );
  if (!answers) return;
  for (const [at, name] of names.entries()) {
    const theirs: string = String(answers[at])
      .replace(/, [a-z_]+=ANY|(?<=\[)[a-z_]+=ANY, /g, '')
      .replaceAll(', ', ',');
    const reading = parseCpe(name);
    assert.ok(reading.ok, name);
    // It lower-cases formatted strings too; to 7696 lexical case makes no difference.
    const ours = formatCpeWfn(reading.value).toLowerCase();
    assert.equal(ours, theirs.toLowerCase(), `${name}, seed ${seed}`);
  }
});

test('package URLs as packageurl reads them', (t) => {
  const urls = packageUrls(COUNT, seed);
  const answers = askPython(
    t,
    urls.map((url) => ['purl', url]),
  );
  if (!answers) return;
  for (const [at, url] of urls.entries()) {
    const reading = parsePurl(url);
    const ours = reading.ok ? reading.value : 'refused';
    // It keeps the case of npm scopes; the definition of the type has them lower-cased.
    const theirs = lowerScope(answers[at]);
    assert.deepEqual(ours, theirs, `${url}, seed ${seed}`);
  }
});

function lowerScope(answer: unknown): unknown {
  const purl = answer as { type?: string; namespace?: string | null };
  if (purl.type !== 'npm' || !purl.namespace) return answer;
  return { ...purl, namespace: purl.namespace.toLowerCase() };
}

function textOf(cases: readonly unknown[]): string {
  return cases.map((value) => JSON.stringify(value)).join('\n');
}

function askPython(t: TestContext, cases: readonly unknown[]): unknown[] | undefined {
  const python = pythonPath();
  if (python === undefined) {
    t.skip('python3 or its packages cannot be had here');
    return undefined;
  }
  const answered = run(python, [join(here, 'oracle.py')], textOf(cases));
  assert.equal(answered.error, undefined);
  return linesOf(answered.output);
}

/** A Python of its own with the packages, made once; undefined when they cannot be had. */
function pythonPath(): string | undefined {
  const folder = join(cache, 'python');
  const python = join(folder, 'bin', 'python');
  const imports = 'import packaging, univers, packageurl, cvss, cpe';
  if (existsSync(python) && has(python, '-c', imports)) return python;
  mkdirSync(cache, { recursive: true });
  if (!has('python3', '-m', 'venv', folder)) return undefined;
  return has(python, '-m', 'pip', 'install', '-q', ...PYTHON_PACKAGES) ? python : undefined;
}

/** Class path with Maven's artifact library and our few lines around it. */
function mavenClasses(): string | undefined {
  const repository = join(cache, 'maven');
  const [group = '', name = '', version = ''] = MAVEN.split(':');
  const path = [...group.split('.'), name, version, `${name}-${version}.jar`];
  const jar = join(repository, ...path);
  const get = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get';
  const options = [`-Dmaven.repo.local=${repository}`, `-Dartifact=${MAVEN}`, '-Dtransitive=false'];
  if (!existsSync(jar) && !has('mvn', '-q', get, ...options)) return undefined;
  const classes = join(cache, 'classes');
  mkdirSync(classes, { recursive: true });
  if (!has('javac', '-cp', jar, '-d', classes, join(here, 'Oracle.java'))) return undefined;
  return `${jar}:${classes}`;
}
