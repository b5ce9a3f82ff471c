// SPDX-License-Identifier: Apache-2.0
/** Comparing two versions of one scheme. */

import type { Reading } from '@sakimori/vocabulary';
import { type Ordering, VERSION_LENGTH_MAX } from './ordering.ts';
import { schemeOf } from './schemes/index.ts';

/**
 * Says which of two versions is earlier.
 *
 * In     `type` a VERS type (`deb`, `npm`, ...), two versions as the ecosystem writes them
 * Out    -1, 0 or 1; or why there is no answer: unknown type, not a version of it
 * Never  compares across schemes, throws on content, or falls back to comparing texts
 */
export function compareVersions(type: string, a: string, b: string): Reading<Ordering> {
  const scheme = schemeOf(type);
  if (!scheme) return { ok: false, reason: 'no order of versions is known for this type' };
  const left = readVersion(type, a);
  const right = readVersion(type, b);
  if (left === undefined || right === undefined) {
    return { ok: false, reason: `not a version of the type ${type}` };
  }
  return { ok: true, value: scheme.compare(left, right) };
}

/** The key of a version, for callers that compare one version many times. */
export function readVersion(type: string, text: string): unknown {
  if (text.length > VERSION_LENGTH_MAX) return undefined;
  return schemeOf(type)?.read(text);
}

/** True when the text is a version of the type. */
export function isVersion(type: string, text: string): boolean {
  return readVersion(type, text) !== undefined;
}
