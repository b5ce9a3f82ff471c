// SPDX-License-Identifier: Apache-2.0
/** Law data made ready to be asked for hundreds of reports a second: once for each version of it. */
import type { Text } from '@sakimori/vocabulary/wire';
import { type ClosedDays, readClosedDays } from '../calendar/closed-days.ts';
import type { ReportingOrganisation } from '../record.ts';
import type { Addressee } from '../shapes.ts';
import { type Condition, compileCondition, type Question } from './conditions.ts';
import { type Dates, entryAt, isInForce, readDates } from './dates.ts';
import { obligationErrors } from './errors.ts';
import { compileForms, type Forms } from './requirements.ts';
import {
  type AddresseeRule,
  type CalendarRules,
  type ObligationRule,
  type ObligationRules,
  type RuleReader,
  readReportRules,
} from './rule-shapes.ts';
import { type Calendars, type CompiledClock, compileClock } from './stage-clocks.ts';

export interface CompiledObligation {
  readonly rule: ObligationRule;
  readonly dates: Dates;
  readonly question: Question;
  readonly clocks: readonly CompiledClock[];
}

export interface CompiledRules {
  /** One list of entries for each id, ascending by date; lists in the order of the file. */
  readonly obligations: readonly (readonly CompiledObligation[])[];
  readonly forms: Forms;
  readonly calendars: Calendars;
  readonly nameOf: (addressee: string, organisation: ReportingOrganisation, atMs: number) => Text;
  /** Nobody in an instance receives for it: it is only tracked. */
  readonly isOutside: (addressee: string, atMs: number) => boolean;
}

interface Sources {
  readonly obligations: ObligationRules;
  readonly addressees: { readonly addressees: readonly AddresseeRule[] };
  readonly forms: Parameters<typeof compileForms>[0];
  readonly calendar: CalendarRules;
  readonly sectors: unknown;
}

// By the first source; the others are compared, so that a change of any of them is seen.
const compiled = new WeakMap<
  object,
  { readonly sources: Sources; readonly rules: CompiledRules }
>();

/**
 * The rules in force at an instant, prepared.
 *
 * Throws what the reader throws; OBL_BROKEN_RULES when a rule names what is not there
 */
export function compileRules(ruleAt: RuleReader, atMs: number): CompiledRules {
  const sources: Sources = {
    obligations: readReportRules(ruleAt, 'report-obligations', atMs),
    addressees: readReportRules(ruleAt, 'report-addressees', atMs),
    forms: readReportRules(ruleAt, 'report-forms', atMs),
    calendar: readReportRules(ruleAt, 'report-calendar', atMs),
    sectors: readSectors(ruleAt, atMs),
  };
  const before = compiled.get(sources.obligations);
  if (before && isSame(before.sources, sources)) return before.rules;
  const rules = compile(sources);
  compiled.set(sources.obligations, { sources, rules });
  return rules;
}

function isSame(a: Sources, b: Sources): boolean {
  return (
    a.addressees === b.addressees &&
    a.forms === b.forms &&
    a.calendar === b.calendar &&
    a.sectors === b.sectors
  );
}

/** Sectors only give the minister's name: where none are in force the general word stands. */
function readSectors(ruleAt: RuleReader, atMs: number): unknown {
  try {
    return ruleAt('sectors', atMs).value;
  } catch (error) {
    if ((error as { code?: string }).code === 'LAW_NO_RULE_THEN') return undefined;
    throw error;
  }
}

