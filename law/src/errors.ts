// SPDX-License-Identifier: Apache-2.0
import { defineErrors } from '@sakimori/vocabulary';

/** Every way that the dated data can refuse. */
export const lawErrors = defineErrors('LAW', {
  BROKEN_RULE_SET: {
    status: 500,
    retry: 'never',
    params: { ruleSet: 'id', field: 'field', position: 'count' },
    ja: '規則データ {ruleSet} の {position} 件目にある項目 {field} が決められた形になっていません。law/data の該当ファイルを直してから起動し直してください。',
    en: 'Field {field} of entry {position} in rule set {ruleSet} does not have its required form. Correct the file in law/data, then start again.',
  },
  NO_RULE_SET: {
    status: 500,
    retry: 'never',
    params: { ruleSet: 'id' },
    ja: '規則データ {ruleSet} がありません。law/data にファイルを置いてください。',
    en: 'There is no rule set {ruleSet}. Put its file into law/data.',
  },
  NO_RULE_THEN: {
    status: 500,
    retry: 'never',
    params: { ruleSet: 'id', at: 'instant' },
    ja: '規則データ {ruleSet} には {at} に効力のある規則がありません。施行日と終了日を確かめてください。',
    en: 'Rule set {ruleSet} has no rule in force at {at}. Check its dates of effect.',
  },
});
