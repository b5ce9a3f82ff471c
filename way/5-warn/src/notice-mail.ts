// SPDX-License-Identifier: Apache-2.0
/** Mails: that something waits, and where. Never what it is: mail passes through many hands. */
import { createHash } from 'node:crypto';
import { createTransport, type Transporter } from 'nodemailer';
import type { NoticeKind } from './notice-plan.ts';
import type { Mail, MailerPort } from './ports.ts';

export interface NoticeFacts {
  readonly key: string;
  readonly kind: NoticeKind;
  readonly items: number;
  readonly questions: number;
  readonly language: 'ja' | 'en';
  readonly to: string;
  /** Where the person reads it, after signing in. */
  readonly inboxUrl: string;
  /** A signed link to answer one warning; only when the notice is about one. */
  readonly answerUrl?: string;
  /** Name of this installation, and the domain for message ids. */
  readonly instance: { readonly ja: string; readonly en: string; readonly domain: string };
  readonly exercise: boolean;
}

interface Wording {
  readonly subject: string;
  readonly opening: string;
}

/**
 * Writes a notice.
 *
 * Out    subject and text in the person's language first, the other below; the message id follows
 *        from the outbox key, so that a repeat after a crash is the same message to every mail reader
 *        that compares ids. The limit: SMTP knows no "exactly once"; a server that accepted a mail
 *        just before we died gets it a second time, with the same id
 * Never  product, vulnerability, computer or organisation
 */
export function writeNotice(facts: NoticeFacts): Mail {
  const other = facts.language === 'ja' ? 'en' : 'ja';
  const subject = `${mark(facts, facts.language)}${wording(facts, facts.language).subject}`;
  return {
    to: facts.to,
    subject,
    language: facts.language,
    text: `${textIn(facts, facts.language)}\n\n----\n${textIn(facts, other)}\n`,
    messageId: `<${createHash('sha256').update(facts.key).digest('hex').slice(0, 40)}@${facts.instance.domain}>`,
  };
}

function mark({ exercise, instance }: NoticeFacts, language: 'ja' | 'en'): string {
  const drill = exercise ? (language === 'ja' ? '【演習】' : '[EXERCISE] ') : '';
  return language === 'ja' ? `${drill}［${instance.ja}］` : `${drill}[${instance.en}] `;
}

function wording({ kind, items, questions }: NoticeFacts, language: 'ja' | 'en'): Wording {
  if (language === 'ja') {
    const kinds: Record<NoticeKind, Wording> = {
      immediate: {
        subject: `急ぎの警告 ${items} 件のお知らせ`,
        opening: `急いで確認が必要な警告が ${items} 件あります。`,
      },
      digest: {
        subject: `本日のお知らせ（警告 ${items} 件、確認のお願い ${questions} 件）`,
        opening: `新しいお知らせがあります：警告 ${items} 件、確認のお願い ${questions} 件。`,
      },
      escalation: {
        subject: `未確認の警告 ${items} 件の引き継ぎ`,
        opening: `最初の担当者の確認がない警告が ${items} 件あるため、次の担当者であるあなたにお知らせします。`,
      },
      reminder: {
        subject: `期限が近い警告 ${items} 件のお知らせ`,
        opening: `まもなく期限を迎える警告が ${items} 件あります。`,
      },
    };
    return kinds[kind];
  }
  const kinds: Record<NoticeKind, Wording> = {
    immediate: {
      subject: `${items} urgent warning(s)`,
      opening: `${items} warning(s) need your attention now.`,
    },
    digest: {
      subject: `Today: ${items} warning(s), ${questions} question(s)`,
      opening: `There is news for you: ${items} warning(s) and ${questions} question(s).`,
    },
    escalation: {
      subject: `${items} unacknowledged warning(s) handed to you`,
      opening: `${items} warning(s) were not acknowledged by the first contact. You are the next one.`,
    },
    reminder: {
      subject: `${items} warning(s) near their deadline`,
      opening: `The deadline of ${items} warning(s) ends soon.`,
    },
  };
  return kinds[kind];
}

function textIn(facts: NoticeFacts, language: 'ja' | 'en'): string {
  const { opening } = wording(facts, language);
  const lines =
    language === 'ja'
      ? [
          opening,
          '',
          '内容はメールに書いていません。次の場所でサインインしてご覧ください。',
          facts.inboxUrl,
          ...(facts.answerUrl
            ? ['', '「確認した」だけをすぐに伝えるには（期限付き、あなた専用）：', facts.answerUrl]
            : []),
          '',
          'このメールが本物かどうかは、リンクを押さずに普段の方法でサインインして確かめられます。',
          facts.instance.ja,
        ]
      : [
          opening,
          '',
          'This mail does not carry the content. Sign in here to read it:',
          facts.inboxUrl,
          ...(facts.answerUrl
            ? ['', 'To say only "seen" right away (for you alone, for some days):', facts.answerUrl]
            : []),
          '',
          'To make sure that this mail is genuine, sign in the way you always do instead of following the link.',
          facts.instance.en,
        ];
  return lines.join('\n');
}

/** Where mail is handed to. `secure` and STARTTLS as nodemailer understands them. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Refuse to send without encryption; off only on loopback. */
  readonly requireTls: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
}

/** Sends by SMTP. */
export function makeMailer(server: MailServer): MailerPort & { close(): void } {
  const transport: Transporter = createTransport({
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTls,
    ignoreTLS: !server.requireTls && !server.secure,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.user ? { auth: { user: server.user, pass: server.password ?? '' } } : {}),
  });
  return {
    async send(mail) {
      await transport.sendMail({
        from: server.from,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
        messageId: mail.messageId,
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': mail.language },
      });
    },
    close: () => transport.close(),
  };
}
