// SPDX-License-Identifier: Apache-2.0
/** OpenSSL versions: letters after three numbers before 3.0.0, semantic versions from then on. */

import { compareTexts, type Ordering, type VersionScheme } from '../ordering.ts';
import { compareSemantic, type SemanticVersion, semver } from './semver.ts';

type OpensslVersion =
  | { readonly base: string; readonly patch: string }
  | { readonly semantic: SemanticVersion };

const LEGACY = /^(0\.9\.[1-8]|1\.0\.[0-2]|1\.1\.[01])([a-z]{0,4}|-[a-z]+[0-9]*)$/;

export const openssl: VersionScheme<OpensslVersion> = {
  read(text) {
    const legacy = LEGACY.exec(text);
    if (legacy) return { base: legacy[1]!, patch: legacy[2]! };
    const semantic = semver.read(text);
    return semantic && Number(semantic.core[0]) >= 3 ? { semantic } : undefined;
  },
  compare(a, b) {
    if ('semantic' in a) return 'semantic' in b ? compareSemantic(a.semantic, b.semantic) : 1;
    return 'semantic' in b ? -1 : compareTexts(a.base, b.base) || comparePatches(a.patch, b.patch);
  },
};

/** `-beta1` < `` < `a` < ... < `z` < `za`. */
function comparePatches(a: string, b: string): Ordering {
  const isEarly = a.startsWith('-');
  if (isEarly !== b.startsWith('-')) return isEarly ? -1 : 1;
  return compareTexts(a, b);
}
