// SPDX-License-Identifier: Apache-2.0
/** Blocks drawn to markup, without a browser: what they say, not how they look. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createServer, type ViteDevServer } from 'vite';

let vite: ViteDevServer;
// What the modules of the console export is known only once Vite has read their JSX.
// biome-ignore lint/suspicious/noExplicitAny: modules loaded at run time
type Loaded = any;
let drawing: { draw(block: string, props: object, language: 'ja' | 'en'): Promise<string> };

before(async () => {
  vite = await createServer({
    root: join(import.meta.dirname, '..'),
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  const load = (path: string): Promise<Loaded> => vite.ssrLoadModule(path);
  const { createElement } = await import('react');
  const { renderToStaticMarkup } = await import('react-dom/server');
  const i18next = (await import('i18next')).default;
  const { initReactI18next } = await import('react-i18next');
  const words = async (language: string) => (await load(`/src/language/${language}.json`)).default;
  await i18next.use(initReactI18next).init({
    lng: 'ja',
    resources: {
      ja: { translation: await words('ja') },
      en: { translation: await words('en') },
    },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  const { QueryClient, QueryClientProvider } = await import('@tanstack/react-query');
  drawing = {
    async draw(block, props, language) {
      await i18next.changeLanguage(language);
      const [file, name] = block.split('#') as [string, string];
      const component = (await load(`/src/blocks/${file}.tsx`))[name];
      return renderToStaticMarkup(
        createElement(
          QueryClientProvider,
          { client: new QueryClient() },
          createElement(component, props),
        ),
      );
    },
  };
});

after(() => vite.close());

const text = (markup: string) =>
  markup
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

test('a limit says how long is left and until when, in Japan', async () => {
  const due = new Date(Date.now() + 3.2 * 3_600_000).toISOString();
  assert.match(
    text(await drawing.draw('clock#Clock', { due }, 'ja')),
    /^あと 3 時間 1\d 分 .*まで$/,
  );
  assert.match(
    text(await drawing.draw('clock#Clock', { due }, 'en')),
    /^3 h 1\d min left by .* JST$/,
  );
});

test('a limit that has passed is called overdue, in words', async () => {
  const due = new Date(Date.now() - 3_600_000).toISOString();
  assert.match(text(await drawing.draw('clock#Clock', { due }, 'ja')), /超過/);
  assert.match(text(await drawing.draw('clock#Clock', { due }, 'en')), /overdue/);
});

test('a limit given as a date lasts until that day ends', async () => {
  assert.equal(
    text(await drawing.draw('clock#Clock', { due: '2027-03-31', done: true }, 'ja')),
    '2027年3月31日（水）まで',
  );
});

test('a change is read aloud as before and after', async () => {
  const changes = [{ field: 'version', before: '7.2.3', after: '7.2.4' }];
  const markup = await drawing.draw('diff#Diff', { changes }, 'en');
  assert.equal(text(markup), 'Version before: 7.2.3 → after: 7.2.4');
  assert.match(markup, /<del.*<ins/);
});

test('a change told in both languages is shown in the one of the reader', async () => {
  const changes = [
    {
      field: 'stage',
      label: { ja: '報告の段階', en: 'Stage' },
      before: { ja: '速報', en: 'First report' },
      after: { ja: '続報', en: 'Follow-up report' },
    },
  ];
  const shown = async (language: 'ja' | 'en') =>
    text(await drawing.draw('diff#Diff', { changes }, language));
  assert.equal(await shown('en'), 'Stage before: First report → after: Follow-up report');
  const japanese = await shown('ja');
  assert.match(japanese, /速報.*続報/);
  assert.doesNotMatch(japanese, /First|Follow/);
});

test('an error says what happened, what to do, and a code', async () => {
  const problem = {
    type: 'about:blank',
    title: 'x',
    status: 403,
    code: 'HUB_FORBIDDEN',
    detail: '',
    texts: {
      ja: 'この操作は認められていません。組織の管理者にお問い合わせください。',
      en: 'This is not allowed. Ask the administrator of your organisation.',
    },
  };
  const said = text(await drawing.draw('states#ErrorState', { problem }, 'ja'));
  assert.match(said, /この操作は認められていません。.*組織の管理者.*HUB_FORBIDDEN/);
});

test('a mark carries its word, not its colour alone', async () => {
  assert.equal(text(await drawing.draw('mark#Mark', { tlp: 'AMBER' }, 'ja')), 'TLP:AMBER');
});

test('parts of a whole stand as figures beside the picture', async () => {
  const parts = [
    { label: 'A', value: 1200, tone: 'good' },
    { label: 'B', value: 0, tone: 'alarm' },
  ];
  assert.equal(
    text(await drawing.draw('split-bar#SplitBar', { parts, label: 'All' }, 'en')),
    'All A 1,200 B 0',
  );
});

test('hostile text is shown as text', async () => {
  const markup = await drawing.draw(
    'text#Defanged',
    { text: '<img src=x onerror=alert(1)> http://198.51.100.7/x' },
    'ja',
  );
  assert.doesNotMatch(markup, /<img/);
  assert.match(markup, /hxxp:\/\/198\[\.\]51\[\.\]100\[\.\]7/);
});

test('a very long text is folded', async () => {
  const markup = await drawing.draw('text#Folded', { text: 'x'.repeat(10_000) }, 'en');
  assert.match(text(markup), /Show all \(10,000 characters\)/);
  assert.ok(markup.length < 3000);
});

const duty = (clock: object, delivery?: object) => ({
  rule: 'r',
  addressee: 'minister',
  addresseeName: { ja: '所管大臣', en: 'Minister' },
  clause: 'Act art. 5',
  applies: true,
  decision: 'yes',
  nature: 'duty',
  why: { ja: '理由', en: 'Because' },
  dependsOn: [],
  clocks: [
    {
      stage: 'first',
      words: { ja: '速やかに', en: 'promptly' },
      why: { ja: '', en: '' },
      readings: [],
      ...clock,
    },
  ],
  missing: [],
  verified: false,
  source: 'https://example.com/law',
  note: '',
  purpose: { ja: '目的', en: 'Purpose' },
  mayNot: { ja: '不可', en: 'Not' },
  deliveries: delivery ? [delivery] : [],
});

test('delivered, read, accepted and overdue are different words, each with an icon', async () => {
  const late = { due: '2026-01-01T00:00:00Z', state: 'overdue' };
  const said = new Set<string>();
  for (const state of ['delivered', 'read', 'accepted', 'returned']) {
    const copy = {
      id: 'c',
      position: 1,
      stage: 'first',
      state,
      deliveredAt: '2026-01-01T00:00:00Z',
      receipts: [],
    };
    for (const language of ['ja', 'en'] as const) {
      const markup = await drawing.draw(
        'report-clock#DutyCard',
        { duty: duty(late, copy) },
        language,
      );
      assert.match(text(markup), language === 'ja' ? /期限超過/ : /Overdue/);
      said.add(text(markup));
      assert.ok((markup.match(/<svg/g) ?? []).length >= 3);
    }
  }
  assert.equal(said.size, 8);
});

test('a rule that nobody has compared with the primary text says so in words', async () => {
  const running = duty({ state: 'no-number' });
  const markup = text(await drawing.draw('report-clock#DutyCard', { duty: running }, 'ja'));
  assert.match(markup, /一次資料と未照合/);
  assert.match(markup, /速やかに.*日数の定めはありません/);
  const verified = { ...running, verified: true };
  assert.doesNotMatch(
    text(await drawing.draw('report-clock#DutyCard', { duty: verified }, 'ja')),
    /未照合/,
  );
});

test('an answer stands below its question, and only what waits offers a reply', async () => {
  const from = { id: 'm', name: { ja: '省', en: 'Ministry' }, kind: 'ministry' };
  const to = { id: 'o', name: { ja: '病院', en: 'Hospital' }, kind: 'operator' };
  const base = { from, to, overdue: false };
  const messages = [
    {
      ...base,
      id: '1',
      kind: 'question',
      at: '2026-01-01T00:00:00Z',
      text: 'first?',
      answeredAt: 'x',
    },
    { ...base, id: '2', kind: 'order', at: '2026-01-01T01:00:00Z', text: 'second!' },
    { ...base, id: '3', kind: 'answer', at: '2026-01-01T02:00:00Z', text: 'reply', answers: '1' },
  ];
  const asked: string[] = [];
  const reply = ({ id }: { id: string }) => {
    asked.push(id);
    return null;
  };
  const said = text(await drawing.draw('report-thread#ReportThread', { messages, reply }, 'en'));
  assert.deepEqual(asked, ['2']);
  assert.ok(said.indexOf('reply') < said.indexOf('second!'));
});

test('an indicator is shown so that nothing follows it, and a protected one says so', async () => {
  const items = [
    {
      type: 'domain',
      shown: 'evil[.]example',
      confirmed: false,
      protected: { ja: '対象', en: 'x' },
    },
  ];
  const markup = text(await drawing.draw('indicators#Indicators', { items }, 'ja'));
  assert.match(markup, /evil\[\.\]example.*保護の対象/);
});
