// SPDX-License-Identifier: Apache-2.0
/** A text that is being typed stays in this window until it is sent: a reload loses nothing. */
import { useState } from 'react';

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function keep(key: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, text);
  } catch {
    // Kept for as long as the page is open.
  }
}

/** As `useState`, and kept under that key; an empty text is forgotten. */
export function useKeptText(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => read(key));
  return [
    text,
    (next) => {
      setText(next);
      keep(key, next);
    },
  ];
}

/** Forgets what was kept, for a text that has been handed on; what stands in the field stays. */
export function forgetText(key: string): void {
  keep(key, '');
}
