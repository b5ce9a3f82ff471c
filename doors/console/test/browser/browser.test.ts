// SPDX-License-Identifier: Apache-2.0
/** The console in a real browser before a real hub. One file, so that all share one instance. */
import { after, before } from 'node:test';
import { testAccess } from './access.ts';
import { testDesks } from './copies.ts';
import { testHostileText } from './hostile.ts';
import { type BrowserInstance, openInstance } from './instance.ts';
import { testMainJob } from './main-job.ts';
import { testReport } from './report.ts';

let shared: BrowserInstance | undefined;
const instance = (): BrowserInstance => {
  if (!shared) throw new Error('the instance is not open');
  return shared;
};

before(async () => {
  shared = await openInstance();
});
after(() => shared?.close());

testMainJob(instance);
testReport(instance);
testDesks(instance);
testAccess(instance, [{ language: 'ja', theme: 'light', width: 1280 }]);
testAccess(
  instance,
  [{ language: 'en', theme: 'dark', width: 360 }],
  ['nobody', 'operator', 'hospital'],
);
testHostileText(instance);
