// SPDX-License-Identifier: Apache-2.0
/** Shapes of law/data/report-*.json. They are checked before anything is decided by them. */
import { z } from 'zod';
import { COUNTINGS } from '../calendar/periods.ts';
import { isZone, readDay } from '../calendar/zones.ts';
import { condition, lawText } from './conditions.ts';
import { obligationErrors } from './errors.ts';

const id = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const day = z.string().refine((value) => readDay(value) !== undefined, { error: 'YYYY-MM-DD' });

/** What every entry of law data says about itself. */
const dated = {
  clause: z.string().min(1),
  source: z.string().min(1),
  effectiveFrom: day,
  effectiveTo: day.nullable(),
  verified: z.boolean(),
  note: z.string(),
};

const whole = z.number().int().min(1).max(100_000);
const period = z.union([
  z.strictObject({ hours: whole }),
  z.strictObject({ days: whole }),
  z.strictObject({ months: whole }),
]);

/** `eu`: the calendar's own zone. `nis2-state`: the member state of the organisation. */
const zone = z
  .string()
  .refine((value) => value === 'eu' || value === 'nis2-state' || isZone(value), {
    error: 'a time zone',
  });

const reading = z
  .strictObject({
    period,
    counting: z.enum(COUNTINGS),
    /** Calendar whose closed days move the end; null: the end stays. */
    closedDays: id.nullable(),
    zone,
    /** Left out when the answer is no. */
    when: condition.optional(),
    /** Left out when the answer is yes. */
    unless: condition.optional(),
    why: lawText,
  })
  .refine(({ period, closedDays }) => !('hours' in period) || closedDays === null, {
    error: 'a period in hours does not move',
    path: ['closedDays'],
  })
  .refine(({ period, counting }) => 'hours' in period || counting !== 'hours', {
    error: 'days and months are counted by a calendar',
    path: ['counting'],
  });

export const START_EVENTS = [
  'awareness',
  'occurrence',
  'first-report',
  'second-report',
  'ransom-payment',
  'fix-available',
  'recovery',
] as const;

const clock = z.strictObject({
  stage: z.enum(['first', 'second', 'final']),
  from: z.enum(START_EVENTS),
  words: lawText,
  /** Family of forms; the kind of incident chooses the form. */
  form: id.nullable(),
  /** Empty where the rule names no number. */
  readings: z.array(reading).max(12),
});

export const obligationRule = z.strictObject({
  id,
  addressee: id,
  nature: z.enum(['duty', 'voluntary']),
  condition,
  clocks: z.array(clock).max(6),
  ...dated,
  inForce: z.union([z.boolean(), z.literal('unknown')]),
  earlierAwareness: z.enum(['yes', 'no', 'cannot-decide']),
});
export type ObligationRule = z.output<typeof obligationRule>;
export type ClockRule = z.output<typeof clock>;
export type ReadingRule = z.output<typeof reading>;

const obligationRules = z.strictObject({
  conditions: z.record(id, condition),
  obligations: z.array(obligationRule).min(1).max(500),
});
export type ObligationRules = z.output<typeof obligationRules>;

const addresseeRule = z.strictObject({
  id,
  name: lawText,
  desk: z.enum(['sector-ministry', 'office', 'police', 'privacy-commission', 'none']),
  purpose: lawText,
  mayNot: lawText,
  fields: z.array(z.string().regex(/^[a-zA-Z]+(?:\.[a-zA-Z]+)*$/)).min(1),
  form: id.optional(),
  withoutIndicatorRoles: z.array(z.string()).optional(),
  ...dated,
});
export type AddresseeRule = z.output<typeof addresseeRule>;

