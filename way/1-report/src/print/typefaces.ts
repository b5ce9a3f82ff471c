// SPDX-License-Identifier: Apache-2.0
/** The two faces that forms are printed in: BIZ UDPGothic, made to be read without mistakes. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { create, type Font, type Glyph } from 'fontkit';

/** A face as layout needs it; `source` is what pdfkit embeds the used signs of. */
export interface Typeface {
  readonly source: object;
  readonly has: (codePoint: number) => boolean;
  /** Width of a text in thousandths of the type size. */
  readonly widthOf: (text: string) => number;
  /** Width of one sign in thousandths of the type size. */
  readonly advance: (codePoint: number) => number;
}

export interface Typefaces {
  readonly regular: Typeface;
  readonly bold: Typeface;
}

const FILES = {
  regular: '@expo-google-fonts/biz-udpgothic/400Regular/BIZUDPGothic_400Regular.ttf',
  bold: '@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf',
} as const;

let opened: Promise<Typefaces> | undefined;

/** Opens the faces once for a process (9 MB). */
export function openTypefaces(): Promise<Typefaces> {
  opened ??= Promise.all([openTypeface(FILES.regular), openTypeface(FILES.bold)]).then(
    ([regular, bold]) => ({ regular, bold }),
  );
  return opened;
}

async function openTypeface(file: string): Promise<Typeface> {
  const font = create(await readFile(fileURLToPath(import.meta.resolve(file))));
  const advances = new Map<number, number>();
  const advance = (codePoint: number): number => {
    const known = advances.get(codePoint);
    if (known !== undefined) return known;
    const width = (font.glyphForCodePoint(codePoint).advanceWidth / font.unitsPerEm) * 1000;
    advances.set(codePoint, width);
    return width;
  };
  return {
    source: plainFont(font),
    has: (codePoint) => font.hasGlyphForCodePoint(codePoint),
    advance,
    widthOf: (text) => {
      let width = 0;
      for (const sign of text) width += advance(sign.codePointAt(0) as number);
      return width;
    },
  };
}

interface Position {
  readonly xAdvance: number;
  readonly yAdvance: number;
  readonly xOffset: number;
  readonly yOffset: number;
}

/**
 * The font with one sign for each character, in the order of the text. No ligatures and no turning
 * of direction: what is measured is what is printed, and what is printed is what was written.
 */
function plainFont(font: Font): object {
  const layout = (text: string) => {
    const glyphs: Glyph[] = Array.from(text, (sign) =>
      font.glyphForCodePoint(sign.codePointAt(0) as number),
    );
    const positions: Position[] = glyphs.map(({ advanceWidth }) => ({
      xAdvance: advanceWidth,
      yAdvance: 0,
      xOffset: 0,
      yOffset: 0,
    }));
    return {
      glyphs,
      positions,
      // Read after pdfkit has scaled the positions.
      get advanceWidth() {
        return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
      },
    };
  };
  return Object.create(font, { layout: { value: layout } }) as object;
}
