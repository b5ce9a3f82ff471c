// SPDX-License-Identifier: Apache-2.0
/** What needs no account: the exploited-vulnerability catalogue as data, feed and plain page. */
import type { Catalogue, CatalogueEntry } from '@sakimori/vocabulary/wire';
import {
  catalogueAtom,
  listCatalogueChanges,
  organisationAtom,
  readCatalogue,
  type WarnContext,
} from '@sakimori/warn';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { hubErrors } from '../../errors.ts';
import { languageOf } from '../problem.ts';
import { route } from '../route.ts';

export interface PublicParts {
  readonly warn: WarnContext;
  readonly publicUrl: string;
  readonly exercise: boolean;
}

/** The catalogue is the same for everybody: made at most once in this time. */
const KEPT_MS = 5_000;
const CHANGES_SHOWN = 500;
const SHORT = 'public, max-age=60';

/** Declares the public routes. They hold nothing that a tenant could be known by. */
export function publicRoutes(app: FastifyInstance, parts: PublicParts): void {
  const { warn, publicUrl } = parts;
  const catalogue = kept(() => readCatalogue(warn));
  route(app, {
    method: 'GET',
    url: '/public/kev-jp.json',
    gate: 'public',
    summary: 'Exploited-vulnerability catalogue for Japan: CISA’s schema and our fields under "jp"',
    handler: async ({ reply }) => {
      reply.header('cache-control', SHORT).header('access-control-allow-origin', '*');
      return catalogue();
    },
  });
  route(app, {
    method: 'GET',
    url: '/public/kev-jp/history.json',
    gate: 'public',
    summary: 'Changes of the catalogue, newest first',
    handler: async ({ reply }) => {
      reply.header('cache-control', SHORT).header('access-control-allow-origin', '*');
      return { changes: await listCatalogueChanges(warn, CHANGES_SHOWN) };
    },
  });
  route(app, {
    method: 'GET',
    url: '/public/kev-jp.atom',
    gate: 'public',
    summary: 'Changes of the catalogue as an Atom feed',
    produces: 'application/atom+xml',
    handler: async ({ reply }) => {
      reply.header('cache-control', SHORT).type('application/atom+xml; charset=utf-8');
      return catalogueAtom(await listCatalogueChanges(warn, 100), publicUrl, warn.clock.now());
    },
  });
  route(app, {
    method: 'GET',
    url: '/public/kev-jp',
    gate: 'public',
    summary: 'The catalogue as a page that needs no script',
    shape: {
      query: z.object({
        query: z.string().max(100).optional(),
        language: z.enum(['ja', 'en']).optional(),
      }),
    },
    produces: 'text/html',
    handler: async ({ query, request, reply }) => {
      reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
      const language = query.language ?? languageOf(request);
      return writePage(await catalogue(), query.query ?? '', language, parts.exercise);
    },
  });
  route(app, {
    method: 'GET',
    url: '/public/warnings/:token.atom',
    gate: 'public',
    summary: 'That there are warnings, for a feed reader with the token of an organisation',
    shape: { params: z.object({ token: z.string().max(100) }) },
    produces: 'application/atom+xml',
    handler: async ({ params, reply }) => {
      const feed = await organisationAtom(warn, params.token, publicUrl);
      if (feed === undefined) throw hubErrors('NOT_FOUND', {});
      reply.header('cache-control', 'private, no-store');
      return reply.type('application/atom+xml; charset=utf-8').send(feed);
    },
  });
  route(app, {
    method: 'GET',
    url: '/.well-known/security.txt',
    gate: 'public',
    summary: 'How to report a flaw (RFC 9116)',
    produces: 'text/plain',
    handler: async ({ reply }) => {
      const host = new URL(publicUrl).hostname;
      const expires = new Date(warn.clock.now() + 180 * 86_400_000).toISOString();
      reply.type('text/plain; charset=utf-8');
      return [
        `Contact: mailto:security@${host}`,
        `Expires: ${expires}`,
        'Preferred-Languages: ja, en',
        `Canonical: ${publicUrl}/.well-known/security.txt`,
        '',
      ].join('\n');
    },
  });
}

function kept<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  let madeAtMs = 0;
  return () => {
    if (!value || performance.now() - madeAtMs > KEPT_MS) {
      madeAtMs = performance.now();
      value = make();
      value.catch(() => {
        value = undefined;
      });
    }
    return value;
  };
}

