// SPDX-License-Identifier: Apache-2.0
/** Who must be told, and who need not: each rule with what makes it hold and what does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleAt } from '@sakimori/law';
import { readInstant } from '@sakimori/vocabulary';
import {
  type INCIDENT_KINDS,
  obligationErrors,
  type RuleReader,
} from '../../../src/engine/index.ts';
import { AWARE, ask, changedLaw, one } from './asking.ts';

type Kind = (typeof INCIDENT_KINDS)[number];

function check(rule: string, record: object, organisation: object, expected: string): void {
  const { decision, nature } = one(ask(record, organisation), rule);
  assert.equal(`${decision} ${nature}`, expected, rule);
}

const ACT = ['act-5-minister', 'act-5-prime-minister'];

test('Act art. 5: attacks and precursors on a specified computer, to two addressees', () => {
  for (const rule of ACT) {
    for (const kind of ['ddos', 'ransomware', 'other', 'precursor'] as Kind[]) {
      check(rule, { kind }, {}, 'yes duty');
    }
    for (const kind of ['near-miss', 'voluntary'] as Kind[]) check(rule, { kind }, {}, 'no duty');
  }
});

test('Act art. 5: only special social infrastructure operators', () => {
  for (const rule of ACT) {
    check(rule, {}, { designated: false }, 'no duty');
    check(rule, {}, { designated: 'unknown' }, 'cannot-decide duty');
    check(rule, {}, { designated: false, criticalInfrastructure: true }, 'no duty');
  }
});

test('Act art. 5: one specified computer is enough; none named leaves it open', () => {
  const [computer, plain, open] = [{ specified: true }, { specified: false }, { label: 'PC' }];
  for (const rule of ACT) {
    check(rule, { computers: [plain, computer] }, {}, 'yes duty');
    check(rule, { computers: [plain] }, {}, 'no duty');
    check(rule, { computers: [plain, open] }, {}, 'cannot-decide duty');
    check(rule, { computers: [{ specified: 'unknown' }] }, {}, 'cannot-decide duty');
    check(rule, { computers: [] }, {}, 'cannot-decide duty');
    check(rule, { computers: undefined }, {}, 'cannot-decide duty');
  }
});

test('a computer that needs no registration is not exempt from reporting', () => {
  const windows = { maker: 'Microsoft', product: 'Windows Server', specified: true };
  for (const rule of ACT) check(rule, { computers: [windows] }, {}, 'yes duty');
});

const LEAK = { involved: true, persons: 10, sensitive: false, financial: false };

test('APPI rule 7: each of the four triggers by itself', () => {
  const other = { kind: 'other' as const, malicious: false };
  const rule = 'appi-26-ppc';
  check(rule, { ...other, personalData: LEAK }, {}, 'no duty');
  check(rule, { ...other, personalData: { ...LEAK, sensitive: true } }, {}, 'yes duty');
  check(rule, { ...other, personalData: { ...LEAK, financial: true } }, {}, 'yes duty');
  check(rule, { ...other, personalData: LEAK, malicious: true }, {}, 'yes duty');
  check(rule, { kind: 'ransomware', malicious: false, personalData: LEAK }, {}, 'yes duty');
});

test('APPI rule 7: more than 1,000 persons, not 1,000', () => {
  const other = { kind: 'other' as const, malicious: false };
  for (const rule of ['appi-26-ppc', 'appi-26-persons']) {
    check(rule, { ...other, personalData: { ...LEAK, persons: 1000 } }, {}, 'no duty');
    check(rule, { ...other, personalData: { ...LEAK, persons: 1001 } }, {}, 'yes duty');
    check(
      rule,
      { ...other, personalData: { ...LEAK, persons: 'unknown' } },
      {},
      'cannot-decide duty',
    );
  }
});

test('APPI: a leak that may have happened is a leak until it is known', () => {
  const unknown = { kind: 'other' as const, malicious: true };
  check(
    'appi-26-ppc',
    { ...unknown, personalData: { involved: 'unknown' } },
    {},
    'cannot-decide duty',
  );
  check('appi-26-ppc', { ...unknown, personalData: undefined }, {}, 'cannot-decide duty');
  check('appi-26-ppc', { ...unknown, personalData: { involved: false } }, {}, 'no duty');
});

test('APPI: of a precursor nobody asked about personal data; asked and unknown is open', () => {
  const precursor = { kind: 'precursor' as const, malicious: true, personalData: undefined };
  check('appi-26-ppc', precursor, {}, 'no duty');
  assert.deepEqual(one(ask(precursor), 'appi-26-ppc').dependsOn, ['personalData.involved']);
  check(
    'appi-26-ppc',
    { ...precursor, personalData: { involved: 'unknown' } },
    {},
    'cannot-decide duty',
  );
  check('appi-26-ppc', { ...precursor, personalData: { involved: true } }, {}, 'yes duty');
});

test('APPI: who does not handle personal information as a business has no duty', () => {
  check('appi-26-ppc', { personalData: LEAK }, { personalDataHandler: false }, 'no duty');
  check(
    'appi-26-ppc',
    { personalData: LEAK },
    { personalDataHandler: 'unknown' },
    'cannot-decide duty',
  );
});

test('sector guidelines: finance and telecommunications, and an honest no elsewhere', () => {
  check('guideline-finance', {}, { sectors: ['finance'] }, 'yes duty');
  check('guideline-finance', {}, { sectors: ['electricity'] }, 'no duty');
  const stopped = { services: [{ name: 'Access', state: 'stopped' as const }] };
  check('guideline-telecom', stopped, { sectors: ['telecom'] }, 'yes duty');
  check('guideline-telecom', {}, { sectors: ['telecom'] }, 'cannot-decide duty');
  const normal = { services: [{ name: 'Access', state: 'normal' as const }] };
  check('guideline-telecom', normal, { sectors: ['telecom'] }, 'no duty');
  const none = one(ask(), 'guideline-other');
  assert.equal(none.applies, false);
  assert.match(none.why.en, /no deadline .* has been entered yet: .* ask the ministry/);
});

test('near misses and computers that are not specified take the voluntary path', () => {
  for (const rule of ['voluntary-path-ministry', 'voluntary-path-office']) {
    check(rule, { kind: 'near-miss' }, {}, 'yes voluntary');
    check(rule, { computers: [{ specified: false }] }, {}, 'yes voluntary');
    check(rule, { kind: 'near-miss' }, { criticalInfrastructure: false }, 'yes voluntary');
    check(rule, {}, { criticalInfrastructure: false, designated: false }, 'no voluntary');
  }
});

test('council and ISAC are for their members, by any of their names', () => {
  check('council', {}, { memberOf: ['council'] }, 'yes voluntary');
  check('council', {}, { memberOf: [] }, 'no voluntary');
  for (const name of ['isac', 'isac-finance', 'finance-isac']) {
    check('isac', {}, { memberOf: [name] }, 'yes voluntary');
  }
  check('isac', {}, { memberOf: ['isaceric'] }, 'no voluntary');
});

test('police is told only by choice, and the answer says whether that choice was made', () => {
  const without = one(ask(), 'police');
  assert.equal(without.nature, 'voluntary');
  assert.match(without.why.en, /Nothing is passed on without consent/);
  assert.match(one(ask({ consent: { police: true } }), 'police').why.en, /Consent was given/);
  assert.match(one(ask({ consent: { police: false } }), 'police').why.en, /without consent/);
  assert.match(one(ask({ consent: { ppc: true } }), 'police').why.en, /without consent/);
});

const ABROAD = {
  abroad: { nis2: { entity: 'essential', state: 'DE' }, cra: true, circia: true, soci: true },
};

test('regimes abroad bind only those who fall under them', () => {
  const record = { impact: { significant: true }, product: { name: 'Gate', exploited: true } };
  const rules = [
    'nis2-significant',
    'cra-vulnerability',
    'cra-incident',
    'circia-incident',
    'soci-significant',
  ];
  for (const rule of rules) {
    assert.equal(one(ask(record, ABROAD), rule).applies, true, rule);
    assert.equal(one(ask(record), rule).decision, 'no', rule);
  }
});

test('NIS2 asks for a significant impact; a near miss may be told', () => {
  check('nis2-significant', { impact: { significant: true } }, ABROAD, 'yes duty');
  check('nis2-significant', { impact: { significant: false } }, ABROAD, 'no duty');
  check('nis2-significant', {}, ABROAD, 'cannot-decide duty');
  check('nis2-voluntary', { kind: 'near-miss' }, ABROAD, 'yes voluntary');
});

test('SOCI: while nobody knows how grave it is, both clocks run', () => {
  for (const [significant, expected] of [
    [true, 'yes no'],
    [false, 'no yes'],
    ['unknown', 'cannot-decide cannot-decide'],
  ] as const) {
    const found = ask({ impact: { significant } }, ABROAD);
    const both = ['soci-significant', 'soci-relevant'].map((rule) => one(found, rule).decision);
    assert.equal(both.join(' '), expected);
  }
});

test('CIRCIA: as long as nobody knows whether it is in force, it cannot be decided', () => {
  const record = { impact: { significant: true } };
  check('circia-incident', record, ABROAD, 'cannot-decide duty');
  check('circia-incident', { impact: { significant: false } }, ABROAD, 'no duty');
  for (const [inForce, expected] of [
    [true, 'yes'],
    [false, 'no'],
  ] as const) {
    const law = changedLaw((rules) => {
      rules.find(({ id }) => id === 'circia-incident')!.inForce = inForce;
    });
    assert.equal(
      one(ask(record, ABROAD, undefined, undefined, law), 'circia-incident').decision,
      expected,
    );
  }
});

test('every rule is answered, in one order, with a reason in both languages', () => {
  const rules = ask().map(({ rule }) => rule);
  assert.equal(new Set(rules).size, rules.length);
  assert.deepEqual(
    ask({ kind: 'voluntary' }, { designated: false, ...ABROAD }).map(({ rule }) => rule),
    rules,
  );
  for (const { why, clause, source, addresseeName, rule } of ask()) {
    assert.ok(
      why.ja.endsWith('。') && why.en.endsWith('.') && !/undefined|\{/.test(why.ja + why.en),
      rule,
    );
    assert.ok(clause && source && addresseeName.ja && addresseeName.en, rule);
  }
});

test('what does not apply has no clock and asks for nothing', () => {
  for (const { applies, clocks, missing, firstDue, finalDue } of ask({ kind: 'near-miss' })) {
    if (applies) continue;
    assert.deepEqual([clocks, missing, firstDue, finalDue], [[], [], null, null]);
  }
});

test('an open answer names the fields that would close it', () => {
  const record = { computers: undefined, personalData: { involved: 'unknown' as const } };
  const found = ask({ kind: 'other', ...record }, { designated: 'unknown' });
  assert.deepEqual(one(found, 'act-5-minister').dependsOn, [
    'organisation.designated',
    'computers.*.specified',
  ]);
  assert.ok(one(found, 'appi-26-ppc').dependsOn.includes('personalData.involved'));
  assert.match(
    one(found, 'act-5-minister').why.en,
    /^Cannot be decided until this is known: .* clocks run/,
  );
});

test('the minister is named by the sectors of the operator', () => {
  assert.equal(one(ask(), 'act-5-minister').addresseeName.ja, '事業所管大臣：経済産業大臣');
  const two = one(
    ask({}, { sectors: ['telecom', 'railway', 'air'] }),
    'act-5-minister',
  ).addresseeName;
  assert.equal(two.ja, '事業所管大臣：総務大臣、国土交通大臣');
  assert.equal(one(ask({}, { sectors: [] }), 'act-5-minister').addresseeName.ja, '事業所管大臣');
});

test('an addressee that is renamed has its old name until then', () => {
  const rule = structuredClone(ruleAt('report-addressees', readInstant(AWARE)!));
  const { addressees } = rule.value as { addressees: Record<string, unknown>[] };
  const police = addressees.find(({ id }) => id === 'police')!;
  const name = { ja: '新しい名称', en: 'New name' };
  addressees.push({ ...police, name, effectiveFrom: '2027-01-01' });
  police.effectiveTo = '2026-12-31';
  const law: RuleReader = (set, atMs) => (set === 'report-addressees' ? rule : ruleAt(set, atMs));
  const asked = (at: string) => one(ask({}, {}, at, undefined, law), 'police').addresseeName.en;
  assert.equal(asked('2026-12-31T23:59:59+09:00'), 'Prefectural police (cyber desk)');
  assert.equal(asked('2027-01-01T00:00:00+09:00'), 'New name');
});

test('nothing of this was compared with the primary text yet, and it says so', () => {
  assert.ok(ask().every(({ verified }) => verified === false));
});

test('a broken rule stops everything and names where it is broken', () => {
  const broken = (field: string, change: (rule: Record<string, unknown>) => void) =>
    assert.throws(
      () =>
        ask(
          {},
          {},
          undefined,
          undefined,
          changedLaw((rules) => change(rules[0]!)),
        ),
      (error: { code?: string; parameters?: Record<string, unknown> }) => {
        assert.equal(error.code, 'OBL_BROKEN_RULES');
        assert.equal(error.parameters?.field, field);
        return true;
      },
    );
  broken('obligations.0.condition', (rule) => {
    rule.condition = { use: 'no-such-condition' };
  });
  broken('obligations.0.addressee', (rule) => {
    rule.addressee = 'nobody';
  });
  broken('obligations.0.effectiveTo', (rule) => {
    rule.effectiveTo = '2026-09-30';
  });
  broken('obligations.0.effectiveFrom', (rule) => {
    rule.effectiveFrom = '2026-02-30';
  });
  broken('obligations.0.nature', (rule) => {
    rule.nature = 'perhaps';
  });
  broken('obligations.0.clocks', (rule) => {
    const clocks = rule.clocks as { readings: { closedDays: string }[] }[];
    clocks[1]!.readings[0]!.closedDays = 'no-such-calendar';
  });
  assert.ok(obligationErrors.specifications.BROKEN_RULES.ja);
});

test('a condition that names itself is refused, not followed for ever', () => {
  const law = changedLaw(() => {});
  const rule = law('report-obligations', 0);
  const { conditions } = rule.value as { conditions: Record<string, unknown> };
  conditions.significant = { not: { use: 'significant' }, as: { ja: '逆', en: 'the reverse' } };
  assert.throws(() => ask({}, {}, undefined, undefined, law), { code: 'OBL_BROKEN_RULES' });
});
