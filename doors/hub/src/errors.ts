// SPDX-License-Identifier: Apache-2.0
import { defineErrors } from '@sakimori/vocabulary';

/** Every way that the hub itself can refuse; rooms have catalogues of their own. */
export const hubErrors = defineErrors('HUB', {
  BAD_ARGUMENT: {
    status: 400,
    retry: 'never',
    params: { field: 'field', expected: 'word' },
    ja: '{field} を読み取れません。期待する値：{expected}。',
    en: '{field} cannot be read. Expected: {expected}.',
  },
  BAD_REQUEST: {
    status: 400,
    retry: 'never',
    params: { field: 'field', expected: 'word' },
    ja: '{field} の値を受け付けられません。期待する値：{expected}。直してからもう一度お送りください。',
    en: 'The value of {field} was not accepted. Expected: {expected}. Correct it and send again.',
  },
  NOT_SIGNED_IN: {
    status: 401,
    retry: 'never',
    params: {},
    ja: 'サインインが必要です。サインインしてからもう一度お試しください。',
    en: 'You are not signed in. Sign in and try again.',
  },
  REFUSED: {
    status: 403,
    retry: 'never',
    params: { action: 'word' },
    ja: 'この操作（{action}）は認められていません。必要な場合は組織の管理者にご相談ください。',
    en: 'You may not do this ({action}). If you need it, ask your organisation’s administrator.',
  },
  CROSS_SITE: {
    status: 403,
    retry: 'never',
    params: {},
    ja: '他のサイトからの要求は受け付けません。この画面を開き直してからお試しください。',
    en: 'Requests from other sites are refused. Open this page again and retry.',
  },
  NOT_FOUND: {
    status: 404,
    retry: 'never',
    params: {},
    ja: '見つかりません。削除されたか、閲覧できる範囲にありません。',
    en: 'Not found: it was removed, or lies outside what you may see.',
  },
  STALE: {
    status: 409,
    retry: 'never',
    params: { id: 'id' },
    ja: '{id} は他の人が先に変更しました。読み込み直して変更を確かめてください。',
    en: 'Somebody changed {id} before you. Reload it and check the changes.',
  },
  KEY_REUSED: {
    status: 422,
    retry: 'never',
    params: {},
    ja: '同じ Idempotency-Key が別の内容で使われています。新しいキーでお送りください。',
    en: 'This Idempotency-Key was used with another request. Send again with a new key.',
  },
  IN_PROGRESS: {
    status: 409,
    retry: 'later',
    params: {},
    ja: '同じ要求を処理しています。少し待ってからお試しください。',
    en: 'The same request is still being worked on. Wait a moment and retry.',
  },
  TOO_LARGE: {
    status: 413,
    retry: 'never',
    params: { bytesMax: 'count' },
    ja: '大きすぎます。{bytesMax} バイトまで受け付けます。分けてお送りください。',
    en: 'Too large: up to {bytesMax} bytes are accepted. Send it in parts.',
  },
  WRONG_TYPE: {
    status: 415,
    retry: 'never',
    params: { expected: 'word' },
    ja: 'この形式は受け付けられません。期待する形式：{expected}。',
    en: 'This media type is not accepted. Expected: {expected}.',
  },
  TOO_MANY: {
    status: 429,
    retry: 'later',
    params: {},
    ja: '短い時間に要求が多すぎます。1 分ほど待ってからお試しください。',
    en: 'Too many requests in a short time. Wait a minute and retry.',
  },
  PORT_TAKEN: {
    status: 503,
    retry: 'later',
    params: { port: 'count' },
    ja: 'ポート {port} は使われています。--port で別の番号を指定してください。',
    en: 'Port {port} is in use. Choose another one with --port.',
  },
  INTERNAL: {
    status: 500,
    retry: 'later',
    params: { id: 'id' },
    ja: '思わぬ障害が起きました。記録番号 {id} を添えて管理者にお知らせください。変更は保存されていません。',
    en: 'Something unexpected happened. Tell the administrator this number: {id}. Nothing was saved.',
  },
});
