// SPDX-License-Identifier: Apache-2.0
/** Reasons in words. Texts are written here once; item, version and range are filled in. */
import type { Words } from '../shapes.ts';

const versionJa = (version: string) => `バージョン ${version}`;

export const reasons = {
  inRange: (item: string, version: string, range: string): Words => ({
    ja: `${item} の${versionJa(version)} は影響を受ける範囲（${range}）に入っています。`,
    en: `${item} version ${version} lies in the affected range (${range}).`,
  }),
  everyVersion: (item: string): Words => ({
    ja: `${item} は全てのバージョンが影響を受けるとされています。`,
    en: `Every version of ${item} is stated to be affected.`,
  }),
  outside: (item: string, version: string, range: string): Words => ({
    ja: `${item} の${versionJa(version)} は影響を受ける範囲（${range}）の外です。`,
    en: `${item} version ${version} lies outside the affected range (${range}).`,
  }),
  statedUnaffected: (item: string, version: string, range: string): Words => ({
    ja: `${item} の${versionJa(version)} は影響を受けないと明記されています（${range}）。`,
    en: `${item} version ${version} is stated to be unaffected (${range}).`,
  }),
  versionUnknown: (item: string, range: string): Words => ({
    ja: `${item} のバージョンが登録されていないため判断できません（影響を受ける範囲: ${range}）。`,
    en: `The version of ${item} is not recorded, so it cannot be decided (affected: ${range}).`,
  }),
  versionConflict: (item: string): Words => ({
    ja: `${item} に登録されたバージョンが互いに食い違っているため判断できません。`,
    en: `The recorded versions of ${item} contradict one another, so it cannot be decided.`,
  }),
  incomparable: (item: string, version: string, range: string): Words => ({
    ja: `${item} の${versionJa(version)} と範囲（${range}）の前後関係が明らかでないため判断できません。`,
    en: `How ${item} version ${version} relates to the range (${range}) is not clear, so it cannot be decided.`,
  }),
  notNamed: (item: string, version: string, range: string): Words => ({
    ja: `${item} の${versionJa(version)} について記載がなく判断できません（記載: ${range}）。`,
    en: `Nothing is stated about ${item} version ${version} (stated: ${range}), so it cannot be decided.`,
  }),
  versionless: (item: string): Words => ({
    ja: `${item} は製品名のみで対象とされています（バージョンの記載なし）。`,
    en: `${item} is named as a product, without versions.`,
  }),
  makerOnly: (item: string): Words => ({
    ja: `製造者のみが示されており、${item} が対象かどうか判断できません。`,
    en: `Only the maker is named, so whether ${item} is meant cannot be decided.`,
  }),
  lineOnly: (item: string): Words => ({
    ja: `製品群としては一致しますが、${item} そのものが対象かどうか判断できません。`,
    en: `The line of products fits, but whether ${item} itself is meant cannot be decided.`,
  }),
  ambiguous: (item: string): Words => ({
    ja: `${item} という名称は複数の製品に当てはまるため判断できません。`,
    en: `The name ${item} fits several products, so it cannot be decided.`,
  }),
  attributeUnknown: (item: string, attribute: string, value: string): Words => ({
    ja: `対象は ${attribute} が ${value} のものに限られますが、${item} の登録に記載がなく判断できません。`,
    en: `Only ${attribute} ${value} is meant and the record of ${item} does not state it, so it cannot be decided.`,
  }),
  hardwareAssumed: (): Words => ({
    ja: '機種は登録されていませんが、ファームウェアが一致するため対象とみなしました。',
    en: 'The hardware model is not recorded; the firmware matches, so it is taken to be meant.',
  }),
  platformUnknown: (item: string): Words => ({
    ja: `${item} が動く基盤（OS など）が登録されていないため判断できません。`,
    en: `What ${item} runs on is not recorded, so it cannot be decided.`,
  }),
  platformDiffers: (item: string): Words => ({
    ja: `${item} は、対象とされる基盤や機種の上で動いていません。`,
    en: `${item} does not run on the platform or hardware that is meant.`,
  }),
  platformOnly: (item: string): Words => ({
    ja: `${item} は動作基盤として挙げられているだけで、それ自体は影響を受けません。`,
    en: `${item} is named only as a platform and is not itself vulnerable.`,
  }),
  excluded: (item: string): Words => ({
    ja: `${item} は条件により対象から除かれています。`,
    en: `${item} is excluded by a condition of the source.`,
  }),
  fixed: (item: string, version: string): Words => ({
    ja: `${item} の${versionJa(version)} は修正済みとされています。`,
    en: `${item} version ${version} is stated to be fixed.`,
  }),
  notAffected: (item: string, justification: string | undefined): Words => ({
    ja: `${item} は影響を受けないとされています${justification ? `（${justification}）` : ''}。`,
    en: `${item} is stated to be not affected${justification ? ` (${justification})` : ''}.`,
  }),
  investigating: (item: string): Words => ({
    ja: `${item} への影響は調査中とされています。`,
    en: `Whether ${item} is affected is stated to be under investigation.`,
  }),
  rejected: (): Words => ({
    ja: 'この脆弱性情報は取り下げられています。',
    en: 'This record was withdrawn by its author.',
  }),
  overrides: (source: string): Words => ({
    ja: `より確かな情報源を優先しました（異なる情報: ${source}）。`,
    en: `A more trusted source was preferred (${source} says otherwise).`,
  }),
} as const;

/** Puts sentences one after another; Japanese needs no blank between them. */
export function joinWords(...words: readonly (Words | undefined)[]): Words {
  const there = words.filter((one) => one !== undefined);
  return {
    ja: there.map((one) => one.ja).join(''),
    en: there.map((one) => one.en).join(' '),
  };
}

/** "... Source: X." */
export function withSource(words: Words, source: string): Words {
  return {
    ja: `${words.ja}情報源: ${source}。`,
    en: `${words.en} Source: ${source}.`,
  };
}
