// SPDX-License-Identifier: Apache-2.0
/** Reads fields of records from outside: what is of another type is absent, never an error. */
import type { Score, Words } from '../shapes.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list; other elements are left out. */
export function asRows(value: unknown): readonly Fields[] {
  return asList(value).flatMap((one): Fields[] => {
    const fields = asFields(one);
    return fields ? [fields] : [];
  });
}

/** A text that is not blank, trimmed. */
export function asText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

export function asTexts(value: unknown): readonly string[] {
  return asList(value).flatMap((one) => asText(one) ?? []);
}

export function asNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export const CVE_ID = /^CVE-\d{4}-\d{4,19}$/;

/** A field and what was expected in it, for a refusal. */
export function missing(field: string, ja: string, en: string): { field: string; expected: Words } {
  return { field, expected: { ja, en } };
}

export const EXPECTED_CVE: Words = {
  ja: 'CVE-年-番号 の形の識別子',
  en: 'an identifier CVE-year-number',
};
export const EXPECTED_OBJECT: Words = { ja: 'JSON オブジェクト', en: 'a JSON object' };

/** A CVSS object of CVE, CSAF or NVD, whose keys are the same. */
export function readScore(value: unknown, method: string): Score | undefined {
  const fields = asFields(value);
  const base = asNumber(fields?.baseScore);
  if (!fields || base === undefined || base < 0 || base > 10) return undefined;
  const vector = asText(fields.vectorString);
  const severity = asText(fields.baseSeverity);
  return {
    method,
    base,
    ...(vector === undefined ? {} : { vector }),
    ...(severity === undefined ? {} : { severity }),
  };
}

/** Drops keys whose value is undefined, as exactOptionalPropertyTypes wants it. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
