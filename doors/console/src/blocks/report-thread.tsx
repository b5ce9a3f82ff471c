// SPDX-License-Identifier: Apache-2.0
/** Questions, advice, orders and answers about a report; an answer stands below what it answers. */
import type { MessageView } from '@sakimori/vocabulary/wire';
import type { ReactNode } from 'react';
import { useWords } from '../language/language.ts';
import { Badge, MessageBadge } from './badge.tsx';
import { Clock, Moment } from './clock.tsx';
import { Receipt } from './receipt.tsx';
import { Defanged } from './text.tsx';

interface ReportThreadProps {
  readonly messages: readonly MessageView[];
  /** Stands below a message that waits for an answer: the form, or nothing for who only reads. */
  readonly reply?: (message: MessageView) => ReactNode;
}

/** A question or an order that nobody has answered. */
export const isWaiting = ({ kind, answeredAt }: MessageView): boolean =>
  (kind === 'question' || kind === 'order') && answeredAt === undefined;

export function ReportThread({ messages, reply }: ReportThreadProps) {
  const { t } = useWords();
  if (messages.length === 0) return <p className="text-soft">{t('report-thread.none')}</p>;
  const ids = new Set(messages.map(({ id }) => id));
  const answersTo = (id: string) => messages.filter(({ answers }) => answers === id);
  // What answers a message that is not shown here still stands by itself.
  const first = messages.filter(({ answers }) => answers === undefined || !ids.has(answers));
  return (
    <ol className="grid grid-cols-1 gap-4">
      {first.map((message) => (
        <li key={message.id} id={`message-${message.id}`} className="border-t border-line pt-3">
          <Message message={message} />
          <ol className="ml-3 border-l-2 border-line pl-4 sm:ml-6">
            {answersTo(message.id).map((answer) => (
              <li key={answer.id} className="pt-3">
                <Message message={answer} />
              </li>
            ))}
          </ol>
          {isWaiting(message) && reply?.(message)}
        </li>
      ))}
    </ol>
  );
}

function Message({ message }: { message: MessageView }) {
  const { t, pick } = useWords();
  const { kind, from, to, at, text, clause, due, answeredAt, receipt } = message;
  const asks = kind === 'question' || kind === 'order';
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <MessageBadge kind={kind} />
        <span>{t('report-thread.to', { from: pick(from.name), to: pick(to.name) })}</span>
        <span className="text-[0.9375rem] text-faint">
          <Moment at={at} />
        </span>
        {asks &&
          (answeredAt ? (
            <Badge tone="good" icon="done">
              {t('report-thread.answered')}
            </Badge>
          ) : (
            <Badge tone="caution" icon="waiting">
              {t('report-thread.waiting')}
            </Badge>
          ))}
      </p>
      {due && (
        <p>
          <Clock due={due} done={answeredAt !== undefined} />
        </p>
      )}
      <p className="mt-1">
        <Defanged text={text} />
      </p>
      {clause && <p className="text-[0.9375rem] text-soft">{clause}</p>}
      {receipt && <Receipt receipt={receipt} />}
    </>
  );
}
