// SPDX-License-Identifier: Apache-2.0
/** Addresses and names in a run of letters, digits and dots, with Japanese text around them. */
import { readQuad } from './addresses.ts';
import { CLASS, classify } from './characters.ts';
import { canonicalDomain } from './host-names.ts';
import type { ReadableText } from './readable-text.ts';

/** A host found in a run. */
export interface HostFound {
  readonly type: 'ipv4' | 'domain';
  /** Canonical. */
  readonly value: string;
  readonly from: number;
  readonly to: number;
  /** The name begins with Japanese letters, and nothing says where. */
  readonly isLooseStart?: boolean;
  /** A sentence follows without a space. */
  readonly hasSentence?: boolean;
  readonly isPadded?: boolean;
}

interface Label {
  readonly from: number;
  readonly to: number;
}

/** No suffix in Japanese or Chinese letters is longer. */
const SUFFIX_LENGTH_MAX = 12;
/** A name longer than this is no name. */
const NAME_SCAN_MAX = 300;

/**
 * Finds every host in a run.
 *
 * In     `from` to `to`: a maximal run of letters, digits, dots and hyphens; `isExact` when a name
 *        begins at its first character because `://` or `@` stands before it
 * Out    hosts in order; with `isExact` the first is the one that begins there, if any
 */
export function findHosts(
  text: ReadableText,
  from: number,
  to: number,
  isExact: boolean,
): HostFound[] {
  const found: HostFound[] = [];
  let group: Label[] = [];
  let labelFrom = from;
  for (let at = from; at <= to; at += 1) {
    if (at < to && text.classes[at] !== CLASS.dot) continue;
    if (at > labelFrom) group.push({ from: labelFrom, to: at });
    const isEnd = at === to || at === labelFrom;
    if (isEnd && group.length > 0) {
      const isFirst = (group[0] as Label).from === from;
      readGroup(text, group, isExact && isFirst, found);
      group = [];
    }
    labelFrom = at + 1;
  }
  return found;
}

/** One group of labels that are parted by single dots. */
function readGroup(
  text: ReadableText,
  labels: Label[],
  isExact: boolean,
  found: HostFound[],
): void {
  let first = 0;
  let isStartExact = isExact;
  // Each turn reads one host or gives up; what stands behind it is read in the next turn.
  while (first < labels.length - 1) {
    const start = startOfName(text, labels[first] as Label, isStartExact);
    const end = endOfName(text, labels, first, start.at);
    if (end.host) found.push(start.isLoose ? { ...end.host, isLooseStart: true } : end.host);
    if (end.next === undefined) return;
    labels[end.next] = { from: end.nextFrom, to: (labels[end.next] as Label).to };
    first = end.next;
    isStartExact = false;
  }
}

interface NameEnd {
  readonly host: HostFound | undefined;
  /** Label at which the next host may begin, and where in it. */
  readonly next: number | undefined;
  readonly nextFrom: number;
}

function endOfName(text: ReadableText, labels: Label[], first: number, from: number): NameEnd {
  const done = (host: HostFound | undefined): NameEnd => ({ host, next: undefined, nextFrom: 0 });
  for (let index = first + 1; index < labels.length; index += 1) {
    const label = labels[index] as Label;
    const japanese = firstJapanese(text, label);
    if (japanese < 0) continue;
    const isLast = index === labels.length - 1;
    if (japanese > label.from) {
      const host = readHost(text, from, japanese);
      if (host) return { host, next: index, nextFrom: japanese };
      if (isLast) return done(undefined);
    } else if (isLast) {
      return done(
        withJapaneseSuffix(text, from, label) ??
          readHost(text, from, (labels[index - 1] as Label).to),
      );
    }
  }
  const last = labels.at(-1) as Label;
  return done(
    readHost(text, from, last.to) ?? withoutSentence(text, labels, first, from) ?? undefined,
  );
}

/** `例え.みんなへ`: the longest beginning of the last label that is a suffix. */
function withJapaneseSuffix(text: ReadableText, from: number, label: Label): HostFound | undefined {
  const longest = Math.min(label.to, label.from + SUFFIX_LENGTH_MAX);
  for (let to = longest; to > label.from; to -= 1) {
    const host = readHost(text, from, to);
    if (host) return host;
  }
  return undefined;
}

