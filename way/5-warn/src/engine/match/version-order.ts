// SPDX-License-Identifier: Apache-2.0
/**
 * Order of versions as makers of appliances and programs write them: `7.2.4`, `15.1(4)M3`,
 * `V5.0.8`, `9.1R11.4`, `8.00 SP2`, `ver.11.5.4`. Where the order is not clear there is none.
 */
import type { VersionRange, VersionRule } from '../shapes.ts';
import { compareVersions, containsVersion, normaliseVers, readVersion } from '../vers/index.ts';

export type Order = -1 | 0 | 1;

const LENGTH_MAX = 128;
const PREFIX =
  /^(?:(?:firmware|software|os|ファームウェア|ソフトウェア)[\s_]*)?(?:versions?|ver\.?|バージョン|release|rel\.?|v\.?|第)?[\s_.]*(?=\d)/u;
const SUFFIX = /\s*(?:版|以降を除く)$/u;
/** Words that come before the release they are part of. */
const BEFORE: Readonly<Record<string, number>> = {
  dev: 1,
  snapshot: 1,
  alpha: 2,
  beta: 3,
  preview: 4,
  pre: 4,
  ea: 4,
  rc: 5,
};
/** Words of a later state of the same release; their own order is the number behind them. */
const AFTER = new Set([
  ...['sp', 'u', 'update', 'up', 'p', 'patch', 'pl', 'hf', 'hotfix', 'h', 'cu', 'r', 'rev'],
  ...['s', 'su', 'mr', 'mp', 'build', 'bld', 'post', 'sv', 'n'],
]);
/** Words that say nothing. */
const EMPTY = new Set(['ga', 'final', 'release', 'lts', 'esr']);
const SAME: Readonly<Record<string, string>> = {
  update: 'u',
  up: 'u',
  patch: 'p',
  pl: 'p',
  hotfix: 'hf',
  servicepack: 'sp',
  rev: 'r',
  bld: 'build',
};
const UNKNOWN =
  /^(?:[-*?]|n\/?a|unknown|unspecified|none|不明|不詳|未確認|未定|なし|最新|latest)$/iu;

type Token = number | string;
interface Parsed {
  readonly tokens: readonly Token[];
  /** Brackets as in Cisco's trains: letters then name a train, not a step. */
  readonly isTrain: boolean;
  /** Ends with `.x` or `.*`: the rest is not known. */
  readonly isOpen: boolean;
}

/** True for a text that says that the version is not known. */
export function isUnknownVersion(text: string | undefined): boolean {
  return text === undefined || text.trim() === '' || UNKNOWN.test(text.trim());
}

function parse(text: string): Parsed | undefined {
  if (text.length > LENGTH_MAX || isUnknownVersion(text)) return undefined;
  const bare = text.normalize('NFKC').trim().toLowerCase().replace(PREFIX, '').replace(SUFFIX, '');
  const isOpen = /[.\-_](?:x|\*)$/.test(bare);
  const body = isOpen ? bare.slice(0, -2) : bare;
  if (!/\d/.test(body) || !/^[\p{L}\p{N}\s._()+,:;/~-]*$/u.test(body)) return undefined;
  const tokens: Token[] = [];
  for (const run of body.match(/\d+|\p{L}+/gu) ?? []) {
    if (/^\d/.test(run)) {
      if (run.length > 15) return undefined;
      tokens.push(Number(run));
    } else if (!EMPTY.has(run)) tokens.push(SAME[run] ?? run);
  }
  return tokens.length === 0 ? undefined : { tokens, isTrain: body.includes('('), isOpen };
}

const parsed = new Map<string, Parsed | undefined>();
function parseCached(text: string): Parsed | undefined {
  if (!parsed.has(text)) {
    if (parsed.size > 100_000) parsed.clear();
    parsed.set(text, parse(text));
  }
  return parsed.get(text);
}

/**
 * Says which of two versions is earlier.
 *
 * In     two versions as people and sources write them
 * Out    -1, 0, 1; undefined where the order is not clear
 * Never  guesses: trains, unknown words and unlike shapes have no order
 */
