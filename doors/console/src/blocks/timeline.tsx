// SPDX-License-Identifier: Apache-2.0
/** What happened, newest last, each with its moment and its ledger receipt. */
import type { TimelineItem } from '@sakimori/vocabulary/wire';
import { useWords } from '../language/language.ts';
import { Moment } from './clock.tsx';
import { Receipt } from './receipt.tsx';

export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const { pick } = useWords();
  return (
    <ol className="relative ml-2 border-l-2 border-line">
      {items.map((item) => (
        <li key={`${item.at} ${item.kind} ${item.text.en}`} className="relative pb-4 pl-5">
          <span
            aria-hidden="true"
            className="absolute -left-[7px] top-2 size-3 rounded-full border-2 border-surface bg-accent"
          />
          <p className="text-[0.875rem] text-faint">
            <Moment at={item.at} />
          </p>
          <p>{pick(item.text)}</p>
          {item.receipt && <Receipt receipt={item.receipt} />}
        </li>
      ))}
    </ol>
  );
}
