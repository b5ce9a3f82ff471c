// SPDX-License-Identifier: Apache-2.0
/** What holds for every record: unknown is never safe, later is never earlier, same is the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { readInstant } from '@sakimori/vocabulary';
import fc from 'fast-check';
import {
  compareObligations,
  findObligations,
  type Obligation,
  readOrganisation,
  readRecord,
} from '../../../src/engine/index.ts';
import { records } from '../forms/arbitrary-record.ts';

const AT = readInstant('2026-11-21T12:00:00+09:00')!;
const yesNo = fc.boolean();
const ATTACKS = ['ddos', 'ransomware', 'other'] as const;

/** Everything that decides a duty, all of it known. */
const knownRecords = fc.record({
  kind: fc.constantFrom(...ATTACKS, 'precursor', 'near-miss', 'voluntary'),
  awareMs: fc.integer({
    min: Date.UTC(2026, 9, 1, 0, 0) - 9 * 3_600_000,
    max: Date.UTC(2028, 11, 1),
  }),
  specified: fc.array(yesNo, { minLength: 1, maxLength: 3 }),
  involved: yesNo,
  persons: fc.constantFrom(0, 1000, 1001, 50_000),
  sensitive: yesNo,
  financial: yesNo,
  malicious: yesNo,
  significant: yesNo,
  exploited: yesNo,
  paid: yesNo,
  state: fc.constantFrom('stopped', 'degraded', 'normal'),
});
const organisations = fc.record({
  designated: yesNo,
  criticalInfrastructure: yesNo,
  personalDataHandler: yesNo,
  sectors: fc.subarray(['finance', 'telecom', 'electricity']),
  memberOf: fc.subarray(['council', 'isac-finance']),
  nis2: yesNo,
  cra: yesNo,
  circia: yesNo,
  soci: yesNo,
});
type KnownRecord = typeof knownRecords extends fc.Arbitrary<infer T> ? T : never;
type Organisation = typeof organisations extends fc.Arbitrary<infer T> ? T : never;

/** Which of the answers are replaced by "unknown", or left out. */
const HIDEABLE = [
  'specified',
  'involved',
  'persons',
  'sensitive',
  'financial',
  'malicious',
  'significant',
  'exploited',
  'paid',
  'state',
  'designated',
  'criticalInfrastructure',
  'personalDataHandler',
] as const;
type Hidden = Partial<Record<(typeof HIDEABLE)[number], 'unknown' | 'absent'>>;
const hidings = (how: fc.Arbitrary<'unknown' | 'absent'>): fc.Arbitrary<Hidden> =>
  fc.dictionary(fc.constantFrom(...HIDEABLE), how, { maxKeys: HIDEABLE.length });

function find(record: KnownRecord, organisation: Organisation, hidden: Hidden = {}): Obligation[] {
  const told = <T>(name: keyof Hidden, value: T) =>
    hidden[name] === 'absent'
      ? undefined
      : hidden[name] === 'unknown'
        ? ('unknown' as const)
        : value;
  const { value, refusals } = readRecord({
    kind: record.kind,
    awareness: { at: new Date(record.awareMs).toISOString() },
    computers: record.specified.map((one) => ({ specified: told('specified', one) })),
    services: [{ name: 'Service', state: hidden.state ? 'unknown' : record.state }],
    personalData: {
      involved: hidden.involved ? 'unknown' : record.involved,
      persons: told('persons', record.persons),
      sensitive: told('sensitive', record.sensitive),
      financial: told('financial', record.financial),
    },
    malicious: told('malicious', record.malicious),
    impact: { significant: told('significant', record.significant) },
    product: { name: 'Product', exploited: told('exploited', record.exploited) },
    ransomware: { payment: { paid: hidden.paid ? 'unknown' : record.paid } },
  });
  assert.equal(refusals, undefined);
  // Facts of an organisation have defaults: hidden they are "unknown", never left out.
  const known = <T>(name: keyof Hidden, fact: T) => (hidden[name] ? 'unknown' : fact);
  const facts = readOrganisation({
    sectors: organisation.sectors,
    memberOf: organisation.memberOf,
    designated: known('designated', organisation.designated),
    criticalInfrastructure: known('criticalInfrastructure', organisation.criticalInfrastructure),
    personalDataHandler: known('personalDataHandler', organisation.personalDataHandler),
    abroad: {
      ...(organisation.nis2 && { nis2: { entity: 'essential', state: 'FR' } }),
      cra: organisation.cra,
      circia: organisation.circia,
      soci: organisation.soci,
    },
  });
  return findObligations(value!, facts.value!, ruleAt, Math.max(AT, record.awareMs));
}

test('what is not known never turns a duty into no duty', () => {
  fc.assert(
    fc.property(
      knownRecords,
      organisations,
      hidings(fc.constantFrom('unknown', 'absent')),
      (record, organisation, hidden) => {
        const full = find(record, organisation);
        find(record, organisation, hidden).forEach((open, index) => {
          if (full[index]!.applies) assert.ok(open.applies, `${open.rule}: ${open.why.en}`);
          // Nor does it make a decided answer out of nothing.
          if (open.decision !== 'cannot-decide') {
            assert.equal(open.decision, full[index]!.decision, open.rule);
          }
        });
      },
    ),
    { numRuns: 600 },
  );
});

