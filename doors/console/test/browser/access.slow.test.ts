// SPDX-License-Identifier: Apache-2.0
/** The views that the fast tests leave out: the other language in each theme and width. */
import { after, before } from 'node:test';
import { testAccess } from './access.ts';
import { type BrowserInstance, openInstance } from './instance.ts';

let shared: BrowserInstance | undefined;

before(async () => {
  shared = await openInstance();
});
after(() => shared?.close());

testAccess(() => {
  if (!shared) throw new Error('the instance is not open');
  return shared;
}, [
  { language: 'en', theme: 'dark', width: 360 },
  { language: 'ja', theme: 'dark', width: 360 },
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'en', theme: 'light', width: 1920 },
]);
