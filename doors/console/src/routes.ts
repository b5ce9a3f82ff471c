// SPDX-License-Identifier: Apache-2.0
/** Every address of the console: its page, and which action a person needs to be shown it. */
import type { RoleName } from '@sakimori/vocabulary/wire';
import type { ComponentType } from 'react';
import type { IconName } from './blocks/icon.tsx';
import type { Key } from './language/language.ts';

export type NavigationGroup = 'work' | 'knowledge' | 'proof' | 'administration';

export interface PageRoute {
  readonly path: string;
  readonly title: Key;
  readonly load: () => Promise<{ default: ComponentType }>;
  /** Public pages need no account; the others need one, and the action where one is named. */
  readonly access: 'public' | 'signed-in';
  readonly action?: string;
  /** Roles that find it in their menu; absent: everyone who holds the action. */
  readonly roles?: readonly RoleName[];
  readonly menu?: { readonly group: NavigationGroup; readonly icon: IconName };
}

const OPERATOR: readonly RoleName[] = ['operator-admin', 'operator-member'];

export const ROUTES: readonly PageRoute[] = [
  {
    path: '/',
    title: 'home.title',
    load: () => import('./pages/home.tsx'),
    access: 'signed-in',
    menu: { group: 'work', icon: 'home' },
  },
  {
    path: '/sign-in',
    title: 'sign-in.title',
    load: () => import('./pages/sign-in.tsx'),
    access: 'public',
  },
  {
    path: '/answer',
    title: 'answer-link.title',
    load: () => import('./pages/answer-link.tsx'),
    access: 'public',
  },
  {
    path: '/answer/$token',
    title: 'answer-link.title',
    load: () => import('./pages/answer-link.tsx'),
    access: 'public',
  },
  {
    path: '/warnings',
    title: 'warnings.title',
    load: () => import('./pages/warnings.tsx'),
    access: 'signed-in',
    action: 'warning:read',
    menu: { group: 'work', icon: 'bell' },
  },
  {
    path: '/warnings/$id',
    title: 'warning.kind',
    load: () => import('./pages/warning.tsx'),
    access: 'signed-in',
    action: 'warning:read',
  },
  {
    path: '/report',
    title: 'report.title',
    load: () => import('./pages/report.tsx'),
    access: 'signed-in',
    action: 'report:write',
    roles: OPERATOR,
    menu: { group: 'work', icon: 'alarm' },
  },
  {
    path: '/report/$draft',
    title: 'report.title',
    load: () => import('./pages/report.tsx'),
    access: 'signed-in',
    action: 'report:write',
  },
  {
    path: '/reports',
    title: 'reports.title',
    load: () => import('./pages/reports.tsx'),
    access: 'signed-in',
    action: 'report:read',
    roles: OPERATOR,
    menu: { group: 'work', icon: 'clipboard' },
  },
  {
    path: '/reports/$id',
    title: 'report-detail.kind',
    load: () => import('./pages/report-detail.tsx'),
    access: 'signed-in',
    action: 'report:read',
  },
  {
    path: '/report-settings',
    title: 'report-settings.title',
    load: () => import('./pages/report-settings.tsx'),
    access: 'signed-in',
    action: 'report:read',
    roles: OPERATOR,
    menu: { group: 'administration', icon: 'wrench' },
  },
  {
    path: '/register',
    title: 'register.title',
    load: () => import('./pages/register.tsx'),
    access: 'signed-in',
    action: 'computer:read',
    roles: OPERATOR,
    menu: { group: 'work', icon: 'server' },
  },
  {
    path: '/register/import',
    title: 'import.title',
    load: () => import('./pages/import.tsx'),
    access: 'signed-in',
    action: 'computer:import',
  },
  {
    path: '/imports/$id',
    title: 'import.title',
    load: () => import('./pages/import.tsx'),
    access: 'signed-in',
    action: 'computer:import',
  },
  {
    path: '/computers/$id',
    title: 'computer.kind',
    load: () => import('./pages/computer.tsx'),
    access: 'signed-in',
    action: 'computer:read',
  },
  {
    path: '/notifications',
    title: 'notifications.title',
    load: () => import('./pages/notifications.tsx'),
    access: 'signed-in',
    action: 'notification:read',
    menu: { group: 'work', icon: 'send' },
  },
  {
    path: '/desk',
    title: 'desk.title',
    load: () => import('./pages/desk.tsx'),
    access: 'signed-in',
    action: 'desk:read',
    roles: ['ministry-desk'],
    menu: { group: 'work', icon: 'stamp' },
  },
  {
    path: '/board',
    title: 'board.title',
    load: () => import('./pages/board.tsx'),
    access: 'signed-in',
    action: 'board:read',
    menu: { group: 'work', icon: 'map' },
  },
  {
    path: '/vulnerabilities',
    title: 'vulnerabilities.title',
    load: () => import('./pages/vulnerabilities.tsx'),
    access: 'signed-in',
    action: 'vulnerability:read',
    menu: { group: 'knowledge', icon: 'caution' },
  },
  {
    path: '/vulnerabilities/$id',
    title: 'vulnerability.kind',
    load: () => import('./pages/vulnerability.tsx'),
    access: 'signed-in',
    action: 'vulnerability:read',
  },
  {
    path: '/organisations',
    title: 'organisations.title',
    load: () => import('./pages/organisations.tsx'),
    access: 'signed-in',
    action: 'organisation:read',
    roles: ['office-analyst', 'ministry-desk', 'commission', 'auditor', 'steward'],
    menu: { group: 'knowledge', icon: 'building' },
  },
  {
    path: '/organisations/$id',
    title: 'organisation.kind',
    load: () => import('./pages/organisation.tsx'),
    access: 'signed-in',
    action: 'organisation:read',
  },
  {
    path: '/feeds',
    title: 'feeds.title',
    load: () => import('./pages/feeds.tsx'),
    access: 'signed-in',
    action: 'feed:read',
    roles: ['office-analyst', 'steward', 'auditor'],
    menu: { group: 'knowledge', icon: 'feed' },
  },
  {
    path: '/catalogue',
    title: 'catalogue.title',
    load: () => import('./pages/catalogue.tsx'),
    access: 'public',
    menu: { group: 'knowledge', icon: 'book' },
  },
  {
    path: '/ledger-viewer',
    title: 'ledger.title',
    load: () => import('./pages/ledger.tsx'),
    access: 'public',
    menu: { group: 'proof', icon: 'ledger' },
  },
  {
    path: '/verify',
    title: 'verify.title',
    load: () => import('./pages/verify.tsx'),
    access: 'public',
    menu: { group: 'proof', icon: 'proof' },
  },
  {
    path: '/people',
    title: 'people.title',
    load: () => import('./pages/people.tsx'),
    access: 'signed-in',
    action: 'person:read',
    menu: { group: 'administration', icon: 'people' },
  },
  {
    path: '/keys',
    title: 'keys.title',
    load: () => import('./pages/keys.tsx'),
    access: 'signed-in',
    action: 'key:read',
    menu: { group: 'administration', icon: 'key' },
  },
  {
    path: '/webhooks',
    title: 'webhooks.title',
    load: () => import('./pages/webhooks.tsx'),
    access: 'signed-in',
    action: 'webhook:read',
    menu: { group: 'administration', icon: 'webhook' },
  },
  {
    path: '/policies',
    title: 'policies.title',
    load: () => import('./pages/policies.tsx'),
    access: 'signed-in',
    action: 'policy:read',
    menu: { group: 'administration', icon: 'clipboard' },
  },
  {
    path: '/why',
    title: 'why.title',
    load: () => import('./pages/why.tsx'),
    access: 'signed-in',
    action: 'access:explain',
    menu: { group: 'administration', icon: 'help' },
  },
  {
    path: '/account',
    title: 'account.title',
    load: () => import('./pages/account.tsx'),
    access: 'signed-in',
    action: 'session:own',
    menu: { group: 'administration', icon: 'account' },
  },
];
