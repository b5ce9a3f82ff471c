// SPDX-License-Identifier: Apache-2.0
/** A feed from an address: one file, or everything that a CSAF provider lists. */

import type { FeedRunView } from '@sakimori/vocabulary/wire';
import {
  type Egress,
  type FeedRequest,
  importFeed,
  openProvider,
  type WarnContext,
} from '@sakimori/warn';

/** Name of the document by which a CSAF provider says what it has (CSAF 2.0, 7.1.7). */
const PROVIDER = /\/provider-metadata\.json$/;

/**
 * Fetches through the egress guard and imports.
 *
 * In      `kind`; address; `actor` for the ledger. An address that ends in provider-metadata.json is
 *         walked document by document, each held to its checksum
 * Throws  WRN_EGRESS_*, WRN_PROVIDER_BROKEN; what is wrong with the feed itself is a result
 */
export async function importFromAddress(
  warn: WarnContext,
  egress: Egress,
  request: Pick<FeedRequest, 'kind' | 'actor' | 'decreaseAllowed'> & { readonly url: string },
): Promise<FeedRunView> {
  const { url, ...common } = request;
  const address = new URL(url);
  if (request.kind === 'csaf' && PROVIDER.test(address.pathname)) {
    const { inputs } = await openProvider(egress, url);
    return (await importFeed(warn, { ...common, source: url, inputs })).run;
  }
  const fetched = await egress.fetch(url);
  const file = address.pathname.split('/').at(-1) || request.kind;
  const { run } = await importFeed(warn, {
    ...common,
    source: url,
    inputs: [{ file, bytes: fetched.body }],
    ...(fetched.etag !== undefined && { etag: fetched.etag }),
    ...(fetched.lastModified !== undefined && { lastModified: fetched.lastModified }),
  });
  return run;
}
