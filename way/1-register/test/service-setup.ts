// SPDX-License-Identifier: Apache-2.0
/** A register on a fresh database, with a fixed clock and random numbers from a seed. */
import { ruleAt } from '@sakimori/law';
import { type Cleanup, testDatabase, testScope } from '@sakimori/store/testing';
import { readInstant } from '@sakimori/vocabulary';
import { type ComputersChanged, registerService } from '../src/index.ts';
import { seededRandom } from './messy-list.ts';

export const SCOPE = testScope({ actor: 'per_office' });

/** The scope of an operator: its own rows and nothing else. */
export function operatorScope(organisation: string) {
  return testScope({ actor: `per_${organisation}`, organisation, reach: 'own' });
}

export async function setUp(t: Cleanup, seed = 1) {
  const database = await testDatabase(t);
  const random = seededRandom(seed);
  const clock = { ms: readInstant('2026-11-21')!, now: () => clock.ms };
  const announced: ComputersChanged[] = [];
  const register = registerService(database.store, {
    law: { ruleAt },
    clock,
    random: { bytes: (count) => Uint8Array.from({ length: count }, () => random() * 256) },
    productKeys: (item) => [`key:${(item.product ?? item.cpe ?? item.purl ?? '').toLowerCase()}`],
    onComputersChanged: async (_db, change) => {
      announced.push(change);
    },
  });
  const organisation = (id: string, sector = 'electricity') =>
    register.organisations.create(SCOPE, {
      id,
      kind: 'operator',
      ja: `${id} 電力`,
      en: `${id} Power`,
      sector,
      prefecture: '13',
    });
  await organisation('org_a');
  await organisation('org_b', 'water');
  return { ...database, register, clock, announced };
}

/** A list of complete computers as CSV. */
export function list(
  rows: readonly (readonly [key: string, version: string, ...rest: string[]])[],
): Uint8Array {
  const heading =
    '資産番号,メーカー,製品名,バージョン,用途,特定重要設備,設置場所,都道府県,ネットワーク接続,導入日,担当者';
  const lines = rows.map(
    ([key, version, product = 'FortiGate', exposure = 'インターネット']) =>
      `${key},Fortinet,${product},${version},VPN,送電制御,本社,東京都,${exposure},2024-04-01,防人 太郎`,
  );
  return Buffer.from([heading, ...lines, ''].join('\r\n'));
}
