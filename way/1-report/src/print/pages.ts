// SPDX-License-Identifier: Apache-2.0
/** Paper: A4 pages with a place to write at, a heading and a footing. Lengths are in points. */
import PDFDocument from 'pdfkit';
import { breakLines } from './line-breaks.ts';
import { printableText } from './printable-text.ts';
import type { Typeface, Typefaces } from './typefaces.ts';

export interface Ink {
  readonly face: keyof Typefaces;
  readonly size: number;
  readonly colour: string;
}

export const PAGE = { width: 595.28, height: 841.89, left: 48, right: 48, top: 72, bottom: 56 };
export const WIDTH = PAGE.width - PAGE.left - PAGE.right;

export interface PaperInfo {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  readonly madeAtMs: number;
}

/** A document that is written from top to bottom; the page turns when it is full. */
export class Paper {
  readonly faces: Typefaces;
  readonly #document: PDFDocument;
  readonly #bytes: Promise<Uint8Array>;
  #y: number = PAGE.top;

  constructor(faces: Typefaces, info: PaperInfo) {
    const madeAt = new Date(info.madeAtMs);
    this.faces = faces;
    this.#document = new PDFDocument({
      size: 'A4',
      margin: 0,
      // The number of pages stands on each of them, and is known at the end.
      bufferPages: true,
      autoFirstPage: false,
      pdfVersion: '1.7',
      lang: info.language,
      displayTitle: true,
      font: null,
      info: {
        Title: this.#aboutItself(info.title),
        Author: this.#aboutItself(info.author),
        Creator: 'Sakimori',
        Producer: 'Sakimori',
        CreationDate: madeAt,
        ModDate: madeAt,
      },
    });
    this.#document.registerFont('regular', faces.regular.source);
    this.#document.registerFont('bold', faces.bold.source);
    this.#bytes = collect(this.#document);
    this.#document.addPage();
  }

  get y(): number {
    return this.#y;
  }

  /** Goes down by a length. */
  skip(length: number): void {
    this.#y += length;
  }

  /** Turns the page unless so much still fits; true when it was turned. */
  turnUnlessFits(length: number): boolean {
    if (this.#y + length <= PAGE.height - PAGE.bottom) return false;
    this.#document.addPage();
    this.#y = PAGE.top;
    return true;
  }

  printable(text: string, face: keyof Typefaces): string {
    return printableText(text, this.faces[face].has);
  }

  /** pdfkit writes title and author into XML as they are: signs of XML become their wide forms. */
  #aboutItself(text: string): string {
    const plain = this.printable(text, 'regular').replaceAll('\n', ' ').slice(0, 500);
    return plain.replaceAll('&', '＆').replaceAll('<', '＜').replaceAll('>', '＞');
  }

  /** Lines of a text that anybody may have written. */
  lines(text: string, { face, size }: Ink, width: number): string[] {
    const typeface: Typeface = this.faces[face];
    return breakLines(this.printable(text, face), typeface.advance, (width / size) * 1000);
  }

  /** Writes one line of printable text with its upper edge at `y`. */
  write(line: string, x: number, y: number, { face, size, colour }: Ink): void {
    if (line === '') return;
    this.#document
      .font(face)
      .fontSize(size)
      .fillColor(colour)
      .text(line, x, y, { lineBreak: false });
  }

  /** Writes one line that ends at the right edge. */
  writeRight(line: string, y: number, ink: Ink): void {
    const width = (this.faces[ink.face].widthOf(line) / 1000) * ink.size;
    this.write(line, PAGE.width - PAGE.right - width, y, ink);
  }

  fill(x: number, y: number, width: number, height: number, colour: string): void {
    this.#document.rect(x, y, width, height).fillColor(colour).fill();
  }

  rule(y: number, colour: string): void {
    this.#document
      .moveTo(PAGE.left, y)
      .lineTo(PAGE.width - PAGE.right, y)
      .lineWidth(0.5)
      .strokeColor(colour)
      .stroke();
  }

  /** Draws on every page and gives the finished document. */
  async finish(draw: (page: number, pages: number) => void): Promise<Uint8Array> {
    const { start, count } = this.#document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      this.#document.switchToPage(start + page);
      draw(page + 1, count);
    }
    this.#document.end();
    return await this.#bytes;
  }
}

function collect(document: PDFDocument): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  return new Promise((done, fail) => {
    document.on('data', (chunk) => chunks.push(chunk));
    document.on('end', () => done(Buffer.concat(chunks)));
    document.on('error', fail);
  });
}
