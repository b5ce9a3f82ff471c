// SPDX-License-Identifier: Apache-2.0
/** EPSS scores (FIRST): CSV with a first line of comment, or a join with other columns. */

import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { FeedPart, FeedRecord } from '../shapes.ts';
import { sha256 } from './bytes.ts';
import { asNumber, CVE_ID, EXPECTED_CVE, missing } from './fields.ts';
import { atMost, EXPECTED, FeedFault, type FeedInput, type FeedLimits } from './limits.ts';
import { type ReadEvent, type RecordReading, readParts } from './read.ts';

/**
 * Reads EPSS scores.
 *
 * In     CSV with the columns cve, epss, percentile in any order, case and company
 * Out    a record a row; `end.version` is the score date or model when the comment names them
 * Never  is complete when the last line is cut off: a shortened number would look like a number
 */
export function readEpss(input: FeedInput, limits?: Partial<FeedLimits>): AsyncGenerator<FeedPart> {
  return readParts(readScores, input, limits);
}

interface Columns {
  readonly cve: number;
  readonly epss: number;
  readonly percentile: number;
}

async function* readScores(
  chunks: AsyncIterable<Uint8Array>,
  file: string,
  limits: FeedLimits,
): AsyncGenerator<ReadEvent> {
  const watch = { head: '', last: 0 };
  const parser = parse({
    bom: true,
    relax_column_count: false,
    skip_empty_lines: true,
    comment: '#',
    comment_no_infix: true,
    max_record_size: limits.fieldBytesMax,
    info: true,
  });
  let fault: unknown;
  const source = Readable.from(watchEnds(chunks, watch));
  source.on('error', (error) => {
    fault = error;
    parser.destroy(error);
  });
  source.pipe(parser);
  let columns: Columns | undefined;
  try {
    for await (const row of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      const line = row.info.lines;
      if (!columns) {
        columns = readHeading(row.record, line);
        const version = /score_date:\s*([^,\s]+)/.exec(watch.head)?.[1];
        if (version !== undefined) yield { kind: 'version', version };
        continue;
      }
      const bytes = row.record.reduce((sum, field) => sum + field.length, 0);
      const reading = readRow(row.record, columns, file, line, watch.head);
      yield { kind: 'reading', reading, bytes, line };
    }
  } catch (error) {
    if (fault !== undefined) throw fault;
    if (error instanceof FeedFault) throw error;
    throw csvFault(error, limits);
  } finally {
    source.destroy();
  }
  if (!columns) throw new FeedFault('file', EXPECTED.notEmpty);
  if (watch.last !== 0x0a) throw new FeedFault('file', EXPECTED.whole);
}

async function* watchEnds(
  chunks: AsyncIterable<Uint8Array>,
  watch: { head: string; last: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    if (watch.head === '') watch.head = firstComment(chunk);
    watch.last = chunk.at(-1) ?? watch.last;
    yield chunk;
  }
}

function firstComment(chunk: Uint8Array): string {
  const text = Buffer.from(chunk.subarray(0, 512)).toString('latin1');
  return /^#([^\r\n]*)/.exec(text)?.[1] ?? ' ';
}

function csvFault(error: unknown, limits: FeedLimits): FeedFault {
  const { code, lines } = error as { code?: string; lines?: number };
  const at = lines === undefined ? {} : { line: lines };
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return new FeedFault('field', atMost(limits.fieldBytesMax, '1 行の文字数', 'a line'), at);
  }
  return new FeedFault('file', code === undefined ? EXPECTED.whole : EXPECTED.csv, at);
}

function readHeading(row: readonly string[], line: number): Columns {
  const names = row.map((name) => name.trim().toLowerCase());
  const find = (...wanted: string[]) => names.findIndex((name) => wanted.includes(name));
  const columns = {
    cve: find('cve', 'cve_id', 'cveid'),
    epss: find('epss', 'epss_score', 'probability'),
    percentile: find('percentile', 'epss percentile', 'epss_percentile'),
  };
  for (const [field, at] of Object.entries(columns)) {
    if (at < 0) {
      throw new FeedFault(field, { ja: `${field} の列`, en: `a column ${field}` }, { line });
    }
  }
  return columns;
}

function readRow(
  row: readonly string[],
  columns: Columns,
  file: string,
  line: number,
  head: string,
): RecordReading {
  const cve = row[columns.cve]?.trim() ?? '';
  const probability = asNumber(row[columns.epss]);
  const percentile = asNumber(row[columns.percentile]);
  if (!CVE_ID.test(cve))
    return { records: [], refusals: [{ field: 'cve', expected: EXPECTED_CVE }] };
  const refusals = [];
  for (const [field, value] of [
    ['epss', probability],
    ['percentile', percentile],
  ] as const) {
    if (value === undefined || value < 0 || value > 1) {
      refusals.push(missing(field, '0 から 1 の数', 'a number from 0 to 1'));
    }
  }
  if (refusals.length > 0) return { records: [], refusals };
  const scoredOn = /score_date:\s*(\d{4}-\d{2}-\d{2})/.exec(head)?.[1];
  const model = /model_version:\s*([^,\s]+)/.exec(head)?.[1];
  const record: FeedRecord = {
    vulnerability: cve,
    aliases: [],
    statement: {
      provenance: {
        kind: 'epss',
        name: scoredOn === undefined ? 'EPSS (FIRST)' : `EPSS (FIRST) ${scoredOn}`,
        recordId: cve,
        url: `https://api.first.org/data/v1/epss?cve=${cve}`,
        file,
        line,
        digest: sha256(`${cve},${probability},${percentile}`),
      },
      byMaker: false,
      products: [],
      scores: [],
      epss: {
        probability: probability!,
        percentile: percentile!,
        ...(scoredOn === undefined ? {} : { scoredOn }),
        ...(model === undefined ? {} : { model }),
      },
      references: [],
      remedies: [],
      rejected: false,
    },
  };
  return { records: [record], refusals: [] };
}