export function orderVersions(a: string, b: string): Order | undefined {
  const [left, right] = [parseCached(a), parseCached(b)];
  if (!left || !right) {
    return a.trim() !== '' && a.trim().toLowerCase() === b.trim().toLowerCase() ? 0 : undefined;
  }
  const isTrain = left.isTrain || right.isTrain;
  const [mine, theirs] = withoutSameTail(left.tokens, right.tokens);
  const length = Math.max(mine.length, theirs.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [mine[at], theirs[at]];
    if (x === y) continue;
    if ((x === undefined && left.isOpen) || (y === undefined && right.isOpen)) return undefined;
    const order = orderTokens(x, y, mine, theirs, at, isTrain);
    if (order !== 0) return order;
  }
  return left.isOpen || right.isOpen ? undefined : 0;
}

/** A word that ends both (`-EVO`) names the branch, not a step on it. */
function withoutSameTail(
  left: readonly Token[],
  right: readonly Token[],
): readonly [readonly Token[], readonly Token[]] {
  const tail = left.at(-1);
  const isSame = typeof tail === 'string' && tail.length > 1 && tail === right.at(-1);
  return isSame ? [left.slice(0, -1), right.slice(0, -1)] : [left, right];
}

/** 0: go on; undefined: no order. */
function orderTokens(
  x: Token | undefined,
  y: Token | undefined,
  left: readonly Token[],
  right: readonly Token[],
  at: number,
  isTrain: boolean,
): Order | undefined {
  if (typeof x === 'number' && typeof y === 'number') return x < y ? -1 : 1;
  if (typeof x === 'string' && typeof y === 'string') {
    const isLast = at === left.length - 1 && at === right.length - 1;
    return orderWords(x, y, isLast && !isTrain);
  }
  if (x === undefined) return orderEnd(right, at, isTrain);
  if (y === undefined) {
    const order = orderEnd(left, at, isTrain);
    return order === undefined ? undefined : (-order as Order);
  }
  // A word against a number: only a word that comes before the release itself is clear.
  if (typeof x === 'string') return x in BEFORE ? -1 : undefined;
  return (y as string) in BEFORE ? 1 : undefined;
}

/** Letters of one release: 1.1.1k, and after z 1.0.2zn. */
const LETTER = /^z?[a-z]$/;
const PYTHON = ['a', 'b', 'rc'];

function orderWords(x: string, y: string, isLast: boolean): Order | undefined {
  const [i, j] = [BEFORE[x], BEFORE[y]];
  if (i !== undefined && j !== undefined) return i < j ? -1 : i > j ? 1 : 0;
  if (i !== undefined && AFTER.has(y)) return -1;
  if (j !== undefined && AFTER.has(x)) return 1;
  if (isLast && LETTER.test(x) && LETTER.test(y)) {
    return x.length !== y.length ? (x.length < y.length ? -1 : 1) : x < y ? -1 : 1;
  }
  // Python's 3.15.0a1, b1, rc1: clear beside one another, not beside a plain 3.15.0.
  const [k, l] = [PYTHON.indexOf(x), PYTHON.indexOf(y)];
  return k >= 0 && l >= 0 ? (k < l ? -1 : 1) : undefined;
}

/** The order of an ended version against the rest of the other one. */
function orderEnd(rest: readonly Token[], at: number, isTrain: boolean): Order | undefined {
  const token = rest[at]!;
  // 7.2 and 7.2.0 are one version; 7.2 is before 7.2.1.
  if (typeof token === 'number') return token === 0 ? 0 : -1;
  if (token in BEFORE) return 1;
  if (isTrain) return undefined;
  if (AFTER.has(token)) return -1;
  const isLast = at === rest.length - 1;
  return isLast && LETTER.test(token) ? -1 : undefined;
}