test('what is not known never gives more time than the answer would', () => {
  fc.assert(
    fc.property(
      knownRecords,
      organisations,
      hidings(fc.constantFrom('unknown', 'absent')),
      (record, organisation, hidden) => {
        const full = find(record, organisation);
        find(record, organisation, hidden).forEach((open, index) => {
          const { firstDue, finalDue } = full[index]!;
          if (firstDue) assert.ok(open.firstDue && open.firstDue <= firstDue, open.rule);
          if (finalDue) assert.ok(open.finalDue && open.finalDue <= finalDue, open.rule);
        });
      },
    ),
    { numRuns: 400 },
  );
});

test('an open answer names a field, and the fields that it names can close it', () => {
  fc.assert(
    fc.property(
      knownRecords,
      organisations,
      hidings(fc.constant('unknown')),
      (record, organisation, hidden) => {
        for (const open of find(record, organisation, hidden)) {
          const asks = open.decision === 'cannot-decide' && !open.rule.startsWith('circia');
          if (asks) assert.ok(open.dependsOn.length > 0, open.rule);
        }
        // With nothing hidden only rules whose force nobody knows stay open.
        for (const closed of find(record, organisation)) {
          assert.deepEqual(closed.dependsOn, [], closed.rule);
          if (closed.decision === 'cannot-decide') assert.match(closed.rule, /^circia/);
        }
      },
    ),
  );
});

test('a later awareness never gives an earlier due time', () => {
  fc.assert(
    fc.property(
      knownRecords,
      organisations,
      fc.oneof(fc.integer({ min: 0, max: 120_000 }), fc.integer({ min: 0, max: 20 * 86_400_000 })),
      (record, organisation, more) => {
        const early = find(record, organisation);
        const late = find({ ...record, awareMs: record.awareMs + more }, organisation);
        early.forEach((one, index) => {
          const other = late[index]!;
          assert.equal(one.applies, other.applies);
          one.clocks.forEach(({ due }, clock) => {
            const later = other.clocks[clock]!.due;
            assert.equal(due === undefined, later === undefined);
            if (due && later) assert.ok(due <= later, `${one.rule}: ${due} > ${later}`);
          });
        });
      },
    ),
    { numRuns: 500 },
  );
});

test('the due time is the earliest reading, and lies after awareness', () => {
  fc.assert(
    fc.property(knownRecords, organisations, (record, organisation) => {
      for (const { clocks, firstDue, finalDue } of find(record, organisation)) {
        for (const { due, readings, stage } of clocks) {
          const earliest = readings.map((reading) => reading.due).sort()[0];
          assert.equal(due, earliest);
          if (due) assert.ok(readInstant(due)! >= record.awareMs);
          if (stage === 'first') assert.equal(firstDue, due ?? null);
          if (stage === 'final') assert.equal(finalDue, due ?? null);
        }
      }
    }),
  );
});

test('the same facts give the same answer, and nothing changed between them', () => {
  fc.assert(
    fc.property(
      knownRecords,
      organisations,
      hidings(fc.constantFrom('unknown', 'absent')),
      (record, organisation, hidden) => {
        const [once, again] = [
          find(record, organisation, hidden),
          find(record, organisation, hidden),
        ];
        assert.deepEqual(again, once);
        assert.deepEqual(compareObligations(once, again), []);
      },
    ),
  );
});

test('every record that can be read has an answer to every rule, now and at commencement', () => {
  const organisation = readOrganisation({
    sectors: ['telecom', 'finance'],
    designated: 'unknown',
    abroad: { nis2: { entity: 'important' }, cra: true, circia: true, soci: true },
  }).value!;
  const rules = findObligations(
    readRecord({ kind: 'other', awareness: { at: '2026-11-21' } }).value!,
    organisation,
    ruleAt,
    AT,
  ).length;
  fc.assert(
    fc.property(records(), fc.constantFrom(AT, readInstant('2026-09-30')!), (record, atMs) => {
      const found = findObligations(record, organisation, ruleAt, atMs);
      assert.equal(found.length, rules);
      for (const { why, clocks } of found) {
        for (const text of [why, ...clocks.map((clock) => clock.why)]) {
          assert.doesNotMatch(`${text.ja}${text.en}`, /undefined|NaN|null|Invalid/);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('asking changes neither the record nor the organisation', () => {
  const record = readRecord({ kind: 'other', awareness: { at: '2026-11-21' }, computers: [{}] })
    .value!;
  const organisation = readOrganisation({ designated: 'unknown', sectors: ['finance'] }).value!;
  const before = structuredClone({ record, organisation });
  const frozen = deepFreeze({ record, organisation });
  findObligations(frozen.record, frozen.organisation, ruleAt, AT);
  assert.deepEqual({ record, organisation }, before);
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
