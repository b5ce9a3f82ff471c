// SPDX-License-Identifier: Apache-2.0
/** One report while a reader makes it: texts within the record's bounds, and what was assumed. */
import { dayInJapan, readInstant, toInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import { type RecordInput, readRecord, TEXT_MAX } from '../record.ts';
import type { ReadItem, ReadReport } from '../shapes.ts';
import { present } from './fields.ts';
import type { TimeReading } from './instants.ts';
import { type ReadLimits, refuse } from './limits.ts';

/** What every reader is given. */
export interface ReadContext {
  /** When the document came in; the reader has no clock. */
  readonly receivedAtMs: number;
  readonly limits: ReadLimits;
  /** Counts a document of the format that is no report: a flow record among alerts. */
  readonly ignore: (count: number) => void;
}

type RecordFields = { readonly [K in keyof RecordInput]?: RecordInput[K] | undefined };

/** Marks that turn the direction of text around: they hide what a line really says. */
const INVISIBLE = /(?![\n\r\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
/** A device that works faster than ours is not ahead of its time. */
const AHEAD_MS_MAX = 5 * 60_000;

/**
 * Makes a text fit to be stored and shown: no control characters, no direction marks, well-formed.
 *
 * Out    the text with line breaks as \n; `changed` when something was taken out
 */
export function cleanText(value: string): { readonly text: string; readonly changed: boolean } {
  const text = value.replace(INVISIBLE, '').toWellFormed();
  return { text: text.replace(/\r\n?/g, '\n'), changed: text !== value };
}

/** Cuts at a bound without cutting a character in two; the last character then says so. */
export function cutText(value: string, charactersMax: number): string {
  if (value.length <= charactersMax) return value;
  return `${value
    .slice(0, charactersMax - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')}…`;
}

export class Draft {
  readonly line: number;
  readonly #context: ReadContext;
  readonly #notes: Text[] = [];
  #notesLeftOut = 0;
  readonly #texts: { field: string; text: string }[] = [];
  readonly #attachments: ReadReport['attachments'][number][] = [];

  constructor(line: number, context: ReadContext) {
    this.line = line;
    this.#context = context;
  }

  /** Something that was assumed, changed or left out. */
  note(ja: string, en: string): void {
    if (this.#notes.some((note) => note.en === en)) return;
    if (this.#notes.length < this.#context.limits.notesMax - 1) this.#notes.push({ ja, en });
    else this.#notesLeftOut += 1;
  }

  word(field: string, value: string | undefined): string | undefined {
    return this.#fit(field, value?.replace(/\s+/g, ' '), TEXT_MAX.word);
  }

  /** One line; line breaks become spaces. */
  sentence(field: string, value: string | undefined): string | undefined {
    return this.#fit(field, value?.replace(/\s+/g, ' '), TEXT_MAX.line);
  }

  text(field: string, value: string | undefined): string | undefined {
    return this.#fit(field, value, TEXT_MAX.text);
  }

  words(field: string, values: readonly string[], countMax = 100): string[] {
    if (values.length > countMax) this.#noteCount(field, countMax);
    return [...new Set(values.slice(0, countMax))].flatMap((one) => this.word(field, one) ?? []);
  }

  /** At most `countMax` of a list; what is left out is said. */
  first<T>(field: string, values: readonly T[], countMax: number): T[] {
    if (values.length > countMax) this.#noteCount(field, countMax);
    return values.slice(0, countMax);
  }

  /** Text that indicators are lifted from; it may be longer than the record's own. */
  lift(field: string, value: string | undefined): void {
    if (value === undefined) return;
    const text = cleanText(value).text.trim();
    if (text === '') return;
    const { liftedCharactersMax } = this.#context.limits;
    if (text.length > liftedCharactersMax) this.#noteCut(field, liftedCharactersMax);
    this.#texts.push({ field, text: cutText(text, liftedCharactersMax) });
  }

  attach(name: string, type: string, bytes: Uint8Array): void {
    const fit = (value: string) => cutText(cleanText(value).text.trim(), TEXT_MAX.word);
    this.#attachments.push({
      name: fit(name).replace(/[/\\\n\t]/g, '_') || 'attachment',
      type: fit(type) || 'application/octet-stream',
      bytes,
    });
  }

  /** The instant of awareness: what was read, or when it came in; never later than that. */
  awareAt(place: string | Text, time: TimeReading | undefined): string {
    const { receivedAtMs } = this.#context;
    const field = typeof place === 'string' ? { ja: place, en: place } : place;
    if (time === undefined) {
      this.note(
        '覚知日時が書かれていないため、受信した日時を使いました。',
        'No time of awareness is stated: the time of receipt was taken.',
      );
      return toInstant(receivedAtMs);
    }
    if (time.zoneAssumed) {
      this.note(
        `「${field.ja}」に時差の指定がないため、日本時間として読みました。`,
        `${field.en} names no time zone: it was read as time in Japan.`,
      );
    }
    const ms = readInstant(time.at) ?? receivedAtMs;
    if (ms <= receivedAtMs + AHEAD_MS_MAX) return time.at;
    this.note(
      `「${field.ja}」が受信より後の日時のため、受信した日時を使いました。`,
      `${field.en} lies after the receipt: the time of receipt was taken.`,
    );
    return /^\d{4}-\d{2}-\d{2}$/.test(time.at) && dayInJapan(receivedAtMs) === time.at
      ? time.at
      : toInstant(receivedAtMs);
  }

  /** The finished report; fields that are undefined or empty lists are left out. */
  finish(
    record: RecordFields,
    proposal: ReadReport['proposal'],
    rest: Pick<ReadReport, 'organisation'> = {},
  ): ReadItem {
    const reading = readRecord(present(record));
    if (reading.value === undefined) {
      const { field, expected } = reading.refusals[0]!;
      return refuse(this.line, { field, expected: { ja: expected, en: expected } });
    }
    const more = this.#notesLeftOut;
    if (more > 0) {
      this.#notes.push({ ja: `ほかに ${more} 件の注記があります。`, en: `${more} more notes.` });
    }
    return {
      report: {
        line: this.line,
        record: reading.value,
        proposal,
        texts: this.#texts,
        attachments: this.#attachments,
        notes: this.#notes,
        ...rest,
      },
    };
  }

  #fit(field: string, value: string | undefined, charactersMax: number): string | undefined {
    if (value === undefined) return undefined;
    const { text, changed } = cleanText(value);
    if (changed) {
      this.note(
        `「${field}」から、目に見えない制御文字を取り除きました。`,
        `Invisible control characters were taken out of ${field}.`,
      );
    }
    const trimmed = text.trim();
    if (trimmed === '') return undefined;
    if (trimmed.length > charactersMax) this.#noteCut(field, charactersMax);
    return cutText(trimmed, charactersMax);
  }

  #noteCut(field: string, charactersMax: number): void {
    this.note(
      `「${field}」は長いため、${charactersMax} 文字で切りました。`,
      `${field} was cut at ${charactersMax} characters.`,
    );
  }

  #noteCount(field: string, countMax: number): void {
    this.note(
      `「${field}」は数が多いため、最初の ${countMax} 件だけを取り込みました。`,
      `Only the first ${countMax} of ${field} were taken.`,
    );
  }
}
