// SPDX-License-Identifier: Apache-2.0
/** The victim of a VERIS incident as facts of an organisation, for its duties. */
import { type ReportingOrganisation, readOrganisation } from '../record.ts';
import { cleanText, cutText } from './drafts.ts';
import { asFields, asText, asTexts, child, type Fields, own, present } from './fields.ts';

/**
 * Beginnings of NAICS codes and the sector of law/data/sectors.json that does that business; the
 * longest beginning decides. Industries that are in no sector are left out on purpose: medical
 * care is one once its law is in force.
 */
const SECTOR_OF_NAICS: Readonly<Record<string, string>> = {
  '211': 'oil',
  '2211': 'electricity',
  '2212': 'gas',
  '22131': 'water',
  '32411': 'oil',
  '4247': 'oil',
  '481': 'air',
  '482': 'railway',
  '4831': 'ocean-freight',
  '484': 'truck-freight',
  '485111': 'railway',
  '485112': 'railway',
  '4861': 'oil',
  '4862': 'gas',
  '48811': 'airport',
  '4883': 'port-transport',
  '491': 'post',
  '515': 'broadcasting',
  '517': 'telecom',
  '521': 'finance',
  '522': 'finance',
  '52221': 'credit-card',
  '52232': 'credit-card',
  '523': 'finance',
  '524': 'finance',
};

const EMPLOYEES: Readonly<Record<string, readonly [number, number | null]>> = {
  '1 to 10': [1, 10],
  '11 to 100': [11, 100],
  '101 to 1000': [101, 1_000],
  '1001 to 10000': [1_001, 10_000],
  '10001 to 25000': [10_001, 25_000],
  '25001 to 50000': [25_001, 50_000],
  '50001 to 100000': [50_001, 100_000],
  'Over 100000': [100_001, null],
  Small: [1, 1_000],
  Large: [1_001, null],
};

export interface VerisOrganisation {
  readonly organisation: ReportingOrganisation;
  /** NAICS code as stated: 2 to 6 digits; absent when VERIS says that it is unknown. */
  readonly industry?: string;
  /** Employees from, to; no end for "over". Absent when unknown. */
  readonly employees?: readonly [number, number | null];
  /** False: no country is stated, and the default of the record (Japan) stands in. */
  readonly countryKnown: boolean;
}

/**
 * Facts of the victim.
 *
 * In     a VERIS document, as parsed
 * Out    the first country that is named, sectors from NAICS. What VERIS does not say (designation,
 *        membership, regimes abroad, data of persons in Japan held abroad) is taken as not so: no
 *        duty is invented
 * Never  throws; a document that is no object gives an organisation of which nothing is known
 */
export function organisationOf(document: unknown): VerisOrganisation {
  const victim = firstVictim(asFields(document));
  const industry = asText(own(victim, 'industry'))?.trim();
  const country = asTexts(own(victim, 'country')).find((code) => /^[A-Z]{2}$/.test(code));
  const named = asText(own(victim, 'victim_id'));
  const name = named && cutText(cleanText(named).text.trim(), 200);
  const size = asText(own(victim, 'employee_count')) ?? '';
  const employees = Object.hasOwn(EMPLOYEES, size) ? EMPLOYEES[size] : undefined;
  const sector = sectorOf(industry);
  const reading = readOrganisation(
    present({
      name: name && name !== 'Unknown' ? name : undefined,
      country,
      // Whether a business abroad handles data of persons in Japan is not in VERIS.
      personalDataHandler: country === undefined || country === 'JP',
      // The sectors are those of Japanese law: a bank abroad is in none of them.
      sectors: sector && (country === undefined || country === 'JP') ? [sector] : undefined,
    }),
  );
  return {
    organisation: reading.value ?? readOrganisation({}).value!,
    ...(industry && /^\d{2,6}$/.test(industry) && !/^0+$/.test(industry) ? { industry } : {}),
    ...(employees && { employees }),
    countryKnown: country !== undefined,
  };
}

/** VERIS before 1.3 had a list of victims. */
function firstVictim(document: Fields | undefined): Fields | undefined {
  const victim = own(document, 'victim');
  return Array.isArray(victim) ? asFields(victim[0]) : child(document, 'victim');
}

function sectorOf(industry: string | undefined): string | undefined {
  for (let length = Math.min(industry?.length ?? 0, 6); length >= 3; length -= 1) {
    const key = industry!.slice(0, length);
    if (Object.hasOwn(SECTOR_OF_NAICS, key)) return SECTOR_OF_NAICS[key];
  }
  return undefined;
}
