// SPDX-License-Identifier: Apache-2.0
/** Marks: with whom something may be shared, what may be done with it, and to what end. */

/** Traffic Light Protocol 2.0 (FIRST, August 2022), narrowest first. */
export const TLP = ['RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR'] as const;
export type Tlp = (typeof TLP)[number];

/** Permissible Actions Protocol, narrowest first. */
export const PAP = ['RED', 'AMBER', 'GREEN', 'CLEAR'] as const;
export type Pap = (typeof PAP)[number];

/** Classes of analysis information (the Act, arts 37-41), narrowest first. */
export const INFORMATION_CLASSES = ['full', 'provision', 'public'] as const;
export type InformationClass = (typeof INFORMATION_CLASSES)[number];

/** What an access is for. "investigation" exists so that it can be refused by name. */
export const PURPOSES = [
  'cybersecurity',
  'registration-duty',
  'oversight',
  'administration',
  'investigation',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** True when something marked `mark` may be released as `wanted` (never wider than its mark). */
export function mayReleaseAs(mark: Tlp, wanted: Tlp): boolean {
  return TLP.indexOf(wanted) <= TLP.indexOf(mark);
}

/** The narrower of two marks: what a product made of both must carry. */
export function narrowerTlp(a: Tlp, b: Tlp): Tlp {
  return TLP.indexOf(a) <= TLP.indexOf(b) ? a : b;
}
