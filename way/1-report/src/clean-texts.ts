// SPDX-License-Identifier: Apache-2.0
/** Characters that a database cannot hold are made visible instead of being refused or lost. */

/** Zero characters and halves of characters become the sign for "was not readable". */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}

/**
 * The same for all texts of a value, names of fields included.
 *
 * In    a parsed JSON value; deeper than `depthMax` it is left out
 */
export function cleanTexts(value: unknown, depthMax = 64): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depthMax === 0) return null;
  if (Array.isArray(value)) return value.map((item) => cleanTexts(item, depthMax - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key), cleanTexts(item, depthMax - 1)]),
  );
}
