// SPDX-License-Identifier: Apache-2.0
/** JSON from outside: depth is counted before anything is built. */

export type JsonFault = 'TOO_DEEP' | 'NOT_JSON';
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Parses JSON of bounded depth. In: text; greatest depth of brackets. Never throws on content. */
export function readJson(
  text: string,
  depthMax: number,
): { readonly value: unknown } | { readonly fault: JsonFault } {
  if (depthOf(text, depthMax) > depthMax) return { fault: 'TOO_DEEP' };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { fault: 'NOT_JSON' };
  }
}

function depthOf(text: string, depthMax: number): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let i = 0; i < text.length && deepest <= depthMax; i += 1) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return deepest;
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The elements of an array that are objects; nothing for anything else. */
export function recordsOf(value: unknown): readonly JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
