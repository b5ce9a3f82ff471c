// SPDX-License-Identifier: Apache-2.0
/** Made-up first reports for the bench: documentation addresses, fictional machines, one seed. */

/** mulberry32: small, seeded, the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const KINDS = ['ddos', 'ransomware', 'other', 'precursor', 'other', 'ransomware'] as const;
const SENTENCES = [
  '監視装置が通常と異なる通信を検知し、当直者が確認しました。',
  '業務用サーバーの一部でファイルを開けなくなり、画面に身代金を求める文書が表示されました。',
  '外部からの大量の通信により、予約の受付画面がつながりにくくなっています。',
  '保守用の接続口から覚えのない利用者が入っていた記録を見つけました。',
  '該当する機器をネットワークから切り離し、記録を保全しています。',
];

/**
 * One report of about two kilobytes.
 *
 * In    `random` in [0, 1); `n` its number, which becomes its reference
 */
export function makeRecord(random: () => number, n: number): Record<string, unknown> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const host = () => 1 + Math.floor(random() * 254);
  const kind = pick(KINDS);
  return {
    reference: `bench-${n}`,
    kind,
    awareness: { at: '2026-11-21T02:40:00+09:00', by: '当直', how: 'monitoring' },
    title: `演習の報告 ${n}`,
    outline: Array.from({ length: 6 }, () => pick(SENTENCES)).join(''),
    status: 'ongoing',
    occurred: random() < 0.3 ? 'unknown' : '2026-11-21T02:10:00+09:00',
    computers: Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => ({
      label: `SV-${n}-${i}`,
      maker: 'Kagami',
      product: 'Edge Gateway',
      version: '2.4',
      specified: random() < 0.8 ? true : 'unknown',
    })),
    services: [{ name: '予約の受付', state: 'degraded', users: Math.floor(random() * 90_000) }],
    impact: { users: 'unknown', significant: true },
    malicious: true,
    indicators: Array.from({ length: 6 }, () => ({
      type: 'ipv4',
      value: `198.51.100.${host()}`,
      role: 'attacker',
    })),
    techniques: kind === 'ddos' ? ['T1498.002'] : ['T1486', 'T1190'],
    personalData: { involved: random() < 0.5 ? true : 'unknown', persons: 'unknown' },
    contacts: [{ name: '当直', phone: '000-0000-0000', allDay: true }],
    consent: { police: random() < 0.5, 'nco-voluntary': true },
    ...(kind === 'ddos' && { ddos: { gbps: 12, type: 'T1498.002', mitigation: ['isp'] } }),
    ...(kind === 'ransomware' && { ransomware: { effects: ['encryption'], backups: 'unknown' } }),
  };
}
