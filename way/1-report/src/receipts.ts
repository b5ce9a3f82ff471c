// SPDX-License-Identifier: Apache-2.0
/** Wire shapes before their receipts are known: an outbox key stands where a place will. */
import type { ReceiptReference } from '@sakimori/vocabulary/wire';

/** The key of an entry that this room remembers; the hub turns it into a place of the log. */
export class Unpublished {
  readonly outboxId: string;

  constructor(outboxId: string) {
    this.outboxId = outboxId;
  }
}

/** A wire shape in which every receipt is still an outbox key. */
export type Unplaced<T> = T extends ReceiptReference
  ? Unpublished
  : T extends readonly (infer Item)[]
    ? readonly Unplaced<Item>[]
    : T extends object
      ? { readonly [K in keyof T]: Unplaced<T[K]> }
      : T;

/** Finds places by outbox key; what is not published yet is absent. */
export type FindPlaces = (
  outboxIds: readonly string[],
) => Promise<ReadonlyMap<string, ReceiptReference>>;

/**
 * Puts places into a view.
 *
 * In     what the service answered; the hub's look-up, asked once for the whole view
 * Out    the wire shape; a receipt whose entry is not published is left out, with the item of a
 *        list of receipts that consists of nothing else
 * Never  looks into a record: only keys that this room made are replaced
 */
export async function placeReceipts<T>(view: Unplaced<T>, find: FindPlaces): Promise<T> {
  const wanted = new Set<string>();
  collect(view, wanted);
  const places = wanted.size === 0 ? new Map() : await find([...wanted]);
  return put(view, places) as T;
}

function collect(value: unknown, wanted: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (value instanceof Unpublished) wanted.add(value.outboxId);
  else if (Array.isArray(value)) for (const item of value) collect(item, wanted);
  else for (const key in value) collect((value as Record<string, unknown>)[key], wanted);
}

/** Most of a view holds no receipt: such parts are passed on as they are, not copied. */
function put(value: unknown, places: ReadonlyMap<string, ReceiptReference>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Unpublished) return places.get(value.outboxId);
  if (Array.isArray(value)) {
    const items = value
      .filter((item) => !(isPlain(item) && isMissing(item.receipt, places) && 'step' in item))
      .map((item) => put(item, places));
    const isSame = items.length === value.length && items.every((item, i) => item === value[i]);
    return isSame ? value : items;
  }
  const before = value as Readonly<Record<string, unknown>>;
  let after: Record<string, unknown> | undefined;
  for (const key in before) {
    const item = before[key];
    const placed = put(item, places);
    if (placed === item) continue;
    after ??= { ...before };
    if (isMissing(item, places)) delete after[key];
    else after[key] = placed;
  }
  return after ?? before;
}

function isMissing(value: unknown, places: ReadonlyMap<string, ReceiptReference>): boolean {
  return value instanceof Unpublished && !places.has(value.outboxId);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
