// SPDX-License-Identifier: Apache-2.0
/** Versions in words, Japanese or English: "7.3.7 より前", "< 2.07.2", "1.0 through 1.4". */
import type { VersionRange, VersionRule } from '../shapes.ts';

/** Longer texts are prose, not a statement of versions. */
const WORDS_LENGTH_MAX = 300;
/** A version: holds a digit; a service pack, update or build may follow a blank. */
const VERSION =
  '[\\p{L}]{0,3}\\.?\\d[\\p{L}\\p{N}._()+*/-]*(?:\\s+(?:SP|U|Update|Build|CU|MR|Patch|HF|Hotfix)[\\s._-]*\\d[\\w.]*)*';
const LEAD =
  /^(?:(?:firmware|software)\s+)?(?:versions?|ver\.?|バージョン|ファームウェアバージョン)\s*[:：]?\s*/iu;
const TAIL = /\s*(?:のバージョン|バージョン|versions?|の版|版)$/iu;

/** `version ...` words of one alternative -> a rule. Order matters: longer phrases first. */
const PHRASES: readonly (readonly [RegExp, (a: string, b: string) => VersionRange])[] = [
  [
    phrase(`(V)\\s*(?:から|〜|～)\\s*(V)\\s*(?:より前|未満)`),
    between('startIncluding', 'endExcluding'),
  ],
  [
    phrase(`(V)\\s*(?:から|〜|～|以上|以降)\\s*(V)\\s*(?:まで|以前|以下)?`),
    between('startIncluding', 'endIncluding'),
  ],
  [
    phrase(`(V)\\s*(?:以上|以降)\\s*、?\\s*(V)\\s*(?:未満|より前)`),
    between('startIncluding', 'endExcluding'),
  ],
  [
    phrase(`(?:from\\s+)?(V)\\s+(?:to|through|thru|until|–|-)\\s+(V)`),
    between('startIncluding', 'endIncluding'),
  ],
  [
    phrase(`(?:from\\s+)?(V)\\s*,?\\s*(?:before|prior to|up to but not including)\\s+(V)`),
    between('startIncluding', 'endExcluding'),
  ],
  [phrase(`(V)\\s*(?:未満|より前)()`), only('endExcluding')],
  [
    phrase(`(V)\\s*(?:以前|以下|まで|およびそれ以前|及びそれ以前|とそれ以前)()`),
    only('endIncluding'),
  ],
  [phrase(`(V)\\s*(?:以上|以降)()`), only('startIncluding')],
  [
    phrase(`(?:before|prior to|earlier than|older than|lower than|below|less than)\\s+(V)()`),
    only('endExcluding'),
  ],
  [phrase(`(?:up to(?: and including)?|through|until)\\s+(V)()`), only('endIncluding')],
  [
    phrase(
      `(V)\\s*(?:and|or|&)\\s*(?:all\\s+)?(?:earlier|prior|below|older|lower|previous)(?:\\s+versions?)?()`,
    ),
    only('endIncluding'),
  ],
  [
    phrase(`(V)\\s*(?:and|or|&)\\s*(?:later|newer|above|higher|greater)(?:\\s+versions?)?()`),
    only('startIncluding'),
  ],
  [phrase(`(?:after|later than|newer than)\\s+(V)()`), only('startExcluding')],
];

function phrase(source: string): RegExp {
  return new RegExp(`^${source.replaceAll('V', VERSION)}$`, 'iu');
}
function between(start: keyof VersionRange, end: keyof VersionRange) {
  return (a: string, b: string): VersionRange => ({ [start]: a, [end]: b });
}
function only(bound: keyof VersionRange) {
  return (a: string): VersionRange => ({ [bound]: a });
}

const ALL =
  /^(?:\*|all|any|all versions?|every version|全バージョン|全ての?バージョン|すべてのバージョン|すべて|全て)$/iu;
