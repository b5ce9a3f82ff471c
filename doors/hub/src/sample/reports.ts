// SPDX-License-Identifier: Apache-2.0
/**
 * Incidents of the sample nation: a hospital under ransomware, a telecom under DDoS, and smaller ones
 * in every state. Fictional; addresses are those of documentation. Told through the same service.
 */
import { createHash } from 'node:crypto';
import type { ReportService } from '@sakimori/report';
import { toInstant } from '@sakimori/vocabulary';
import { sampleScope } from './happenings.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Content = Readonly<Record<string, unknown>>;

interface Stage {
  readonly service: ReportService;
  readonly idOf: (key: string) => string;
  readonly nowMs: number;
}

/** Plays the incidents. In: service of an instance with the sample organisations; its instant. */
export async function playReports(
  service: ReportService,
  idOf: (key: string) => string,
  nowMs: number,
): Promise<void> {
  const stage: Stage = { service, idOf, nowMs };
  await Promise.all(
    Object.entries(FACTS).map(([key, facts]) =>
      service.settings.set(sampleScope(idOf(key)), idOf(key), { facts }),
    ),
  );
  await Promise.all([
    playHospital(stage),
    playTelecom(stage),
    playSmallerOnes(stage),
    playSameWave(stage),
    playDrafts(stage),
  ]);
  await service.work.run();
}

/** What decides duties, as each operator would keep it. */
const FACTS: Readonly<Record<string, Content>> = {
  'asahi-hospital': { designated: false, criticalInfrastructure: true, personalDataHandler: true },
  'kumo-telecom': { designated: true, criticalInfrastructure: true, memberOf: ['isac'] },
  'akatsuki-isp': { designated: true, criticalInfrastructure: true },
  'tanchou-isp': { designated: true },
  'hotaru-mobile': { designated: true, criticalInfrastructure: true },
  'sakura-bank': { designated: true, criticalInfrastructure: true, memberOf: ['council'] },
  'suzu-card': { designated: true, personalDataHandler: true },
  'minato-gas': { designated: true, criticalInfrastructure: true },
  'tokai-rail': { designated: true, memberOf: ['council'] },
};

const ago = ({ nowMs }: Stage, ms: number): string => toInstant(nowMs - ms);

async function submit(
  { service, idOf }: Stage,
  key: string,
  record: Content,
  via: 'form' | 'api' | 'alert' | 'telephone' = 'form',
): Promise<string> {
  const { value } = await service.reports.submit(sampleScope(idOf(key)), {
    organisationId: idOf(key),
    record,
    via,
    acceptDataUse: true,
    ...(via === 'telephone' && { telephone: { spokenBy: '当直責任者', callback: '03-0000-0000' } }),
  });
  return value.id;
}

async function supplement(
  { service, idOf }: Stage,
  key: string,
  reportId: string,
  record: Content,
): Promise<void> {
  await service.reports.supplement(sampleScope(idOf(key)), reportId, { record, via: 'form' });
}

/** Newest copy of a report at a desk; undefined where no duty led there. */
async function copyAt({ service, idOf }: Stage, desk: string, reportId: string) {
  const { items } = await service.copies.list(sampleScope(idOf(desk)), { limit: 200 });
  return items
    .filter(({ report }) => report === reportId)
    .sort((a, b) => b.position - a.position)[0]?.id;
}

async function atDesk(
  stage: Stage,
  desk: string,
  reportId: string,
  act: (copyId: string, scope: ReturnType<typeof sampleScope>) => Promise<unknown>,
): Promise<void> {
  const copyId = await copyAt(stage, desk, reportId);
  if (copyId !== undefined) await act(copyId, sampleScope(stage.idOf(desk)));
}

/** Said of incidents that no personal information is part of; unsaid, its clocks would run. */
const NO_PERSONAL_DATA = { involved: false } as const;

const CONTACTS = [
  { name: '当直 桐山', role: '情報システム課', phone: '03-0000-0000', allDay: true },
] as const;

