// SPDX-License-Identifier: Apache-2.0
/** Values of a record as people read them, in both languages. */
import { readInstant, showDay, showTime } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import { defang } from '../indicators/defang.ts';
import type { Indicator } from '../record.ts';
import { fieldLabel } from './labels.ts';
import { RECORD_FIELDS, type RecordField } from './record-fields.ts';
import { choiceWords, NO_WORDS, UNKNOWN_WORDS, YES_WORDS } from './words.ts';

export interface ValueOptions {
  /** Name of an addressee, for consent; without it its id is shown. */
  readonly addresseeName?: (addressee: string) => Text | undefined;
}

type Group = Readonly<Record<string, unknown>>;

const same = (text: string): Text => ({ ja: text, en: text });
const numbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

/** Parts that name an entry of a list; the first that was told heads its line. */
const HEADS: Readonly<Record<string, readonly string[]>> = {
  computers: ['label', 'product', 'maker', 'id'],
  services: ['name'],
  contacts: ['name'],
  attachments: ['name'],
};

/**
 * A value in words.
 *
 * In     path of a field (positions in lists may stand in it) and its value as in the record
 * Out    enumerations and yes or no in words, instants in Japan with their weekday, numbers grouped,
 *        `unknown` as "under investigation", indicators defanged, one line for each entry of a
 *        list; texts of the reporter as they are. Undefined: nothing was told
 * Never  throws: a value of another type than the schema's is shown as text
 */
export function fieldWords(
  path: string,
  value: unknown,
  options: ValueOptions = {},
): Text | undefined {
  if (value === undefined || value === null) return undefined;
  const field = RECORD_FIELDS.get(path);
  if (!field) return same(asText(value));
  if (Array.isArray(value)) return listWords(field, value, options);
  if (value === 'unknown' && field.unknown) return UNKNOWN_WORDS;
  switch (field.type) {
    case 'choice':
      return choiceWords(path, asText(value));
    case 'yes-no':
      return typeof value === 'boolean' ? (value ? YES_WORDS : NO_WORDS) : same(asText(value));
    case 'number':
      return same(typeof value === 'number' ? numbers.format(value) : asText(value));
    case 'instant':
      return instantWords(asText(value));
    case 'answers':
      return answersWords(value as Group, options);
    case 'group':
      return partsWords(field, value as Group, [], options);
    default:
      return same(asText(value));
  }
}

/** One entry of a list of groups (a computer, a contact) in one line. */
export function entryWords(path: string, entry: Group, options: ValueOptions = {}): Text {
  const field = RECORD_FIELDS.get(path);
  if (path === 'indicators') return indicatorWords(entry);
  if (path === 'actions') return actionWords(entry);
  const headed = HEADS[path]?.find((part) => entry[part] !== undefined);
  const head = headed === undefined ? undefined : same(asText(entry[headed]));
  const rest = field && partsWords(field, entry, headed === undefined ? [] : [headed], options);
  if (head === undefined) return rest ?? same('-');
  return rest === undefined
    ? head
    : { ja: `${head.ja}（${rest.ja}）`, en: `${head.en} (${rest.en})` };
}

function listWords(field: RecordField, list: readonly unknown[], options: ValueOptions) {
  if (list.length === 0) return undefined;
  if (field.type !== 'groups') {
    const words = list.map((one) =>
      field.type === 'choices' ? choiceWords(field.path, asText(one)) : same(asText(one)),
    );
    return join(words, '、', ', ');
  }
  const entries = list.map((entry) => entryWords(field.path, asGroup(entry), options));
  if (entries.length === 1) return entries[0];
  return join(
    entries.map(({ ja, en }, at) => ({ ja: `${at + 1}. ${ja}`, en: `${at + 1}. ${en}` })),
    '\n',
    '\n',
  );
}

/** "maker: Example, version: 1.2" in the schema's order, without the parts named in `but`. */
function partsWords(
  field: RecordField,
  group: Group,
  but: readonly string[],
  options: ValueOptions,
): Text | undefined {
  const parts = (field.parts ?? []).flatMap((part) => {
    const path = `${field.path}.${part}`;
    const words = but.includes(part) ? undefined : fieldWords(path, group[part], options);
    if (!words) return [];
    const label = fieldLabel(path);
    return [{ ja: `${label.ja}: ${words.ja}`, en: `${label.en}: ${words.en}` }];
  });
  return parts.length === 0 ? undefined : join(parts, '、', ', ');
}

function indicatorWords(entry: Group): Text {
  const { type, value, role, note } = entry as Partial<Indicator>;
  const shown = type && value ? defang(type, value) : asText(value ?? '');
  const kind = type ? choiceWords('indicators.type', type) : same('');
  const did = role ? choiceWords('indicators.role', role) : undefined;
  const noted = note ? `: ${note}` : '';
  return {
    ja: `${kind.ja} ${shown}${did ? `（${did.ja}）` : ''}${noted}`.trim(),
    en: `${kind.en} ${shown}${did ? ` (${did.en})` : ''}${noted}`.trim(),
  };
}

function actionWords({ at, text }: Group): Text {
  const when = at === undefined ? undefined : instantWords(asText(at));
  const what = asText(text ?? '');
  return when ? { ja: `${when.ja} ${what}`, en: `${when.en}: ${what}` } : same(what);
}

function answersWords(answers: Group, { addresseeName }: ValueOptions): Text | undefined {
  const lines = Object.entries(answers).map(([addressee, answer]) => {
    const name = addresseeName?.(addressee) ?? same(addressee);
    const said = answer === true ? YES_WORDS : NO_WORDS;
    return { ja: `${name.ja}: ${said.ja}`, en: `${name.en}: ${said.en}` };
  });
  return lines.length === 0 ? undefined : join(lines, '\n', '\n');
}

/** A day of which the time is not known stays a day. */
function instantWords(text: string): Text {
  const ms = readInstant(text);
  if (ms === undefined) return same(text);
  const show = /^\d{4}-\d{2}-\d{2}$/.test(text) ? showDay : showTime;
  return { ja: show(ms, 'ja'), en: show(ms, 'en') };
}

function join(texts: readonly Text[], ja: string, en: string): Text {
  return { ja: texts.map((one) => one.ja).join(ja), en: texts.map((one) => one.en).join(en) };
}

function asGroup(value: unknown): Group {
  return typeof value === 'object' && value !== null ? (value as Group) : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