const NOTHING = /^(?:-|n\/?a|unspecified|unknown|none|不明|未定)$/iu;

/**
 * Reads what versions a text means.
 *
 * In     free text in Japanese or English, or comparators, or a `vers:` text
 * Out    rules with status affected, or undefined when the text is not clearly one of the known
 *        forms: the caller then cannot decide by it
 * Never  reads part of a text and forgets the rest
 */
export function readVersionWords(text: string): readonly VersionRule[] | undefined {
  const whole = text.normalize('NFKC').trim();
  if (whole === '' || whole.length > WORDS_LENGTH_MAX || NOTHING.test(whole)) return undefined;
  const vers = /^vers:([a-z0-9.+-]+)\/(.*)$/i.exec(whole);
  if (vers && vers[1]!.toLowerCase() !== 'all') return [{ status: 'affected', vers: whole }];
  const rest = (vers ? vers[2]! : whole).trim().replace(LEAD, '').replace(TAIL, '').trim();
  if (ALL.test(rest) || ALL.test(whole)) return [{ status: 'affected', range: {} }];
  if (/[<>=≤≥]/.test(rest)) return readComparators(rest);
  return readPhrases(rest);
}

function readPhrases(text: string): readonly VersionRule[] | undefined {
  const one = readPhrase(text);
  if (one) return [one];
  const parts = text.split(/\s*(?:\||,|、|;|\bor\b|または|および|及び)\s*/iu);
  if (parts.length < 2 || parts.length > 40) return undefined;
  const rules = parts.map((part) => readPhrase(part.trim().replace(LEAD, '').replace(TAIL, '')));
  return rules.every((rule) => rule !== undefined) ? rules : undefined;
}

const EXACT = phrase('(V)');

function readPhrase(text: string): VersionRule | undefined {
  for (const [pattern, toRange] of PHRASES) {
    const match = pattern.exec(text);
    if (match) return { status: 'affected', range: toRange(match[1]!, match[2] ?? '') };
  }
  return EXACT.test(text) ? { status: 'affected', exactly: text } : undefined;
}

const BOUNDS: Readonly<Record<string, keyof VersionRange>> = {
  '<': 'endExcluding',
  '<=': 'endIncluding',
  '≤': 'endIncluding',
  '>': 'startExcluding',
  '>=': 'startIncluding',
  '≥': 'startIncluding',
};

/** ">=1.220|<=1.281" is one range; "<1.2 | 2.0 | >=3,<4" are three rules. */
function readComparators(text: string): readonly VersionRule[] | undefined {
  const tokens = text.match(/(?:<=|>=|≤|≥|<|>|={1,2})\s*[^<>=≤≥|,]+|[^<>=≤≥|,]+/gu) ?? [];
  const rules: VersionRule[] = [];
  let open: VersionRange | undefined;
  for (const token of tokens) {
    const match = /^(<=|>=|≤|≥|<|>|={1,2})?\s*(.+?)\s*$/u.exec(token.trim());
    if (!match) continue;
    const [, operator, raw] = match;
    const version = raw!
      .replace(/\b(?:and|or)$/i, '')
      .replace(LEAD, '')
      .trim();
    if (version === '' || NOTHING.test(version)) return undefined;
    const bound = operator === undefined ? undefined : BOUNDS[operator];
    if (!bound) {
      if (open) rules.push({ status: 'affected', range: open });
      open = undefined;
      rules.push({ status: 'affected', exactly: version });
      continue;
    }
    const isEnd = bound.startsWith('end');
    if (open && isEnd) {
      rules.push({ status: 'affected', range: { ...open, [bound]: version } });
      open = undefined;
    } else if (isEnd) rules.push({ status: 'affected', range: { [bound]: version } });
    else {
      if (open) rules.push({ status: 'affected', range: open });
      open = { [bound]: version };
    }
  }
  if (open) rules.push({ status: 'affected', range: open });
  return rules.length === 0 ? undefined : rules;
}