const stage = z.enum(['first', 'second', 'final']);
const block = z.strictObject({
  id,
  title: lawText,
  fields: z
    .array(
      z.strictObject({
        path: z.string().regex(/^[a-zA-Z]+(?:\.[a-zA-Z]+)*$/),
        label: lawText,
        /** Stage from which the field is needed. */
        required: stage.optional(),
      }),
    )
    .min(1),
});
const form = z.strictObject({
  id,
  family: id,
  kinds: z.array(z.string()).nullable(),
  name: lawText,
  blocks: z.array(id).min(1),
  ...dated,
});
const formRules = z.strictObject({ blocks: z.array(block), forms: z.array(form) });
export type FormRules = z.output<typeof formRules>;
export type FormRule = z.output<typeof form>;
export type FormBlockRule = z.output<typeof block>;

const calendarRules = z.strictObject({
  calendars: z.array(
    z.strictObject({
      id,
      name: lawText,
      zone: z.string().refine(isZone),
      weekend: z.array(z.number().int().min(0).max(6)).max(6),
      yearly: z.array(z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)),
      knownFrom: day.nullable(),
      knownTo: day.nullable(),
      days: z.array(z.strictObject({ day, ja: z.string().min(1), en: z.string().min(1) })),
    }),
  ),
  zones: z.record(z.string().regex(/^[A-Z]{2}$/), z.string().refine(isZone)),
});
export type CalendarRules = z.output<typeof calendarRules>;

const hours = z.number().min(0).max(100_000);
const clockRules = z.strictObject({
  remindHoursBefore: z.array(hours),
  soon: z.strictObject({ hoursMax: hours, shareOfPeriod: z.number().min(0).max(1) }),
  withoutNumber: z.strictObject({ remindHoursAfterStart: z.array(hours) }),
  escalation: z.array(
    z.strictObject({
      hoursAfter: hours,
      to: z.enum(['second-contact', 'organisation-admin', 'addressee']),
    }),
  ),
  pause: z.strictObject({ allowed: z.boolean(), note: z.string() }),
  extensions: z.array(
    z.strictObject({ rule: id, stage, by: lawText, clause: z.string().min(1), note: z.string() }),
  ),
});
export type ClockRules = z.output<typeof clockRules>;

const SHAPES = {
  'report-obligations': obligationRules,
  'report-addressees': z.strictObject({ addressees: z.array(addresseeRule).min(1) }),
  'report-forms': formRules,
  'report-calendar': calendarRules,
  'report-clocks': clockRules,
};
export type ReportRuleSet = keyof typeof SHAPES;
type ValueOf<S extends ReportRuleSet> = z.output<(typeof SHAPES)[S]>;

/** Structurally what `ruleAt` of the law package gives. It must give one object for one rule. */
export type RuleReader = (ruleSet: string, atMs: number) => { readonly value: unknown };

// A rule's value is read and checked once, however often it is asked for.
const checked = new WeakMap<object, unknown>();

/**
 * The value of a rule set in force at an instant, checked.
 *
 * In     reader of dated rules; name of a set; UTC milliseconds
 * Throws what the reader throws when there is no rule; OBL_BROKEN_RULES with set and field
 */
export function readReportRules<S extends ReportRuleSet>(
  ruleAt: RuleReader,
  set: S,
  atMs: number,
): ValueOf<S> {
  return checkReportRules(set, ruleAt(set, atMs).value);
}

/**
 * Checks a value before it becomes law data (a file, or a change that somebody proposes).
 *
 * In     name of the set; the value
 * Out    the same value, typed
 * Throws OBL_BROKEN_RULES with set and field; never repeats a value
 */
export function checkReportRules<S extends ReportRuleSet>(set: S, value: unknown): ValueOf<S> {
  const before = typeof value === 'object' && value !== null ? checked.get(value) : undefined;
  if (before) return before as ValueOf<S>;
  const result = SHAPES[set].safeParse(value);
  if (!result.success) {
    const path = result.error.issues[0]?.path.join('.') || 'value';
    throw obligationErrors('BROKEN_RULES', { ruleSet: set, field: path });
  }
  checked.set(value as object, result.data);
  return result.data as ValueOf<S>;
}
