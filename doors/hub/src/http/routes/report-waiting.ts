// SPDX-License-Identifier: Apache-2.0
/** What waits about reports, for the home page: of a reporter, of an addressee, of the office. */
import type { ReportService, Unplaced } from '@sakimori/report';
import type { DraftView, ReportBrief, Text, WaitingItem } from '@sakimori/vocabulary/wire';
import type { Access } from '../access.ts';

const STAGES = {
  first: { ja: '速報', en: 'first report' },
  second: { ja: '続報', en: 'second report' },
  final: { ja: '確報', en: 'final report' },
} as const;

const UNTITLED: Text = { ja: '（無題の報告）', en: '(report without a title)' };

const reaches = (access: Access, action: Parameters<Access['filter']>[0]): boolean =>
  access.filter(action).reach !== 'none';

/** Items for whoever asks; empty for those who neither report nor receive reports. */
export async function waitingReports(
  service: ReportService,
  access: Access,
): Promise<WaitingItem[]> {
  const items: WaitingItem[] = [];
  if (reaches(access, 'report:read')) {
    const { drafts, reports } = await service.waiting(access.scope('report:read'));
    // An auditor looks on: what waits, waits for those who may do it.
    if (reaches(access, 'report:write')) items.push(...drafts.map(waitingDraft));
    if (reaches(access, 'report:submit')) {
      items.push(...reports.flatMap((report) => waitingReport(report)));
    }
  }
  if (reaches(access, 'copy:read')) {
    const waiting = await service.waiting(access.scope('copy:read'));
    items.push(...waitingCopies(waiting, reaches(access, 'intake:read') ? '/intake' : '/copies'));
  }
  return items;
}

const titleOf = (title: string | undefined): Text =>
  title === undefined || title === '' ? UNTITLED : { ja: title, en: title };

function waitingDraft(draft: Unplaced<DraftView>): WaitingItem {
  const title = titleOf(typeof draft.record.title === 'string' ? draft.record.title : undefined);
  const isProposal = draft.proposal !== undefined;
  return {
    id: draft.id,
    kind: 'report-draft',
    title: isProposal
      ? { ja: `検知からの下書き：${title.ja}`, en: `Draft from a detection: ${title.en}` }
      : { ja: `書きかけの報告：${title.ja}`, en: `Unfinished report: ${title.en}` },
    why: isProposal
      ? {
          ja: '内容を確かめて、報告するか削除してください。まだ誰にも届いていません。',
          en: 'Look at it, then submit it or throw it away. Nobody has received it yet.',
        }
      : {
          ja: '保存されています。続きから書けます。まだ誰にも届いていません。',
          en: 'It is saved; go on where you were. Nobody has received it yet.',
        },
    overdue: false,
    href: `/report/${draft.id}`,
    verb: isProposal ? 'decide' : 'continue',
    organisation: draft.organisation,
    severity: 'soon',
  };
}

function waitingReport(report: Unplaced<ReportBrief>): WaitingItem[] {
  const title = titleOf(report.title);
  const href = `/reports/${report.id}`;
  const items: WaitingItem[] = [];
  if (report.unanswered > 0) {
    items.push({
      id: `${report.id}:messages`,
      kind: 'report-message',
      title: { ja: `報告先からの連絡：${title.ja}`, en: `Message about: ${title.en}` },
      why: {
        ja: `返答を待っている質問・命令が ${report.unanswered} 件あります。`,
        en: `${report.unanswered} question(s) or order(s) wait for your answer.`,
      },
      overdue: false,
      href,
      verb: 'answer',
      organisation: report.organisation,
      severity: 'urgent',
    });
  }
  const { next, overdue } = report;
  if (next && (next.state === 'soon' || next.state === 'overdue' || overdue > 0)) {
    const isOver = next.state === 'overdue' || overdue > 0;
    items.push({
      id: report.id,
      kind: 'report-due',
      title: {
        ja: `${STAGES[next.stage].ja}の期限：${title.ja}`,
        en: `Due, ${STAGES[next.stage].en}: ${title.en}`,
      },
      why: {
        ja: isOver
          ? `${next.addresseeName.ja}への期限を過ぎています。分かっていることだけで構いません。すぐに送ってください。`
          : `${next.addresseeName.ja}への期限が近づいています。`,
        en: isOver
          ? `The deadline towards ${next.addresseeName.en} has passed. Send what you know, at once.`
          : `The deadline towards ${next.addresseeName.en} is near.`,
      },
      due: next.due,
      overdue: isOver,
      href,
      verb: 'report',
      organisation: report.organisation,
      severity: isOver ? 'urgent' : 'soon',
    });
  }
  return items;
}

function waitingCopies(
  waiting: Awaited<ReturnType<ReportService['waiting']>>,
  href: string,
): WaitingItem[] {
  const { newCopies, overdueCopies, oldestCopyAt } = waiting;
  const isIntake = href === '/intake';
  const items: WaitingItem[] = [];
  if (newCopies > 0) {
    items.push({
      id: 'copies-new',
      kind: isIntake ? 'intake' : 'copy-new',
      title: {
        ja: `未読のインシデント報告が ${newCopies} 件あります`,
        en: `${newCopies} incident report(s) that nobody has looked at`,
      },
      why: oldestCopyAt
        ? {
            ja: '報告者は受理を待っています。届いた順ではなく、急ぐものから並んでいます。',
            en: 'Reporters wait to be accepted. Urgent ones come first, not the oldest.',
          }
        : { ja: '報告者は受理を待っています。', en: 'Reporters wait to be accepted.' },
      overdue: false,
      href,
      verb: isIntake ? 'look' : 'accept',
      severity: 'urgent',
    });
  }
  if (overdueCopies > 0) {
    items.push({
      id: 'copies-overdue',
      kind: isIntake ? 'intake' : 'copy-new',
      title: {
        ja: `続報・確報の期限を過ぎた報告が ${overdueCopies} 件あります`,
        en: `${overdueCopies} report(s) with a stage overdue`,
      },
      why: {
        ja: '報告者に状況を尋ねるか、期限の延長を検討してください。',
        en: 'Ask the reporters how they stand, or consider giving more time.',
      },
      overdue: true,
      href,
      verb: 'look',
      severity: 'soon',
    });
  }
  return items;
}
