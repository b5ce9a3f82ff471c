// SPDX-License-Identifier: Apache-2.0
/** Just enough of PDF to read back what was printed: the text of each page, by its ToUnicode maps. */
import { inflateSync } from 'node:zlib';

interface Item {
  readonly text: string;
  readonly body: Buffer | undefined;
}

/** Text of each page, signs in the order in which they were drawn, one line a text operation. */
export function readPages(pdf: Uint8Array): string[] {
  const items = readItems(Buffer.from(pdf));
  const maps = new Map<string, Map<number, string>>();
  for (const { text } of items.values()) {
    const unicode = /\/ToUnicode (\d+) 0 R/.exec(text)?.[1];
    if (!unicode || !/\/Type \/Font\b/.test(text)) continue;
    const number = [...items].find(([, item]) => item.text === text)?.[0];
    maps.set(number as string, readMap(items.get(unicode)?.body?.toString('latin1') ?? ''));
  }
  return [...items.values()]
    .filter(({ text }) => /\/Type \/Page\b/.test(text))
    .map(({ text }) => {
      const resources = items.get(/\/Resources (\d+) 0 R/.exec(text)?.[1] ?? '')?.text ?? '';
      const fonts = new Map(
        Array.from(resources.matchAll(/\/(F\d+) (\d+) 0 R/g), ([, name, number]) => [
          name as string,
          maps.get(number as string) ?? new Map<number, string>(),
        ]),
      );
      const content = items.get(/\/Contents (\d+) 0 R/.exec(text)?.[1] ?? '')?.body;
      return readContent(content?.toString('latin1') ?? '', fonts);
    });
}

function readItems(pdf: Buffer): Map<string, Item> {
  const items = new Map<string, Item>();
  const file = pdf.toString('latin1');
  for (const match of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [, number, all] = match as unknown as [string, string, string];
    const cut = all.indexOf('\nstream\n');
    const text = cut === -1 ? all : all.slice(0, cut);
    const raw =
      cut === -1
        ? undefined
        : Buffer.from(all.slice(cut + 8, all.lastIndexOf('\nendstream')), 'latin1');
    items.set(number, { text, body: raw && /FlateDecode/.test(text) ? inflateSync(raw) : raw });
  }
  return items;
}

function readMap(map: string): Map<number, string> {
  const signs = new Map<number, string>();
  for (const [, from, list] of map.matchAll(/<([0-9a-f]{4})> <[0-9a-f]{4}> \[([^\]]*)\]/gi)) {
    let code = Number.parseInt(from as string, 16);
    for (const [, hex] of (list as string).matchAll(/<([0-9a-f ]*)>/gi)) {
      signs.set(
        code,
        Buffer.from((hex as string).replaceAll(' ', ''), 'hex')
          .swap16()
          .toString('utf16le'),
      );
      code += 1;
    }
  }
  return signs;
}

function readContent(
  content: string,
  fonts: ReadonlyMap<string, ReadonlyMap<number, string>>,
): string {
  let font: ReadonlyMap<number, string> = new Map();
  const lines: string[] = [];
  for (const [, name, list] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (name) font = fonts.get(name) ?? new Map();
    else {
      const hex = Array.from(
        (list as string).matchAll(/<([0-9a-f]+)>/g),
        ([, codes]) => codes,
      ).join('');
      lines.push(
        Array.from(
          hex.matchAll(/.{4}/g),
          ([code]) => font.get(Number.parseInt(code, 16)) ?? '?',
        ).join(''),
      );
    }
  }
  return lines.join('\n');
}
