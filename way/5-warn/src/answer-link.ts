// SPDX-License-Identifier: Apache-2.0
/** Signed links: one warning, one person, until a day. Who has the link may answer, nothing else. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { toInstant } from '@sakimori/vocabulary';
import { warnErrors } from './errors.ts';

/** What a link stands for. It names ids; of the warning itself it says nothing. */
export interface AnswerLink {
  readonly warningId: string;
  readonly personId: string;
  readonly organisationId: string;
  readonly expiresAtMs: number;
}

const VERSION = 'a1';
const MAC_BYTES = 32;
const TOKEN_CHARACTERS_MAX = 600;

/**
 * Makes the token of a link.
 *
 * In     `key` 32 secret bytes of the instance
 * Out    text for the part of an address behind `#`: browsers do not send it and servers do not log
 *        it; the page posts it, so that a mail scanner that opens the link answers nothing
 */
export function signAnswerLink(link: AnswerLink, key: Uint8Array): string {
  const body = Buffer.from(
    JSON.stringify([link.warningId, link.personId, link.organisationId, link.expiresAtMs]),
  ).toString('base64url');
  return `${VERSION}.${body}.${macOf(body, key).toString('base64url')}`;
}

/**
 * Reads a token.
 *
 * Throws  WRN_LINK_INVALID for anything that we did not sign, WRN_LINK_EXPIRED
 */
export function readAnswerLink(token: string, key: Uint8Array, nowMs: number): AnswerLink {
  const invalid = () => warnErrors('LINK_INVALID', {});
  if (token.length > TOKEN_CHARACTERS_MAX) throw invalid();
  const [version, body, mac, ...rest] = token.split('.');
  if (version !== VERSION || !body || !mac || rest.length > 0) throw invalid();
  const given = Buffer.from(mac, 'base64url');
  if (given.length !== MAC_BYTES || !timingSafeEqual(given, macOf(body, key))) throw invalid();
  const [warningId, personId, organisationId, expiresAtMs] = JSON.parse(
    Buffer.from(body, 'base64url').toString('utf8'),
  ) as [string, string, string, number];
  if (nowMs >= expiresAtMs) throw warnErrors('LINK_EXPIRED', { expiredAt: toInstant(expiresAtMs) });
  return { warningId, personId, organisationId, expiresAtMs };
}

function macOf(body: string, key: Uint8Array): Buffer {
  // The version is inside: a later form of the token cannot be passed off as this one.
  return createHmac('sha256', key).update(`sakimori answer link ${VERSION}\n${body}`).digest();
}
