// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { compileOwn } from '../../../src/engine/indicators/index.ts';
import { type RecordInput, readRecord } from '../../../src/engine/record.ts';
import {
  DEGREE_MAX,
  keysOf,
  RelationIndex,
  type RelationKey,
  scoreRelation,
} from '../../../src/engine/related/index.ts';

const shared =
  process.env.SAKIMORI_SHARED ??
  fileURLToPath(new URL('../../../../../../shared', import.meta.url));
const incidents = `${shared}/data/incidents/vcdb-cyber.ndjson.gz`;
const skip = existsSync(incidents) ? false : 'shared data not present';

type Fields = Omit<Partial<RecordInput>, 'awareness'> & { at?: string };

function keys(fields: Fields, organisation?: string): RelationKey[] {
  const { at = '2026-11-21T09:30:00+09:00', kind = 'ransomware', ...rest } = fields;
  const { value, refusals } = readRecord({ kind, awareness: { at }, ...rest });
  assert.ok(value, JSON.stringify(refusals));
  return keysOf(organisation === undefined ? { record: value } : { record: value, organisation });
}

function relate(a: RelationKey[], b: RelationKey[], degrees: Record<string, number> = {}) {
  return scoreRelation(a, b, new Map(Object.entries(degrees)));
}

const address = (value: string) => ({ indicators: [{ type: 'ipv4' as const, value }] });
const STORY_JA =
  '11月21日の未明、電子カルテのサーバーが暗号化され、画面に身代金を要求する文書が表示された。VPN装置から侵入された可能性が高い。救急の受け入れを停止し、紙の運用に切り替えている。';
const STORY_EN =
  'In the early morning the servers of the patient records were encrypted and a note demanded a ransom. The attackers probably came in through the VPN appliance. Emergency admissions have stopped and staff work on paper.';

test('two reports with the same rare address are related, and the reason says which', () => {
  const relation = relate(keys(address('203.0.113.5')), keys(address('203.0.113.5')));
  assert.ok(relation.score >= 0.5);
  assert.equal(relation.nature, 'related');
  assert.deepEqual(relation.why, [
    {
      ja: '同じ指標 203[.]0[.]113[.]5があります。',
      en: 'They share the same indicator 203[.]0[.]113[.]5.',
    },
  ]);
  assert.equal(relate(keys(address('203.0.113.5')), keys(address('203.0.113.6'))).score, 0);
});

test('the more reports share a value, the less it says; beyond the limit it says nothing', () => {
  const [a, b] = [keys(address('203.0.113.5')), keys(address('203.0.113.5'))];
  const key = 'indicator:ipv4:203.0.113.5';
  const scores = [2, 3, 10, DEGREE_MAX].map((degree) => relate(a, b, { [key]: degree }).score);
  assert.deepEqual(
    [...scores].sort((x, y) => y - x),
    scores,
  );
  assert.ok((scores[0] as number) > 2 * (scores[2] as number));
  const common = relate(a, b, { [key]: DEGREE_MAX + 1 });
  assert.equal(common.score, 0);
  assert.deepEqual(common.why, []);
  assert.match(common.tooCommon[0]?.en ?? '', /51 reports share .* too many/);
  assert.match(common.tooCommon[0]?.ja ?? '', /51 件/);
});

test('what one report names twice counts once', () => {
  const once = keys(address('203.0.113.5'));
  const indicators = [...Array(9)].map(() => ({ type: 'ipv4' as const, value: '203.0.113.5' }));
  const often = keys({ indicators });
  assert.equal(often.length, once.length);
  assert.equal(relate(once, often).score, relate(once, once).score);
});

test("the victim's own things, contacts and protected things make no relation", () => {
  for (const role of ['victim', 'contact'] as const) {
    const indicators = [{ type: 'ipv4' as const, value: '203.0.113.5', role }];
    assert.deepEqual(keys({ indicators }), []);
  }
  const record = readRecord({
    kind: 'other',
    awareness: { at: '2026-11-21' },
    ...address('203.0.113.5'),
  }).value;
  assert.ok(record);
  const own = compileOwn({ addresses: ['203.0.113.0/24'] }).protection;
  assert.equal(keysOf({ record, own }).length, 0);
  assert.equal(keysOf({ record, protection: own }).length, 0);
  assert.equal(keysOf({ record }).length, 1);
});