function compile(sources: Sources): CompiledRules {
  const { conditions, obligations } = sources.obligations;
  const calendars = compileCalendars(sources.calendar);
  const addressees = compileAddressees(sources.addressees.addressees);
  const byId = new Map<string, CompiledObligation[]>();
  obligations.forEach((rule, index) => {
    const refuse = (field: string): never => {
      throw obligationErrors('BROKEN_RULES', {
        ruleSet: 'report-obligations',
        field: `obligations.${index}.${field}`,
      });
    };
    const question = (part: Condition) => {
      try {
        return compileCondition(part, conditions);
      } catch {
        return refuse('condition');
      }
    };
    if (!addressees.has(rule.addressee)) refuse('addressee');
    const entries = byId.get(rule.id) ?? [];
    byId.set(rule.id, entries);
    const dates = readDates(rule);
    // Two entries in force on one day would make the answer depend on their order.
    if (dates.untilMs < dates.fromMs) refuse('effectiveTo');
    if (entries.some((entry) => dates.fromMs <= entry.dates.untilMs)) refuse('effectiveFrom');
    try {
      const clocks = rule.clocks.map((clock) => compileClock(clock, calendars, question));
      entries.push({ rule, dates, question: question(rule.condition), clocks });
    } catch (error) {
      if ((error as { code?: string }).code === 'OBL_BROKEN_RULES') throw error;
      refuse('clocks');
    }
  });
  return {
    obligations: [...byId.values()],
    forms: compileForms(sources.forms),
    calendars,
    nameOf: compileNames(addressees, sources.sectors),
    isOutside: (id, atMs) => entryAt(addressees.get(id)!, atMs).desk === 'none',
  };
}

function compileCalendars(rules: CalendarRules): Calendars {
  const closed = new Map<string, ClosedDays>(
    rules.calendars.map((data) => [data.id, readClosedDays(data)]),
  );
  const europe = rules.calendars.find(({ id }) => id === 'eu')?.zone ?? 'UTC';
  return {
    closedDays: (id) => {
      const found = closed.get(id);
      if (!found) throw new Error(id);
      return found;
    },
    zoneOf: (zone, { organisation }) => {
      if (zone === 'eu') return europe;
      if (zone !== 'nis2-state') return zone;
      const state = organisation.abroad.nis2?.state?.toUpperCase() ?? '';
      // Unknown state: the zone whose day ends first, so that nothing is late.
      return Object.hasOwn(rules.zones, state) ? rules.zones[state]! : europe;
    },
  };
}

interface Sector {
  readonly id: string;
  readonly minister: Text & { readonly id: string };
}

type DatedAddressee = AddresseeRule & { readonly dates: Dates };

/** Entries of each addressee, ascending by date as they stand. */
function compileAddressees(
  rules: readonly AddresseeRule[],
): ReadonlyMap<string, readonly DatedAddressee[]> {
  const byId = new Map<string, DatedAddressee[]>();
  for (const rule of rules) {
    const entries = byId.get(rule.id) ?? [];
    byId.set(rule.id, entries);
    entries.push({ ...rule, dates: readDates(rule) });
  }
  return byId;
}

function compileNames(
  addressees: ReadonlyMap<string, readonly DatedAddressee[]>,
  sectors: unknown,
): CompiledRules['nameOf'] {
  const list = (sectors as { sectors?: readonly Sector[] } | undefined)?.sectors ?? [];
  const ministers = new Map(list.map(({ id, minister }) => [id, minister]));
  return (id, organisation, atMs) => {
    const { name, desk } = entryAt(addressees.get(id)!, atMs);
    if (desk !== 'sector-ministry') return name;
    const found = new Map(
      organisation.sectors.flatMap((sector) => {
        const minister = ministers.get(sector);
        return minister ? [[minister.id, minister]] : [];
      }),
    );
    if (found.size === 0) return name;
    return {
      ja: `${name.ja}：${[...found.values()].map(({ ja }) => ja).join('、')}`,
      en: `${name.en}: ${[...found.values()].map(({ en }) => en).join(', ')}`,
    };
  };
}

/**
 * The addressees in force at an instant, by id.
 *
 * Throws what the reader throws; OBL_BROKEN_RULES
 */
export function addresseesAt(ruleAt: RuleReader, atMs: number): ReadonlyMap<string, Addressee> {
  const { addressees } = readReportRules(ruleAt, 'report-addressees', atMs);
  return new Map(
    addressees.filter((one) => isInForce(readDates(one), atMs)).map((one) => [one.id, one]),
  );
}
