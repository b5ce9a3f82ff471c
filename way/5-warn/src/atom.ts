// SPDX-License-Identifier: Apache-2.0
/** Atom feeds (RFC 4287): the public catalogue, and an organisation's notices behind a token. */
import { createHash } from 'node:crypto';
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import type { CatalogueChange } from './catalogue.ts';
import { MATCH_SCOPE, type WarnContext } from './context.ts';

interface AtomEntry {
  readonly id: string;
  readonly title: string;
  readonly updated: string;
  readonly link: string;
  readonly summary: string;
}

interface AtomFeed {
  readonly id: string;
  readonly title: string;
  readonly updated: string;
  readonly self: string;
  readonly entries: readonly AtomEntry[];
}

/** Writes a feed. Every text is escaped; control characters, which XML cannot say, are left out. */
export function writeAtom(feed: AtomFeed): string {
  const entries = feed.entries.map(
    (entry) => `  <entry>
    <id>${escapeXml(entry.id)}</id>
    <title>${escapeXml(entry.title)}</title>
    <updated>${escapeXml(entry.updated)}</updated>
    <link href="${escapeXml(entry.link)}"/>
    <summary>${escapeXml(entry.summary)}</summary>
  </entry>
`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${escapeXml(feed.id)}</id>
  <title>${escapeXml(feed.title)}</title>
  <updated>${escapeXml(feed.updated)}</updated>
  <link rel="self" href="${escapeXml(feed.self)}"/>
  <author><name>Sakimori</name></author>
${entries.join('')}</feed>
`;
}

const NAMES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for these
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"']/g, (one) => NAMES[one] as string)
  );
}

/** The public feed of the catalogue's history. */
export function catalogueAtom(
  changes: readonly CatalogueChange[],
  publicUrl: string,
  nowMs: number,
): string {
  const words = { added: '追加 / added', changed: '変更 / changed', removed: '削除 / removed' };
  return writeAtom({
    id: `${publicUrl}/public/kev-jp.atom`,
    title: '悪用済み脆弱性一覧（日本） / Exploited vulnerabilities, Japan',
    updated: changes[0]?.at ?? toInstant(nowMs),
    self: `${publicUrl}/public/kev-jp.atom`,
    entries: changes.map((change) => ({
      id: `${publicUrl}/public/kev-jp#${change.id}`,
      title: `${change.vulnerability} ${words[change.change]}`,
      updated: change.at,
      link: `${publicUrl}/catalogue?query=${encodeURIComponent(change.vulnerability)}`,
      summary: [change.title, ...change.fields].join(' · '),
    })),
  });
}

/** Makes a token for the feed of an organisation; only its digest is kept. */
export async function makeFeedToken(
  context: WarnContext,
  scope: Scope,
  organisationId: string,
  personId: string,
): Promise<string> {
  const token = `sft_${Buffer.from(context.random.bytes(32)).toString('base64url')}`;
  await context.store.change(scope, async ({ db, record }) => {
    await sql`insert into feed_token (token_digest, organisation_id, person_id, created_at_ms)
      values (${digestOfToken(token)}, ${organisationId}, ${personId}, ${context.clock.now()})
    `.execute(db);
    await record({ type: 'key.created', tenant: organisationId, actor: personId });
  });
  return token;
}

/**
 * The feed behind a token: that there are warnings and when, with links; never what they are, for a
 * feed reader keeps everything it fetched.
 *
 * Out   the feed, or undefined when the token is unknown or was revoked
 */
export async function organisationAtom(
  context: WarnContext,
  token: string,
  consoleUrl: string,
): Promise<string | undefined> {
  const found = await context.store.read(MATCH_SCOPE, (db) =>
    sql<{ organisation: string }>`select organisation_id as organisation from feed_token
      where token_digest = ${digestOfToken(token)} and revoked_at_ms is null`.execute(db),
  );
  const organisation = found.rows[0]?.organisation;
  if (organisation === undefined) return undefined;
  const own: Scope = { ...MATCH_SCOPE, actor: 'system:feed', organisation, reach: 'own' };
  const { rows } = await context.store.read(own, (db) =>
    sql<{ id: string; revision: number; at: number; form: string; due: number }>`
      select warning_id as id, revision, updated_at_ms as at, form, due_at_ms as due from warning
      where organisation_id = ${organisation} order by updated_at_ms desc, warning_id limit 100
    `.execute(db),
  );
  return writeAtom({
    id: `${consoleUrl}/warnings`,
    title: '警告のお知らせ / Warnings',
    updated: toInstant(rows[0]?.at ?? context.clock.now()),
    self: `${consoleUrl}/warnings.atom`,
    entries: rows.map((row) => ({
      id: `${consoleUrl}/warnings/${row.id}#${row.revision}`,
      title: row.form === 'alarm' ? '警告 / Warning' : '確認のお願い / Question',
      updated: toInstant(row.at),
      link: `${consoleUrl}/warnings/${row.id}`,
      summary: row.form === 'alarm' ? `期限 / due ${toInstant(row.due)}` : '',
    })),
  });
}

function digestOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
