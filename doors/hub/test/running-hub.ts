// SPDX-License-Identifier: Apache-2.0
/** The hub's program as a process of its own, as people start it; and whoever talks to it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const COMMAND = join(import.meta.dirname, '..', '..', 'command', 'src', 'main.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A hub that printed `ready`. */
export interface RunningHub {
  readonly url: string;
  readonly folder: string;
  readonly child: ChildProcess;
  readonly errors: () => string;
  /** Ends it in the given way and waits until it is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts `main.ts` with these arguments; nothing is waited for. */
export function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; stdout: () => string; stderr: () => string; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutSettings(), ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (part) => {
    stdout += part;
  });
  child.stderr?.on('data', (part) => {
    stderr += part;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, stdout, stderr }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

/** The environment without what would lead the program to another instance. */
function withoutSettings(): NodeJS.ProcessEnv {
  const named = Object.entries(process.env).filter(([name]) => !name.startsWith('SAKIMORI_'));
  // A test runner tells its children that they are tests; the hub is none.
  return Object.fromEntries(named.filter(([name]) => name !== 'NODE_TEST_CONTEXT'));
}

/** Starts a hub on a folder and waits for its `ready`. */
export async function startHub(
  folder: string,
  options: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<RunningHub> {
  const { args = [], env = {} } = options;
  const port = await freePort();
  const started = startProgram(['start', '--data', folder, '--port', String(port), ...args], env);
  const { child, stderr, ended } = started;
  const url = await new Promise<string>((resolve, reject) => {
    if (!child.stdout) return reject(new Error('no output'));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^ready (\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    void ended.then(({ code }) => reject(new Error(`the hub ended with ${code}: ${stderr()}`)));
  });
  return {
    url,
    folder,
    child,
    errors: stderr,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** Cookies of whoever uses the link that was printed for this role. */
export async function signInByPrintedLink(hub: RunningHub, role: string): Promise<string> {
  const token = new RegExp(`^ {2}${role} +\\S+#(\\S+)$`, 'm').exec(hub.errors())?.[1];
  assert.ok(token, `no link for ${role} was printed`);
  const answer = await fetch(`${hub.url}/api/v1/session/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: hub.url },
    body: JSON.stringify({ token }),
  });
  assert.equal(answer.status, 200, await answer.text());
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

export interface Said {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** One request as that person; rejects when the connection breaks. */
export async function ask(
  hub: RunningHub,
  cookie: string,
  method: string,
  path: string,
  body?: string | object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const isFile = typeof body === 'string';
  const answer = await fetch(`${hub.url}${path}`, {
    method,
    headers: {
      cookie,
      origin: hub.url,
      ...(body !== undefined && !isFile && { 'content-type': 'application/json' }),
      ...(isFile && { 'x-file-name': 'file', 'content-type': 'application/octet-stream' }),
      ...headers,
    },
    ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  let read: unknown = text;
  if (/json/.test(answer.headers.get('content-type') ?? '') && text !== '') read = JSON.parse(text);
  return { status: answer.status, body: read };
}

/** Runs `sakimori` with these arguments to its end. */
export async function runCommand(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly input?: string;
  } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: options.cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...withoutSettings(), ...options.env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout, stderr };
}

/** Processes that work in this folder, by what they were started with. Linux only. */
export function processesOn(folder: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const state = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /, '')[0];
      if (line.includes(folder) && Number(pid) !== process.pid && state !== 'Z') found.push(line);
    } catch {
      // Gone between the list and the look.
    }
  }
  return found;
}

/** Waits until something holds; a test's own time limit ends it otherwise. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(50);
}

/** mulberry32: a failing run can be run again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
