// SPDX-License-Identifier: Apache-2.0
/** Text that others wrote: made visible, and harmless to copy. */

/**
 * Controls that hide or turn text (bidirectional overrides and isolates, zero-width characters,
 * tag characters, C0 and C1 controls). Line feed and tab stay. Zero-width joiners stay too: they
 * belong to names in some scripts.
 */
const HIDING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** Writes each hiding control as its code point in brackets, so that a reader sees it. */
export function makeVisible(text: string): string {
  return text.replace(HIDING, (control) => {
    if (control === '\r') return '';
    const code = (control.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟦U+${code}⟧`;
  });
}

/** Writes addresses so that neither a program nor a hurried click follows them. */
export function defang(text: string): string {
  return text
    .replace(/\b(h)tt(ps?):\/\/([^\s/"'<>]+)/gi, (_all, h: string, ps: string, host: string) => {
      return `${h}xx${ps}://${host.replaceAll('.', '[.]')}`;
    })
    .replace(/\bftp:\/\/([^\s/"'<>]+)/gi, (_all, host: string) => {
      return `fxp://${host.replaceAll('.', '[.]')}`;
    });
}

/** The address when it may be a link: https only, no user name inside; else undefined. */
export function readLink(text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    const url = new URL(text);
    const plain = url.username === '' && url.password === '';
    return url.protocol === 'https:' && plain ? url.href : undefined;
  } catch {
    return undefined;
  }
}
