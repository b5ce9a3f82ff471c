// SPDX-License-Identifier: Apache-2.0
/** Home and situation board: what waits for whoever asks, most urgent first. */
import type { RegisterService } from '@sakimori/register';
import type { ReportService } from '@sakimori/report';
import { dayInJapan } from '@sakimori/vocabulary';
import type {
  BoardView,
  HomeView,
  NotificationView,
  VulnerabilityBrief,
  WaitingItem,
} from '@sakimori/vocabulary/wire';
import {
  type ListedWarning,
  listFeedRuns,
  listGotBack,
  listWarnings,
  type WarnContext,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import type { Figures } from '../../figures.ts';
import type { Receipts } from '../../receipts.ts';
import type { Access } from '../access.ts';
import { route } from '../route.ts';
import { boardView, homeView } from '../shapes.ts';
import { showNotifications } from './notifications.ts';
import { waitingReports } from './report-waiting.ts';

export interface HomeParts {
  readonly register: RegisterService;
  readonly warn: WarnContext;
  readonly reports: ReportService;
  readonly figures: Figures;
  readonly receipts: Receipts;
  /** Vulnerabilities that became known or changed last, exploited ones first. */
  readonly latest: (limit: number) => Promise<readonly VulnerabilityBrief[]>;
}

const WARNINGS_SHOWN = 12;
const LATEST_SHOWN = 8;
const SOON_MS = 4 * 86_400_000;
const SEVERITY = { urgent: 0, soon: 1, calm: 2 } as const;

/** Declares /home and /board below /api/v1. */
export function homeRoutes(app: FastifyInstance, parts: HomeParts): void {
  route(app, {
    method: 'GET',
    url: '/api/v1/home',
    gate: 'session',
    summary: 'What waits for you, and your figures',
    shape: { answer: homeView },
    handler: ({ access }) => showHome(parts, access),
  });
  route(app, {
    method: 'GET',
    url: '/api/v1/board',
    gate: 'board:read',
    summary: 'Situation board: who is exposed, warned, silent, fixed',
    shape: { answer: boardView },
    handler: ({ access }) => showBoard(parts, access),
  });
}

async function showBoard(parts: HomeParts, access: Access): Promise<BoardView> {
  const board = await parts.figures.board(access.scope('board:read'));
  return {
    totals: board.totals,
    bySector: [...board.bySector],
    byPrefecture: [...board.byPrefecture],
    latest: [...(await parts.latest(LATEST_SHOWN))],
  };
}

const reaches = (access: Access, action: Parameters<Access['filter']>[0]): boolean =>
  access.filter(action).reach !== 'none';

async function showHome(parts: HomeParts, access: Access): Promise<HomeView> {
  const nowMs = parts.warn.clock.now();
  const waiting: WaitingItem[] = [];
  const { organisation } = access.principal;
  const isOperator = reaches(access, 'warning:answer') && organisation !== null;
  // A key may answer without reading: its home is emptier, not refused.
  if (isOperator && reaches(access, 'warning:read')) {
    waiting.push(...(await waitingWarnings(parts, access, organisation, nowMs)));
  }
  waiting.push(...(await waitingReports(parts.reports, access)));
  if (reaches(access, 'notification:read')) {
    waiting.push(...(await waitingNotifications(parts, access)));
  }
  if (reaches(access, 'feed:import')) waiting.push(...(await feedProblems(parts)));
  if (reaches(access, 'board:read')) waiting.push(...(await silentOperators(parts, access)));
  const numbers =
    isOperator && reaches(access, 'computer:read')
      ? await parts.register.computers.numbers(access.scope('computer:read'), organisation)
      : undefined;
  if (numbers) waiting.push(...incompleteRegister(numbers));
  waiting.sort(
    (a, b) =>
      SEVERITY[a.severity] - SEVERITY[b.severity] ||
      (a.due ?? '9999').localeCompare(b.due ?? '9999') ||
      a.id.localeCompare(b.id),
  );
  return {
    waiting,
    ...(numbers && {
      register: {
        computers: numbers.computers,
        complete: numbers.complete,
        notified: numbers.notified,
        exposed: numbers.exposed,
        notRequired: numbers.exempt,
        ...(numbers.transitionDue && { transitionDue: numbers.transitionDue }),
      },
    }),
    ...(isOperator &&
      reaches(access, 'warning:read') && {
        gotBack: [
          ...(await listGotBack(parts.warn, access.scope('warning:read'), organisation, 8)),
        ],
      }),
    ...(reaches(access, 'board:read') && { board: await showBoard(parts, access) }),
    ...(reaches(access, 'warning:read') && {
      warnings: await parts.figures.warnings(access.scope('warning:read'), nowMs),
    }),
  };
}

async function waitingWarnings(
  parts: HomeParts,
  access: Access,
  organisationId: string,
  nowMs: number,
): Promise<WaitingItem[]> {
  const scope = access.scope('warning:read');
  const pages = await Promise.all(
    (['open', 'acknowledged', 'working'] as const).map((state) =>
      listWarnings(parts.warn, scope, { organisationId, state, limit: WARNINGS_SHOWN }),
    ),
  );
  return pages.flatMap(({ items }) => items).map((warning) => waitingWarning(warning, nowMs));
}

function waitingWarning(warning: ListedWarning, nowMs: number): WaitingItem {
  const isAlarm = warning.form === 'alarm';
  const isSoon = Date.parse(warning.due) - nowMs < SOON_MS;
  const isOpen = warning.state === 'open';
  return {
    id: warning.id,
    kind: isAlarm ? 'warning' : 'question',
    title: warning.title,
    why: warning.why,
    due: warning.due,
    overdue: warning.overdue,
    href: `/warnings/${warning.id}`,
    verb: isOpen ? 'answer' : 'continue',
    organisation: warning.organisation,
    severity: !isAlarm ? 'calm' : isSoon && isOpen ? 'urgent' : 'soon',
  };
}

async function waitingNotifications(parts: HomeParts, access: Access): Promise<WaitingItem[]> {
  const found = await parts.register.notifications.list(access.scope('notification:read'), {
    states: ['draft', 'submitted', 'relayed', 'correction-requested'],
  });
  const shown = await showNotifications(parts.receipts, found);
  return shown.flatMap((one) => waitingNotification(one, access) ?? []);
}

/** A notification waits for whoever has the next step; for the others it does not. */
function waitingNotification(one: NotificationView, access: Access): WaitingItem | undefined {
  const count = { ja: `${one.computers} 台`, en: `${one.computers} computers` };
  const step = {
    draft: { action: 'notification:submit', kind: 'notification-due', verb: 'submit' },
    'correction-requested': {
      action: 'notification:submit',
      kind: 'notification-due',
      verb: 'submit',
    },
    submitted: { action: 'notification:relay', kind: 'notification-relay', verb: 'relay' },
    relayed: { action: 'notification:receive', kind: 'notification-receive', verb: 'receive' },
  } as const;
  const next = step[one.state as keyof typeof step];
  if (!next || !reaches(access, next.action)) return undefined;
  const titles = {
    submit: { ja: `特定重要電子計算機 ${count.ja} の届出`, en: `Notify ${count.en}` },
    relay: {
      ja: `${one.organisation.name.ja} からの届出 ${count.ja}`,
      en: `Notification of ${one.organisation.name.en}: ${count.en}`,
    },
    receive: {
      ja: `所管大臣から通知された届出 ${count.ja}`,
      en: `Notification relayed by the minister: ${count.en}`,
    },
  };
  return {
    id: one.id,
    kind: next.kind,
    title: titles[next.verb],
    why: {
      ja: one.clause.split(' / ')[0] ?? one.clause,
      en: one.clause.split(' / ')[1] ?? one.clause,
    },
    ...(one.due && { due: one.due }),
    overdue: one.overdue,
    href: next.verb === 'submit' ? '/notifications' : '/desk',
    verb: next.verb,
    organisation: one.organisation,
    severity: one.overdue ? 'urgent' : one.state === 'draft' ? 'calm' : 'soon',
  };
}

function incompleteRegister(numbers: {
  readonly computers: number;
  readonly complete: number;
  readonly transitionDue?: string;
}): WaitingItem[] {
  const missing = numbers.computers - numbers.complete;
  if (numbers.computers > 0 && missing === 0) return [];
  const isEmpty = numbers.computers === 0;
  return [
    {
      id: 'register',
      kind: 'incomplete-register',
      title: isEmpty
        ? { ja: '電子計算機を登録してください', en: 'Register your computers' }
        : {
            ja: `${missing} 台の登録に不足があります`,
            en: `${missing} computers are incomplete`,
          },
      why: isEmpty
        ? {
            ja: 'お手元の一覧（CSV、Excel、SBOM）をそのまま取り込めます。',
            en: 'Import the list that you already have: CSV, Excel or SBOM.',
          }
        : {
            ja: '届出に必要な項目が空欄です。補うと届け出られます。',
            en: 'Items of the notification are empty. Fill them in, then notify.',
          },
      ...(numbers.transitionDue && { due: numbers.transitionDue }),
      overdue: false,
      href: isEmpty ? '/register/import' : '/register?incomplete=true',
      verb: 'complete',
      severity: 'calm',
    },
  ];
}

async function feedProblems(parts: HomeParts): Promise<WaitingItem[]> {
  const kinds = ['kev', 'cve', 'cpe', 'csaf', 'epss', 'jvn'] as const;
  const latest = await Promise.all(kinds.map((kind) => listFeedRuns(parts.warn, kind, 1)));
  return latest.flat().flatMap((run) =>
    run.state === 'refused'
      ? [
          {
            id: run.id,
            kind: 'feed-problem' as const,
            title: {
              ja: `情報源 ${run.kind.toUpperCase()} を取り込めませんでした`,
              en: `Feed ${run.kind.toUpperCase()} was refused`,
            },
            why: run.problem ?? { ja: '内容を確かめてください。', en: 'Look at what was sent.' },
            overdue: false,
            href: '/feeds',
            verb: 'look' as const,
            severity: 'soon' as const,
          },
        ]
      : [],
  );
}

/** Operators that stay silent although a deadline is near or past: for the office to call. */
async function silentOperators(parts: HomeParts, access: Access): Promise<WaitingItem[]> {
  const { items } = await listWarnings(parts.warn, access.scope('warning:read'), {
    state: 'open',
    form: 'alarm',
    limit: WARNINGS_SHOWN,
  });
  return items.map((warning) => ({
    id: warning.id,
    kind: 'silent-operator' as const,
    title: {
      ja: `${warning.organisation.name.ja}：${warning.vulnerability.id} に回答がありません`,
      en: `${warning.organisation.name.en}: no answer to ${warning.vulnerability.id}`,
    },
    why: {
      ja: `${warning.computers} 台が該当し、${dayInJapan(Date.parse(warning.issued))} に警告しました。`,
      en: `${warning.computers} computers, warned on ${dayInJapan(Date.parse(warning.issued))}.`,
    },
    due: warning.due,
    overdue: warning.overdue,
    href: `/warnings/${warning.id}`,
    verb: 'look' as const,
    organisation: warning.organisation,
    severity: warning.overdue ? ('urgent' as const) : ('soon' as const),
  }));
}
