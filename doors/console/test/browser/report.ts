// SPDX-License-Identifier: Apache-2.0
/** Reporting from a phone: how many screens and presses, what survives, what hostile text does. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { findAxeFaults, findCutOff } from './access.ts';
import { type BrowserInstance, type View, visit } from './instance.ts';

type Language = View['language'];
const phone = (language: Language): View => ({ language, theme: 'light', width: 390 });

const WORDS = {
  ja: {
    begin: 'インシデントを報告する',
    kind: /^ランサムウェア/,
    now: 'たった今',
    next: '次へ',
    ongoing: '継続中',
    no: 'いいえ',
    yes: 'はい',
    unknown: 'まだ分からない',
    accept: /同意します。$/,
    send: '報告する',
    done: '報告しました',
    proven: '受領証は真正です。',
    verify: '検証する',
    saved: 'サーバーに保存しました',
    unsaved: /まだサーバーに保存されていません/,
    back: '戻る',
    outline: '受付の端末が開けなくなり、脅迫文が表示されました。',
    impact: '外来の受付を止め、紙で対応しています。',
  },
  en: {
    begin: 'Report an incident',
    kind: /^Ransomware/,
    now: 'Just now',
    next: 'Next',
    ongoing: 'Ongoing',
    no: 'No',
    yes: 'Yes',
    unknown: "Don't know yet",
    accept: /^I agree/,
    send: 'Report',
    done: 'Reported',
    proven: 'The receipt is genuine.',
    verify: 'Verify',
    saved: 'Saved on the server',
    unsaved: /Not yet saved on the server/,
    back: 'Back',
    outline: 'The reception computers no longer open and show a ransom note.',
    impact: 'Outpatient reception has stopped; we work on paper.',
  },
} as const;

/** Counts what a person does and what a person sees. */
interface Walk {
  readonly page: Page;
  readonly words: (typeof WORDS)[Language];
  readonly screens: string[];
  presses: number;
}

async function see(walk: Walk): Promise<string> {
  const heading = (await walk.page.locator('main h2').first().textContent()) ?? '';
  if (walk.screens.at(-1) !== heading) walk.screens.push(heading);
  return heading;
}

/** Presses, and waits until another question stands there. */
async function press(walk: Walk, target: Locator): Promise<void> {
  const before = await see(walk);
  await target.click();
  walk.presses += 1;
  await walk.page
    .waitForFunction((was) => document.querySelector('main h2')?.textContent !== was, before)
    .catch(() => assert.fail(`nothing follows on: ${before}`));
  await see(walk);
}

const button = ({ page }: Walk, name: string | RegExp): Locator =>
  page.getByRole('main').getByRole('button', { name, exact: typeof name === 'string' });

/** From the question after the outline to the last look. */
async function answerTheRest(walk: Walk): Promise<void> {
  const { words, page } = walk;
  await press(walk, button(walk, words.ongoing));
  await press(walk, button(walk, words.next)); // computers
  await page.getByRole('textbox').fill(words.impact);
  await press(walk, button(walk, words.next));
  await press(walk, button(walk, words.no)); // danger to life
  await press(walk, button(walk, words.unknown)); // personal data
  await press(walk, button(walk, words.unknown)); // how many people
  await button(walk, /^桐山 泉/).click();
  walk.presses += 1;
  await press(walk, button(walk, words.next)); // contacts
  await press(walk, button(walk, words.next)); // files
}

async function send(walk: Walk): Promise<void> {
  const { page, words } = walk;
  await page.getByRole('checkbox', { name: words.accept }).check();
  await button(walk, words.send).click();
  walk.presses += 2;
  await page.getByText(words.done, { exact: true }).waitFor();
}

async function begin(instance: BrowserInstance, language: Language) {
  const { page, faults } = await instance.open('hospital', phone(language));
  const walk: Walk = { page, words: WORDS[language], screens: [], presses: 0 };
  return { page, faults, walk };
}

async function tellByTouch(instance: BrowserInstance, language: Language, t: TestContext) {
  const { page, faults, walk } = await begin(instance, language);
  const { words } = walk;
  await visit(page, '/');
  const start = page.getByRole('main').getByRole('link', { name: words.begin });
  const box = await start.boundingBox();
  assert.ok(box && box.y + box.height < 780 && box.height >= 48, 'seen at once, big enough');
  await start.click();
  walk.presses += 1;
  await button(walk, words.kind).waitFor();
  await press(walk, button(walk, words.kind));
  await press(walk, button(walk, words.now));
  await page.getByRole('textbox').fill(words.outline);
  await press(walk, button(walk, words.next));
  await answerTheRest(walk);
  await send(walk);
  await page.getByRole('status').getByRole('button', { name: words.verify }).first().click();
  await page.getByText(words.proven).waitFor();
  t.diagnostic(`${language}: ${walk.screens.length} screens, ${walk.presses} presses`);
  assert.ok(walk.screens.length <= 12, `screens: ${walk.screens.join(' | ')}`);
  assert.ok(walk.presses <= 16, `${walk.presses} presses`);
  await page.context().close();
  assert.deepEqual(faults, []);
}

