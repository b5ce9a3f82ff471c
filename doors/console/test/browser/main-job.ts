// SPDX-License-Identifier: Apache-2.0
/** The operator's main job, by keyboard alone: home, warning, answer, receipt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { type BrowserInstance, visit, WIDE_LIGHT } from './instance.ts';

const TABS_MAX = 120;

/** Presses Tab until the focus is on something whose name fits; says so when it never is. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < TABS_MAX; i += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const one = document.activeElement;
      return one?.getAttribute('aria-label') ?? one?.textContent ?? '';
    });
    if (name.test(focused)) return;
  }
  assert.fail(`the keyboard never reaches ${name}`);
}

export function testMainJob(instance: () => BrowserInstance): void {
  test('an operator answers a warning with the keyboard alone', async () => {
    const { page, faults } = await instance().open('operator', WIDE_LIGHT);
    await visit(page, '/');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('href')), '#main');
    await tabTo(page, /^回答する：/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/warnings\//);
    await page.locator('main h1').waitFor();
    await tabTo(page, /^対応中です/);
    await page.keyboard.press('Enter');
    await page.getByText('ありがとうございます。回答を記録しました。').waitFor();
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('an answer that needs a word asks for it, keeps what was typed, and says what is missing', async () => {
    const { page, faults } = await instance().open('operator', WIDE_LIGHT);
    await visit(page, '/warnings/:warning');
    const again = page.getByRole('button', { name: 'あらためて回答する' });
    if (await again.isVisible()) await again.click();
    const button = page.getByRole('button', { name: '緩和しました' });
    await button.click();
    await page.getByRole('button', { name: '回答を送る' }).click();
    await page.getByText('理由を一文でお書きください。').waitFor();
    await page.getByRole('textbox').fill('管理画面を内部だけに限定しました。');
    await page.reload();
    await page.locator('main h1').waitFor();
    if (await again.isVisible()) await again.click();
    await button.click();
    const kept = await page.getByRole('textbox').inputValue();
    assert.equal(kept, '管理画面を内部だけに限定しました。');
    await page.getByRole('button', { name: '回答を送る' }).click();
    await page.getByText('ありがとうございます。回答を記録しました。').waitFor();
    await page.context().close();
    assert.deepEqual(faults, []);
  });

  test('a filter stands in the address and survives going back', async () => {
    const { page } = await instance().open('operator', WIDE_LIGHT);
    await visit(page, '/register');
    await page.getByLabel('ネットワーク接続').selectOption('internet');
    await page.waitForURL(/exposure=internet/);
    await page.getByRole('rowheader').first().getByRole('link').click();
    await page.waitForURL(/\/computers\//);
    await page.goBack();
    await page.waitForURL(/exposure=internet/);
    assert.equal(await page.getByLabel('ネットワーク接続').inputValue(), 'internet');
    await page.context().close();
  });

  test('a change of page moves the focus to its title and changes the title of the window', async () => {
    const { page } = await instance().open('operator', WIDE_LIGHT);
    await visit(page, '/');
    await page.getByRole('navigation', { name: 'メニュー' }).getByText('警告').click();
    await page.waitForURL(/\/warnings$/);
    // The title of the page before was focused too: the new one is waited for by its text.
    await page.waitForFunction(
      () =>
        document.title.includes('警告') &&
        document.activeElement?.tagName === 'H1' &&
        document.activeElement.textContent?.includes('警告'),
    );
    await page.context().close();
  });

  test('an address where nothing is says so, with or without an account', async () => {
    for (const visitor of ['nobody', 'operator'] as const) {
      const { page } = await instance().open(visitor, WIDE_LIGHT);
      await visit(page, '/no-such-page');
      await page.getByRole('heading', { name: 'このアドレスにページはありません' }).waitFor();
      await page.context().close();
    }
  });

  test('the language changes everywhere at once and says so to assistive technology', async () => {
    const { page } = await instance().open('nobody', WIDE_LIGHT);
    await visit(page, '/sign-in');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'en');
    await page.context().close();
  });

  test('the search opens with Ctrl+K and leads to a page', async () => {
    const { page } = await instance().open('operator', WIDE_LIGHT);
    await visit(page, '/');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('届出');
    await page.getByRole('option', { name: /届出/ }).first().waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/notifications$/);
    await page.context().close();
  });

  test('a spent link is explained calmly, with a way on', async () => {
    const { page } = await instance().open('nobody', WIDE_LIGHT);
    await page.goto('/sign-in#not-a-link-that-was-ever-given-out');
    await page.getByRole('button', { name: 'サインインする' }).click();
    await page.getByRole('heading', { name: 'このリンクは使えなくなっています' }).waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await page.context().close();
  });
}
