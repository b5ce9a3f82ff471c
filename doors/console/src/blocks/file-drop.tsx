// SPDX-License-Identifier: Apache-2.0
/** Takes one file: dropped, chosen, or pasted. */
import { type DragEvent, useId, useState } from 'react';
import { useWords } from '../language/language.ts';
import { Icon } from './icon.tsx';

interface FileDropProps {
  readonly label: string;
  readonly hint: string;
  readonly accept?: string;
  take(file: File): void;
}

export function FileDrop({ label, hint, accept, take }: FileDropProps) {
  const { t } = useWords();
  const id = useId();
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) take(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the file field inside does the same by keyboard
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`grid justify-items-start gap-2 rounded-12 border-2 border-dashed p-6 ${over ? 'border-accent bg-accent-wash' : 'border-edge'}`}
    >
      <p id={`${id}-label`} className="flex items-center gap-2 font-700">
        <Icon name="upload" />
        {label}
      </p>
      <p id={`${id}-hint`} className="phrase text-soft">
        {hint}
      </p>
      <div className="relative">
        <input
          id={id}
          type="file"
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-hint`}
          {...(accept ? { accept } : {})}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) take(file);
            event.target.value = '';
          }}
          className="peer absolute inset-0 cursor-pointer opacity-0"
        />
        {/* What the browser writes beside a file field is in its own language; this is in ours. */}
        <span
          aria-hidden="true"
          className="inline-flex min-h-11 items-center gap-2 rounded-8 bg-accent px-4 py-2 font-700 text-on-accent peer-hover:bg-accent-strong peer-focus-visible:outline-3 peer-focus-visible:outline-offset-2 peer-focus-visible:outline-ink"
        >
          {t('file.choose')}
        </span>
      </div>
      <p className="text-[0.875rem] text-faint">{t('file.drop')}</p>
    </div>
  );
}
