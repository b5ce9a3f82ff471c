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
      <label htmlFor={id} className="flex items-center gap-2 font-700">
        <Icon name="upload" />
        {label}
      </label>
      <p id={`${id}-hint`} className="phrase text-soft">
        {hint}
      </p>
      <input
        id={id}
        type="file"
        aria-describedby={`${id}-hint`}
        {...(accept ? { accept } : {})}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) take(file);
          event.target.value = '';
        }}
        className="max-w-full file:mr-3 file:min-h-11 file:cursor-pointer file:rounded-8 file:border-0 file:bg-accent file:px-4 file:font-700 file:text-on-accent"
      />
      <p className="text-[0.875rem] text-faint">{t('file.drop')}</p>
    </div>
  );
}
