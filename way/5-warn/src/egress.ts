// SPDX-License-Identifier: Apache-2.0
/** The only way out: guarded requests for feeds, advisories and webhooks. */
import http from 'node:http';
import https from 'node:https';
import { isIPv6 } from 'node:net';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { SakimoriError } from '@sakimori/vocabulary';
import {
  checkUrl,
  type EgressRules,
  type Resolver,
  resolvePinned,
  systemResolver,
} from './egress-address.ts';
import { warnErrors } from './errors.ts';

export interface FetchOptions {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly accept?: string;
}

/** An answer. `body` must be read to its end or returned; every bound is kept while it is read. */
export interface FetchedFeed {
  readonly notModified: boolean;
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly contentType?: string;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Egress {
  /** GET; a redirect only within the same origin; resumes with Range after a broken connection. */
  fetch(url: string, options?: FetchOptions): Promise<FetchedFeed>;
  /** GET of a small document, whole. */
  fetchBytes(url: string, bytesMax: number, accept?: string): Promise<Uint8Array>;
  /** POST of a small text; the answer's body is not read. No redirect is followed. */
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<{ readonly status: number }>;
}

interface Answer {
  readonly url: URL;
  readonly response: http.IncomingMessage;
}

const INFLATION_RATIO_MAX = 300;
const RATIO_GRACE_BYTES = 8_388_608;
const POST_TIME_MS = 15_000;

/**
 * Makes the guarded way out.
 *
 * In      rules; a resolver (the system's unless a test plays another)
 * Out     requests over https whose address was resolved once, checked, and connected to as checked
 * Throws  WRN_EGRESS_*; a refusal names a closed reason, never the address asked for
 * Never   connects to private, loopback, link-local, shared, multicast or metadata addresses, sends
 *         credentials, follows a redirect to another host, or reads beyond its limits
 */
export function makeEgress(rules: EgressRules, resolve: Resolver = systemResolver): Egress {
  return {
    fetch: (url, options = {}) => fetchFeed(url, options, rules, resolve),
    async fetchBytes(url, bytesMax, accept) {
      const small = { ...rules, bytesMax, inflatedBytesMax: bytesMax };
      const options = accept === undefined ? {} : { accept };
      const { body } = await fetchFeed(url, options, small, resolve);
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      return Buffer.concat(parts);
    },
    post: (url, headers, body) => postText(url, headers, body, rules, resolve),
  };
}

async function fetchFeed(
  text: string,
  options: FetchOptions,
  rules: EgressRules,
  resolve: Resolver,
): Promise<FetchedFeed> {
  const endsAt = performance.now() + rules.timeMsMax;
  const headers: Record<string, string> = {
    'accept-encoding': 'gzip, identity',
    accept: options.accept ?? '*/*',
    'user-agent': 'sakimori',
  };
  if (options.etag) headers['if-none-match'] = options.etag;
  if (options.lastModified) headers['if-modified-since'] = options.lastModified;
  const answer = await follow(checkUrl(text, rules), headers, rules, resolve, endsAt);
  const { response } = answer;
  const notModified = response.statusCode === 304;
  if (!notModified && response.statusCode !== 200) {
    response.destroy();
    throw warnErrors('EGRESS_STATUS', { status: response.statusCode ?? 0 });
  }
  if (notModified) response.resume();
  return {
    notModified,
    url: answer.url.href,
    ...picked('etag', response.headers.etag),
    ...picked('lastModified', response.headers['last-modified']),
    ...picked('contentType', response.headers['content-type']),
    body: notModified ? nothing() : bodyOf(answer, rules, resolve, endsAt),
  };
}

function picked<K extends string>(name: K, value: string | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: string };
}

async function* nothing(): AsyncIterable<Uint8Array> {}

async function follow(
  start: URL,
  headers: Readonly<Record<string, string>>,
  rules: EgressRules,
  resolve: Resolver,
  endsAt: number,
): Promise<Answer> {
  let url = start;
  for (let hops = 0; ; hops += 1) {
    const response = await request(url, 'GET', headers, undefined, rules, resolve, endsAt);
    const status = response.statusCode ?? 0;
    if (![301, 302, 303, 307, 308].includes(status)) return { url, response };
    response.destroy();
    const refuse = (reason: string) => warnErrors('EGRESS_REDIRECT_REFUSED', { reason });
    if (hops >= rules.redirectsMax) throw refuse('too-many');
    const location = response.headers.location ?? '';
    if (!URL.canParse(location, url.href)) throw refuse('no-address');
    const next = new URL(location, url);
    // Another host could be anything; the person who set the feed chose this one.
    if (next.origin !== url.origin) throw refuse('another-origin');
    url = checkUrl(next.href, rules);
  }
}

async function request(
  url: URL,
  method: 'GET' | 'POST',
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
  rules: EgressRules,
  resolve: Resolver,
  endsAt: number,
): Promise<http.IncomingMessage> {
  const address = await resolvePinned(url, rules, resolve);
  const leftMs = Math.floor(endsAt - performance.now());
  const timedOut = () => warnErrors('EGRESS_TIMED_OUT', { limitMs: rules.timeMsMax });
  if (leftMs <= 0) throw timedOut();
  const client = url.protocol === 'https:' ? https : http;
  return await new Promise((accept, reject) => {
    const call = client.request(url, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
      // No agent: a kept connection would outlive the check of its address.
      agent: false,
      timeout: Math.min(rules.silenceMsMax, leftMs),
      lookup: (_host, options, done) => {
        const family = isIPv6(address) ? 6 : 4;
        if (options.all) done(null, [{ address, family }]);
        else done(null, address, family);
      },
    });
    // Once the answer flows, only the answer itself can tell its reader why it ended.
    let answer: http.IncomingMessage | undefined;
    const giveUp = () => (answer ?? call).destroy(timedOut());
    const timer = setTimeout(giveUp, leftMs).unref();
    call.on('close', () => clearTimeout(timer));
    call.on('timeout', giveUp);
    call.on('error', (cause) => {
      clearTimeout(timer);
      reject(asRefusal(cause));
    });
    call.on('response', (response) => {
      answer = response;
      accept(response);
    });
    call.end(body);
  });
}

