// SPDX-License-Identifier: Apache-2.0
/** `node tools/launch.mjs tools/walk.ts`: the pictures of the README, from the sample nation. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openInstance, type View, visit } from '../doors/console/test/browser/instance.ts';
import { sampleRegisters } from '../doors/hub/src/sample/computers.ts';

const folder = join(import.meta.dirname, '..', 'docs', 'walk');
const view: View = { language: 'ja', theme: 'light', width: 1280 };

mkdirSync(folder, { recursive: true });
const instance = await openInstance();
const take = async (page: Page, name: string, width = 1280): Promise<void> => {
  await page.setViewportSize({ width, height: 860 });
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
};
try {
  const operator = await instance.open('operator', view);
  await visit(operator.page, '/');
  await take(operator.page, 'operator-home');
  await operator.page.getByRole('link', { name: '回答する' }).first().click();
  await operator.page.waitForURL(/\/warnings\//);
  await operator.page.getByText('なぜあなたに').waitFor();
  await take(operator.page, 'warning');
  await visit(operator.page, '/register/import');
  const csv = sampleRegisters()[1]?.csv ?? '';
  await operator.page.setInputFiles('input[type=file]', {
    name: '機器一覧.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(csv),
  });
  await operator.page.getByRole('combobox').first().waitFor();
  await take(operator.page, 'import');
  await operator.page.context().close();
  const office = await instance.open('office', view);
  await visit(office.page, '/board');
  await take(office.page, 'office-board');
  await office.page.context().close();
  const phone = await instance.open('hospital', { ...view, width: 390 });
  await visit(phone.page, '/report');
  await phone.page.getByRole('button', { name: /^ランサムウェア/ }).click();
  await phone.page.getByRole('button', { name: 'たった今' }).waitFor();
  await take(phone.page, 'report-phone', 390);
  await phone.page.context().close();
  const hospital = await instance.open('hospital', view);
  await visit(hospital.page, '/reports');
  await hospital.page.locator('main a[href^="/reports/rpt_"]').first().click();
  await hospital.page.getByText('個人情報保護委員会').first().waitFor();
  await take(hospital.page, 'report-clocks');
  await hospital.page.context().close();
} finally {
  await instance.close();
}
