// SPDX-License-Identifier: Apache-2.0
/** The machine length of a warning: one JSON document, described in spec/warning/. */
import type { Text, WarningDetail } from '@sakimori/vocabulary/wire';

/** Words of CSAF's product status, so that a VEX reader knows them. */
type ProductStatus = 'known_affected' | 'under_investigation';

export interface WarningDocument {
  readonly $schema: 'https://sakimori.example/spec/warning/1.0.json';
  readonly document: {
    readonly id: string;
    readonly revision: number;
    readonly state: string;
    readonly issued: string;
    readonly due: string;
    readonly distribution: { readonly tlp: string };
    readonly title: Text;
  };
  readonly vulnerability: {
    readonly id: string;
    readonly exploited: boolean;
    readonly ransomware: boolean;
    readonly cvss?: number;
    readonly epss?: number;
  };
  readonly products: readonly {
    readonly computer: string;
    readonly label: string;
    readonly exposure: string;
    readonly item: string;
    readonly status: ProductStatus;
    readonly confidence: string;
    readonly reason: Text;
    readonly source: { readonly name: string; readonly id: string; readonly url?: string };
  }[];
  readonly remediations: readonly Text[];
  readonly triage: readonly Text[];
  readonly deadline: { readonly at: string; readonly reason: Text };
  readonly receipt?: { readonly log: string; readonly index: number };
}

/** Makes the machine form of what a person reads; it says nothing that the words do not say. */
export function warningDocument(detail: WarningDetail): WarningDocument {
  const { vulnerability } = detail;
  return {
    $schema: 'https://sakimori.example/spec/warning/1.0.json',
    document: {
      id: detail.id,
      revision: detail.revision,
      state: detail.state,
      issued: detail.issued,
      due: detail.due,
      distribution: { tlp: detail.tlp },
      title: detail.title,
    },
    vulnerability: {
      id: vulnerability.id,
      exploited: vulnerability.exploited,
      ransomware: vulnerability.ransomware,
      ...(vulnerability.cvss === undefined ? {} : { cvss: vulnerability.cvss }),
      ...(vulnerability.epss === undefined ? {} : { epss: vulnerability.epss }),
    },
    products: detail.affected.map((one) => ({
      computer: one.computer.id,
      label: one.computer.label,
      exposure: one.computer.exposure,
      item: one.item,
      status: one.verdict === 'affected' ? 'known_affected' : 'under_investigation',
      confidence: one.confidence,
      reason: one.reason,
      source: one.source,
    })),
    remediations: detail.actions,
    triage: detail.checks,
    deadline: { at: detail.due, reason: detail.dueReason },
    ...(detail.receipt ? { receipt: detail.receipt } : {}),
  };
}