function asRefusal(cause: unknown): Error {
  if (cause instanceof SakimoriError) return cause;
  const code = (cause as { code?: string }).code ?? '';
  const reason = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/i.test(code)
    ? 'certificate-not-valid'
    : code === 'ECONNREFUSED'
      ? 'connection-refused'
      : 'connection-broken';
  return warnErrors('EGRESS_FAILED', { reason }, cause);
}

/** The body with every bound; a broken connection is taken up again where it broke. */
async function* bodyOf(
  first: Answer,
  rules: EgressRules,
  resolve: Resolver,
  endsAt: number,
): AsyncIterable<Uint8Array> {
  const encoding = (first.response.headers['content-encoding'] ?? 'identity').toLowerCase();
  const wire = wireBytes(first, encoding === 'identity', rules, resolve, endsAt);
  if (encoding === 'identity') yield* wire;
  else yield* inflate(wire, encoding, rules);
}

async function* wireBytes(
  first: Answer,
  resumable: boolean,
  rules: EgressRules,
  resolve: Resolver,
  endsAt: number,
): AsyncIterable<Uint8Array> {
  const etag = first.response.headers.etag;
  const tooLarge = () => warnErrors('EGRESS_TOO_LARGE', { bytesMax: rules.bytesMax });
  let response = first.response;
  if (Number(response.headers['content-length'] ?? 0) > rules.bytesMax) {
    response.destroy();
    throw tooLarge();
  }
  let bytes = 0;
  for (let attempt = 0; ; attempt += 1) {
    try {
      for await (const part of response as AsyncIterable<Buffer>) {
        bytes += part.length;
        if (bytes > rules.bytesMax) throw tooLarge();
        yield part;
      }
      if (!response.complete) throw warnErrors('EGRESS_FAILED', { reason: 'connection-broken' });
      return;
    } catch (cause) {
      response.destroy();
      const refusal = asRefusal(cause);
      const again = resumable && attempt < rules.resumesMax && isStrong(etag);
      if (!again || (refusal as SakimoriError).code !== 'WRN_EGRESS_FAILED') throw refusal;
      response = await resume(first.url, bytes, etag as string, rules, resolve, endsAt);
    }
  }
}

function isStrong(etag: string | undefined): boolean {
  return etag !== undefined && !etag.startsWith('W/');
}

async function resume(
  url: URL,
  from: number,
  etag: string,
  rules: EgressRules,
  resolve: Resolver,
  endsAt: number,
): Promise<http.IncomingMessage> {
  const headers = {
    'accept-encoding': 'identity',
    range: `bytes=${from}-`,
    'if-range': etag,
    'user-agent': 'sakimori',
  };
  const response = await request(url, 'GET', headers, undefined, rules, resolve, endsAt);
  const range = response.headers['content-range'] ?? '';
  const fits = response.statusCode === 206 && new RegExp(`^bytes ${from}-\\d+/`).test(range);
  if (fits) return response;
  response.destroy();
  // 200: the file is another one by now. What was read of the old one must not be continued.
  throw warnErrors('EGRESS_FAILED', { reason: 'source-changed' });
}

async function* inflate(
  wire: AsyncIterable<Uint8Array>,
  encoding: string,
  rules: EgressRules,
): AsyncIterable<Uint8Array> {
  const refuse = (reason: string) => warnErrors('EGRESS_COMPRESSION_REFUSED', { reason });
  const makers: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const make = makers[encoding];
  if (!make) throw refuse('unknown-encoding');
  const inflater = make();
  let read = 0;
  let failure: unknown;
  const feeding = (async () => {
    try {
      for await (const part of wire) {
        read += part.length;
        if (!inflater.write(part)) {
          await new Promise((done) => inflater.once('drain', done).once('close', done));
        }
        if (inflater.destroyed) return;
      }
      inflater.end();
    } catch (cause) {
      failure = cause;
      inflater.destroy();
    }
  })();
  let written = 0;
  try {
    for await (const part of inflater as AsyncIterable<Buffer>) {
      written += part.length;
      if (written > rules.inflatedBytesMax) {
        throw warnErrors('EGRESS_TOO_LARGE', { bytesMax: rules.inflatedBytesMax });
      }
      if (written > RATIO_GRACE_BYTES && written > read * INFLATION_RATIO_MAX) throw refuse('bomb');
      yield part;
    }
    if (failure) throw failure;
  } catch (cause) {
    if (failure) throw failure;
    throw cause instanceof SakimoriError ? cause : refuse('damaged');
  } finally {
    inflater.destroy();
    await feeding;
  }
}

async function postText(
  text: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  rules: EgressRules,
  resolve: Resolver,
): Promise<{ readonly status: number }> {
  const limits = { ...rules, timeMsMax: Math.min(rules.timeMsMax, POST_TIME_MS) };
  const endsAt = performance.now() + limits.timeMsMax;
  const url = checkUrl(text, limits);
  const response = await request(url, 'POST', headers, body, limits, resolve, endsAt);
  const status = response.statusCode ?? 0;
  response.destroy();
  return { status };
}
