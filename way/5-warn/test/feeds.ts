// SPDX-License-Identifier: Apache-2.0
/** Small feeds written by us, in the form in which they are published. */
import type { FeedRequest } from '../src/feed-import.ts';

export interface KevEntry {
  readonly cve: string;
  readonly maker?: string;
  readonly product?: string;
  readonly added?: string;
  readonly due?: string;
  readonly ransomware?: 'Known' | 'Unknown';
  readonly notes?: string;
}

export function kevText(version: string, entries: readonly KevEntry[]): string {
  return JSON.stringify({
    title: 'A catalogue for tests',
    catalogVersion: version,
    dateReleased: '2026-11-20T00:00:00.0000Z',
    count: entries.length,
    vulnerabilities: entries.map((entry) => ({
      cveID: entry.cve,
      vendorProject: entry.maker ?? 'Example Networks',
      product: entry.product ?? 'Gate',
      vulnerabilityName: `${entry.maker ?? 'Example Networks'} ${entry.product ?? 'Gate'} flaw`,
      dateAdded: entry.added ?? '2026-11-20',
      shortDescription: 'A flaw for tests.',
      requiredAction: 'Apply the update of the vendor.',
      dueDate: entry.due ?? '2026-12-11',
      knownRansomwareCampaignUse: entry.ransomware ?? 'Unknown',
      notes: entry.notes ?? '',
      cwes: [],
    })),
  });
}

export interface CveEntry {
  readonly cve: string;
  readonly vendor?: string;
  readonly product?: string;
  /** Affected below this version, from 0. */
  readonly lessThan?: string;
  readonly automatable?: 'yes' | 'no';
  readonly impact?: 'partial' | 'total';
}

/** CVE records with one affected range each, and CISA's decision points when given. */
export function cveText(entries: readonly CveEntry[]): string {
  return entries.map((entry) => JSON.stringify(cveRecord(entry))).join('\n');
}

function cveRecord(entry: CveEntry) {
  const options = [
    ...(entry.automatable ? [{ Automatable: entry.automatable }] : []),
    ...(entry.impact ? [{ 'Technical Impact': entry.impact }] : []),
  ];
  const adp = {
    title: 'CISA ADP Vulnrichment',
    providerMetadata: { orgId: 'cisa', shortName: 'CISA-ADP' },
    metrics: [{ other: { type: 'ssvc', content: { id: entry.cve, options } } }],
  };
  return {
    dataType: 'CVE_RECORD',
    dataVersion: '5.1',
    cveMetadata: { cveId: entry.cve, state: 'PUBLISHED', assignerShortName: 'example' },
    containers: {
      cna: {
        title: `Flaw in ${entry.product ?? 'Gate'}`,
        providerMetadata: { orgId: 'example', shortName: 'example' },
        descriptions: [{ lang: 'en', value: 'A flaw for tests.' }],
        affected: [
          {
            vendor: entry.vendor ?? 'Example Networks',
            product: entry.product ?? 'Gate',
            defaultStatus: 'unaffected',
            versions: [
              {
                version: '0',
                status: 'affected',
                lessThan: entry.lessThan ?? '7.2.5',
                versionType: 'semver',
              },
            ],
          },
        ],
        references: [{ url: 'https://www.example.com/advisory' }],
      },
      ...(options.length > 0 ? { adp: [adp] } : {}),
    },
  };
}

export function feed(
  kind: FeedRequest['kind'],
  text: string | Uint8Array,
  source = `https://feeds.example.com/${kind}`,
): FeedRequest {
  async function* bytes() {
    yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
  }
  return { kind, source, actor: 'per_office', inputs: [{ file: `${kind}.json`, bytes: bytes() }] };
}
