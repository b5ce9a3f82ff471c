// SPDX-License-Identifier: Apache-2.0
/** What the words around a value say of it. Every look is at a few characters. */

const BEFORE_LENGTH = 28;
const AFTER_LENGTH = 16;

/** Words after which, in the same line, four numbers with dots are a version, an edition or a section. */
const VERSION_BEFORE =
  /(?:versions?|ver|(?:^|[^a-z])v|バージョン|ヴァージョン|firmware|ファームウェア|ファームウエア|build|ビルド|release|リリース|revision|rev|リビジョン|版数|版番号|section|chapter|clause|§|項番|第)[ \t]*(?:番号|number|no\.?)?\.?[ \t]*(?:は|が|[:=：])?[ \t]*["'「(（]?$/i;
/** Between two versions of a list: `1.2.3.4 and 1.2.3.5`. */
const LIST_BETWEEN =
  /^[ \t]*(?:[,、/~〜～・-]|and|or|to|および|及び|または|又は|と|や|から)[ \t]*$/i;
const VERSION_AFTER =
  /^[ \t]*(?:以降|以前|未満|より前|系|版|(?:or|and) (?:later|earlier|below|prior|above|newer|older)|へ更新|に更新|へアップデート)/i;
/** Four numbers that are all small are versions more often than addresses. */
const SMALL_OCTET_MAX = 20;
const VERSION_OCTET_MAX = 64;

export type QuadReading = 'address' | 'maybe-version' | 'version';

/**
 * Whether a dotted quad is an address or a version number.
 *
 * In     readable text; the place of the quad; `versionTo` end of the last version before it, or -1
 */
export function readQuadMeaning(
  characters: string,
  from: number,
  to: number,
  octets: readonly number[],
  versionTo: number,
): QuadReading {
  if (VERSION_BEFORE.test(before(characters, from))) return 'version';
  const isListed = versionTo >= 0 && from - versionTo <= 8;
  if (isListed && LIST_BETWEEN.test(characters.slice(versionTo, from))) return 'version';
  if (VERSION_AFTER.test(characters.slice(to, to + AFTER_LENGTH))) {
    return octets.every((octet) => octet < VERSION_OCTET_MAX) ? 'version' : 'maybe-version';
  }
  return octets.every((octet) => octet <= SMALL_OCTET_MAX) ? 'maybe-version' : 'address';
}

/** Words after which a name with the suffix of a file is a host all the same. */
const HOST_BEFORE =
  /(?:domains?|hosts?|hostname|sites?|fqdn|c2|c&c|dns|server|ドメイン名?|ホスト名?|サイト|サーバー?|接続先|通信先|宛先|誘導先|転送先)[ \t]*(?:名|は|が|に|へ|の|[:=：])?[ \t]*["'「(（]?$/i;

/** Whether the words before a place announce a host. */
export function announcesHost(characters: string, from: number): boolean {
  return HOST_BEFORE.test(before(characters, from));
}

const SERIAL_BEFORE =
  /(?:uuid|guid|serial(?:[ _-]?(?:number|no\.?))?|シリアル(?:番号|ナンバー)?|製造番号|trace[ _-]?id|request[ _-]?id|correlation[ _-]?id|session(?:[ _-]?id)?|セッション(?:id)?|token|トークン|api[ _-]?key|cookie|nonce|etag|thumbprint|拇印)[ \t]*(?:は|が|[:=：])?[ \t]*["'「(（]?$/i;
const COMMIT_BEFORE =
  /(?:commit|コミット|git|revision)[ \t]*(?:id|hash)?[ \t]*(?:は|[:=：])?[ \t]*["'「(（`]?$/i;

/** What a word of hexadecimal digits is, by the words before it. */
export function readDigestMeaning(
  characters: string,
  from: number,
): 'digest' | 'serial' | 'commit' {
  const words = before(characters, from);
  if (SERIAL_BEFORE.test(words)) return 'serial';
  return COMMIT_BEFORE.test(words) ? 'commit' : 'digest';
}

/** Whether a value stands in a header that holds ids of messages. */
export function isInMessageId(characters: string, from: number): boolean {
  const line = characters.slice(Math.max(0, from - 200), from);
  const start = line.lastIndexOf('\n') + 1;
  return /^\s*(?:message-id|in-reply-to|references|content-id|cid|x-ms-exchange-[a-z-]*id)\s*:/i.test(
    line.slice(start),
  );
}

function before(characters: string, from: number): string {
  return characters.slice(Math.max(0, from - BEFORE_LENGTH), from);
}
