// SPDX-License-Identifier: Apache-2.0
/** Every way in which a question of authority is refused. */
import { defineErrors } from '@sakimori/vocabulary';

export const authorityErrors = defineErrors('AUT', {
  REFUSED: {
    status: 403,
    retry: 'never',
    params: { action: 'word', policy: 'word' },
    ja: 'この操作（{action}）は許可されていません（規則 {policy}）。必要な場合は、所属組織の管理者に役割をご確認ください。',
    en: 'This action ({action}) is not permitted (policy {policy}). If you need it, ask the administrator of your organisation about your role.',
  },
  STEP_UP: {
    status: 403,
    retry: 'never',
    params: { action: 'word' },
    ja: 'この操作（{action}）の前に、もう一度サインインして本人確認を行ってください。',
    en: 'Sign in once more, to confirm that it is you, before you do this ({action}).',
  },
  WRONG_RESOURCE: {
    status: 500,
    retry: 'never',
    params: { action: 'word', type: 'word' },
    ja: '操作 {action} は種別 {type} に対して行うものではありません。運用担当者にお知らせください。',
    en: 'The action {action} is not done to a {type}. Please tell the people who run this instance.',
  },
  POLICIES_BROKEN: {
    status: 500,
    retry: 'never',
    params: { policy: 'word' },
    ja: 'アクセス規則 {policy} を読み込めません。規則が直るまで、すべての操作を断ります。運用担当者にお知らせください。',
    en: 'The access policy {policy} cannot be read. Everything is refused until it is repaired. Please tell the people who run this instance.',
  },
});
