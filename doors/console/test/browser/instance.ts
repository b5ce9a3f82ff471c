// SPDX-License-Identifier: Apache-2.0
/** A browser, and a hub with the sample nation on a folder of its own; one for all browser tests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildConsole } from '../../build.ts';
import { THINGS, type Visitor } from './pages.ts';

const hubProgram = join(import.meta.dirname, '../../../hub/src/main.ts');
const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const READY_MS_MAX = 120_000;

/** Opens the packaged Chromium; an installed one where the packaged one does not run. */
async function openBrowser(): Promise<Browser> {
  const { default: packaged } = await import('@sparticuz/chromium');
  // A page each in a process of its own: one crash must not end all tests.
  const args = packaged.args.filter((arg) => !/^--(?:single-process|no-zygote)/.test(arg));
  try {
    return await chromium.launch({
      executablePath: await packaged.executablePath(),
      args: [...args, '--no-sandbox'],
    });
  } catch (error) {
    const installed = INSTALLED.find((path) => existsSync(path));
    if (!installed) throw error;
    return chromium.launch({ executablePath: installed, args: ['--no-sandbox'] });
  }
}

function findFreePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

interface RunningHub {
  readonly base: string;
  /** What the hub printed for people: the one-time links stand in it. */
  readonly said: () => string;
  stop(): Promise<void>;
}

/** Starts the hub as `npm start` does, on a temporary data folder. */
async function startHub(): Promise<RunningHub> {
  await buildConsole();
  const data = await mkdtemp(join(tmpdir(), 'sakimori-browser-'));
  const port = await findFreePort();
  const child: ChildProcess = spawn(
    process.execPath,
    [hubProgram, 'start', '--port', String(port), '--data', join(data, 'data')],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  const ready = new Promise<void>((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`not ready in time:\n${said}`)), READY_MS_MAX);
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      if (/^ready /m.test(said)) {
        clearTimeout(timer);
        done();
      }
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('exit', (code) => fail(new Error(`the hub ended with ${code}:\n${said}`)));
  });
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await ready;
  } catch (error) {
    await stop();
    throw error;
  }
  child.removeAllListeners('exit');
  return { base: `http://127.0.0.1:${port}`, said: () => said, stop };
}

/** The one-time link of a person of the sample nation, as printed at the start. */
function findLink(said: string, visitor: Visitor): string {
  const line = said
    .split('\n')
    .find((text) => text.includes('/sign-in#') && new RegExp(`\\b${visitor}\\b`).test(text));
  const link = /\/sign-in#\S+/.exec(line ?? '')?.[0];
  if (!link) throw new Error(`no one-time link for ${visitor} in:\n${said}`);
  return link;
}

export interface View {
  readonly language: 'ja' | 'en';
  readonly theme: 'light' | 'dark';
  readonly width: number;
}
export const WIDE_LIGHT: View = { language: 'ja', theme: 'light', width: 1280 };

export interface BrowserInstance {
  readonly base: string;
  /** A page of that visitor, signed in; what went wrong in it is collected. */
  open(visitor: Visitor, view: View): Promise<{ page: Page; faults: string[] }>;
  close(): Promise<void>;
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** Collects what must never happen: dialogs, policy violations, errors of scripts. */
function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) faults.push(message.text());
  });
  return faults;
}

/** Opens the instance, or the one at SAKIMORI_CONSOLE_BASE that someone else keeps running. */
export async function openInstance(): Promise<BrowserInstance> {
  const running = process.env.SAKIMORI_CONSOLE_BASE;
  const hub = running
    ? { base: running, said: () => process.env.SAKIMORI_CONSOLE_LINKS ?? '', stop: async () => {} }
    : await startHub();
  const browser = await openBrowser();
  const cookies = new Map<Visitor, Cookies>();
  const open = async (visitor: Visitor, view: View) => {
    const context = await browser.newContext({
      baseURL: hub.base,
      viewport: { width: view.width, height: view.width < 600 ? 780 : 900 },
      colorScheme: view.theme,
      locale: view.language === 'ja' ? 'ja-JP' : 'en-GB',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const faults = watch(page);
    if (visitor !== 'nobody') {
      const known = cookies.get(visitor);
      if (known) await context.addCookies(known);
      else {
        await page.goto(findLink(hub.said(), visitor));
        await page.locator('main button').first().click();
        await page.waitForURL((url) => url.pathname === '/');
        cookies.set(visitor, await context.cookies());
      }
    }
    return { page, faults };
  };
  const close = async () => {
    await browser.close();
    await hub.stop();
  };
  return { base: hub.base, open, close };
}

/** Puts the id of the first such thing into an address; undefined when there is none. */
export async function resolveAddress(page: Page, address: string): Promise<string | undefined> {
  const place = /:[a-z]+/.exec(address)?.[0];
  if (!place) return address;
  const id = await page.evaluate(
    async ([path]) => {
      const read = async (from: string) => (await fetch(from)).json();
      const own = (await read('/api/v1/session')).person?.organisation.id ?? '';
      const list = await read((path ?? '').replace('OWN', own));
      return (list.items ?? [])[0]?.id as string | undefined;
    },
    [THINGS[place]],
  );
  return id === undefined ? undefined : address.replace(place, id);
}

/** Goes to an address and waits until the page has its title and nothing is loading. */
export async function visit(page: Page, address: string): Promise<void> {
  if (page.url() === 'about:blank') await page.goto('/verify');
  const target = await resolveAddress(page, address);
  if (target === undefined) throw new Error(`nothing to show at ${address} from ${page.url()}`);
  await page.goto(target);
  await page.locator('main h1').waitFor();
  await page.waitForFunction(() => document.querySelector('main .animate-pulse') === null);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