test('the same reference of the same organisation is the same report', () => {
  const of = (organisation: string) => keys({ reference: 'R-1' }, organisation);
  const same = relate(of('org_a'), of('org_a'));
  assert.equal(same.nature, 'same-report');
  assert.ok(same.score > 0.95);
  assert.equal(relate(of('org_a'), of('org_b')).score, 0);
});

test('one organisation, one kind, within six hours and one more thing: told twice', () => {
  const at = (hour: number, kind: 'ransomware' | 'ddos' = 'ransomware') =>
    keys(
      {
        at: `2026-11-21T${String(hour).padStart(2, '0')}:00:00+09:00`,
        kind,
        ...address('203.0.113.5'),
      },
      'org_a',
    );
  for (let hour = 0; hour < 18; hour += 1) {
    for (const later of [0, 3, 5]) {
      assert.equal(relate(at(hour), at(hour + later)).nature, 'told-twice', `${hour} ${later}`);
    }
  }
  assert.equal(relate(at(1), at(14)).nature, 'related');
  assert.equal(relate(at(9), at(9, 'ddos')).nature, 'related');
  const alone = relate(keys({}, 'org_a'), keys({}, 'org_a'));
  assert.equal(alone.nature, 'related');
  assert.equal(alone.why.length, 1);
});

test('the same story with other numbers and addresses is found, in both languages', () => {
  for (const [story, other] of [
    [STORY_JA, STORY_JA.replace('11月21日', '３月４日').replace('VPN装置', 'ＶＰＮ装置')],
    [`${STORY_EN} 198.51.100.7`, `${STORY_EN.toUpperCase()} 203.0.113.99:8443`],
  ] as const) {
    const relation = relate(keys({ outline: story }), keys({ outline: other }));
    assert.ok(relation.score > 0.5, String(relation.score));
    assert.match(relation.why[0]?.en ?? '', /similar description, about (?:100|9\d|8\d) % alike/);
    assert.match(relation.why[0]?.ja ?? '', /よく似た説明文/);
  }
});

test('different stories, and phrases that everybody writes, are not alike', () => {
  const other =
    '公開サイトへの大量の通信により、11時から13時まで閲覧しにくい状態となった。通信事業者の対策で回復した。個人情報の漏えいは確認されていない。';
  assert.equal(relate(keys({ outline: STORY_JA }), keys({ outline: other })).score, 0);
  assert.equal(relate(keys({ outline: STORY_JA }), keys({ outline: STORY_EN })).score, 0);
  assert.equal(
    relate(keys({ outline: '調査中です。' }), keys({ outline: '調査中です。' })).score,
    0,
  );
});

test('a product is the same however its maker writes it', () => {
  const of = (maker: string, product: string) => keys({ computers: [{ maker, product }] });
  const same = relate(
    of('Example Works, Inc.', 'Gate 100'),
    of('ＥＸＡＭＰＬＥ ＷＯＲＫＳ', 'gate-100'),
  );
  assert.ok(same.score > 0);
  assert.match(same.why[0]?.ja ?? '', /同じ製品/);
  assert.equal(relate(of('Example Works', 'Gate 100'), of('Example Works', 'Gate 200')).score, 0);
});

test('a set of techniques counts when it is a set, whatever its order', () => {
  const of = (...techniques: string[]) => keys({ techniques });
  assert.ok(relate(of('T1190', 'T1486', 'T1078'), of('T1078', 'T1190', 'T1486')).score > 0.2);
  assert.equal(relate(of('T1190', 'T1486'), of('T1190', 'T1486')).score, 0);
});

