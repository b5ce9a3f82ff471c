// SPDX-License-Identifier: Apache-2.0
/** The closed list of what can be done. Every route of the hub names exactly one action. */
import type { Text } from '@sakimori/vocabulary/wire';

/** What kind of doing it is. Policies speak of a whole kind as `Action::"kind:change"`. */
export type ActionKind = 'read' | 'change' | 'administer' | 'approve' | 'session';

interface ActionFact {
  readonly kind: ActionKind;
  readonly title: Text;
}

const fact = (kind: ActionKind, ja: string, en: string): ActionFact => ({
  kind,
  title: { ja, en },
});

/** The part before the colon is the type of the thing that the action is done to. */
export const ACTION_FACTS = {
  'organisation:read': fact('read', '組織の情報を見る', 'see organisations'),
  'organisation:write': fact('administer', '組織の情報を変更する', 'change organisations'),
  'computer:read': fact('read', '登録電子計算機を見る', 'see registered computers'),
  'computer:write': fact('change', '登録電子計算機を変更する', 'change registered computers'),
  'computer:import': fact('change', '登録電子計算機を取り込む', 'import registered computers'),
  'notification:read': fact('read', '届出を見る', 'see notifications'),
  'notification:submit': fact('change', '届出を提出する', 'submit a notification'),
  'notification:relay': fact('change', '届出を内閣総理大臣へ通知する', 'relay a notification'),
  'notification:receive': fact('change', '届出を受理する', 'receive a notification'),
  'notification:correct': fact('change', '届出の補正を求める', 'ask for a correction'),
  'warning:read': fact('read', '警告を見る', 'see warnings'),
  'warning:answer': fact('change', '警告に回答する', 'answer warnings'),
  'warning:write': fact('change', '警告を発する', 'issue warnings'),
  'warning:withdraw': fact('change', '警告を取り下げる', 'withdraw warnings'),
  'vulnerability:read': fact('read', '脆弱性の情報を見る', 'see vulnerabilities'),
  'vulnerability:exposure': fact('read', '影響を受ける組織を見る', 'see who is affected'),
  'suppression:read': fact('read', '抑止の設定を見る', 'see suppressions'),
  'suppression:write': fact('change', '抑止の設定を変更する', 'change suppressions'),
  'feed:read': fact('read', '情報源の状態を見る', 'see feeds'),
  'feed:import': fact('change', '情報源を取り込む', 'import feeds'),
  'feed:write': fact('administer', '情報源の設定を変更する', 'change feed settings'),
  'board:read': fact('read', '状況図を見る', 'see the situation board'),
  'report:read': fact('read', '自組織のインシデント報告を見る', 'see own incident reports'),
  'report:write': fact('change', '報告の下書きを書く', 'write drafts of reports'),
  'report:submit': fact('change', 'インシデントを報告する', 'report an incident'),
  'report:answer': fact('change', '報告先からの質問に答える', 'answer questions of addressees'),
  'report:take': fact('change', '電話で受けた報告を代わりに入力する', 'take a report by telephone'),
  'report:settings': fact('administer', '報告の設定を変更する', 'change settings of reporting'),
  'alert:submit': fact('change', '検知結果を送る', 'send alerts of detection systems'),
  'copy:read': fact('read', '届いた報告を見る', 'see reports that were delivered'),
  'copy:accept': fact('change', '届いた報告を受理する', 'accept a delivered report'),
  'copy:reply': fact('change', '報告者に質問・助言する', 'ask or advise a reporter'),
  'copy:order': fact('change', '報告者に是正を命じる', 'order a reporter to correct'),
  'copy:relay': fact('change', '報告を他の機関に回付する', 'relay a report to another body'),
  'intake:read': fact('read', '報告の受付一覧を見る', 'see the intake queue'),
  'intake:triage': fact('change', '報告を振り分け、まとめる', 'assign and merge reports'),
  'statistics:read': fact('read', '報告の統計を見る', 'see statistics of reports'),
  'rule:read': fact('read', '規則データを見る', 'see the dated rules'),
  'rule:propose': fact('administer', '規則データの変更を求める', 'propose a change of rules'),
  'rule:approve': fact('approve', '規則データの変更を承認する', 'approve a change of rules'),
  'desk:read': fact('read', '省庁の受付を見る', 'see the ministry desk'),
  'home:read': fact('read', 'ホーム画面を見る', 'see the home page'),
  'catalogue:read': fact('read', '公開カタログを見る', 'see the public catalogue'),
  'catalogue:write': fact('change', '公開カタログを変更する', 'change the public catalogue'),
  'ledger:checkpoint': fact('read', '台帳のチェックポイントを見る', 'see ledger checkpoints'),
  'ledger:read': fact('read', '台帳の概要を見る', 'see the summary of the ledger'),
  'ledger:entries': fact('read', '台帳の記載を読む', 'read ledger entries'),
  'receipt:read': fact('read', '受領証を見る', 'see receipts'),
  'person:read': fact('read', '利用者を見る', 'see people'),
  'person:invite': fact('administer', '利用者を招待する', 'invite people'),
  'person:change-role': fact('administer', '役割を変更する', 'change roles'),
  'person:approve-role': fact('approve', '役割の変更を承認する', 'approve a change of roles'),
  'person:link': fact(
    'administer',
    '最初のサインイン用リンクを渡す',
    'hand over a first sign-in link',
  ),
  'person:remove': fact('administer', '利用者の利用を終える', 'end the access of a person'),
  'key:read': fact('read', 'API キーの一覧を見る', 'see API keys'),
  'key:create': fact('administer', 'API キーを発行する', 'create API keys'),
  'key:revoke': fact('administer', 'API キーを失効させる', 'revoke API keys'),
  'webhook:read': fact('read', 'Webhook の設定を見る', 'see webhooks'),
  'webhook:write': fact('administer', 'Webhook の設定を変更する', 'change webhooks'),
  'policy:read': fact('read', 'アクセス規則を読む', 'read the access policies'),
  'access:explain': fact('read', 'アクセスの可否と理由を調べる', 'ask who can see what, and why'),
  'backup:create': fact('administer', 'バックアップを作成する', 'create backups'),
  'metrics:read': fact('read', '稼働状況の数値を見る', 'see metrics'),
  'job:read': fact('read', '処理の状況を見る', 'see jobs'),
  'digest:read': fact('read', 'まとめ通知を見る', 'see digests'),
  'digest:write': fact('administer', 'まとめ通知の設定を変更する', 'change digest settings'),
  'session:own': fact('session', '自分のサインインを管理する', 'manage the own sign-in'),
} as const satisfies Record<string, ActionFact>;

export type Action = keyof typeof ACTION_FACTS;
export const ACTIONS = Object.keys(ACTION_FACTS) as readonly Action[];

type TypeOf<A extends string> = A extends `${infer T}:${string}` ? T : never;
export type ResourceType = TypeOf<Action>;
/** Things that carry a TLP mark; for the others the mark plays no part. */
export const MARKED_TYPES = ['warning', 'vulnerability', 'catalogue'] as const;
export type MarkedType = (typeof MARKED_TYPES)[number];

/** The type of thing that an action is done to. */
export function typeOfAction(action: Action): ResourceType {
  return action.slice(0, action.indexOf(':')) as ResourceType;
}

/** True for a name of the closed list; names from outside are checked before they are used. */
export function isAction(name: string): name is Action {
  return Object.hasOwn(ACTION_FACTS, name);
}

export function isMarked(type: ResourceType): type is MarkedType {
  return (MARKED_TYPES as readonly string[]).includes(type);
}
