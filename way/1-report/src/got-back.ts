// SPDX-License-Identifier: Apache-2.0
/** What the reporter got for telling it. Of others only how many, never who. */
import type { Scope } from '@sakimori/store';
import { toInstant } from '@sakimori/vocabulary';
import type { IndicatorView, ReportDetail, Text } from '@sakimori/vocabulary/wire';
import { sql } from 'kysely';
import { type AnyTransaction, type ReportContext, widened } from './context.ts';
import type { Directory } from './directory.ts';
import { type IncidentRecord, type RelationKey, SMALLEST_SHOWN } from './engine/index.ts';
import { viewIndicators } from './indicators.ts';
import { degreesOf, findCandidates, indicatorKey, othersOf, scoreCandidates } from './relating.ts';
import type { ReportRows } from './views.ts';

type Items = ReportDetail['gotBack']['items'];

/** From how many other organisations on it is "many". */
const MANY_FROM = 5;
const CVE_NAME = /^CVE-\d{4}-\d{4,19}$/i;

export interface GotBack {
  readonly gotBack: ReportDetail['gotBack'];
  readonly indicators: readonly IndicatorView[];
}

/**
 * What came back for a report.
 *
 * Out     items by time; `firstAt`: the first answer of an addressee, which time to first feedback
 *         is measured to
 * Never   names another reporter, or gives a count below the smallest that statistics show
 */
