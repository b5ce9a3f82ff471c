// SPDX-License-Identifier: Apache-2.0
/**
 * `sakimori conform STANDARD < cases.ndjson`: the standards' own suites against our engines.
 *
 * Every case gets exactly one line, in order, whatever is wrong with it.
 */

import { verifyMerkleLine } from '@sakimori/ledger/verify';
import {
  buildPurl,
  checkPurl,
  formatPurl,
  normalisePurl,
  type Purl,
  type PurlParts,
  parseCpe,
  parsePurl,
  type Reading,
} from '@sakimori/vocabulary';
import {
  compareCpeNames,
  compareVersions,
  containsVersion,
  formatVers,
  normaliseVers,
  parseVers,
  scoreCvss,
  simplifyVers,
  versFromNative,
} from '@sakimori/warn/engine';

/** Standards that can be asked for, as they are written on the command line. */
export const CONFORM_STANDARDS = ['cpe', 'vers', 'purl', 'cvss', 'merkle'] as const;
export type ConformStandard = (typeof CONFORM_STANDARDS)[number];

/** A longer line is answered with an error, unread. */
export const CASE_LENGTH_MAX = 1_000_000;

type Result = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * Answers cases, one line each.
 *
 * In     `standard`; `input` gives lines without their line ends; `write` takes one line
 * Out    how many cases were answered, and how many of them with an error
 * Never  stops at a broken case, leaves one out, or writes what a case contains in an error
 */
export async function conform(
  standard: ConformStandard,
  input: AsyncIterable<string>,
  write: (line: string) => void | Promise<void>,
): Promise<{ readonly cases: number; readonly errors: number }> {
  let cases = 0;
  let errors = 0;
  for await (const line of input) {
    if (line.trim() === '') continue;
    const result = answer(standard, line);
    cases += 1;
    if ('error' in result) errors += 1;
    await write(`${JSON.stringify(result)}\n`);
  }
  return { cases, errors };
}

/** Answers one case; exported for tests and for other programs. */
export function answer(standard: ConformStandard, line: string): Result {
  if (line.length > CASE_LENGTH_MAX) return { error: 'the line is longer than a case may be' };
  // Sizes of trees may exceed what a JSON number holds: the ledger reads the text itself.
  if (standard === 'merkle') return verifyMerkleLine(line);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { error: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: 'a case must be an object' };
  }
  const fields = value as Fields;
  if (standard === 'cpe') return answerCpe(fields);
  if (standard === 'vers') return answerVers(fields);
  return standard === 'purl' ? answerPurl(fields) : answerCvss(fields);
}

function answerCpe({ source, target }: Fields): Result {
  if (typeof source !== 'string' || typeof target !== 'string') {
    return { error: 'source and target must be CPE names' };
  }
  const from = parseCpe(source);
  if (!from.ok) return { error: `source: ${from.reason}` };
  const to = parseCpe(target);
  if (!to.ok) return { error: `target: ${to.reason}` };
  const { relation } = compareCpeNames(from.value, to.value);
  if (relation === 'undefined') {
    return { error: 'undefined: the target has a wild card (NISTIR 7696 Table 6-2)' };
  }
  if (relation === 'none') {
    return { error: 'no relation: supersets and subsets are mixed (NISTIR 7696 Table 6-4)' };
  }
  return { result: relation };
}

function answerVers(fields: Fields): Result {
  const { scheme, a, b, range, version, mode, native } = fields;
  if (typeof range === 'string' && typeof version === 'string') {
    return resultOf(chain(normaliseVers(range), (value) => containsVersion(value, version)));
  }
  if (typeof range === 'string') return resultOf(canonicalVers(range, mode));
  if (typeof scheme !== 'string') return { error: 'a case needs a scheme or a range' };
  const type = scheme.toLowerCase();
  if (typeof a === 'string' && typeof b === 'string') return resultOf(compareVersions(type, a, b));
  if (typeof native === 'string' || isTextList(native)) {
    return resultOf(chain(versFromNative(type, native), (value) => written(formatVers(value))));
  }
  return { error: 'a case needs a and b, a native range, or a range' };
}

/** `strict` takes only what is canonical; `normalise` sorts and re-encodes; `simplify` drops too. */
function canonicalVers(range: string, mode: unknown): Reading<string> {
  switch (mode ?? 'strict') {
    case 'strict':
      return chain(parseVers(range), (value) => written(formatVers(value)));
    case 'normalise':
      return chain(normaliseVers(range), (value) => written(formatVers(value)));
    case 'simplify':
      return chain(chain(normaliseVers(range), simplifyVers), (value) =>
        written(formatVers(value)),
      );
    default:
      return { ok: false, reason: 'mode must be strict, normalise or simplify' };
  }
}

/** `parse` gives components, `build` and `validate` the canonical text. */
function answerPurl({ op, type, input }: Fields): Result {
  if (op === 'build') return resultOf(chain(readParts(input, type), builtPurl));
  if (op !== 'parse' && op !== 'validate') return { error: 'op must be parse, build or validate' };
  if (typeof input !== 'string') return { error: 'input must be a package URL' };
  const reading = chain(parsePurl(input), checkedPurl);
  if (op === 'parse') return resultOf(reading);
  return resultOf(chain(reading, (purl) => written(formatPurl(purl))));
}

/** Components of a case; the type may stand beside the input instead of in it. */
function readParts(input: unknown, type: unknown): Reading<PurlParts> {
  const failure = { ok: false, reason: 'input must be the components of a package URL' } as const;
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return failure;
  const parts = input as Fields;
  for (const name of ['type', 'namespace', 'name', 'version', 'subpath']) {
    const part = parts[name];
    if (part !== undefined && part !== null && typeof part !== 'string') return failure;
  }
  const qualifiers = parts.qualifiers ?? null;
  if (typeof qualifiers !== 'object' || Array.isArray(qualifiers)) return failure;
  for (const value of Object.values(qualifiers ?? {})) {
    if (value !== null && typeof value !== 'string' && !isTextList(value)) return failure;
  }
  const isTypeBeside = !('type' in parts) && typeof type === 'string';
  return { ok: true, value: (isTypeBeside ? { ...parts, type } : parts) as PurlParts };
}

function builtPurl(parts: PurlParts): Reading<string> {
  return chain(chain(normalisePurl(parts), checkedPurl), (purl) => buildPurl(purl));
}

/** A package URL of a registered type must keep to its definition (ECMA-427 5.7). */
function checkedPurl(purl: Purl): Reading<Purl> {
  const problems = checkPurl(purl);
  if (problems.length === 0) return { ok: true, value: purl };
  return { ok: false, reason: problems.join('; ') };
}

function answerCvss({ vector }: Fields): Result {
  if (typeof vector !== 'string') return { error: 'vector must be a text' };
  const reading = scoreCvss(vector);
  return reading.ok ? { scores: reading.value.scores } : { error: reading.reason };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function chain<A, B>(reading: Reading<A>, next: (value: A) => Reading<B>): Reading<B> {
  return reading.ok ? next(reading.value) : reading;
}

function written(text: string): Reading<string> {
  return { ok: true, value: text };
}

function resultOf(reading: Reading<unknown>): Result {
  return reading.ok ? { result: reading.value } : { error: reading.reason };
}
