// SPDX-License-Identifier: Apache-2.0
/** How far something is: real figures, and a way to stop it. */
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';

interface ProgressProps {
  readonly label: string;
  /** Undefined while the whole is not known. */
  readonly part?: number;
  readonly whole?: number;
  readonly note?: string;
  cancel?(): void;
}

export function Progress({ label, part, whole, note, cancel }: ProgressProps) {
  const { t, percent } = useWords();
  const known = part !== undefined && whole !== undefined && whole > 0;
  return (
    <div className="grid gap-1">
      <div className="flex items-center justify-between gap-4">
        <span>{label}</span>
        <span className="figures text-soft">{known ? percent(part, whole) : ''}</span>
      </div>
      <progress
        aria-label={label}
        className="h-2 w-full overflow-hidden rounded-full accent-(--c-accent)"
        {...(known ? { value: part, max: whole } : {})}
      />
      {note && <p className="text-[0.875rem] text-faint">{note}</p>}
      {cancel && (
        <div>
          <Button size="small" onClick={cancel}>
            {t('progress.cancel')}
          </Button>
        </div>
      )}
    </div>
  );
}
