// SPDX-License-Identifier: Apache-2.0
/** Digests of files, CVE numbers and Bitcoin addresses: what a single word can be. */
import { createHash } from 'node:crypto';
import type { IndicatorType } from '../record.ts';

const DIGESTS: ReadonlyMap<number, IndicatorType> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
  [128, 'sha512'],
]);
/** Digests that look random have many different digits; runs of fillers have few. */
const DIFFERENT_DIGITS_MIN = 5;

/** What kind of digest a word is, by its length; undefined when it is none. */
export function digestType(word: string): IndicatorType | undefined {
  const type = DIGESTS.get(word.length);
  if (type === undefined || !/^[0-9a-f]+$/i.test(word) || /^\d+$/.test(word)) return undefined;
  return new Set(word.toLowerCase()).size >= DIFFERENT_DIGITS_MIN ? type : undefined;
}

/** CVE number in canonical form: four digits of the year, at least four of the number. */
export function canonicalCve(text: string): string | undefined {
  const match = /^CVE[-_ ]{1,2}(\d{4})[-_ ](\d{4,19})$/i.exec(text);
  if (!match) return undefined;
  const [, year, number] = match as unknown as [string, string, string];
  const isNumber = number.length === 4 || !number.startsWith('0');
  return isNumber && Number(year) >= 1999 && Number(year) <= 2099
    ? `CVE-${year}-${number}`
    : undefined;
}

/** A Bitcoin address of the main network whose checksum is right, in canonical form. */
export function canonicalBitcoin(word: string): string | undefined {
  if (/^(?:bc1|BC1)/.test(word)) return isSegwit(word) ? word.toLowerCase() : undefined;
  return isBase58Address(word) ? word : undefined;
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function isBase58Address(word: string): boolean {
  if (!/^[13][1-9A-HJ-NP-Za-km-z]{24,34}$/.test(word)) return false;
  let number = 0n;
  for (const sign of word) number = number * 58n + BigInt(BASE58.indexOf(sign));
  const hex = number.toString(16);
  if (hex.length > 50) return false;
  const bytes = Buffer.from(hex.padStart(50, '0'), 'hex');
  // Each leading 1 stands for one zero byte: exactly one version byte, or a number that begins so.
  const leading = /^1*/.exec(word)?.[0].length ?? 0;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  if (leading !== (zeros === -1 ? bytes.length : zeros)) return false;
  const [payload, checksum] = [bytes.subarray(0, 21), bytes.subarray(21)];
  return (
    (payload[0] === 0x00 || payload[0] === 0x05) &&
    sha256(sha256(payload)).subarray(0, 4).equals(checksum)
  );
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
/** Remainders of a right checksum: bech32 (BIP 173), bech32m (BIP 350). */
const BECH32_REMAINDER = 1;
const BECH32M_REMAINDER = 0x2bc830a3;

function isSegwit(word: string): boolean {
  if (word.length < 14 || word.length > 74) return false;
  if (word !== word.toLowerCase() && word !== word.toUpperCase()) return false;
  const values = [...word.toLowerCase().slice(3)].map((sign) => BECH32.indexOf(sign));
  if (values.includes(-1)) return false;
  const [version, program] = [values[0] as number, values.slice(1, -6)];
  const isVersion = version <= 16 && checksumRemainder(values) === remainderFor(version);
  const bytes = Math.floor((program.length * 5) / 8);
  const padding = program.length * 5 - bytes * 8;
  const isPadded = padding < 5 && ((program.at(-1) ?? 0) & ((1 << padding) - 1)) === 0;
  const isLength = version === 0 ? bytes === 20 || bytes === 32 : bytes >= 2 && bytes <= 40;
  return isVersion && isPadded && isLength;
}

function remainderFor(version: number): number {
  return version === 0 ? BECH32_REMAINDER : BECH32M_REMAINDER;
}

function checksumRemainder(values: readonly number[]): number {
  // The human-readable part `bc`, expanded: high bits, zero, low bits.
  let remainder = 1;
  for (const value of [3, 3, 0, 2, 3, ...values]) {
    const top = remainder >>> 25;
    remainder = ((remainder & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATORS.entries()) {
      if ((top >>> bit) & 1) remainder ^= generator;
    }
  }
  return remainder >>> 0;
}
