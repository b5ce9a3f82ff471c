// SPDX-License-Identifier: Apache-2.0
/** A sharing mark (TLP 2.0): its colour, its word, and with whom it may be shared. */
import type { Tlp } from '@sakimori/vocabulary';
import { useId, useState } from 'react';
import { type Key, useWords } from '../language/language.ts';

/** Colours as FIRST gives them: always on black, whatever the theme. */
const COLOURS: Record<Tlp, string> = {
  RED: 'text-[#ff2b2b]',
  'AMBER+STRICT': 'text-[#ffc000]',
  AMBER: 'text-[#ffc000]',
  GREEN: 'text-[#33ff00]',
  CLEAR: 'text-[#ffffff]',
};
const MEANINGS: Record<Tlp, Key> = {
  RED: 'mark.tlp.red',
  'AMBER+STRICT': 'mark.tlp.amber-strict',
  AMBER: 'mark.tlp.amber',
  GREEN: 'mark.tlp.green',
  CLEAR: 'mark.tlp.clear',
};

export function Mark({ tlp }: { tlp: Tlp }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const id = useId();
  const name = `TLP:${tlp}`;
  return (
    <span className="relative inline-block">
      <button
        type="button"
        aria-expanded={open}
        aria-describedby={open ? id : undefined}
        onClick={() => setOpen(!open)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setOpen(false);
        }}
        className={`min-h-6 whitespace-nowrap rounded-4 bg-black px-2 py-0.5 font-mono text-[0.875rem] font-700 ${COLOURS[tlp]}`}
      >
        {name}
      </button>
      {open && (
        <span
          id={id}
          role="tooltip"
          className="card absolute left-0 top-full z-20 mt-2 block w-72 max-w-[80vw] p-3 text-[0.9375rem] text-ink"
        >
          {t(MEANINGS[tlp])}
        </span>
      )}
    </span>
  );
}
