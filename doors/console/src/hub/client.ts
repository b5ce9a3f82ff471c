// SPDX-License-Identifier: Apache-2.0
/** The one door to the hub: every request of the console goes through here. */
import type { Problem } from '@sakimori/vocabulary/wire';
import { makeVisible } from './hostile-text.ts';

export const API = '/api/v1';

/** A refusal of the hub, or of the way to it, as a problem document. */
export class HubProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'HubProblem';
    this.problem = problem;
  }
}

/** Problems that only the console can notice; their texts are in the language files. */
function ownProblem(code: 'UNREACHABLE' | 'UNREADABLE' | 'CANCELLED', status: number): HubProblem {
  return new HubProblem({
    type: 'about:blank',
    title: code,
    status,
    code: `CON_${code}`,
    detail: '',
    texts: { ja: '', en: '' },
  });
}

/** Strings from outside may carry characters that turn or hide text: all of them become visible. */
function readJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'string' ? makeVisible(value) : value,
  );
}

function readAnswer(status: number, type: string, text: string): unknown {
  let body: unknown;
  if (type.includes('json')) {
    try {
      body = readJson(text);
    } catch {
      throw ownProblem('UNREADABLE', status);
    }
  }
  if (status >= 200 && status < 300) return type.includes('json') ? body : text;
  const problem = body as Partial<Problem> | undefined;
  if (problem && typeof problem.code === 'string' && problem.texts) {
    throw new HubProblem(problem as Problem);
  }
  throw status >= 500 || status === 0
    ? ownProblem('UNREACHABLE', status)
    : ownProblem('UNREADABLE', status);
}

/** A fresh key, so that a repeated write (a lost answer, a double click) is done once. */
export function makeIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * Asks the hub.
 *
 * In     path below /api/v1 (or below /public), body as JSON
 * Out    what the hub answered, every string made safe to show
 * Throws HubProblem, for refusals as for a hub that does not answer
 */
export async function ask<T>(method: string, path: string, options: AskOptions = {}): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json', ...options.headers };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET') headers['idempotency-key'] ??= makeIdempotencyKey();
  let response: Response;
  let text: string;
  try {
    response = await fetch(path.startsWith('/public/') ? path : API + path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw ownProblem('UNREACHABLE', 0);
  }
  return readAnswer(response.status, response.headers.get('content-type') ?? '', text) as T;
}

export interface SendOptions {
  readonly signal: AbortSignal;
  onProgress(sentBytes: number, totalBytes: number): void;
}

/** Sends a file as it is; says how far it is; stops when the signal says so. */
export function sendFile<T>(path: string, file: Blob, name: string, options: SendOptions) {
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', API + path);
    request.setRequestHeader('accept', 'application/json');
    request.setRequestHeader('content-type', 'application/octet-stream');
    // Header values are ASCII: a Japanese file name travels percent-encoded.
    request.setRequestHeader('x-file-name', encodeURIComponent(name));
    request.setRequestHeader('idempotency-key', makeIdempotencyKey());
    request.upload.onprogress = (event) => options.onProgress(event.loaded, event.total);
    request.onerror = () => reject(ownProblem('UNREACHABLE', 0));
    request.onabort = () => reject(ownProblem('CANCELLED', 0));
    request.onload = () => {
      try {
        const type = request.getResponseHeader('content-type') ?? '';
        resolve(readAnswer(request.status, type, request.responseText) as T);
      } catch (error) {
        reject(error);
      }
    };
    options.signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** A path with a query, without the empty parameters. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