/** Names of schemes in CVE records and purl types -> types of `vers`. */
const SCHEMES: Readonly<Record<string, string>> = {
  semver: 'semver',
  npm: 'npm',
  maven: 'maven',
  rpm: 'rpm',
  python: 'pypi',
  pypi: 'pypi',
  deb: 'deb',
  dpkg: 'deb',
  gem: 'gem',
  rubygems: 'gem',
  nuget: 'nuget',
  golang: 'golang',
  go: 'golang',
  cargo: 'cargo',
  crates: 'cargo',
  composer: 'composer',
  apk: 'apk',
  alpm: 'alpm',
  hex: 'hex',
  pub: 'pub',
  conan: 'conan',
  swift: 'swift',
};

/** The order by the scheme that the source names, where both are versions of it. */
export function orderByScheme(scheme: string | undefined, a: string, b: string): Order | undefined {
  const name = scheme?.toLowerCase();
  if (name === 'git' || name === 'original_commit_for_fix') return a === b ? 0 : undefined;
  const type = name === undefined ? undefined : SCHEMES[name];
  if (type !== undefined && isOf(type, a) && isOf(type, b)) {
    const reading = compareVersions(type, a, b);
    const plain = name === 'semver' ? orderVersions(a, b) : undefined;
    // Builds of appliances (`20.0.0-8438`) are often labelled semver, where they would come
    // before the release: where the two readings differ, there is no order.
    if (reading.ok)
      return plain === undefined || plain === reading.value ? reading.value : undefined;
  }
  return orderVersions(a, b);
}

function isOf(type: string, text: string): boolean {
  return readVersion(type, text) !== undefined;
}

export type Side = 'inside' | 'outside' | 'unknown';

/** Whether a version lies in a range; a bound that cannot be compared leaves it unknown. */
export function sideOf(version: string, range: VersionRange, scheme?: string): Side {
  if (isContradictory(range, scheme)) return 'unknown';
  const sides = [
    boundSide(version, range.startIncluding, scheme, (order) => order >= 0),
    boundSide(version, range.startExcluding, scheme, (order) => order > 0),
    endSide(version, range.endIncluding, scheme),
    boundSide(version, range.endExcluding, scheme, (order) => order < 0),
  ];
  if (sides.includes('outside')) return 'outside';
  return sides.includes('unknown') ? 'unknown' : 'inside';
}

/** A range that ends before it starts says nothing that can be relied on. */
function isContradictory(range: VersionRange, scheme: string | undefined): boolean {
  const [low, high] = [
    range.startIncluding ?? range.startExcluding,
    range.endIncluding ?? range.endExcluding,
  ];
  if (low === undefined || high === undefined || /[x*]$/i.test(high)) return false;
  return orderByScheme(scheme, low, high) === 1;
}

function boundSide(
  version: string,
  bound: string | undefined,
  scheme: string | undefined,
  holds: (order: Order) => boolean,
): Side {
  if (bound === undefined || bound === '*') return 'inside';
  const order = orderByScheme(scheme, version, bound);
  if (order === undefined) return 'unknown';
  return holds(order) ? 'inside' : 'outside';
}

/** "up to 7.2.*": every 7.2 is inside. */
function endSide(version: string, bound: string | undefined, scheme: string | undefined): Side {
  const open = bound === undefined ? null : /^(.*\d)[.\-_][x*]$/i.exec(bound);
  if (!open) return boundSide(version, bound, scheme, (order) => order <= 0);
  const [tested, prefix] = [parseCached(version), parseCached(open[1]!)];
  if (tested && prefix?.tokens.every((token, at) => token === tested.tokens[at])) {
    return 'inside';
  }
  return boundSide(version, open[1]!, scheme, (order) => order <= 0);
}

const HASH = /^[0-9a-f]{7,64}$/;
const HASH_SCHEMES = new Set(['git', 'original_commit_for_fix']);

/** Rules that can speak of such a version: rules about commits do not speak of releases. */
export function applicableRules(
  version: string,
  rules: readonly VersionRule[],
): readonly VersionRule[] {
  if (HASH.test(version)) return rules;
  return rules.filter((rule) => !HASH_SCHEMES.has(rule.scheme?.toLowerCase() ?? ''));
}

