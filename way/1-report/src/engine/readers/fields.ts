// SPDX-License-Identifier: Apache-2.0
/** Fields of foreign documents: what is of another type is absent; only own keys are looked at. */

export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

/** The value of a key, never one that every object inherits. */
export function own(fields: Fields | undefined, key: string): unknown {
  return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** A nested object, or undefined. */
export function child(fields: Fields | undefined, key: string): Fields | undefined {
  return asFields(own(fields, key));
}

/**
 * A value by its path, whether the document nests it, writes it with dots, or does both.
 *
 * In     `path` such as kibana.alert.rule.name
 * Out    the first value that is found, the longest dotted key first
 */
export function at(fields: Fields | undefined, path: string): unknown {
  if (fields === undefined) return undefined;
  const whole = own(fields, path);
  if (whole !== undefined) return whole;
  for (let cut = path.lastIndexOf('.'); cut > 0; cut = path.lastIndexOf('.', cut - 1)) {
    const inner = child(fields, path.slice(0, cut));
    const value = inner && at(inner, path.slice(cut + 1));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A list; a single value is a list of one, which is how many tools write it. */
export function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The objects of a list; other elements are left out. */
export function asRows(value: unknown): readonly Fields[] {
  return asList(value).flatMap((one): Fields[] => {
    const fields = asFields(one);
    return fields ? [fields] : [];
  });
}

/** A text that is not blank, or a number as text; the first one when it is a list. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return asText(value[0]);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return value;
}

/** The texts of a list, each trimmed. */
export function asTexts(value: unknown): readonly string[] {
  return asList(value).flatMap((one) => {
    const text = Array.isArray(one) ? undefined : asText(one);
    return text === undefined ? [] : [text.trim()];
  });
}

export function asNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'string' && /^\s*-?\d{1,15}(?:\.\d{1,9})?\s*$/.test(value)
      ? Number(value)
      : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * The beginning of a text. It is copied: a slice would keep the whole of a long text in memory for
 * as long as the slice lives.
 */
export function beginning(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  return Buffer.from(text.slice(0, charactersMax), 'utf16le').toString('utf16le').toWellFormed();
}

/** Drops keys whose value is undefined, and lists that are empty. */
export function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, one]) => one !== undefined && !(Array.isArray(one) && one.length === 0),
    ),
  ) as { [K in keyof T]: Exclude<T[K], undefined> };
}
