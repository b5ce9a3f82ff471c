// SPDX-License-Identifier: Apache-2.0
/** The addressees' side: accept and ask by keyboard, order after a check, merge, telephone, rules. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { type BrowserInstance, type View, visit, WIDE_LIGHT } from './instance.ts';

const TABS_MAX = 160;
const PHONE: View = { language: 'ja', theme: 'light', width: 360 };

/** Presses Tab until the focus is on something whose name fits; says so when it never is. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < TABS_MAX; i += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const one = document.activeElement as HTMLElement | null;
      const label = one?.id ? document.querySelector(`label[for="${one.id}"]`)?.textContent : null;
      return one?.getAttribute('aria-label') ?? label ?? one?.textContent ?? '';
    });
    if (name.test(focused)) return;
  }
  assert.fail(`the keyboard never reaches ${name}`);
}

const ready = async (page: Page) => {
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => document.querySelector('main .animate-pulse') === null);
};

export function testDesks(instance: () => BrowserInstance): void {
  testCopies(instance);
  testIntake(instance);
  testTelephone(instance);
  testRules(instance);
  testStatistics(instance);
}

function testCopies(instance: () => BrowserInstance): void {
  test('a ministry gets from its home to an accepted report with the keyboard alone', async () => {
    const { page, faults } = await instance().open('ministry', WIDE_LIGHT);
    await visit(page, '/');
    await tabTo(page, /^受理する：/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/copies$/);
    await ready(page);
    await tabTo(page, /^開く：/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/copies\/cpy_/);
    await ready(page);
    await page.getByText('この閲覧は台帳に記録され、報告者に表示されます。').waitFor();
    await tabTo(page, /^受理する$/);
    await page.keyboard.press('Enter');
    await page.getByText('受理しました。報告者に受領証が届きます。').waitFor();
    assert.equal(await page.getByRole('button', { name: '受理する', exact: true }).count(), 0);
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('a question is kept while it is typed, read once more as it goes out, and then on the thread', async () => {
    const { page, faults } = await instance().open('ministry', PHONE);
    await visit(page, '/copies/:copy');
    const text = '復旧の見込みを <b>教えて</b> ください。\u202Eabc';
    await page.getByRole('button', { name: '質問する' }).click();
    await page.getByRole('button', { name: '送る内容を確認する' }).click();
    await page.getByText('内容をお書きください。').waitFor();
    await page.getByLabel('質問必須').fill(text);
    await page.reload();
    await ready(page);
    await page.getByRole('button', { name: '質問する' }).click();
    assert.equal(await page.getByLabel('質問必須').inputValue(), text);
    await page.getByRole('button', { name: '送る内容を確認する' }).click();
    const sheet = page.locator('blockquote');
    assert.match((await sheet.textContent()) ?? '', /復旧の見込みを <b>教えて<\/b> ください。/);
    await page.getByRole('button', { name: '質問を送る' }).click();
    await page.getByText('質問を送りました。').waitFor();
    await page.locator('#thread').getByText('復旧の見込みを <b>教えて</b>').waitFor();
    assert.equal(await page.locator('#thread b').count(), 0);
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('an order leaves only with clause and day, after it was shown to whom and what', async () => {
    const { page, faults } = await instance().open('ministry', WIDE_LIGHT);
    await visit(page, '/copies/:copy');
    await page.getByRole('button', { name: '是正を命じる' }).click();
    await page.getByRole('button', { name: '送る内容を確認する' }).click();
    for (const missing of ['条項をお書きください。', '日付を選んで', '内容をお書きください。']) {
      await page.getByText(missing).waitFor();
    }
    const due = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('根拠必須').fill('法第六条');
    await page.getByLabel('命令の内容').fill('保守用の接続を止めてください。');
    await page.getByLabel('回答の期限').fill(due);
    await page.getByRole('button', { name: '送る内容を確認する' }).click();
    const said = (await page.getByRole('region', { name: 'この報告への対応' }).textContent()) ?? '';
    for (const part of ['届く先', '法第六条', '保守用の接続を止めてください。', '時計が動き始め']) {
      assert.ok(said.includes(part), part);
    }
    await page.getByRole('button', { name: '命令を送る' }).click();
    await page.getByText('命令を送りました。').waitFor();
    await page.locator('#thread').getByText('法第六条').waitFor();
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('what a desk has filtered stands in the address and survives going back', async () => {
    const { page } = await instance().open('ministry', WIDE_LIGHT);
    await visit(page, '/desk');
    await page.getByLabel('種類').selectOption('other');
    await page.waitForURL(/kind=other/);
    await page.getByRole('link', { name: /：/ }).first().click();
    await page.waitForURL(/\/copies\//);
    await page.goBack();
    await page.waitForURL(/kind=other/);
    assert.equal(await page.getByLabel('種類').inputValue(), 'other');
    await page.context().close();
  });
}

function testIntake(instance: () => BrowserInstance): void {
  test('an analyst takes a report with the keyboard, and finds it among the own ones', async () => {
    const { page, faults } = await instance().open('office', WIDE_LIGHT);
    await visit(page, '/intake');
    await tabTo(page, /^自分が担当する/);
    await page.keyboard.press('Enter');
    await page
      .getByText(/^担当：/)
      .first()
      .waitFor();
    await page.getByLabel('担当', { exact: true }).selectOption('true');
    await page.waitForURL(/mine=true/);
    await page
      .getByText(/^担当：/)
      .first()
      .waitFor();
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('a merge is taken back with a reason, and reports are merged again after a look at what happens', async () => {
    const { page, faults } = await instance().open('office', WIDE_LIGHT);
    await visit(page, '/intake');
    const row = page.getByRole('listitem').filter({ hasText: 'まとめ済み' }).first();
    await row.getByRole('link', { name: /^開く：/ }).click();
    await page.waitForURL(/\/intake\/cpy_/);
    await ready(page);
    await page.getByRole('button', { name: 'まとめを解く' }).click();
    await page.getByLabel('解く理由').fill('別の事案でした。');
    await page.getByRole('button', { name: '元に戻す' }).click();
    const boxes = page.getByRole('checkbox', { name: /^まとめる：/ });
    await boxes.first().waitFor();
    await boxes.first().check();
    await page.getByLabel('まとめる理由').fill('同じ送信元からの通信です。');
    await page.getByRole('button', { name: '2 件をまとめる' }).click();
    await page.getByText('いつでも元に戻せます。').waitFor();
    await page.getByRole('button', { name: 'まとめる', exact: true }).click();
    await page.getByText('2 件を 1 つのインシデントとして扱っています').waitFor();
    await page.context().close();
    assert.deepEqual(faults, []);
  });
}

function testTelephone(instance: () => BrowserInstance): void {
  test('a call that breaks off is still there, is read back, and becomes a report with a receipt', async () => {
    const { page, faults } = await instance().open('office', WIDE_LIGHT);
    await visit(page, '/intake/telephone');
    await page.getByLabel('お名前・役職').fill('当直 浜口 <i>');
    await page.getByLabel('折り返し先').fill('03-0000-0001');
    await page.getByLabel('事業者').fill('桜都銀行');
    await page.getByRole('button', { name: /桜都銀行/ }).click();
    await page.getByRole('button', { name: /^DDoS 攻撃/ }).click();
    await page.reload();
    await ready(page);
    assert.equal(await page.getByLabel('お名前・役職').inputValue(), '当直 浜口 <i>');
    await page.getByRole('button', { name: '復唱に進む' }).click();
    const submit = page.getByRole('button', { name: '報告として提出する' });
    await page.getByText('提出する前に必要なこと').waitFor();
    assert.ok(await submit.isDisabled());
    await page.getByRole('button', { name: 'たった今' }).click();
    await page.getByText('提出する前に必要なこと').waitFor({ state: 'detached' });
    assert.ok(await submit.isDisabled());
    await page.getByLabel(/^読み上げて/).check();
    await page.getByLabel(/^使う目的を説明し/).check();
    await submit.click();
    await page.getByText('報告を受け付けました', { exact: true }).waitFor();
    await page.getByRole('button', { name: '検証する' }).click();
    await page.getByText('受領証は真正です。').waitFor();
    await page.getByRole('button', { name: '次の電話を受ける' }).click();
    assert.equal(await page.getByLabel('お名前・役職').inputValue(), '');
    await page.context().close();
    assert.deepEqual(faults, []);
  });
}

function testRules(instance: () => BrowserInstance): void {
  test('a number of days is changed by two stewards, never by one', async () => {
    const { page, faults } = await instance().open('steward', WIDE_LIGHT);
    await visit(page, '/rules?set=report-obligations&query=guideline-telecom');
    await page.locator('summary').filter({ hasText: 'guideline-telecom' }).click();
    await page.getByRole('button', { name: '変更を提案する' }).click();
    await page.getByRole('button', { name: '提案の内容を確認する' }).click();
    await page.getByText('どこも変わっていません。').waitFor();
    await page.getByLabel('日数（数え方 1）').fill('３x');
    await page.getByText('4 桁までの数字').waitFor();
    await page.getByLabel('日数（数え方 1）').fill('２０');
    await page.getByLabel('画面での言い方（日本語）').fill('20 日以内');
    await page.getByLabel('出典').fill('https://example.jp/order');
    await page.getByLabel('変更の理由').fill('原文と照合しました。');
    await page.getByRole('button', { name: '提案の内容を確認する' }).click();
    await page.getByText('受付中の報告の期限と報告先が計算し直されます').waitFor();
    await page.getByRole('button', { name: '提案する', exact: true }).click();
    await page.getByText('ご自身の依頼です。').waitFor();
    assert.equal(await page.getByRole('button', { name: '承認する' }).count(), 0);
    await page.context().close();
    const second = await instance().open('second-steward', WIDE_LIGHT);
    await visit(second.page, '/rules');
    await second.page.getByRole('button', { name: '承認する', exact: true }).click();
    await second.page.getByText('これまでの変更（1 件）').waitFor();
    await second.page.context().close();
    assert.deepEqual([...faults, ...second.faults], []);
  });
}

function testStatistics(instance: () => BrowserInstance): void {
  test('a hidden count is said in words and drawn without its length', async () => {
    const { page, faults } = await instance().open('office', WIDE_LIGHT);
    await visit(page, '/report-statistics');
    const table = page.getByRole('table', { name: '種類別' });
    const hidden = table.getByRole('row').filter({ hasText: '非表示（少数）' });
    assert.ok((await hidden.count()) > 0);
    const widths = await hidden
      .locator('svg rect[height="8"]')
      .evaluateAll((bars) => bars.map((bar) => bar.getAttribute('width')));
    const own = widths.filter((width) => width !== '1.5');
    assert.deepEqual([...new Set(own)].length, 1);
    for (const text of await hidden.getByRole('cell').allTextContents()) {
      assert.doesNotMatch(text, /\d/);
    }
    await page.context().close();
    assert.deepEqual(faults, []);
  });
}
