// SPDX-License-Identifier: Apache-2.0
/** Which pages each role of the sample nation opens; for tests and for pictures. */

/** Keys of the people that the sample nation prints links for; `nobody` has no account. */
export type Visitor =
  | 'nobody'
  | 'operator'
  | 'hospital'
  | 'office'
  | 'ministry'
  | 'police-desk'
  | 'privacy-desk'
  | 'health-desk'
  | 'commission'
  | 'auditor'
  | 'steward'
  | 'second-steward';

/** Addresses; :warning and the like become the first such thing that the visitor may see. */
export const PAGES: Readonly<Record<Visitor, readonly string[]>> = {
  nobody: [
    '/',
    '/sign-in',
    '/answer#spent',
    '/catalogue',
    '/ledger-viewer',
    '/verify',
    '/no-such-page',
  ],
  operator: [
    '/',
    '/warnings',
    '/warnings/:warning',
    '/register',
    '/register/import',
    '/computers/:computer',
    '/notifications',
    '/vulnerabilities',
    '/vulnerabilities/:vulnerability',
    '/people',
    '/keys',
    '/webhooks',
    '/policies',
    '/why',
    '/account',
    '/feeds',
  ],
  hospital: ['/', '/report', '/reports', '/reports/:report', '/report-settings'],
  office: [
    '/',
    '/board',
    '/warnings',
    '/vulnerabilities/:vulnerability',
    '/organisations',
    '/organisations/:organisation',
    '/feeds',
    '/intake',
    '/intake/:item',
    '/intake/telephone',
    '/copies',
    '/report-statistics',
  ],
  ministry: [
    '/',
    '/desk',
    '/copies?state=read',
    '/copies/:copy',
    '/notifications',
    '/organisations',
    '/report-statistics',
    '/rules',
  ],
  'police-desk': ['/', '/desk', '/copies/:copy'],
  'privacy-desk': ['/', '/desk', '/copies/:copy'],
  'health-desk': ['/'],
  commission: ['/', '/ledger-viewer', '/policies'],
  auditor: ['/', '/feeds'],
  steward: ['/', '/people', '/rules'],
  'second-steward': ['/rules'],
};

/** Where the first thing of a kind is found, and how its id is read from the hub's answer. */
export const THINGS: Readonly<Record<string, string>> = {
  ':warning': '/api/v1/warnings',
  ':vulnerability': '/api/v1/vulnerabilities?exploited=true',
  ':organisation': '/api/v1/organisations?kind=operator',
  ':report': '/api/v1/reports',
  ':copy': '/api/v1/copies',
  ':item': '/api/v1/intake',
  ':computer': '/api/v1/organisations/OWN/computers',
};
