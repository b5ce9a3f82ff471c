// SPDX-License-Identifier: Apache-2.0
/** Schemes of addresses that are sought, as they are and as they are disguised. */

const SCHEMES = [
  ...['http', 'https', 'ftp', 'ftps', 'sftp', 'tftp', 'ws', 'wss', 'ldap', 'ldaps', 'rmi'],
  ...['tcp', 'udp', 'ssh', 'smb', 'telnet', 'rdp', 'rtsp', 'socks4', 'socks5'],
].sort((a, b) => b.length - a.length);
const SCHEME_LENGTH_MAX = 8;

/** A scheme that ends at a position. */
export interface SchemeFound {
  /** Its plain name. */
  readonly name: string;
  readonly from: number;
  readonly isDisguised: boolean;
}

/**
 * The scheme before `://`.
 *
 * In     text; `at` position of the colon
 * Out    the scheme that the letters before it end with, undone from hxxp, h**p, meow and the like
 */
export function schemeAt(text: string, at: number): SchemeFound | undefined {
  const before = text.slice(Math.max(0, at - SCHEME_LENGTH_MAX), at);
  const lower = before.toLowerCase();
  const disguised = /(?:h(?:xx|x|\*\*|\*|__|tx|xt|xxx|t\*|\*t)p|meow)(s?)$/.exec(lower);
  if (disguised) {
    const name = `http${disguised[1]}`;
    return { name, from: at - disguised[0].length, isDisguised: true };
  }
  const file = /fxp(s?)$/.exec(lower);
  if (file) return { name: `ftp${file[1]}`, from: at - file[0].length, isDisguised: true };
  const plain = SCHEMES.find((scheme) => lower.endsWith(scheme));
  return plain === undefined
    ? undefined
    : { name: plain, from: at - plain.length, isDisguised: false };
}
