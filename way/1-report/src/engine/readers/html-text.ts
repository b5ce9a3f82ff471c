// SPDX-License-Identifier: Apache-2.0
/** HTML of a mail as text, by one walk over its characters: nothing is rendered, fetched or run. */

/** Elements whose content nobody reads. */
const SILENT = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'svg',
  'object',
]);
const BREAKS = new Set([
  'br',
  'p',
  'div',
  'tr',
  'li',
  'ul',
  'ol',
  'table',
  'blockquote',
  'pre',
  'hr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'section',
  'article',
  'header',
  'footer',
]);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  copy: '©',
  yen: '¥',
  hellip: '…',
};
const LINKS_MAX = 500;
const TAG_CHARACTERS_MAX = 20_000;

export interface HtmlText {
  readonly text: string;
  /** Where links and forms lead: in a phishing mail that is not what their text says. */
  readonly links: readonly string[];
}

/**
 * Takes the text out of HTML.
 *
 * In     any characters, also broken HTML
 * Out    text with line breaks at blocks; the addresses of links, each once
 * Never  throws; takes longer than a few walks over its input
 */
export function readHtml(html: string): HtmlText {
  const parts: string[] = [];
  const links = new Set<string>();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0 || !/[A-Za-z/!?]/.test(html[open + 1] ?? '')) {
      const until = open < 0 ? html.length : open + 1;
      parts.push(html.slice(at, until));
      at = until;
      continue;
    }
    parts.push(html.slice(at, open));
    at = skipTag(html, open, parts, links);
  }
  const text = decodeEntities(parts.join(''))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return { text, links: [...links] };
}

/** Passes over one tag, comment or silent element; gives the place behind it. */
function skipTag(html: string, open: number, parts: string[], links: Set<string>): number {
  if (html.startsWith('<!--', open)) return after(html, '-->', open + 4);
  const close = html.indexOf('>', open + 1);
  if (close < 0) return html.length;
  const tag = html.slice(open + 1, Math.min(close, open + TAG_CHARACTERS_MAX));
  const name = /^\/?([A-Za-z][A-Za-z0-9-]{0,30})/.exec(tag)?.[1]?.toLowerCase() ?? '';
  if (BREAKS.has(name)) parts.push('\n');
  else if (name === 'td' || name === 'th') parts.push(' ');
  if (links.size < LINKS_MAX && !tag.startsWith('/')) {
    const link = /\b(?:href|action)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(tag);
    const address = decodeEntities(link?.[1] ?? link?.[2] ?? link?.[3] ?? '').trim();
    if (/^(?:https?|ftp|hxxps?):/i.test(address)) links.add(address.slice(0, 2_048));
  }
  if (!tag.startsWith('/') && SILENT.has(name)) {
    // Without its end everything behind it is silent, as it is in a browser.
    const end = indexOfEnd(html, name, close + 1);
    return end < 0 ? html.length : after(html, '>', end);
  }
  return close + 1;
}

function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

function indexOfEnd(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s>/])`, 'gi');
  end.lastIndex = from;
  return end.exec(html)?.index ?? -1;
}

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]{2,8}));/g,
    (all, d, h, name) => {
      if (name) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : all;
      const code = d ? Number(d) : Number.parseInt(h, 16);
      return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
        ? String.fromCodePoint(code)
        : '';
    },
  );
}