/** What rules say of one version. */
export interface RuleReading {
  readonly status: 'affected' | 'unaffected' | 'unknown';
  /** `rule` a rule names it; `default` no rule does; `incomparable` a rule may or may not. */
  readonly by: 'rule' | 'default' | 'incomparable';
  readonly rule?: VersionRule;
}

/**
 * Applies the version rules of a source.
 *
 * In     version; rules in the source's order; status of versions that no rule names
 * Out    the status and which rule gave it: a rule about this very version before a range, a
 *        range that says affected before one that says otherwise, either before what is unclear
 */
export function readRules(
  version: string,
  rules: readonly VersionRule[],
  defaultStatus: RuleReading['status'],
): RuleReading {
  let unclear: VersionRule | undefined;
  let found: RuleReading | undefined;
  for (const rule of rules) {
    const side = ruleSide(version, rule);
    if (side === 'unknown') unclear ??= rule;
    if (side !== 'inside') continue;
    const status = statusAfterChanges(version, rule);
    if (status === undefined) unclear ??= rule;
    else if (rule.exactly !== undefined) return { status, by: 'rule', rule };
    // Of ranges that contradict one another, the one that says affected counts.
    else if (!found || status === 'affected') found = { status, by: 'rule', rule };
  }
  if (found) return found;
  if (unclear) return { status: 'unknown', by: 'incomparable', rule: unclear };
  return { status: defaultStatus, by: 'default' };
}

function ruleSide(version: string, rule: VersionRule): Side {
  if (rule.vers !== undefined) return versSide(version, rule.vers);
  if (rule.range) return sideOf(version, rule.range, rule.scheme);
  if (rule.exactly === undefined) return 'outside';
  const open = /^(.*\d)[.\-_][x*]$/i.exec(rule.exactly);
  if (open) return prefixSide(version, open[1]!);
  const order = orderByScheme(rule.scheme, version, rule.exactly);
  if (order === undefined) return 'unknown';
  return order === 0 ? 'inside' : 'outside';
}

/** "7.2.x" as a single version: every version that begins so. */
function prefixSide(version: string, prefix: string): Side {
  const [tested, wanted] = [parseCached(version), parseCached(prefix)];
  if (!tested || !wanted) return 'unknown';
  return wanted.tokens.every((token, at) => token === tested.tokens[at]) ? 'inside' : 'outside';
}

function versSide(version: string, text: string): Side {
  const range = normaliseVers(text);
  if (!range.ok) return 'unknown';
  const reading = containsVersion(range.value, version);
  if (!reading.ok) return 'unknown';
  return reading.value ? 'inside' : 'outside';
}

/** CVE `changes`: the last one at or before the version counts. */
function statusAfterChanges(version: string, rule: VersionRule): VersionRule['status'] | undefined {
  let status: VersionRule['status'] = rule.status;
  for (const change of rule.changes ?? []) {
    const order = orderByScheme(rule.scheme, version, change.at);
    if (order === undefined) return undefined;
    if (order >= 0) status = change.status;
  }
  return status;
}

/** The range in a form that people of any language read: "7.2.0 ≤ v < 7.2.5". */
export function showRange(range: VersionRange): string {
  const low = range.startIncluding ?? range.startExcluding;
  const high = range.endIncluding ?? range.endExcluding;
  if (low === undefined && high === undefined) return '*';
  const left = low === undefined ? '' : `${low} ${range.startIncluding === undefined ? '<' : '≤'} `;
  const right =
    high === undefined ? '' : ` ${range.endIncluding === undefined ? '<' : '≤'} ${high}`;
  return `${left}v${right}`;
}

export function showRule(rule: VersionRule): string {
  if (rule.vers !== undefined) return rule.vers;
  return rule.range ? showRange(rule.range) : (rule.exactly ?? '*');
}