/** Told by phone screen at night; every addressee in another state; one question is open. */
async function playHospital(stage: Stage): Promise<void> {
  const { service, idOf } = stage;
  const scope = sampleScope(idOf('asahi-hospital'));
  const first: Content = {
    reference: 'ASAHI-2026-07',
    kind: 'ransomware',
    awareness: { at: ago(stage, 26 * HOUR_MS), how: 'staff', by: '病棟看護師' },
    title: '電子カルテの暗号化',
    outline:
      '深夜に電子カルテの画面が開かなくなり、複数の端末に身代金を求める文面が表示された。救急の受け入れを止め、紙の運用に切り替えた。',
    status: 'ongoing',
    occurred: 'unknown',
    computers: [
      { label: '電子カルテサーバー 1', product: '電子カルテ', specified: false },
      { label: '画像管理サーバー', product: 'PACS', specified: false },
      { label: 'VPN 装置', maker: 'フォーティネット', product: 'FortiOS', version: '7.2.4' },
    ],
    services: [{ name: '外来・救急', state: 'stopped', users: 'unknown' }],
    impact: { users: 420, safety: true, significant: true },
    serviceLevel: { deviation: true, detail: '救急の受け入れを停止' },
    malicious: true,
    cause: { vector: 'unknown' },
    personalData: { involved: true, persons: 'unknown', sensitive: true, financial: 'unknown' },
    ransomware: {
      effects: ['encryption', 'payment-demand'],
      extension: '.asahi',
      family: 'unknown',
      backups: 'unknown',
      note: 'All your files are locked. Write to help@example.net within 72 hours.',
    },
    indicators: [
      { type: 'ipv4', value: '198.51.100.77', role: 'attacker' },
      { type: 'email', value: 'help@example.net', role: 'contact' },
    ],
    contacts: CONTACTS,
    consent: { police: true, 'sector-ministry-voluntary': true, 'nco-voluntary': true },
  };
  const draft = await service.drafts.create(scope, {
    organisationId: idOf('asahi-hospital'),
    record: { kind: first.kind, awareness: first.awareness, title: first.title },
    via: 'form',
    step: 'outline',
  });
  const saved = await service.drafts.save(scope, draft.id, {
    record: first,
    step: 'contacts',
    revision: draft.revision,
  });
  const note = new TextEncoder().encode('All your files are locked.\n');
  await service.attachments.add(
    scope,
    { draftId: saved.id },
    { name: '表示された文面.txt', type: 'text/plain', bytes: note },
  );
  const { value } = await service.drafts.submit(scope, saved.id, { acceptDataUse: true });
  await atDesk(stage, 'ministry-health', value.id, (id, desk) => service.copies.accept(desk, id));
  await atDesk(stage, 'police', value.id, (id, desk) => service.copies.get(desk, id));
  await atDesk(stage, 'privacy-commission', value.id, (id, desk) =>
    service.copies.message(desk, id, {
      kind: 'question',
      text: '漏えい等のおそれがある本人の数は、概数でも分かりますか。',
    }),
  );
  await atDesk(stage, 'office', value.id, (id, desk) =>
    service.copies.message(desk, id, {
      kind: 'advice',
      text: '同じ製品を狙う動きが続いています。VPN 装置の認証情報を無効にし、通信の記録を保全してください。',
    }),
  );
  await supplement(stage, 'asahi-hospital', value.id, {
    ...first,
    stage: 'follow-up',
    status: 'contained',
    ransomware: { ...(first.ransomware as Content), backups: 'intact', entry: 'VPN 装置' },
    cause: { vector: 'stolen-credentials', text: '保守用の利用者名で接続されていた。' },
    actions: [
      { at: ago(stage, 25 * HOUR_MS), text: '院内ネットワークから切り離した。' },
      { at: ago(stage, 20 * HOUR_MS), text: '保守事業者と専門業者に連絡した。' },
    ],
    techniques: ['T1486', 'T1078', 'T1133'],
  });
}

