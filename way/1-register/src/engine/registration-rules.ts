// SPDX-License-Identifier: Apache-2.0
/** The rules of registration as they stand at an instant: dated data, read into one shape. */
import { normaliseProduct, parseCpe } from '@sakimori/vocabulary';
import type { ComputerValues } from './computers.ts';
import { type ComputerField, isComputerField } from './fields.ts';

export interface Words {
  readonly ja: string;
  readonly en: string;
}

/** `days` is null where no count of days is known: then the words alone hold. */
export interface DutyClock {
  readonly days: number | null;
  readonly words: Words;
}

export interface RegistrationDutyRule {
  readonly inForce: boolean;
  readonly transition?: { readonly introducedBefore: string; readonly until: string };
  readonly onIntroduction?: DutyClock;
  readonly onChange?: DutyClock;
  readonly correction?: DutyClock;
}

export interface ExemptedProduct {
  readonly id: string;
  readonly name: Words;
  /** Keys of the product dictionary; members of such a line are exempt too. */
  readonly dictionaryKeys: readonly string[];
  /** `part:vendor:product` of CPE names; a `*` at the end stands for any ending. */
  readonly cpes: readonly string[];
}

export interface NotificationItem extends Words {
  readonly field: ComputerField;
  readonly required: boolean;
}

export interface RegistrationRules {
  readonly duty: RegistrationDutyRule;
  readonly exempted: readonly ExemptedProduct[];
  readonly items: readonly NotificationItem[];
}

/** Structurally what `ruleAt` of the law package gives. */
export type RuleReader = (ruleSet: string, atMs: number) => { readonly value: unknown };

/**
 * The rules in force at an instant.
 *
 * In     reader of dated rules; UTC milliseconds
 * Throws what the reader throws when a rule is missing: nothing is assumed
 * Law    Act art. 4; joint order arts 2-3; sets registration-duty, -exemptions, -items
 */
export function readRegistrationRules(ruleAt: RuleReader, atMs: number): RegistrationRules {
  const duty = ruleAt('registration-duty', atMs).value as RegistrationDutyRule;
  const { products } = ruleAt('registration-exemptions', atMs).value as {
    readonly products: readonly ExemptedProduct[];
  };
  const { items } = ruleAt('registration-items', atMs).value as {
    readonly items: readonly NotificationItem[];
  };
  return { duty, exempted: products, items: items.filter(({ field }) => isComputerField(field)) };
}

/**
 * The exempted product that a computer is registered as, if it is one.
 *
 * In     stored values; exempted products of the instant
 * Out    the product. Only the computer's own product counts: a device whose operating system is
 *        exempt is registered for what it is itself
 * Never  says anything about reporting: registration and reporting are separate tests
 * Law    joint order art. 2(1) proviso
 */
export function findExemption(
  values: ComputerValues,
  exempted: readonly ExemptedProduct[],
): ExemptedProduct | undefined {
  if (exempted.length === 0) return undefined;
  const keys = dictionaryKeysOf(values);
  const cpe = cpeKeyOf(values.cpe);
  // The last match is named: Windows Server stands after Windows, to whose line it belongs.
  return exempted.findLast(
    (product) =>
      product.dictionaryKeys.some((key) => keys.includes(key)) ||
      (cpe !== undefined && product.cpes.some((pattern) => fitsPattern(cpe, pattern))),
  );
}

function dictionaryKeysOf({ maker, product }: ComputerValues): readonly string[] {
  if (!product) return [];
  const reading = normaliseProduct(maker, product);
  if (reading?.kind !== 'one') return [];
  const { key, of } = reading.product;
  return of ? [key, of] : [key];
}

function cpeKeyOf(text: string | undefined): string | undefined {
  const name = text ? parseCpe(text) : undefined;
  if (!name?.ok) return undefined;
  const { part, vendor, product } = name.value;
  return `${part}:${vendor}:${product}`;
}

function fitsPattern(cpe: string, pattern: string): boolean {
  return pattern.endsWith('*') ? cpe.startsWith(pattern.slice(0, -1)) : cpe === pattern;
}

/** One item that the notification still needs. */
export interface MissingItem {
  readonly field: ComputerField;
  readonly text: Words;
}

/**
 * What is missing for the notification, in words.
 *
 * In     stored values; items of the instant
 * Out    one sentence for each required item that is empty; none when the notification is complete.
 *        Exposure `unknown` counts as missing: it has to be found out
 */
export function completeness(
  values: ComputerValues,
  items: readonly NotificationItem[],
): readonly MissingItem[] {
  return items
    .filter(({ field, required }) => {
      const value = values[field];
      return required && (!value || (field === 'exposure' && value === 'unknown'));
    })
    .map(({ field, ja, en }) => ({
      field,
      text: {
        ja: `「${ja}」が記入されていません。`,
        en: `"${en}" is not filled in.`,
      },
    }));
}
