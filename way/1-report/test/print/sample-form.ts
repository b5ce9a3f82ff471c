// SPDX-License-Identifier: Apache-2.0
/** A report of a hospital that does not exist, as a form. */
import { ruleAt } from '@sakimori/law';
import { findForm, formBlocks, incidentRecord } from '../../src/engine/index.ts';
import type { FormHead, PrintableForm } from '../../src/print/form-head.ts';

const AT_MS = Date.UTC(2026, 10, 21);

export const HEAD: FormHead = {
  report: 'rpt_01JD0EXAMPLE',
  stage: 'follow-up',
  position: 2,
  title: { ja: '共通様式（ランサムウェア）', en: 'Common form (ransomware)' },
  addressee: { ja: '事業所管大臣', en: 'Competent minister' },
  clause: 'Act 42/2025 art. 5',
  organisation: { ja: '見本病院', en: 'Sample Hospital' },
  submittedAt: '2026-11-21T03:00:00Z',
  exercise: true,
  receipt: { log: 'example.org/sakimori', index: 1234 },
  checkpoint: '4mN1bC0uYd9o8m0x9h4e3Vn1d6mJ2kq0a7b8c9d0e1f=',
};

const record = {
  kind: 'ransomware',
  stage: 'follow-up',
  awareness: { at: '2026-11-21T08:02:00+09:00', by: '夜間当番 髙﨑', how: 'monitoring' },
  outline: '受付の端末が開けなくなり、脅迫文が表示されました。',
  status: 'contained',
  recovered: 'unknown',
  computers: [{ label: '受付サーバー', maker: 'Example', product: 'X-100', specified: true }],
  indicators: [{ type: 'url', value: 'https://malware.example.com/x', role: 'attacker' }],
  contacts: [{ name: '山田 花子', phone: '03-0000-0000', allDay: true }],
  personalData: { involved: true, persons: 1_200 },
} as const;

/** The form of that report, with some fields said otherwise. */
export function sampleForm(changed: object = {}, head: Partial<FormHead> = {}): PrintableForm {
  // Not read again with the changes: a printer also stands what a record does not let in.
  const whole = { ...incidentRecord.parse(record), ...changed };
  return {
    head: { ...HEAD, ...head },
    blocks: formBlocks(whole, findForm(ruleAt, 'common', 'ransomware', AT_MS)),
  };
}
