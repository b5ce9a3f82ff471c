// SPDX-License-Identifier: Apache-2.0
/** The clocks of one obligation: where they start, in which ways they can be read, which is first. */
import { readInstant, showDay, showTime, toInstant } from '@sakimori/vocabulary';
import type { Text } from '@sakimori/vocabulary/wire';
import type { ClosedDays } from '../calendar/closed-days.ts';
import { endOfPeriod, type PeriodStart } from '../calendar/periods.ts';
import { startOfDay } from '../calendar/zones.ts';
import type { IncidentRecord } from '../record.ts';
import type { Reading, StageClock, StartEvent } from '../shapes.ts';
import type { Facts, Question } from './conditions.ts';
import type { ClockRule, ReadingRule } from './rule-shapes.ts';

/**
 * What has happened to a report since: instants (RFC 3339) at which its stages were submitted.
 * By rule (id of law/data/report-obligations.json); `*` holds for every rule that is not named.
 */
export interface ReportProgress {
  readonly submitted?: {
    readonly [rule: string]: { readonly [stage in StageClock['stage']]?: string };
  };
}

export interface CompiledClock {
  readonly rule: ClockRule;
  readonly readings: readonly CompiledReading[];
}

interface CompiledReading {
  readonly rule: ReadingRule;
  readonly when?: Question;
  readonly unless?: Question;
  readonly closed?: ClosedDays;
}

/** What the calendars give: closed days by id, the zone of a reading for an organisation. */
export interface Calendars {
  readonly closedDays: (id: string) => ClosedDays;
  readonly zoneOf: (zone: string, facts: Facts) => string;
}

/** Prepares a clock; `compile` prepares the conditions of its readings. */
export function compileClock(
  rule: ClockRule,
  calendars: Calendars,
  compile: (condition: NonNullable<ReadingRule['when']>) => Question,
): CompiledClock {
  return {
    rule,
    readings: rule.readings.map((reading) => ({
      rule: reading,
      ...(reading.when && { when: compile(reading.when) }),
      ...(reading.unless && { unless: compile(reading.unless) }),
      ...(reading.closedDays && { closed: calendars.closedDays(reading.closedDays) }),
    })),
  };
}

interface Start extends PeriodStart {
  /** The event has not happened yet: the latest instant at which it may. */
  readonly estimated: boolean;
}

/** What the obligations of one record share, so that it is worked out once. */
export interface Shared {
  readonly facts: Facts;
  readonly calendars: Calendars;
  readonly progress: ReportProgress;
  readonly instants: Map<number, string>;
  readonly starts: Map<StartEvent, Start | undefined>;
  readonly texts: Map<string, Text>;
}

export function shareFacts(facts: Facts, calendars: Calendars, progress: ReportProgress): Shared {
  return {
    facts,
    calendars,
    progress,
    instants: new Map(),
    starts: new Map(),
    texts: new Map(),
  };
}

function instantText({ instants }: Shared, ms: number): string {
  let text = instants.get(ms);
  if (text === undefined) {
    text = toInstant(ms);
    instants.set(ms, text);
  }
  return text;
}

/**
 * Works out the clocks of one obligation.
 *
 * In     id of the rule; compiled clocks in order of their stages; what the record's obligations share
 * Out    one clock each; `due` is the earliest reading. A clock that starts with a stage which was
 *        not submitted yet is estimated from that stage's own due time, and says so
 * Never  gives a due time to a rule that names no number, or to an event that is not known
 */
export function findClocks(
  id: string,
  clocks: readonly CompiledClock[],
  shared: Shared,
): StageClock[] {
  const found: StageClock[] = [];
  const dues = new Map<StageClock['stage'], number>();
  const { submitted } = shared.progress;
  for (const clock of clocks) {
    const { stage, words, from } = clock.rule;
    const start = findStart(from, shared, submitted?.[id] ?? submitted?.['*'], dues);
    const ends = start ? endsOf(clock, start, shared) : [];
    const dueMs = ends.length > 0 ? Math.min(...ends.map(({ atMs }) => atMs)) : undefined;
    if (dueMs !== undefined) dues.set(stage, dueMs);
    found.push({
      stage,
      words,
      startEvent: from,
      ...(start && !start.estimated && { startedAt: instantText(shared, start.atMs) }),
      ...(dueMs !== undefined && { due: instantText(shared, dueMs) }),
      ...(start?.estimated && { estimated: true }),
      readings: ends.map(({ atMs, why }): Reading => ({ due: instantText(shared, atMs), why })),
      why: explainOnce(shared, clock.rule, start, ends),
    });
  }
  return found;
}

interface End {
  readonly atMs: number;
  readonly why: Text;
}

function endsOf(clock: CompiledClock, start: Start, { facts, calendars }: Shared): End[] {
  const found: End[] = [];
  for (const { rule, when, unless, closed } of clock.readings) {
    if (when && when(facts).answer === 'no') continue;
    if (unless && unless(facts).answer === 'yes') continue;
    const zone = calendars.zoneOf(rule.zone, facts);
    const end = endOfPeriod(start, rule.period, rule.counting, zone, closed);
    const movedFrom = end.movedFromDay;
    found.push({
      atMs: end.atMs,
      why: movedFrom === undefined ? rule.why : sayMoved(rule.why, startOfDay(zone, movedFrom)),
    });
  }
  return found;
}