const WORDS = {
  ja: {
    title: '悪用が確認された脆弱性の一覧（日本）',
    exercise: 'これは演習用のシステムです。実際の一覧ではありません。',
    search: '検索',
    count: (n: number) => `${n} 件`,
    none: '該当するものはありません。別の言葉でお試しください。',
    due: '対処の期限',
    added: '掲載日',
    action: '対処',
    ransomware: 'ランサムウェアでの悪用が確認されています',
    data: 'データ（JSON）',
    feed: '更新情報（Atom）',
    history: '変更の履歴',
    other: 'English',
  },
  en: {
    title: 'Exploited vulnerabilities, Japan',
    exercise: 'This is an exercise instance, not the real catalogue.',
    search: 'Search',
    count: (n: number) => `${n} entries`,
    none: 'Nothing fits. Try another word.',
    due: 'Act until',
    added: 'Added',
    action: 'What to do',
    ransomware: 'Known to be used for ransomware',
    data: 'Data (JSON)',
    feed: 'Updates (Atom)',
    history: 'History of changes',
    other: '日本語',
  },
} as const;

/** Text for HTML. Everything that came from outside goes through here. */
function html(text: string): string {
  const names: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/[&<>"']/g, (one) => names[one] as string);
}

function writePage(
  catalogue: Catalogue,
  query: string,
  language: 'ja' | 'en',
  exercise: boolean,
): string {
  const words = WORDS[language];
  const wanted = query.normalize('NFKC').toLowerCase();
  const found = catalogue.vulnerabilities.filter((entry) =>
    [entry.cveID, entry.vendorProject, entry.product, entry.vulnerabilityName]
      .join(' ')
      .toLowerCase()
      .includes(wanted),
  );
  const other = language === 'ja' ? 'en' : 'ja';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title>
<link rel="alternate" type="application/atom+xml" href="/public/kev-jp.atom" title="${words.feed}">
<link rel="stylesheet" href="/public/plain.css">
</head>
<body>
<main>
${exercise ? `<p role="note"><strong>${words.exercise}</strong></p>` : ''}
<h1>${words.title}</h1>
<p>${html(catalogue.catalogVersion)} · ${words.count(found.length)} ·
<a href="/public/kev-jp.json">${words.data}</a> ·
<a href="/public/kev-jp.atom">${words.feed}</a> ·
<a href="/public/kev-jp/history.json">${words.history}</a> ·
<a href="/public/kev-jp?language=${other}" lang="${other}">${words.other}</a></p>
<form role="search" action="/public/kev-jp"><label>${words.search}
<input type="search" name="query" value="${html(query)}"></label>
<input type="hidden" name="language" value="${language}"><button>${words.search}</button></form>
${found.length === 0 ? `<p>${words.none}</p>` : found.map((entry) => writeEntry(entry, language)).join('\n')}
</main>
</body>
</html>
`;
}

function writeEntry(entry: CatalogueEntry, language: 'ja' | 'en'): string {
  const words = WORDS[language];
  return `<article id="${html(entry.cveID)}">
<h2>${html(entry.cveID)} · ${html(entry.vendorProject)} ${html(entry.product)}</h2>
<p lang="en">${html(entry.vulnerabilityName)}. ${html(entry.shortDescription)}</p>
<p>${words.added}: ${html(entry.jp.dateAddedJp)} · <strong>${words.due}: ${html(entry.jp.dueDateJp)}</strong>${
    entry.knownRansomwareCampaignUse === 'Known' ? ` · <strong>${words.ransomware}</strong>` : ''
  }</p>
<p>${words.action}: <span lang="en">${html(entry.requiredAction)}</span></p>
</article>`;
}

/** The style of the plain page: a file of its own, since pages allow no inline style. */
export function plainStyle(app: FastifyInstance): void {
  route(app, {
    method: 'GET',
    url: '/public/plain.css',
    gate: 'public',
    summary: 'Style of the plain page',
    produces: 'text/css',
    handler: async ({ reply }) => {
      reply.header('cache-control', 'public, max-age=3600').type('text/css; charset=utf-8');
      return PLAIN_STYLE;
    },
  });
}

const PLAIN_STYLE = `:root { color-scheme: light dark; }
body { font: 1rem/1.7 "Noto Sans JP", system-ui, sans-serif; margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.5rem; line-height: 1.4; }
h2 { font-size: 1.1rem; margin: 0 0 .3rem; }
article { border-top: 1px solid #8884; padding: 1rem 0; }
article p { margin: .2rem 0; }
form { display: flex; gap: .5rem; align-items: end; margin: 1rem 0; }
input, button { font: inherit; padding: .4rem .6rem; }
a { color: LinkText; }
`;