/** Sent by a machine in seconds, accepted, advised, finalised. */
async function playTelecom(stage: Stage): Promise<void> {
  const { service } = stage;
  const first: Content = {
    reference: 'UNKAI-DDOS-118',
    kind: 'ddos',
    awareness: { at: ago(stage, 3 * DAY_MS), how: 'monitoring' },
    title: '権威 DNS への大量通信',
    outline: '権威 DNS サーバーに大量の応答が集中し、一部の名前解決が遅延した。',
    status: 'ongoing',
    occurred: ago(stage, 3 * DAY_MS + 4 * MINUTE_MS),
    services: [{ name: '名前解決', state: 'degraded', users: 1_200_000 }],
    impact: { users: 1_200_000, significant: true },
    malicious: true,
    personalData: NO_PERSONAL_DATA,
    ddos: { target: '権威 DNS', gbps: 340, mpps: 42, minutes: 'unknown', type: 'T1498.002' },
    indicators: [
      { type: 'ipv4', value: '203.0.113.10', role: 'attacker' },
      { type: 'ipv4', value: '203.0.113.11', role: 'attacker' },
    ],
    techniques: ['T1498.002'],
    contacts: [{ name: 'NOC', phone: '03-0000-0001', allDay: true }],
    consent: { council: true, isac: true, police: false },
  };
  const id = await submit(stage, 'kumo-telecom', first, 'api');
  await atDesk(stage, 'ministry-communications', id, async (copyId, desk) => {
    await service.copies.accept(desk, copyId);
    await service.copies.message(desk, copyId, {
      kind: 'advice',
      text: '迂回経路の帯域を確保し、次の波に備えてください。',
    });
  });
  const second = {
    ...first,
    stage: 'follow-up',
    status: 'contained',
    ddos: { ...(first.ddos as Content), minutes: 95, mitigation: ['scrubbing', 'isp'] },
  };
  await supplement(stage, 'kumo-telecom', id, second);
  await supplement(stage, 'kumo-telecom', id, {
    ...second,
    stage: 'final',
    status: 'recovered',
    recovered: ago(stage, 3 * DAY_MS - 95 * MINUTE_MS),
    cause: { vector: 'other', text: '公開リゾルバーを踏み台にした増幅攻撃。' },
    actions: [{ text: '送信元の遮断と、応答量の制限を行った。' }],
    publication: { done: true, at: ago(stage, 2 * DAY_MS), where: '自社サイト' },
  });
  await atDesk(stage, 'ministry-communications', id, (copyId, desk) =>
    service.copies.accept(desk, copyId),
  );
}

