// SPDX-License-Identifier: Apache-2.0
/** What an addressee's copy holds: only what its purpose allows. */
import type { Text } from '@sakimori/vocabulary/wire';
import type { IncidentRecord } from '../record.ts';
import { fieldLabel } from './labels.ts';
import { RECORD_FIELDS, TOP_FIELDS } from './record-fields.ts';
import { choiceWords } from './words.ts';

/** A record or the part of one that a copy holds; values as in the record. */
export type RecordPart = Readonly<Record<string, unknown>>;

/** What decides a copy: from the addressee's entry in law/data/report-addressees.json. */
export interface CopyRule {
  /** Names of fields; a name with dots allows only that part. */
  readonly fields: readonly string[];
  /** Indicators of these roles are left out. */
  readonly withoutIndicatorRoles?: readonly string[];
}

export interface WithheldField {
  readonly field: string;
  readonly label: Text;
}

export interface Projection {
  readonly record: RecordPart;
  /** Follows from the rule alone, so that it tells nothing about what was reported. */
  readonly withheld: readonly WithheldField[];
}

/** `true`: the whole field; a tree: only these parts of it. */
type Allowed = true | ReadonlyMap<string, Allowed>;

interface Compiled {
  readonly allowed: ReadonlyMap<string, Allowed>;
  readonly roles: ReadonlySet<string>;
  readonly withheld: readonly WithheldField[];
}

const compiledRules = new WeakMap<CopyRule, Compiled>();

/**
 * The copy of a record for one addressee.
 *
 * In     a record as `readRecord` gives it; the addressee's rule
 * Out    `record`    the allowed fields only; parts and entries that nothing is left of are gone
 *        `withheld`  every field and part that this addressee is never given
 * Never  gives a field that the rule does not name; a name that the record does not have allows
 *        nothing
 * Law    Act arts 8-10 and 23 (use bound to purpose), set report-addressees
 */
export function projectRecord(record: IncidentRecord | RecordPart, rule: CopyRule): Projection {
  const { allowed, roles, withheld } = compile(rule);
  const copy = takeParts(record as RecordPart, allowed) as RecordPart | undefined;
  return { record: withoutRoles(copy ?? {}, roles), withheld };
}

function compile(rule: CopyRule): Compiled {
  const known = compiledRules.get(rule);
  if (known) return known;
  const allowed = new Map<string, Allowed>();
  for (const field of rule.fields) if (RECORD_FIELDS.has(field)) allow(allowed, field.split('.'));
  const roles = new Set(rule.withoutIndicatorRoles ?? []);
  const withheld = [
    ...TOP_FIELDS.filter((field) => field !== 'format').flatMap((field) =>
      withheldOf(field, allowed.get(field)),
    ),
    ...(allowed.has('indicators') ? [...roles].map(withheldRole) : []),
  ];
  const compiled = { allowed, roles, withheld };
  compiledRules.set(rule, compiled);
  return compiled;
}

function allow(tree: Map<string, Allowed>, [name, ...rest]: readonly string[]): void {
  if (name === undefined || tree.get(name) === true) return;
  if (rest.length === 0) {
    tree.set(name, true);
    return;
  }
  const parts = (tree.get(name) as Map<string, Allowed> | undefined) ?? new Map();
  tree.set(name, parts);
  allow(parts, rest);
}

function withheldOf(path: string, allowed: Allowed | undefined): WithheldField[] {
  if (allowed === true) return [];
  if (allowed === undefined) return [{ field: path, label: fieldLabel(path) }];
  const parts = RECORD_FIELDS.get(path)?.parts ?? [];
  return parts.flatMap((part) => withheldOf(`${path}.${part}`, allowed.get(part)));
}

function withheldRole(role: string): WithheldField {
  const [field, words] = [fieldLabel('indicators'), choiceWords('indicators.role', role)];
  return {
    field: 'indicators',
    label: { ja: `${field.ja}（${words.ja}）`, en: `${field.en} (${words.en})` },
  };
}

function takeParts(value: unknown, allowed: Allowed): unknown {
  if (allowed === true) return value;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => takeParts(entry, allowed));
    const kept = entries.filter((entry) => entry !== undefined);
    return kept.length > 0 ? kept : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const part: Record<string, unknown> = {};
  for (const [name, below] of allowed) {
    if (!Object.hasOwn(value, name)) continue;
    const taken = takeParts((value as RecordPart)[name], below);
    if (taken !== undefined) part[name] = taken;
  }
  return Object.keys(part).length > 0 ? part : undefined;
}

function withoutRoles(copy: RecordPart, roles: ReadonlySet<string>): RecordPart {
  if (roles.size === 0 || !Array.isArray(copy.indicators)) return copy;
  const indicators = copy.indicators.filter(({ role }) => !roles.has(role));
  const { indicators: _all, ...rest } = copy;
  return indicators.length > 0 ? { ...rest, indicators } : rest;
}
