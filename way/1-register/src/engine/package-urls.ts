// SPDX-License-Identifier: Apache-2.0
/** Package URLs (purl): whether a text is one. */
import { parsePurl } from '@sakimori/vocabulary';

const CHARACTERS_MAX = 2_000;

/** True for a package URL of bounded length; how it is read is the vocabulary's business. */
export function isPackageUrl(text: string): boolean {
  return text.length <= CHARACTERS_MAX && parsePurl(text).ok;
}