/** `example.com.The host`: labels at the end that begin with a capital letter are a sentence. */
function withoutSentence(
  text: ReadableText,
  labels: readonly Label[],
  first: number,
  from: number,
): HostFound | undefined {
  for (let index = labels.length - 1; index > Math.max(first, labels.length - 3); index -= 1) {
    if (!/^[A-Z]/.test(text.characters[(labels[index] as Label).from] ?? '')) return undefined;
    const host = readHost(text, from, (labels[index - 1] as Label).to);
    if (host) return { ...host, hasSentence: true };
  }
  return undefined;
}

/** Reads exactly the text between two positions, hyphens and underscores around it left out. */
function readHost(text: ReadableText, from: number, to: number): HostFound | undefined {
  if (to - from > NAME_SCAN_MAX) return undefined;
  let [start, end] = [from, to];
  while (end > start && text.classes[end - 1] === CLASS.joiner) end -= 1;
  while (start < end && text.characters.charCodeAt(start) === 0x2d) start += 1;
  const written = text.characters.slice(start, end);
  const quad = readQuad(written);
  if (quad) {
    const value = quad.octets.join('.');
    return { type: 'ipv4', value, from: start, to: end, isPadded: quad.padded };
  }
  const domain = canonicalDomain(written);
  if (domain) return { type: 'domain', value: domain, from: start, to: end };
  return written.startsWith('_') ? readHost(text, start + 1, end) : undefined;
}

function firstJapanese(text: ReadableText, label: Label): number {
  for (let at = label.from; at < label.to; at += 1) {
    if (text.classes[at] === CLASS.japanese) return at;
  }
  return -1;
}

/** Words after which a name begins, and endings after which a sentence goes on. */
const BEFORE_NAME =
  /ドメイン名?|サイト|ホスト名?|サーバー?|アドレス|リンク|接続先|通信先|宛先|送信元|攻撃元|配布元|参照先|誘導先|転送先|[はがをへ]|から|より|という|である|した|する|および|または/g;
const NAME_LIKELY_MAX = 15;

/** Where a name begins in its first label. */
function startOfName(
  text: ReadableText,
  label: Label,
  isExact: boolean,
): { readonly at: number; readonly isLoose: boolean } {
  if (isExact || firstJapanese(text, label) < 0) return { at: label.from, isLoose: false };
  if (text.classes[label.to - 1] !== CLASS.japanese) {
    // `攻撃元198`: what touches the prose is the ASCII end of it.
    let at = label.to;
    while (at > label.from && text.classes[at - 1] !== CLASS.japanese) at -= 1;
    return { at, isLoose: false };
  }
  const from = Math.max(label.from, label.to - 63);
  const written = text.characters.slice(from, label.to);
  // After another host the prose goes on with a particle.
  const isGlued = label.from > 0 && text.classes[label.from - 1] === CLASS.ascii;
  let cut = isGlued ? (/^(?:とは|や|と|の|に|で|も|か)/.exec(written)?.[0].length ?? 0) : 0;
  for (const match of written.matchAll(BEFORE_NAME)) {
    const end = match.index + match[0].length;
    if (end < written.length && end > cut) cut = end;
  }
  const before = label.from === 0 ? 0x20 : text.characters.charCodeAt(label.from - 1);
  const isBounded = before <= 0x20 || /[「『（(【[<"'“‘]/.test(String.fromCharCode(before));
  const isSure = cut === 0 && isBounded && label.to - label.from <= NAME_LIKELY_MAX;
  return { at: from + cut, isLoose: !isSure };
}

/** Whether letters of several scripts that look alike stand in one label: Latin with Cyrillic. */
export function mixesScripts(written: string): boolean {
  return written.split('.').some((label) => {
    const hasLatin = /\p{Script=Latin}/u.test(label);
    const hasAlike = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
    return hasLatin && hasAlike.test(label);
  });
}

/** End of the maximal run of letters, digits, dots and hyphens that begins at a position. */
export function endOfRun(text: ReadableText, from: number, lengthMax: number): number {
  const max = Math.min(text.characters.length, from + lengthMax);
  let at = from;
  while (at < max && classify(text.characters.charCodeAt(at)) !== CLASS.other) at += 1;
  return at;
}
