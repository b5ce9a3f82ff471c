// SPDX-License-Identifier: Apache-2.0
/** Identities in the database: equal items of any computer are one row, found by their digest. */
import { insertRows } from '@sakimori/store';
import type { RegisterTransaction } from './context.ts';
import { type InventoryItem, identityDigest, itemKey } from './engine/index.ts';
import type { ProductKeys } from './ports.ts';

const IDENTITY_COLUMNS = [
  { name: 'digest', type: 'bytea' },
  { name: 'maker', type: 'text' },
  { name: 'product', type: 'text' },
  { name: 'version', type: 'text' },
  { name: 'cpe', type: 'text' },
  { name: 'purl', type: 'text' },
] as const;
const KEY_COLUMNS = [
  { name: 'product_key', type: 'text' },
  { name: 'identity_id', type: 'bigint' },
] as const;

/** Identities found so far in one act, by `itemKey`: a fleet repeats few. */
export type IdentityCache = Map<string, number>;

/**
 * Finds or makes the identities of items.
 *
 * In     items; keys of the match engine; what was found before in the same act
 * Out    the cache now holds every item's identity. Statements: two when all are known,
 *        four when some are new, whatever their number
 */
export async function ensureIdentities(
  db: RegisterTransaction,
  items: Iterable<InventoryItem>,
  productKeys: ProductKeys,
  cache: IdentityCache,
): Promise<IdentityCache> {
  const wanted = new Map<string, InventoryItem>();
  for (const item of items) {
    const key = itemKey(item);
    if (!cache.has(key)) wanted.set(key, item);
  }
  if (wanted.size === 0) return cache;
  const byDigest = new Map([...wanted].map(([key, item]) => [identityDigest(item), { key, item }]));
  await readIdentities(db, byDigest, cache);
  // In one order for everybody, so that two who add the same items never wait for each other.
  const missing = [...byDigest]
    .filter(([, { key }]) => !cache.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (missing.length === 0) return cache;
  await insertRows(
    db,
    'inventory_identity',
    IDENTITY_COLUMNS,
    missing.map(
      ([
        digest,
        {
          item: { maker, product, version, cpe, purl },
        },
      ]) => [
        Buffer.from(digest, 'hex'),
        maker ?? null,
        product ?? null,
        version ?? null,
        cpe ?? null,
        purl ?? null,
      ],
    ),
    { onConflict: '(digest) do nothing' },
  );
  await readIdentities(db, new Map(missing), cache);
  const keys = missing.flatMap(([, { key, item }]) =>
    [...new Set(productKeys(item))].map((productKey) => [productKey, cache.get(key)!] as const),
  );
  await insertRows(db, 'inventory_identity_key', KEY_COLUMNS, keys, {
    onConflict: '(product_key, identity_id) do nothing',
  });
  return cache;
}

async function readIdentities(
  db: RegisterTransaction,
  wanted: ReadonlyMap<string, { readonly key: string }>,
  cache: IdentityCache,
): Promise<void> {
  const digests = [...wanted.keys()];
  for (let at = 0; at < digests.length; at += 10_000) {
    const rows = await db
      .selectFrom('inventory_identity')
      .select(['identity_id', 'digest'])
      .where('digest', '=', (eb) =>
        eb.fn.any(eb.val(digests.slice(at, at + 10_000).map((hex) => Buffer.from(hex, 'hex')))),
      )
      .execute();
    for (const row of rows) {
      cache.set(wanted.get(row.digest.toString('hex'))!.key, Number(row.identity_id));
    }
  }
}
