// SPDX-License-Identifier: Apache-2.0
/** CSAF distribution, read only: provider-metadata.json, ROLIE feed, changes.csv, index.txt. */
import { asFields, asRows, asText, type Fields } from './fields.ts';

/** What a provider says of where its documents are (CSAF 2.0 section 7.1). */
export interface ProviderMetadata {
  readonly publisher: string;
  readonly role: string;
  /** Folders with index.txt and changes.csv. */
  readonly folders: readonly string[];
  readonly feeds: readonly { readonly url: string; readonly tlp: string }[];
  readonly keys: readonly { readonly url: string; readonly fingerprint?: string }[];
}

/** A document of a provider, as a list names it. */
export interface ProviderEntry {
  /** Relative to the folder (index.txt, changes.csv) or absolute (ROLIE). */
  readonly path: string;
  readonly changedAt?: string;
  readonly sha256Url?: string;
  readonly sha512Url?: string;
  readonly signatureUrl?: string;
}

/** Longer lists are not read: the largest provider has some ten thousand documents. */
const ENTRIES_MAX = 1_000_000;

/**
 * Reads provider-metadata.json.
 *
 * In     the parsed document
 * Out    what it names, or undefined when it is no provider's metadata
 * Never  takes an address that is not https
 */
export function readProviderMetadata(value: unknown): ProviderMetadata | undefined {
  const fields = asFields(value);
  const publisher = asText(asFields(fields?.publisher)?.name);
  if (!fields || publisher === undefined || !asText(fields.metadata_version)) return undefined;
  const distributions = asRows(fields.distributions);
  return {
    publisher,
    role: asText(fields.role) ?? 'csaf_publisher',
    folders: distributions.flatMap((row) => httpsUrl(row.directory_url) ?? []),
    feeds: distributions.flatMap((row) =>
      asRows(asFields(row.rolie)?.feeds).flatMap((feed) => {
        const url = httpsUrl(feed.url);
        return url === undefined ? [] : [{ url, tlp: asText(feed.tlp_label) ?? 'UNLABELED' }];
      }),
    ),
    keys: asRows(fields.public_openpgp_keys).flatMap((row) => {
      const url = httpsUrl(row.url);
      const fingerprint = asText(row.fingerprint);
      if (url === undefined) return [];
      return [fingerprint === undefined ? { url } : { url, fingerprint }];
    }),
  };
}

function httpsUrl(value: unknown): string | undefined {
  const text = asText(value);
  return text !== undefined && URL.canParse(text) && new URL(text).protocol === 'https:'
    ? text
    : undefined;
}

/** Reads a ROLIE feed (RFC 8322 in JSON): the documents it names, or undefined when it is none. */
export function readRolieFeed(value: unknown): readonly ProviderEntry[] | undefined {
  const feed = asFields(asFields(value)?.feed);
  if (!feed || !Array.isArray(feed.entry)) return undefined;
  return asRows(feed.entry)
    .slice(0, ENTRIES_MAX)
    .flatMap((row) => rolieEntry(row) ?? []);
}

function rolieEntry(row: Fields): ProviderEntry | undefined {
  const links = asRows(row.link);
  const linkOf = (relation: string, ending = '') =>
    links
      .filter((link) => asText(link.rel) === relation)
      .flatMap((link) => httpsUrl(link.href) ?? [])
      .find((url) => url.endsWith(ending));
  const path = httpsUrl(asFields(row.content)?.src) ?? linkOf('self');
  if (path === undefined) return undefined;
  const entry = {
    path,
    changedAt: asText(row.updated),
    sha256Url: linkOf('hash', '.sha256'),
    sha512Url: linkOf('hash', '.sha512'),
    signatureUrl: linkOf('signature'),
  };
  return Object.fromEntries(
    Object.entries(entry).filter(([, text]) => text !== undefined),
  ) as unknown as ProviderEntry;
}

/** A path below the folder: no scheme, no way up, no backslash. */
const SAFE_PATH = /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\\:?#\s"]+\.json$/;

/** Reads index.txt: a path a line; what is no path below the folder is left out. */
export function readIndexText(text: string): readonly ProviderEntry[] {
  return lines(text)
    .filter((line) => SAFE_PATH.test(line))
    .map((path) => ({ path }));
}

/** Reads changes.csv: `"path","RFC 3339"`, newest first. */
export function readChangesCsv(text: string): readonly ProviderEntry[] {
  return lines(text).flatMap((line) => {
    const match = /^"?([^",]+)"?\s*,\s*"?([^",]+)"?$/.exec(line);
    const [path, changedAt] = [match?.[1]?.trim(), match?.[2]?.trim()];
    if (!path || !changedAt || !SAFE_PATH.test(path) || Number.isNaN(Date.parse(changedAt))) {
      return [];
    }
    return [{ path, changedAt }];
  });
}

function lines(text: string): string[] {
  return text
    .split(/\r?\n/, ENTRIES_MAX)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
