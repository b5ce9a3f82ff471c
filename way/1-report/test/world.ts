// SPDX-License-Identifier: Apache-2.0
/** A small country for tests: operators, their ministries, police, commission, office; a clock. */
import { ruleAt, ruleSet, ruleSets } from '@sakimori/law';
import type { Scope } from '@sakimori/store';
import { type Cleanup, type TestDatabase, testDatabase, testScope } from '@sakimori/store/testing';
import { readInstant } from '@sakimori/vocabulary';
import { sql } from 'kysely';
import { type ReportNotice, type ReportOptions, reportService } from '../src/index.ts';

/** Saturday 21 November 2026, 12:00 in Japan. */
export const NOON = readInstant('2026-11-21T12:00:00+09:00') as number;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const ORGANISATIONS = [
  ['org_power', 'operator', 'electricity', '13', 2],
  ['org_telecom', 'operator', 'telecom', '27', 1],
  ['org_clinic', 'operator', 'medical', '13', 1],
  ['org_meti', 'ministry', null, null, 0],
  ['org_mic', 'ministry', null, null, 0],
  ['org_mhlw', 'ministry', null, null, 0],
  ['org_office', 'office', null, null, 0],
  ['org_police', 'police', null, '13', 0],
  ['org_privacy', 'privacy-commission', null, null, 0],
] as const;
const COMPETENT: Readonly<Record<string, readonly string[]>> = {
  org_meti: ['electricity'],
  org_mic: ['telecom'],
  org_mhlw: ['medical'],
};
const FACTS = {
  org_power: { designated: true, criticalInfrastructure: true },
  org_telecom: { designated: true, criticalInfrastructure: true },
  org_clinic: { designated: false, criticalInfrastructure: true },
} as const;

/** The scope of somebody of an organisation: its own rows and nothing else. */
export function own(organisation: string, actor = `per_${organisation.slice(4)}`): Scope {
  return testScope({ actor, organisation, reach: 'own' });
}

export const POWER = own('org_power');
export const TELECOM = own('org_telecom');
export const CLINIC = own('org_clinic');
export const METI = own('org_meti');
export const MIC = own('org_mic');
export const OFFICE = own('org_office');
export const POLICE = own('org_police');
export const PRIVACY = own('org_privacy');
export const ALL = testScope();

export interface World extends TestDatabase {
  readonly reports: ReturnType<typeof reportService>;
  readonly clock: { ms: number; now(): number };
  readonly notices: ReportNotice[];
  /** Another service on the same database, as after a restart. */
  again(options?: Partial<ReportOptions>): ReturnType<typeof reportService>;
  rows<T>(text: string): Promise<T[]>;
  /** Entries on the ledger of that type, in order. */
  entries(type: string): Promise<{ counts?: Record<string, number>; refs?: string[] }[]>;
}

export async function makeWorld(t: Cleanup, options: Partial<ReportOptions> = {}): Promise<World> {
  const clock = { ms: NOON, now: () => clock.ms };
  const database = await testDatabase(t, { nowMs: () => clock.ms });
  const { store } = database;
  await store.change(ALL, async ({ db, record }) => {
    for (const [id, kind, sector, prefecture, criticality] of ORGANISATIONS) {
      const settings = JSON.stringify(COMPETENT[id] ? { sectors: COMPETENT[id] } : {});
      await sql`insert into organisation (id, kind, name_ja, name_en, sector, prefecture,
          criticality, settings)
        values (${id}, ${kind}, ${`${id} 機関`}, ${`${id} body`}, ${sector}, ${prefecture},
          ${criticality}, ${settings}::jsonb)`.execute(db);
    }
    const outboxId = await record({ type: 'report.settings', counts: { organisations: 3 } });
    for (const [id, facts] of Object.entries(FACTS)) {
      await sql`insert into report_settings (organisation_id, facts, changed_at_ms, actor, outbox_id)
        values (${id}, ${JSON.stringify(facts)}::jsonb, ${NOON}, 'per_test', ${outboxId})`.execute(
        db,
      );
    }
  });
  const notices: ReportNotice[] = [];
  let seed = 1;
  const make = (more: Partial<ReportOptions> = {}) =>
    reportService(store, {
      law: { ruleAt, ruleSet, ruleSets },
      clock,
      random: {
        bytes: (count) => {
          const bytes = new Uint8Array(count);
          for (let i = 0; i < count; i += 1) {
            seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
            bytes[i] = seed >>> 24;
          }
          return bytes;
        },
      },
      notify: async (notice) => {
        notices.push(notice);
      },
      ...options,
      ...more,
    });
  return {
    ...database,
    reports: make(),
    clock,
    notices,
    again: make,
    async rows<T>(text: string) {
      const { rows } = await store.read(ALL, (db) => sql.raw<T>(text).execute(db));
      return rows;
    },
    async entries(type) {
      const { rows } = await sql<{ bytes: Buffer }>`select bytes from ledger_entry
        order by index`.execute(store.plain);
      return rows
        .map(({ bytes }) => JSON.parse(bytes.toString('utf8')))
        .filter((entry) => entry.type === type);
    },
  };
}

/** A telecom's DDoS as a machine tells it: thin, but enough for a first report. */
export function ddos(more: Record<string, unknown> = {}) {
  return {
    kind: 'ddos',
    awareness: { at: '2026-11-21T11:30:00+09:00', how: 'monitoring' },
    title: 'DDoS 攻撃による応答遅延',
    outline: '利用者向けサイトの応答が遅くなりました。',
    computers: [{ label: 'edge-1', maker: 'Example', product: 'EdgeRouter', specified: true }],
    indicators: [{ type: 'ipv4', value: '198.51.100.7', role: 'attacker' }],
    malicious: true,
    personalData: { involved: false },
    contacts: [{ name: '防人 太郎', phone: '03-0000-0000', allDay: true }],
    remarks: '秘密の備考',
    ...more,
  };
}

/** A ransomware case with patients' data. */
export function ransomware(more: Record<string, unknown> = {}) {
  return {
    kind: 'ransomware',
    awareness: { at: '2026-11-20T22:00:00+09:00', how: 'staff' },
    title: '電子カルテの暗号化',
    outline: '電子カルテが開けなくなり、脅迫文が表示されました。',
    status: 'ongoing',
    malicious: true,
    impact: { safety: true, users: 'unknown' },
    personalData: { involved: true, persons: 'unknown', sensitive: true, items: ['診療情報'] },
    indicators: [{ type: 'domain', value: 'evil.example.net', role: 'attacker' }],
    techniques: ['T1486'],
    ransomware: { effects: ['encryption', 'payment-demand'], backups: 'unknown' },
    contacts: [{ name: '守 花子', phone: '03-0000-0001', allDay: true }],
    consent: { police: true },
    ...more,
  };
}

/** Submits and gives the report's page. */
export function submit(
  reports: World['reports'],
  scope: Scope,
  record: unknown,
  more: Partial<Parameters<World['reports']['reports']['submit']>[1]> = {},
) {
  return reports.reports.submit(scope, {
    organisationId: scope.organisation as string,
    record,
    via: 'api',
    acceptDataUse: true,
    ...more,
  });
}