test('families, extensions, coins and vulnerabilities are compared by what they mean', () => {
  const of = (family: string, extension: string) => keys({ ransomware: { family, extension } });
  assert.ok(relate(of('Example Locker', '.locked7'), of('EXAMPLE-LOCKER', 'locked7')).score > 0.6);
  assert.equal(relate(of('unknown', '.a'), of('unknown', '.b')).score, 0);
  const cause = { vulnerabilities: ['cve-2024-12345'] };
  const indicators = [{ type: 'cve' as const, value: 'CVE-2024-12345' }];
  assert.ok(relate(keys({ cause }), keys({ indicators })).score > 0);
});

const someKeys = fc
  .uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 12 })
  .map((numbers): RelationKey[] =>
    numbers.map((number) => ({
      kind: number % 5 === 0 ? 'text' : number % 7 === 0 ? 'occasion' : 'indicator',
      key: number % 5 === 0 ? `text:${number}` : `k${number}`,
      weight: 0.1 + (number % 9) / 10,
      shown: { ja: `値${number}`, en: `value ${number}` },
    })),
  );
const someDegrees = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 100 })))
  .map((pairs) => new Map(pairs.map(([number, degree]) => [`k${number}`, degree])));

test('a relation is the same seen from both sides, between 0 and 1, and always has a reason', () => {
  fc.assert(
    fc.property(someKeys, someKeys, someDegrees, (a, b, degrees) => {
      const relation = scoreRelation(a, b, degrees);
      assert.deepEqual(scoreRelation(b, a, degrees), relation);
      assert.ok(relation.score >= 0 && relation.score <= 1);
      assert.equal(relation.score > 0, relation.why.length > 0);
      assert.equal(scoreRelation(a, [], degrees).score, 0);
    }),
  );
});

test('the index finds what comparing every pair finds', () => {
  fc.assert(
    fc.property(fc.array(someKeys, { maxLength: 12 }), (reports) => {
      const index = new RelationIndex();
      for (const [id, one] of reports.entries()) index.add(`r${id}`, one);
      const degrees = new Map<string, number>();
      for (const { key } of reports.flat()) degrees.set(key, (degrees.get(key) ?? 0) + 1);
      for (const [id, one] of reports.entries()) {
        const expected = reports
          .map((other, at) => ({ id: `r${at}`, ...scoreRelation(one, other, degrees) }))
          .filter((relation) => relation.id !== `r${id}` && relation.score >= 0.2)
          .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
        assert.deepEqual(index.find(one, `r${id}`), expected);
      }
      for (const id of reports.keys()) index.remove(`r${id}`);
      assert.deepEqual([index.size, index.degree('k1')], [0, 0]);
    }),
  );
});

test('a value that thousands share costs nothing and links nothing', () => {
  const index = new RelationIndex();
  const same = keys(address('203.0.113.5'));
  for (let number = 0; number < 20_000; number += 1) index.add(`r${number}`, same);
  assert.deepEqual(index.find(same, 'r1'), []);
});

interface VerisIncident {
  readonly incident_id: string;
  readonly summary?: string;
}

test('among 1,221 real incidents a retold one is found first, and strangers are not linked', {
  skip,
}, () => {
  const all = gunzipSync(readFileSync(incidents))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as VerisIncident);
  const index = new RelationIndex();
  const long = all.filter((one) => (one.summary ?? '').length >= 300);
  for (const one of long) {
    index.add(one.incident_id, keys({ outline: (one.summary ?? '').slice(0, 20_000) }));
  }
  let [found, links] = [0, 0];
  for (const one of long) {
    // Retold: a tenth is left out, numbers change, a sentence is put in front.
    const words = (one.summary ?? '').split(' ').filter((_, at) => at % 10 !== 3);
    const retold = `We report as follows. ${words.join(' ').replace(/\d/g, '7')}`;
    const hits = index.find(keys({ outline: retold.slice(0, 20_000) }), undefined);
    if (hits.some((hit) => hit.id === one.incident_id)) found += 1;
    links += index.find(
      keys({ outline: (one.summary ?? '').slice(0, 20_000) }),
      one.incident_id,
    ).length;
  }
  assert.ok(found / long.length >= 0.9, `${found} of ${long.length} found`);
  assert.ok(links / long.length <= 0.5, `${links} links among ${long.length}`);
});
