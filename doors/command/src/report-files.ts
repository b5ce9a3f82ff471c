// SPDX-License-Identifier: Apache-2.0
/** Reading report files: bounded, with the line of whatever is refused, never with its value. */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { FieldRefusal } from '@sakimori/report/engine';

/** Largest file that is read whole. */
export const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** One thing that is wrong with a file. */
export interface FileRefusal {
  readonly file: string;
  readonly line?: number;
  readonly field?: string;
  readonly expected: string;
}

/** Ends a run: bad input with what is wrong. */
export class FileRefused extends Error {
  readonly refusals: readonly FileRefusal[];

  constructor(refusals: readonly FileRefusal[]) {
    super('bad input');
    this.refusals = refusals;
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'a file that is there',
  ENOTDIR: 'a file that is there',
  EACCES: 'a file that may be read',
  EISDIR: 'a file, not a folder',
};

/**
 * The text of a file.
 *
 * In     path or `-`; gzip is recognised
 * Throws FileRefused: not there, not readable, too large, not UTF-8
 */
export async function readFileText(path: string, stdin: Readable): Promise<string> {
  const refuse = (expected: string) => new FileRefused([{ file: path, expected }]);
  const tooLarge = refuse(`at most ${FILE_BYTES_MAX} bytes`);
  let bytes: Buffer;
  try {
    bytes = path === '-' ? await readStream(stdin, tooLarge) : await readWhole(path, tooLarge);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      bytes = gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX });
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge;
    if (code?.startsWith('Z_')) throw refuse('a whole gzip file');
    if (code !== undefined && code in UNREADABLE) throw refuse(UNREADABLE[code]!);
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('text in UTF-8');
  }
}

async function readWhole(path: string, tooLarge: Error): Promise<Buffer> {
  const handle = await open(path);
  try {
    if ((await handle.stat()).size > FILE_BYTES_MAX) throw tooLarge;
    return await readStream(handle.createReadStream({ autoClose: false }), tooLarge);
  } finally {
    await handle.close();
  }
}

async function readStream(stream: Readable, tooLarge: Error): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const piece = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > FILE_BYTES_MAX) throw tooLarge;
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

/** Parses a document, or says at which line it is no JSON. */
export function parseJson(file: string, text: string, firstLine = 1): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The engine's message repeats the text around the place: only the place is taken from it.
    const found = /position (\d+)/.exec((error as Error).message);
    const end = text.trimEnd().length;
    const before = text.slice(0, Math.min(found ? Number(found[1]) : end, end));
    throw new FileRefused([
      { file, line: firstLine + countLines(before), expected: 'a JSON document' },
    ]);
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** Refused fields with the lines on which they stand. */
export function placeRefusals(
  file: string,
  text: string,
  refusals: readonly FieldRefusal[],
  firstLine = 1,
): FileRefusal[] {
  const lines = linesOfFields(text, new Set(refusals.map(({ field }) => field)));
  return refusals.map(({ field, expected }) => {
    // A field that is absent stands where its parent stands.
    let place: string = field;
    while (place !== '' && !lines.has(place))
      place = place.slice(0, Math.max(0, place.lastIndexOf('.')));
    return { file, line: firstLine + (lines.get(place) ?? 0), field, expected };
  });
}

/**
 * Lines (from 0) on which fields stand in a JSON text that was parsed before.
 *
 * In     the text; field paths such as computers.2.label
 * Out    the lines of these fields and of the parents on the way. One pass; what lies below other
 *        fields is walked over, however deep or long it is
 */
function linesOfFields(text: string, fields: ReadonlySet<string>): Map<string, number> {
  const wanted = new Set([...fields].flatMap(withParents));
  const found = new Map<string, number>();
  // The path of a group, or undefined below fields that nobody asks for.
  const open: { path: string | undefined; next: number }[] = [];
  let line = 0;
  let name: string | undefined;
  const start = (): string | undefined => {
    const parent = open.at(-1);
    if (!parent) return '';
    const step = name ?? String(parent.next);
    if (name === undefined) parent.next += 1;
    name = undefined;
    if (parent.path === undefined) return undefined;
    const path = parent.path === '' ? step : `${parent.path}.${step}`;
    if (!wanted.has(path)) return undefined;
    if (!found.has(path)) found.set(path, line);
    return path;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (character === '\n') line += 1;
    else if (character === '{' || character === '[') open.push({ path: start(), next: 0 });
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, at);
      if (nextCharacter(text, end + 1) === ':') {
        name = end - at > NAME_MAX ? '' : (JSON.parse(text.slice(at, end + 1)) as string);
      } else start();
      at = end;
    } else if (/[^\s,:]/.test(character)) {
      start();
      while (at + 1 < text.length && /[^\s,\]}]/.test(text[at + 1]!)) at += 1;
    }
  }
  return found;
}

/** Longer names are none of ours. */
const NAME_MAX = 200;

/** a, a.b, a.b.c of a.b.c */
function withParents(field: string): string[] {
  const steps = field.split('.');
  return steps.map((_, index) => steps.slice(0, index + 1).join('.'));
}

/** The place of the quotation mark that ends a string. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return at;
  }
}

function nextCharacter(text: string, from: number): string | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (!/\s/.test(text[at]!)) return text[at];
  }
  return undefined;
}

/** "file, line 7, field awareness.at: expected an instant ..." */
export function sayRefusal({ file, line, field, expected }: FileRefusal): string {
  const places = [file, line && `line ${line}`, field && `field ${field}`].filter(Boolean);
  return `${places.join(', ')}: expected ${expected}\n`;
}
