// SPDX-License-Identifier: Apache-2.0
/** Sectors of the Act by their ids; a sector that a newer law adds keeps its id until it is named. */
import { type Key, useWords } from '../language/language.ts';

export const SECTORS = [
  'electricity',
  'gas',
  'oil',
  'water',
  'railway',
  'truck-freight',
  'ocean-freight',
  'port-transport',
  'air',
  'airport',
  'telecom',
  'broadcasting',
  'post',
  'finance',
  'credit-card',
  'medical',
] as const;

export function useSectorName(): (sector: string | undefined) => string {
  const { t } = useWords();
  return (sector) => {
    if (!sector) return '';
    return (SECTORS as readonly string[]).includes(sector) ? t(`sector.${sector}` as Key) : sector;
  };
}
