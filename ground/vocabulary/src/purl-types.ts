// SPDX-License-Identifier: Apache-2.0
/** What the registered types of package URLs demand (ECMA-427 5.7 and the type definitions). */

import type { Purl } from './purl.ts';

type Part = 'namespace' | 'name' | 'version' | 'subpath';

/** One type: components that are lower-cased, needed or forbidden, and rules of its own. */
interface TypeRules {
  readonly namespace?: 'required' | 'prohibited';
  readonly lower?: readonly Part[];
  readonly isVersionRequired?: true;
  readonly qualifiersRequired?: readonly string[];
  readonly normalise?: (purl: Purl) => Purl;
  readonly problem?: (purl: Purl) => string | undefined;
}

const NAMED: readonly Part[] = ['namespace', 'name'];
const none = { namespace: 'prohibited' } as const;
const owned = { namespace: 'required', lower: NAMED } as const;

/**
 * The definitions in force. `rpm` is registered with a required namespace, yet its own examples
 * have one without: there the namespace stays optional.
 */
const TYPES: Readonly<Record<string, TypeRules>> = {
  alpm: owned,
  apk: owned,
  bazel: { ...none, isVersionRequired: true },
  bitbucket: owned,
  bitnami: { lower: ['name'] },
  cargo: none,
  'chrome-extension': { ...none, lower: ['name'], problem: chromeProblem },
  cocoapods: { ...none, problem: cocoapodsProblem },
  composer: owned,
  conan: {},
  conda: none,
  cpan: { namespace: 'required', problem: cpanProblem },
  cran: none,
  deb: owned,
  docker: {},
  gem: {},
  generic: {},
  github: owned,
  golang: owned,
  hackage: { ...none, normalise: (purl) => renamed(purl, purl.name.replaceAll('_', '-')) },
  hex: { lower: NAMED },
  huggingface: { namespace: 'required', normalise: lowerCommit },
  julia: { ...none, qualifiersRequired: ['uuid'] },
  luarocks: { lower: NAMED },
  maven: { namespace: 'required' },
  mlflow: { ...none, normalise: lowerDatabricks },
  npm: { lower: NAMED },
  nuget: none,
  oci: { ...none, lower: ['name', 'version'] },
  opam: none,
  otp: { ...none, lower: ['name', 'subpath'] },
  pub: {
    ...none,
    normalise: (purl) => renamed(purl, purl.name.toLowerCase().replace(/[^a-z0-9]/g, '_')),
  },
  pypi: {
    ...none,
    lower: ['name', 'version'],
    normalise: (purl) => renamed(purl, purl.name.replace(/[-_.]+/g, '-')),
  },
  qpkg: { namespace: 'required', lower: ['namespace'] },
  rpm: { lower: ['namespace'] },
  swid: { qualifiersRequired: ['tag_id'], problem: swidProblem },
  swift: { namespace: 'required' },
  'vscode-extension': { namespace: 'required', lower: ['namespace', 'name', 'version'] },
  yocto: { lower: ['namespace'] },
};

/** The normal form that the type demands: case folding, then rules of its own. */
export function normalisePurlParts(purl: Purl): Purl {
  const rules = rulesOf(purl.type);
  if (!rules) return purl;
  const folded: Record<string, unknown> = { ...purl };
  for (const part of rules.lower ?? []) folded[part] = purl[part]?.toLowerCase() ?? null;
  const result = folded as unknown as Purl;
  return rules.normalise ? rules.normalise(result) : result;
}

/** What the definition of the type does not allow; nothing for types that are not registered. */
export function purlTypeProblems(purl: Purl): string[] {
  const rules = rulesOf(purl.type);
  if (!rules) return [];
  const problems: string[] = [];
  if (rules.namespace === 'required' && purl.namespace === null) {
    problems.push(`the type ${purl.type} requires a namespace`);
  }
  if (rules.namespace === 'prohibited' && purl.namespace !== null) {
    problems.push(`the type ${purl.type} prohibits a namespace`);
  }
  if (rules.isVersionRequired && purl.version === null) {
    problems.push(`the type ${purl.type} requires a version`);
  }
  for (const key of rules.qualifiersRequired ?? []) {
    if (purl.qualifiers?.[key] === undefined) {
      problems.push(`the type ${purl.type} requires the qualifier ${key}`);
    }
  }
  const problem = rules.problem?.(purl);
  return problem === undefined ? problems : [...problems, problem];
}

/** Types with a definition, in alphabetical order. */
export function registeredPurlTypes(): string[] {
  return Object.keys(TYPES);
}

function rulesOf(type: string): TypeRules | undefined {
  return Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
}

function renamed(purl: Purl, name: string): Purl {
  return { ...purl, name };
}

/** The revision is a commit and has no case; a tag keeps its own. */
function lowerCommit(purl: Purl): Purl {
  const isCommit = purl.version !== null && /^[0-9a-f]{40}$/i.test(purl.version);
  return isCommit ? { ...purl, version: purl.version.toLowerCase() } : purl;
}

/** Databricks knows no case in names of models, Azure ML does. */
function lowerDatabricks(purl: Purl): Purl {
  const repository = purl.qualifiers?.repository_url?.toLowerCase() ?? '';
  return repository.includes('databricks') ? renamed(purl, purl.name.toLowerCase()) : purl;
}

function cpanProblem({ namespace, name }: Purl): string | undefined {
  if (name.includes('::')) return 'a CPAN distribution name must not contain ::';
  if (namespace !== null && namespace !== namespace.toUpperCase()) {
    return 'a CPAN author must be written in upper case';
  }
  return undefined;
}

function cocoapodsProblem({ name }: Purl): string | undefined {
  const isAllowed = !/[\s+]/.test(name) && !name.startsWith('.');
  return isAllowed ? undefined : 'a pod name has no blank and no plus and begins with no period';
}

function chromeProblem({ name, version }: Purl): string | undefined {
  if (!/^[a-p]{32}$/.test(name)) return 'an extension id is 32 letters from a to p';
  const isVersion = version === null || /^[0-9]+(?:\.[0-9]+){0,3}$/.test(version);
  return isVersion ? undefined : 'an extension version is one to four numbers';
}

function swidProblem({ namespace }: Purl): string | undefined {
  const segments = namespace?.split('/').length ?? 0;
  return segments > 2 ? 'a SWID namespace has at most two segments' : undefined;
}
