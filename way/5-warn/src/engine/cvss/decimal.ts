// SPDX-License-Identifier: Apache-2.0
/** Exact decimal numbers: a score must not depend on how a processor rounds binary fractions. */

/** `units` times ten to the power of minus `places`. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

/** Reads `0.915`. Only for constants of the standard. */
export function decimal(text: string): Decimal {
  const point = text.indexOf('.');
  const places = point === -1 ? 0 : text.length - point - 1;
  return { units: BigInt(text.replace('.', '')), places };
}

export const ZERO = decimal('0');
export const ONE = decimal('1');
export const TEN = decimal('10');

export function add(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places);
  return { units: unitsAt(a, places) + unitsAt(b, places), places };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { units: -b.units, places: b.places });
}

export function multiply(...factors: readonly Decimal[]): Decimal {
  let units = 1n;
  let places = 0;
  for (const factor of factors) {
    units *= factor.units;
    places += factor.places;
  }
  return { units, places };
}

export function power(base: Decimal, exponent: number): Decimal {
  return { units: base.units ** BigInt(exponent), places: base.places * exponent };
}

export function isAbove(a: Decimal, b: Decimal): boolean {
  const places = Math.max(a.places, b.places);
  return unitsAt(a, places) > unitsAt(b, places);
}

export function least(a: Decimal, b: Decimal): Decimal {
  return isAbove(a, b) ? b : a;
}

/** The nearest value with so many decimal places, halves away from zero. */
export function roundHalfUp(value: Decimal, places: number): Decimal {
  if (value.places <= places) return value;
  const step = 10n ** BigInt(value.places - places);
  const half = value.units < 0n ? -step / 2n : step / 2n;
  return { units: (value.units + half) / step, places };
}

/** The least value with one decimal place that is not below a value from zero up. */
export function roundUp(value: Decimal): Decimal {
  if (value.places <= 1) return value;
  const step = 10n ** BigInt(value.places - 1);
  return { units: (value.units + step - 1n) / step, places: 1 };
}

/** A score as a number; one decimal place at most, so the nearest number prints as it is. */
export function toNumber(value: Decimal): number {
  return Number(unitsAt(value, 1)) / 10;
}

function unitsAt(value: Decimal, places: number): bigint {
  if (places >= value.places) return value.units * 10n ** BigInt(places - value.places);
  return value.units / 10n ** BigInt(value.places - places);
}