/** A precursor, a near miss, an overdue final report, one with a question, one by telephone. */
async function playSmallerOnes(stage: Stage): Promise<void> {
  const { service } = stage;
  const precursor: Content = {
    kind: 'precursor',
    awareness: { at: ago(stage, 5 * HOUR_MS), how: 'monitoring' },
    title: '認証画面への総当たり',
    outline:
      '検知装置が、同じ送信元からの認証の失敗を 1 時間に 18,000 件検知した。侵入は確認されていない。',
    personalData: NO_PERSONAL_DATA,
    indicators: [{ type: 'ipv4', value: '192.0.2.200', role: 'attacker' }],
    techniques: ['T1110.003'],
    contacts: CONTACTS,
    consent: { council: true },
  };
  const nearMiss: Content = {
    kind: 'near-miss',
    awareness: { at: ago(stage, 2 * DAY_MS), how: 'staff' },
    title: '不審な添付ファイルを開く前に発見',
    outline: '取引先を装うメールの添付を、開く前に担当者が気付いて報告した。被害はない。',
    personalData: NO_PERSONAL_DATA,
    indicators: [{ type: 'domain', value: 'invoice.example.net', role: 'attacker' }],
    consent: { council: true, ipa: true },
  };
  const overdue: Content = {
    reference: 'MINATO-11',
    kind: 'other',
    awareness: { at: ago(stage, 40 * DAY_MS), how: 'third-party' },
    title: '保守端末の不正アクセス',
    outline: '保守事業者の端末から、予定のない接続があった。供給には影響していない。',
    status: 'contained',
    malicious: true,
    personalData: NO_PERSONAL_DATA,
    other: { type: 'unauthorised-access' },
    contacts: CONTACTS,
  };
  const asked: Content = {
    reference: 'SUZU-3',
    kind: 'other',
    awareness: { at: ago(stage, 30 * HOUR_MS), how: 'customer' },
    title: '会員サイトからの情報の持ち出し',
    outline: '会員から身に覚えのない請求の申し出があり、会員サイトへの不正アクセスが判明した。',
    status: 'contained',
    malicious: true,
    other: { type: 'information-theft' },
    personalData: { involved: true, persons: 2_400, sensitive: false, financial: true },
    indicators: [{ type: 'domain', value: 'pay.example.org', role: 'attacker' }],
    contacts: CONTACTS,
    consent: { police: true },
  };
  const told: Content = {
    kind: 'other',
    awareness: { at: ago(stage, 90 * MINUTE_MS), how: 'monitoring' },
    title: '監視画面の改ざん',
    outline: '監視画面の表示が書き換えられた。運転は手動で続けている。',
    status: 'ongoing',
    personalData: NO_PERSONAL_DATA,
    impact: { safety: 'unknown', significant: 'unknown' },
    contacts: CONTACTS,
  };
  const [, , late, question] = await Promise.all([
    submit(stage, 'sakura-bank', precursor, 'alert'),
    submit(stage, 'tokai-rail', nearMiss),
    submit(stage, 'minato-gas', overdue),
    submit(stage, 'suzu-card', asked),
    submit(stage, 'mizuho-water', told, 'telephone'),
  ]);
  await atDesk(stage, 'ministry-industry', late, async (id, desk) => {
    await service.copies.get(desk, id);
    await service.copies.message(desk, id, {
      kind: 'question',
      text: '確報の期限を過ぎています。原因の調査はいつ頃終わる見込みですか。',
    });
  });
  await atDesk(stage, 'privacy-commission', question, async (id, desk) => {
    await service.copies.accept(desk, id);
    await service.copies.message(desk, id, {
      kind: 'question',
      text: '本人への通知はいつ行う予定ですか。方法も教えてください。',
    });
  });
}

/** One wave hits three providers: two are merged by the office, the third is left to you. */
async function playSameWave(stage: Stage): Promise<void> {
  const wave = (name: string, hours: number): Content => ({
    kind: 'ddos',
    awareness: { at: ago(stage, hours * HOUR_MS), how: 'monitoring' },
    title: `${name}への大量通信`,
    outline:
      '利用者向けの認証サーバーに大量の接続要求が続き、つながりにくい状態になった。送信元は前回と同じ範囲である。',
    status: 'contained',
    malicious: true,
    personalData: NO_PERSONAL_DATA,
    services: [{ name: 'インターネット接続', state: 'degraded', users: 80_000 }],
    ddos: { gbps: 85, type: 'T1499.002', mitigation: ['acl', 'isp'] },
    indicators: [
      { type: 'ipv4', value: '192.0.2.71', role: 'attacker' },
      { type: 'ipv4', value: '192.0.2.72', role: 'attacker' },
      { type: 'sha256', value: createHash('sha256').update('booter').digest('hex') },
    ],
    techniques: ['T1499.002'],
    contacts: [{ name: 'NOC', phone: '03-0000-0002', allDay: true }],
  });
  const reports = await Promise.all([
    submit(stage, 'akatsuki-isp', wave('暁インターネット', 9), 'api'),
    submit(stage, 'tanchou-isp', wave('丹頂ケーブルネット', 8), 'api'),
  ]);
  await submit(stage, 'hotaru-mobile', wave('ほたるモバイル', 7), 'api');
  await stage.service.intake.merge(sampleScope(stage.idOf('office')), {
    reports,
    reason: '送信元と手口が同じで、発生も同じ時間帯のため。',
  });
}

/** What a person left half-way. */
async function playDrafts({ service, idOf, nowMs }: Stage): Promise<void> {
  await service.drafts.create(sampleScope(idOf('kumo-telecom')), {
    organisationId: idOf('kumo-telecom'),
    record: {
      kind: 'other',
      awareness: { at: toInstant(nowMs - 40 * MINUTE_MS), how: 'staff' },
      title: '社内端末の不審な通信',
    },
    via: 'form',
    step: 'outline',
  });
}
