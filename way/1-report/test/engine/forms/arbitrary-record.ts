// SPDX-License-Identifier: Apache-2.0
/** Records of every shape that the schema allows, made from the schema itself. */
import fc from 'fast-check';
import type { z } from 'zod';
import { type IncidentRecord, incidentRecord, instant } from '../../../src/engine/record.ts';

export interface ArbitraryOptions {
  /** What free texts are made of; told the path so that a value can name where it stands. */
  readonly word?: (path: string) => fc.Arbitrary<string>;
  /** True: every optional field is there. */
  readonly full?: boolean;
}

const plainWord = () =>
  fc
    .string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
    .filter((text) => text.trim() !== '')
    .map((text) => text.trim());

const instants = fc
  .integer({ min: Date.UTC(2025, 9, 1), max: Date.UTC(2028, 0, 1) })
  .map((ms) => new Date(ms).toISOString());

/** Records that `readRecord` accepts as they are. */
export function records(options: ArbitraryOptions = {}): fc.Arbitrary<IncidentRecord> {
  return fromSchema(incidentRecord, '', options) as fc.Arbitrary<IncidentRecord>;
}

const definitionOf = (shape: z.core.$ZodType) => (shape as unknown as z.core.$ZodTypes)._zod.def;

function fromSchema(
  shape: z.ZodType,
  path: string,
  options: ArbitraryOptions,
): fc.Arbitrary<unknown> {
  const definition = definitionOf(shape);
  switch (definition.type) {
    case 'object':
      return fromGroup(shape as z.ZodObject, path, options);
    case 'array':
      return fc.array(fromSchema(definition.element as z.ZodType, path, options), {
        minLength: options.full ? 1 : 0,
        maxLength: 3,
      });
    case 'record':
      return fc.dictionary(fc.constantFrom('ppc', 'police', 'isac'), fc.boolean(), {
        minKeys: options.full ? 1 : 0,
      });
    case 'union':
      return fc.oneof(
        ...definition.options.map((one) => fromSchema(one as z.ZodType, path, options)),
      );
    case 'optional':
    case 'default':
      return fromSchema(definition.innerType as z.ZodType, path, options);
    case 'enum':
      return fc.constantFrom(...Object.values(definition.entries));
    case 'literal':
      return fc.constantFrom(...definition.values);
    case 'boolean':
      return fc.boolean();
    case 'number':
      return fc.nat({ max: 1_000_000 });
    case 'string':
      return textFor(shape, path, options);
    default:
      throw new TypeError(`no arbitrary for ${definition.type} at ${path}`);
  }
}

function fromGroup(group: z.ZodObject, path: string, options: ArbitraryOptions) {
  const required: string[] = [];
  const parts = Object.entries(group.shape).map(([name, part]) => {
    const { type } = definitionOf(part);
    if (type !== 'optional') required.push(name);
    const below = path === '' ? name : `${path}.${name}`;
    return [name, fromSchema(part as z.ZodType, below, options)];
  });
  const shapes = Object.fromEntries(parts) as Record<string, fc.Arbitrary<unknown>>;
  return fc.record(shapes, options.full ? {} : { requiredKeys: required });
}

function textFor(shape: z.ZodType, path: string, options: ArbitraryOptions): fc.Arbitrary<string> {
  if (shape === instant) return instants;
  if (path === 'techniques') return fc.constantFrom('T1486', 'T1498.001', 'T1190');
  if (path === 'attachments.sha256') {
    return fc.string({
      unit: fc.constantFrom(...'0123456789abcdef'),
      minLength: 64,
      maxLength: 64,
    });
  }
  return (options.word ?? plainWord)(path);
}
