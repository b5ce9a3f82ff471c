// SPDX-License-Identifier: Apache-2.0
/** A step that cannot be undone: says what will happen before it does. */
import { useState } from 'react';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';

export function Confirm(props: {
  readonly label: string;
  readonly question: string;
  readonly verb: string;
  readonly busy: boolean;
  act(): void;
}) {
  const { label, question, verb, busy, act } = props;
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  if (!asked) {
    return (
      <div>
        <Button size="small" look="alarm" onClick={() => setAsked(true)}>
          {label}
        </Button>
      </div>
    );
  }
  return (
    <div className="grid gap-3 rounded-8 bg-sunken p-4">
      <p className="phrase">{question}</p>
      <div className="flex flex-wrap gap-3">
        <Button look="alarm" busy={busy} onClick={act}>
          {verb}
        </Button>
        <Button look="quiet" onClick={() => setAsked(false)}>
          {t('form.cancel')}
        </Button>
      </div>
    </div>
  );
}