function sayMoved(why: Text, dayMs: number): Text {
  // A zone west of Japan starts its day later, on the same date in Japan.
  return {
    ja: `${why.ja}。${showDay(dayMs, 'ja')}は閉庁日のため動きました`,
    en: `${why.en}; ${showDay(dayMs, 'en')} is a closed day, so it moved`,
  };
}

type Submitted = { readonly [stage in StageClock['stage']]?: string } | undefined;

function findStart(
  event: StartEvent,
  { facts, starts }: Shared,
  submitted: Submitted,
  dues: ReadonlyMap<StageClock['stage'], number>,
): Start | undefined {
  if (event === 'first-report') return startOfStage('first', submitted, dues);
  if (event === 'second-report') return startOfStage('second', submitted, dues);
  if (!starts.has(event)) starts.set(event, readStart(instantOf(event, facts.record)));
  return starts.get(event);
}

function instantOf(event: StartEvent, record: IncidentRecord): string | undefined {
  switch (event) {
    case 'awareness':
      return record.awareness.at;
    case 'occurrence':
      return record.occurred;
    case 'recovery':
      return record.recovered;
    case 'ransom-payment':
      return record.ransomware?.payment?.at;
    case 'fix-available':
      return record.product?.fixedAt;
    default:
      return undefined;
  }
}

function readStart(text: string | undefined): Start | undefined {
  const atMs = text === undefined ? undefined : readInstant(text);
  if (text === undefined || atMs === undefined) return undefined;
  return { atMs, timeKnown: text.length > 'YYYY-MM-DD'.length, estimated: false };
}

function startOfStage(
  stage: StageClock['stage'],
  submitted: Submitted,
  dues: ReadonlyMap<StageClock['stage'], number>,
): Start | undefined {
  const told = readStart(submitted?.[stage]);
  if (told) return told;
  const dueMs = dues.get(stage);
  return dueMs === undefined ? undefined : { atMs: dueMs, timeKnown: true, estimated: true };
}

const EVENTS: Readonly<Record<StartEvent, Text>> = {
  awareness: { ja: '知った時', en: 'awareness' },
  occurrence: { ja: '発生の時', en: 'occurrence' },
  'first-report': { ja: '最初の報告の時', en: 'the first report' },
  'second-report': { ja: '届出（2 回目の報告）の時', en: 'the notification (second report)' },
  'ransom-payment': { ja: '身代金を支払った時', en: 'the ransom payment' },
  'fix-available': { ja: '修正を提供した時', en: 'the fix becoming available' },
  recovery: { ja: '復旧の時', en: 'recovery' },
};

function explainOnce(
  { texts }: Shared,
  rule: ClockRule,
  start: Start | undefined,
  ends: readonly End[],
): Text {
  const several = ends.some(({ atMs }) => atMs !== ends[0]!.atMs);
  const numbered = rule.readings.length > 0;
  const key = `${rule.from} ${start?.atMs} ${start?.estimated} ${numbered} ${several}`;
  let text = texts.get(key);
  if (!text) {
    text = explain(rule.from, start, numbered, several);
    texts.set(key, text);
  }
  return text;
}

function explain(
  from: StartEvent,
  start: Start | undefined,
  numbered: boolean,
  several: boolean,
): Text {
  const event = EVENTS[from];
  const ja: string[] = [];
  const en: string[] = [];
  const say = (text: Text) => {
    ja.push(text.ja);
    en.push(text.en);
  };
  if (!start) {
    say({
      ja: `${event.ja}から数えます。その時がまだ分からないため、期限を示せません。`,
      en: `Counted from ${event.en}, which is not known yet: no due time can be given.`,
    });
  } else if (start.estimated) {
    say({
      ja: `${event.ja}から数えます。まだ行われていないため、その期限（${showTime(start.atMs, 'ja')}）から見積もりました。早く行えば、この期限も早まります。`,
      en: `Counted from ${event.en}, which has not been made: estimated from its own due time (${showTime(start.atMs, 'en')}). Made earlier, this is due earlier.`,
    });
  } else {
    const show = start.timeKnown ? showTime : showDay;
    say({
      ja: `${event.ja}（${show(start.atMs, 'ja')}）から数えます。`,
      en: `Counted from ${event.en} (${show(start.atMs, 'en')}).`,
    });
    if (!start.timeKnown) say(TIME_UNKNOWN);
  }
  if (start && !numbered) say(NO_NUMBER);
  if (several) say(SEVERAL);
  return { ja: ja.join(''), en: en.join(' ') };
}

const TIME_UNKNOWN: Text = {
  ja: '時刻が分からないため、時間の期限はその日の 0 時（日本時間）から数えました。',
  en: 'Its time is not known: periods in hours are counted from 0:00 of that day in Japan.',
};
const NO_NUMBER: Text = {
  ja: '期限の数字は定められていません。',
  en: 'The rule names no number.',
};
const SEVERAL: Text = {
  ja: '数え方により期限が変わるため、最も早いものを示します。',
  en: 'It can be read in more than one way: the earliest is shown.',
};
