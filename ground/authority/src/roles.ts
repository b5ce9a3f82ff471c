// SPDX-License-Identifier: Apache-2.0
/** Roles of people, kinds of organisations, and the named grounds on which the system itself acts. */
import type { OrganisationKind, RoleName, Text } from '@sakimori/vocabulary/wire';

/** Every role that a person or a key can hold. Whoever has no account has only `public`. */
export const ROLES = [
  'operator-admin',
  'operator-member',
  'office-analyst',
  'ministry-desk',
  'police-desk',
  'privacy-desk',
  'vendor',
  'commission',
  'auditor',
  'steward',
] as const satisfies readonly RoleName[];
export type Role = (typeof ROLES)[number];

/** Roles that exist in an organisation of that kind; policy `role-of-another-house` holds to it. */
export const ROLES_OF_KIND: Readonly<Record<OrganisationKind, readonly Role[]>> = {
  operator: ['operator-admin', 'operator-member', 'auditor'],
  office: ['office-analyst', 'steward', 'auditor'],
  ministry: ['ministry-desk', 'auditor'],
  police: ['police-desk', 'auditor'],
  'privacy-commission': ['privacy-desk', 'auditor'],
  vendor: ['vendor'],
  commission: ['commission'],
  carrier: ['operator-admin', 'operator-member', 'auditor'],
  partner: ['auditor'],
};

/**
 * Why the system acts without a person. There is no bypass: each ground has its own policies.
 *
 * data-folder-owner  the user of the machine who owns the data folder, at the command line
 * scheduled-work     the hub's own jobs: feeds, matching, digests, clocks of reports
 * founding           the first people of a new instance, once
 */
export const GROUNDS = ['data-folder-owner', 'scheduled-work', 'founding'] as const;
export type Ground = (typeof GROUNDS)[number];

export const ROLE_TITLES: Readonly<Record<Role | 'operator' | 'public', Text>> = {
  operator: { ja: '事業者の担当者', en: 'staff of an operator' },
  'operator-admin': { ja: '事業者の管理者', en: 'administrator of an operator' },
  'operator-member': { ja: '事業者の担当者', en: 'member of an operator' },
  'office-analyst': { ja: '国家サイバー統括室の分析担当者', en: 'analyst of the national office' },
  'ministry-desk': { ja: '事業所管省庁の担当者', en: 'desk of the competent ministry' },
  'police-desk': { ja: '警察のサイバー担当', en: 'cyber desk of the police' },
  'privacy-desk': {
    ja: '個人情報保護委員会の担当者',
    en: 'desk of the personal-information commission',
  },
  vendor: { ja: '製品供給者', en: 'vendor' },
  commission: { ja: '監理委員会の委員・事務局', en: 'oversight commission' },
  auditor: { ja: '監査担当者', en: 'auditor' },
  steward: { ja: 'システム管理者', en: 'steward of the instance' },
  public: { ja: 'どなたでも', en: 'anyone' },
};

/** Roles whose sessions end after a short idle time and which must sign in strongly. */
export const PRIVILEGED_ROLES: readonly Role[] = [
  'operator-admin',
  'office-analyst',
  'ministry-desk',
  'police-desk',
  'privacy-desk',
  'commission',
  'steward',
];