/** Presses Tab until that has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 60; i += 1) {
    const focused = await page.evaluate(
      () => document.activeElement?.closest('main button, main a')?.textContent ?? '',
    );
    if (name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`the keyboard never reaches ${name}`);
}

export function testReport(instance: () => BrowserInstance): void {
  for (const language of ['ja', 'en'] as const) {
    test(`an incident is reported from a phone in a few presses, with a receipt (${language})`, (t) =>
      tellByTouch(instance(), language, t));
  }

  test('the keyboard alone is enough, and Enter goes on', async () => {
    const { page, faults, walk } = await begin(instance(), 'ja');
    await visit(page, '/report');
    await tabTo(page, /^ランサムウェア/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/report\/.+/);
    await page.getByRole('heading', { name: /いつですか/ }).waitFor();
    await tabTo(page, /^たった今/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /何が起きているか/ }).waitFor();
    // The field has the focus: typing begins at once.
    await page.keyboard.type('端末が開けません。');
    await tabTo(page, /^次へ/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /今の状況/ }).waitFor();
    assert.equal(await see(walk), '今の状況はどれに近いですか。');
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('a page that is reloaded half-way goes on at the same question with every answer', async () => {
    const { page, faults, walk } = await begin(instance(), 'ja');
    const { words } = walk;
    await visit(page, '/report');
    await press(walk, button(walk, words.kind));
    await press(walk, button(walk, words.now));
    await page.getByRole('textbox').fill(words.outline);
    // At once, before any pause: what was typed last is there all the same.
    await page.reload();
    await page.getByRole('heading', { name: /何が起きているか/ }).waitFor();
    assert.equal(await page.getByRole('textbox').inputValue(), words.outline);
    await button(walk, words.back).click();
    await page.getByRole('heading', { name: /いつですか/ }).waitFor();
    assert.match(await page.locator('input[type=date]').inputValue(), /^\d{4}-\d{2}-\d{2}$/);
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('without a connection writing goes on, says so, and is saved when it is back', async () => {
    const { page, faults, walk } = await begin(instance(), 'ja');
    const { words } = walk;
    await visit(page, '/report');
    await press(walk, button(walk, words.kind));
    await page.getByText(words.saved).waitFor();
    await page.context().setOffline(true);
    await press(walk, button(walk, words.now));
    await page.getByText(words.unsaved).waitFor();
    await page.getByRole('textbox').fill(words.outline);
    await press(walk, button(walk, words.next));
    await page.context().setOffline(false);
    await page.getByText(words.saved).waitFor();
    await page.reload();
    await button(walk, words.back).click();
    assert.equal(await page.getByRole('textbox').inputValue(), words.outline);
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('an addition shows what is new before it is sent, and stands beside the first report', async () => {
    const { page, faults, walk } = await begin(instance(), 'ja');
    await visit(page, '/verify');
    const id = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/reports', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${Math.random()}` },
        body: JSON.stringify({
          acceptDataUse: true,
          record: {
            kind: 'other',
            awareness: { at: new Date(Date.now() - 60_000).toISOString() },
            title: '追加の試し',
            status: 'ongoing',
          },
        }),
      });
      return (await answer.json()).id as string;
    });
    await visit(page, `/reports/${id}`);
    await button(walk, '続報を書く').click();
    await page.getByRole('heading', { level: 1, name: '続報を書く' }).waitFor();
    await button(walk, /今の状況はどれに近いですか/).click();
    await button(walk, '復旧済み').click();
    await button(walk, '内容の確認へ').click();
    const changes = page.getByRole('region', { name: '今回加わる内容' });
    await changes.getByText('継続中').waitFor();
    assert.match((await changes.locator('ins').textContent()) ?? '', /復旧済み/);
    await button(walk, '続報を送る').click();
    await page.getByText(walk.words.done, { exact: true }).waitFor();
    await page.getByText('変わった項目').first().click();
    await page.locator('del', { hasText: '継続中' }).waitFor();
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('every screen of the report is readable for everyone', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page, faults } = await instance().open('hospital', {
        ...phone('ja'),
        theme,
        width: 360,
      });
      const walk: Walk = { page, words: WORDS.ja, screens: [], presses: 0 };
      const found: string[] = [];
      const look = async () => {
        await page.locator('main h1').waitFor();
        const name = await see(walk);
        for (const fault of [...(await findAxeFaults(page)), ...(await findCutOff(page))]) {
          found.push(`${name}: ${fault}`);
        }
      };
      await visit(page, '/report');
      await look();
      await press(walk, button(walk, walk.words.kind));
      for (
        let i = 0;
        i < 12 && !(await page.getByRole('checkbox', { name: walk.words.accept }).isVisible());
        i += 1
      ) {
        await page.waitForTimeout(100);
        await look();
        const known = button(walk, walk.words.now);
        const skip = button(walk, walk.words.unknown);
        const next = button(walk, walk.words.next);
        if (await known.isVisible()) await press(walk, known);
        else await press(walk, (await skip.isVisible()) ? skip : next);
      }
      await look();
      await page.context().close();
      assert.deepEqual([...found, ...faults], []);
    }
  });
  testHostileReport(instance);
}

const HOSTILE = `<script>alert(1)</script> "><img src=x onerror=alert(2)> \u202Egpj.exe\u2066 =cmd|'/c calc'!A1 {{constructor}} $t(report.send) javascript:alert(3) `;
const LONG = `${HOSTILE}${'x'.repeat(10_000)}`;

/** A record with hostile text wherever a text may stand. */
const hostileRecord = () => ({
  kind: 'ransomware',
  awareness: {
    at: new Date(Date.now() - 600_000).toISOString(),
    by: HOSTILE.slice(0, 190),
    detail: HOSTILE,
  },
  title: HOSTILE.slice(0, 190),
  outline: LONG,
  impact: { text: LONG },
  computers: [{ label: HOSTILE.slice(0, 190), product: HOSTILE.slice(0, 190) }],
  services: [{ name: HOSTILE.slice(0, 190), state: 'stopped' }],
  contacts: [{ name: HOSTILE.slice(0, 190), phone: HOSTILE.slice(0, 190) }],
  actions: [{ text: LONG }],
  ransomware: { note: LONG, extension: '.<b>x' },
  remarks: LONG,
  personalData: { involved: true, items: [HOSTILE.slice(0, 190)], cause: LONG },
});

