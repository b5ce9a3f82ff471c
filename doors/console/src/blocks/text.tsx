// SPDX-License-Identifier: Apache-2.0
/** Text of others: long text folds, threat data is defanged. */
import { useState } from 'react';
import { defang } from '../hub/hostile-text.ts';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';

const FOLD_AT_CHARACTERS = 900;

/** Addresses in it are written so that nothing follows them by accident. */
export function Defanged({ text }: { text: string }) {
  return <Folded text={defang(text)} />;
}

/** Shows the beginning of a very long text, and the rest when asked. */
export function Folded({ text }: { text: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  if (text.length <= FOLD_AT_CHARACTERS) {
    return <span className="whitespace-pre-line wrap-anywhere">{text}</span>;
  }
  return (
    <>
      <span className="whitespace-pre-line wrap-anywhere">
        {open ? text : `${text.slice(0, FOLD_AT_CHARACTERS)}…`}
      </span>{' '}
      <Button size="small" look="quiet" onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? t('text.less') : t('text.more', { count: text.length })}
      </Button>
    </>
  );
}

/** One line of text that others gave: cut with dots where it is longer than its place. */
export function OneLine({ text }: { text: string }) {
  return <span className="line-clamp-2 wrap-anywhere">{text}</span>;
}