export async function findGotBack(
  context: ReportContext,
  scope: Scope,
  rows: ReportRows,
  record: IncidentRecord,
  directory: Directory,
): Promise<GotBack> {
  const { report } = rows;
  const own = report.organisation_id;
  const indicators = await viewIndicators(context, record.indicators ?? []);
  const shared = await context.store.read(widened(scope), (db) =>
    findShared(db, report.report_id, own, (record.indicators ?? []).map(indicatorKey)),
  );
  const seen = (record.indicators ?? []).map((one) => seenBy(shared.others.get(indicatorKey(one))));
  const items = [
    ...answersOf(rows, directory),
    ...similarItems(shared.similar, report.changed_at_ms, directory),
    ...indicatorItems(seen, report.changed_at_ms),
    ...(await warningItems(context, scope, own, record)),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const firstAtMs = firstFeedback(rows);
  return {
    gotBack: { ...(firstAtMs !== undefined && { firstAt: toInstant(firstAtMs) }), items },
    // Nothing is said of others before anybody has looked.
    indicators: indicators.map((one, i) => ({
      ...one,
      ...(shared.others.size > 0 && { seenByOthers: seen[i] ?? 'none' }),
    })),
  };
}

interface Shared {
  /** Other organisations that have told a key. */
  readonly others: ReadonlyMap<string, number>;
  /** Reports of others that are alike: their organisations. */
  readonly similar: readonly string[];
}

async function findShared(
  db: AnyTransaction,
  reportId: string,
  own: string,
  indicators: readonly string[],
): Promise<Shared> {
  const { rows: keys } = await sql<RelationKey>`select kind, key, weight, shown from report_key
    where report_id = ${reportId} order by weight desc, key`.execute(db);
  // Nobody has looked for relations yet.
  if (keys.length === 0) return { others: new Map(), similar: [] };
  const degrees = await degreesOf(db, keys);
  const among = sql`k.organisation_id <> ${own}`;
  const candidates = await findCandidates(db, reportId, keys, degrees, among);
  const scored = scoreCandidates(keys, candidates, degrees);
  const owners = await sql<{ id: string }>`select organisation_id as id from report
    where report_id = any(${scored.map(({ id }) => id)}::text[])`.execute(db);
  return {
    others: await othersOf(db, indicators, own),
    similar: owners.rows.map(({ id }) => id),
  };
}

function seenBy(others: number | undefined): NonNullable<IndicatorView['seenByOthers']> {
  if (!others) return 'none';
  return others >= MANY_FROM ? 'many' : 'some';
}

/** The first thing that an addressee did for the reporter; reading it is none yet. */
export function firstFeedback(rows: Pick<ReportRows, 'copies' | 'messages' | 'report'>) {
  const own = rows.report.organisation_id;
  const instants = [
    ...rows.copies.flatMap(({ accepted_at_ms: at }) => (at === null ? [] : [at])),
    ...rows.messages.flatMap(({ from_id, at_ms }) => (from_id === own ? [] : [at_ms])),
  ];
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function answersOf({ report, copies, messages }: ReportRows, directory: Directory): Items {
  const href = `/reports/${report.report_id}`;
  const accepted = copies.flatMap(({ accepted_at_ms: at, desk_id }) => {
    const { name } = directory.brief(desk_id);
    const text = { ja: `${name.ja}が受理しました。`, en: `Accepted by ${name.en}.` };
    return at === null ? [] : [{ kind: 'acceptance' as const, at: toInstant(at), text, href }];
  });
  const advice = messages
    .filter(({ kind }) => kind === 'advice')
    .map(({ at_ms, from_id }) => {
      const { name } = directory.brief(from_id);
      const text = { ja: `${name.ja}から助言がありました。`, en: `Advice from ${name.en}.` };
      return { kind: 'advice' as const, at: toInstant(at_ms), text, href };
    });
  return [...accepted, ...advice];
}

function similarItems(similar: readonly string[], atMs: number, directory: Directory): Items {
  if (similar.length === 0) return [];
  const bySector = new Map<string, number>();
  for (const id of similar) {
    const sector = directory.find(id)?.sector ?? 'other';
    bySector.set(sector, (bySector.get(sector) ?? 0) + 1);
  }
  const few: Text = { ja: '数件', en: 'a few' };
  const howMany = (count: number): Text =>
    count < SMALLEST_SHOWN ? few : { ja: `${count} 件`, en: String(count) };
  const total = howMany(similar.length);
  // A sector with few reports is not named: it could show whom it is about.
  const sectors = [...bySector].filter(([, count]) => count >= SMALLEST_SHOWN).sort();
  const named = sectors.map(([sector, count]) => `${sector} ${count}`).join(', ');
  return [
    {
      kind: 'similar',
      at: toInstant(atMs),
      text: {
        ja: `似た報告がほかに${total.ja}あります${named === '' ? '' : `（分野別: ${named}）`}。`,
        en: `There are ${total.en} similar reports of others${named === '' ? '' : ` (by sector: ${named})`}.`,
      },
    },
  ];
}

function indicatorItems(seen: readonly ('none' | 'some' | 'many')[], atMs: number): Items {
  const some = seen.filter((one) => one !== 'none').length;
  if (some === 0) return [];
  const many = seen.filter((one) => one === 'many').length;
  return [
    {
      kind: 'indicator',
      at: toInstant(atMs),
      text: {
        ja: `報告した指標のうち ${some} 件は、ほかの組織からも報告されています${many > 0 ? `（うち ${many} 件は多数から）` : ''}。`,
        en: `${some} of the indicators were told by others too${many > 0 ? `, ${many} of them by many` : ''}.`,
      },
    },
  ];
}

async function warningItems(
  context: ReportContext,
  scope: Scope,
  organisationId: string,
  record: IncidentRecord,
): Promise<Items> {
  const { warningsAbout } = context;
  if (!warningsAbout) return [];
  const computers = record.computers ?? [];
  const named = [
    ...(record.cause?.vulnerabilities ?? []),
    ...(record.indicators ?? []).filter(({ type }) => type === 'cve').map(({ value }) => value),
  ];
  return warningsAbout(scope, {
    organisationId,
    computerIds: computers.flatMap(({ id }) => (id === undefined ? [] : [id])),
    products: computers.flatMap(({ maker = '', product }) =>
      product === undefined ? [] : [`${maker} ${product}`.trim()],
    ),
    vulnerabilities: [...new Set(named.filter((one) => CVE_NAME.test(one.trim())))],
  });
}
