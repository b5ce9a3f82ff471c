// SPDX-License-Identifier: Apache-2.0
/** What the report room needs of other rooms: warnings, contacts and mail, figures of the ledger. */
import { createHash } from 'node:crypto';
import { readEntry } from '@sakimori/ledger';
import type { RegisterService } from '@sakimori/register';
import type {
  FigureEntry,
  LedgerFiguresPort,
  NotifyPort,
  WarningsAboutPort,
} from '@sakimori/report';
import type { OpenStore, Scope } from '@sakimori/store';
import type { Text } from '@sakimori/vocabulary/wire';
import { listWarnings, type MailerPort, type WarnContext } from '@sakimori/warn';
import { sql } from 'kysely';

const SYSTEM: Scope = {
  actor: 'system:notices',
  organisation: null,
  reach: 'all',
  sectors: [],
  purpose: 'administration',
};
const VULNERABILITIES_MAX = 20;
const WARNINGS_MAX = 200;
const SHOWN_MAX = 20;
const BATCH = 5_000;

/**
 * Warnings of an organisation about what a report names: by vulnerability, and by maker and product.
 *
 * Never  looks beyond the scope: a desk that may not see warnings gets none
 */
export function warningsAbout(warn: WarnContext): WarningsAboutPort {
  return async (scope, { organisationId, products, vulnerabilities }) => {
    const about = (more: object) =>
      listWarnings(warn, scope, { organisationId, limit: WARNINGS_MAX, ...more });
    const pages = await Promise.all(
      vulnerabilities
        .slice(0, VULNERABILITIES_MAX)
        .map((vulnerabilityId) => about({ vulnerabilityId })),
    );
    const found = pages.flatMap(({ items }) => items);
    if (products.length > 0) {
      const names = products.map(plain).filter((name) => name.length >= 3);
      const { items } = await about({});
      found.push(
        ...items.filter(({ vulnerability }) => {
          const product = plain(vulnerability.product ?? '');
          return product !== '' && names.some((name) => name.includes(product));
        }),
      );
    }
    const once = [...new Map(found.map((warning) => [warning.id, warning])).values()];
    return once.slice(0, SHOWN_MAX).map((warning) => ({
      kind: 'warning' as const,
      at: warning.issued,
      text: warning.title,
      href: `/warnings/${warning.id}`,
    }));
  };
}

const plain = (name: string): string => name.normalize('NFKC').toLowerCase().trim();

export interface NoticeParts {
  readonly register: () => RegisterService;
  readonly mailer: MailerPort;
  readonly consoleUrl: string;
  readonly instance: Text;
}

/**
 * Mails a notice to the contacts of an organisation: that something waits and where, nothing else.
 *
 * Throws  what the mail server says: the notice is then sent again later with the same Message-ID
 */
export function reportNotices(parts: NoticeParts): NotifyPort {
  const domain = new URL(parts.consoleUrl).hostname;
  return async ({ key, organisationId, order, subject, text, href }) => {
    const [organisation] = await parts
      .register()
      .organisations.list(SYSTEM, { ids: [organisationId] });
    const contacts = organisation?.contacts ?? [];
    const wanted = contacts.filter((contact) => contact.order === order);
    for (const { email, language } of wanted.length > 0 ? wanted : contacts.slice(0, 1)) {
      const id = createHash('sha256').update(`${key}\n${email}`).digest('hex').slice(0, 32);
      await parts.mailer.send({
        to: email,
        subject: `${subject[language]} / ${parts.instance[language]}`,
        text: bodyOf(text[language], `${parts.consoleUrl}${href}`, language, parts.instance),
        language,
        messageId: `<${id}@${domain}>`,
      });
    }
  };
}

function bodyOf(text: string, url: string, language: 'ja' | 'en', instance: Text): string {
  const lines =
    language === 'ja'
      ? [
          text,
          '',
          '内容はメールに書いていません。次の場所でサインインしてご覧ください。',
          url,
          '',
          'このメールが本物かどうかは、リンクを押さずに普段の方法でサインインして確かめられます。',
        ]
      : [
          text,
          '',
          'This mail does not carry the content. Sign in here to read it:',
          url,
          '',
          'To make sure that this mail is genuine, sign in the way you always do instead of following the link.',
        ];
  return [...lines, instance[language]].join('\n');
}

/**
 * Entries about reports, for figures that a stranger can compute again from the log.
 *
 * Memory  type, instant and counts of each are kept; what is published is read once
 */
export function ledgerFigures(store: OpenStore): LedgerFiguresPort {
  const entries: FigureEntry[] = [];
  let read = 0;
  let reading: Promise<void> | undefined;
  const readOn = async (): Promise<void> => {
    const head = await sql<{ size: string }>`
      select size from ledger_head where log = ${store.logName}`.execute(store.plain);
    const size = Number(head.rows[0]?.size ?? 0);
    while (read < size) {
      const end = Math.min(size, read + BATCH);
      const { rows } = await sql<{ bytes: Buffer }>`
        select bytes from ledger_entry
        where log = ${store.logName} and index >= ${read} and index < ${end}
        order by index`.execute(store.plain);
      for (const { bytes } of rows) {
        const { entry } = readEntry(bytes);
        if (entry?.type.startsWith('report.')) {
          entries.push({ type: entry.type, at: entry.at, counts: { ...entry.counts } });
        }
      }
      read = end;
    }
  };
  return async () => {
    reading ??= readOn().finally(() => {
      reading = undefined;
    });
    await reading;
    return { entries: [...entries], size: read };
  };
}
