// SPDX-License-Identifier: Apache-2.0
/** The record's fields as its schema has them: one walk that forms, copies and questions use. */
import type { z } from 'zod';
import { incidentRecord, instant } from '../record.ts';

export type FieldType =
  | 'group'
  | 'groups'
  | 'choice'
  | 'choices'
  | 'yes-no'
  | 'number'
  | 'instant'
  | 'text'
  | 'texts'
  | 'answers';

export interface RecordField {
  /** Path with dots, without positions in lists. */
  readonly path: string;
  readonly type: FieldType;
  /** May be the word `unknown`. */
  readonly unknown: boolean;
  /** Of a choice, in the schema's order. */
  readonly values?: readonly string[];
  /** Most characters of a text, highest value of a number. */
  readonly max?: number;
  readonly whole?: boolean;
  /** Names of the parts of a group or of a list's entries. */
  readonly parts?: readonly string[];
}

interface Peeled {
  readonly shape: z.ZodType;
  readonly unknown: boolean;
}

/** Every field and part of a field, groups before their parts, in the schema's order. */
export const RECORD_FIELDS: ReadonlyMap<string, RecordField> = new Map(
  walk(incidentRecord, '').map((field) => [field.path, field]),
);

/** Names of the record's own fields, in the schema's order. */
export const TOP_FIELDS: readonly string[] = Object.keys(incidentRecord.shape);

/** What a schema is made of, as one of zod's closed list of types. */
function definitionOf(shape: z.core.$ZodType) {
  return (shape as unknown as z.core.$ZodTypes)._zod.def;
}

function walk(group: z.ZodObject, above: string): RecordField[] {
  return Object.entries(group.shape).flatMap(([name, shape]) =>
    fieldsOf(shape as z.ZodType, above === '' ? name : `${above}.${name}`),
  );
}

function fieldsOf(outer: z.ZodType, path: string): RecordField[] {
  const { shape, unknown } = peel(outer);
  const definition = definitionOf(shape);
  switch (definition.type) {
    case 'object': {
      const group = shape as z.ZodObject;
      return [
        { path, type: 'group', unknown, parts: Object.keys(group.shape) },
        ...walk(group, path),
      ];
    }
    case 'array':
      return entriesOf(peel(definition.element as z.ZodType).shape, path);
    case 'record':
      return [{ path, type: 'answers', unknown }];
    case 'enum': {
      const values = Object.values(definition.entries).map(String);
      return [{ path, type: 'choice', unknown: unknown || values.includes('unknown'), values }];
    }
    case 'literal':
      return [{ path, type: 'choice', unknown, values: definition.values.map(String) }];
    case 'boolean':
      return [{ path, type: 'yes-no', unknown }];
    case 'number':
      return [{ path, type: 'number', unknown, ...boundsOf(shape) }];
    case 'string':
      return [{ path, unknown, ...textOf(shape) }];
    default:
      throw new TypeError(`record field ${path} is of a type that no form can show`);
  }
}

function entriesOf(entry: z.ZodType, path: string): RecordField[] {
  const definition = definitionOf(entry);
  if (definition.type === 'object') {
    const group = entry as z.ZodObject;
    return [
      { path, type: 'groups', unknown: false, parts: Object.keys(group.shape) },
      ...walk(group, path),
    ];
  }
  if (definition.type === 'enum') {
    const values = Object.values(definition.entries).map(String);
    return [{ path, type: 'choices', unknown: false, values }];
  }
  return [{ path, type: 'texts', unknown: false, ...maxOf(entry) }];
}

/** Takes off what does not change the kind of a field: optional, default, `or unknown`. */
function peel(outer: z.ZodType): Peeled {
  let shape = outer;
  let unknown = false;
  for (;;) {
    const definition = definitionOf(shape);
    if (definition.type === 'optional' || definition.type === 'default') {
      shape = definition.innerType as z.ZodType;
    } else if (definition.type === 'union') {
      unknown = true;
      shape = definition.options.find((option) => !isUnknownWord(option)) as z.ZodType;
    } else {
      return { shape, unknown };
    }
  }
}

function isUnknownWord(shape: z.core.$ZodType): boolean {
  const definition = definitionOf(shape);
  return definition.type === 'literal' && definition.values.includes('unknown');
}

function textOf(shape: z.ZodType): { readonly type: 'instant' | 'text'; readonly max?: number } {
  return shape === instant ? { type: 'instant' } : { type: 'text', ...maxOf(shape) };
}

function maxOf(shape: z.ZodType): { readonly max?: number } {
  const { maxLength } = shape as z.ZodString;
  return typeof maxLength === 'number' ? { max: maxLength } : {};
}

function boundsOf(shape: z.ZodType): { readonly max?: number; readonly whole?: boolean } {
  const { maxValue, format } = shape as z.ZodNumber;
  return {
    ...(typeof maxValue === 'number' && Number.isFinite(maxValue) ? { max: maxValue } : {}),
    whole: format === 'safeint' || format === 'int32',
  };
}
