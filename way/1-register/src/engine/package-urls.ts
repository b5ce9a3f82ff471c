// SPDX-License-Identifier: Apache-2.0
/** Package URLs (purl): whether a text is one. */

/** True for a text with the shape of a package URL; the match engine reads its parts. */
export function isPackageUrl(text: string): boolean {
  return /^pkg:\/{0,2}[a-z][a-z0-9.+-]*\/[^\s]+$/iu.test(text) && text.length <= 2_000;
}
