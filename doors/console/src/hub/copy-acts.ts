// SPDX-License-Identifier: Apache-2.0
/** What a desk sends about a report, and what it must hold before it can be sent. */
import type { CopyBrief } from '@sakimori/vocabulary/wire';
import type { Write } from './queries.ts';

export type ActName = 'question' | 'advise' | 'return' | 'order' | 'relay' | 'extend';

export interface Content {
  readonly text: string;
  readonly due: string;
  readonly clause: string;
  readonly addressee: string;
  readonly stage: string;
}
export type Part = keyof Content;

export const NEEDED: Record<ActName, readonly Part[]> = {
  question: ['text'],
  advise: ['text'],
  return: ['text'],
  order: ['text', 'clause', 'due'],
  relay: ['addressee'],
  extend: ['stage', 'due', 'text'],
};
/** Parts that are needed and empty. */
export function findMissing(name: ActName, content: Content): Part[] {
  return NEEDED[name].filter((part) => content[part].trim() === '');
}

/** What is asked of the hub. */
export function writeOf(name: ActName, copyId: string, content: Content): Write {
  const path = `/copies/${encodeURIComponent(copyId)}`;
  const { due, clause, addressee, stage } = content;
  const text = content.text.trim();
  switch (name) {
    case 'question':
      return {
        path: `${path}/messages`,
        body: { kind: 'question', text, ...(due ? { due } : {}) },
      };
    case 'advise':
      return { path: `${path}/messages`, body: { kind: 'advice', text } };
    case 'return':
      return { path: `${path}/return`, body: { text } };
    case 'order':
      return { path: `${path}/orders`, body: { text, clause: clause.trim(), due } };
    case 'relay':
      return { path: `${path}/relay`, body: { addressee, ...(text ? { note: text } : {}) } };
    case 'extend':
      return { path: `${path}/extend`, body: { stage, until: due, reason: text } };
  }
}

/** What ends first stands first; without a clock, what has waited longest. */
export function sortCopies(copies: readonly CopyBrief[]): CopyBrief[] {
  const due = ({ next }: CopyBrief) => next?.due ?? '9999';
  return copies.toSorted(
    (a, b) => due(a).localeCompare(due(b)) || a.deliveredAt.localeCompare(b.deliveredAt),
  );
}
