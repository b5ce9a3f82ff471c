// SPDX-License-Identifier: Apache-2.0
import { defineErrors } from '@sakimori/vocabulary';

/** How the duties to report can refuse: only their own law data can be wrong. */
export const obligationErrors = defineErrors('OBL', {
  BROKEN_RULES: {
    status: 500,
    retry: 'never',
    params: { ruleSet: 'id', field: 'field' },
    ja: '規則データ {ruleSet} の {field} が決められた形になっていません。law/data の該当ファイル、又は承認した変更を直してください。',
    en: 'Rule set {ruleSet}: {field} does not have its required form. Correct the file in law/data, or the change that was approved.',
  },
});