/** What hostile text must not have done to a page. */
async function findHarm(page: Page, place: string): Promise<string[]> {
  const state = await page.evaluate(() => ({
    markup: document.querySelectorAll('main script, main img:not([alt]), main [onerror]').length,
    turned: /[\u202a-\u202e\u2066-\u2069]/.test(document.body.innerText),
    scheme: [...document.querySelectorAll('a[href]')].filter((one) =>
      /^\s*(?:javascript|data):/i.test(one.getAttribute('href') ?? ''),
    ).length,
  }));
  const kinds = Object.entries(state).flatMap(([kind, fault]) => (fault ? [kind] : []));
  return [...kinds, ...(await findCutOff(page))].map((fault) => `${place}: ${fault}`);
}

function testHostileReport(instance: () => BrowserInstance): void {
  test('hostile text in every field does nothing to its reporter nor to an addressee', async () => {
    const { page, faults } = await instance().open('hospital', phone('ja'));
    await visit(page, '/verify');
    const made = await page.evaluate(async (record) => {
      const ask = async (path: string, body: object) => {
        const answer = await fetch(`/api/v1${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': `${Math.random()}` },
          body: JSON.stringify(body),
        });
        return { status: answer.status, body: await answer.json() };
      };
      const draft = await ask('/report-drafts', { record, step: 'check' });
      const report = await ask('/reports', { record, acceptDataUse: true });
      return { draft, report };
    }, hostileRecord());
    assert.equal(made.report.status, 200, JSON.stringify(made.report.body).slice(0, 400));
    const found: string[] = [];
    for (const address of [
      `/report/${made.draft.body.id}`,
      '/reports',
      `/reports/${made.report.body.id}`,
      '/',
    ]) {
      await visit(page, address);
      found.push(...(await findHarm(page, address)));
    }
    await page.context().close();
    const desk = await instance().open('health-desk', phone('ja'));
    await visit(desk.page, '/copies');
    const copy = await desk.page.evaluate(async () => {
      const list = await (await fetch('/api/v1/copies')).json();
      return list.items[0]?.id as string | undefined;
    });
    assert.ok(copy, 'the ministry has a copy');
    for (const address of ['/copies', `/copies/${copy}`]) {
      await visit(desk.page, address);
      found.push(...(await findHarm(desk.page, address)));
    }
    await desk.page.context().close();
    assert.deepEqual([...found, ...faults, ...desk.faults], []);
  });
}
