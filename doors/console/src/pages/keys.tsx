// SPDX-License-Identifier: Apache-2.0
/** API keys: narrow, ending by themselves, shown once. */
import type { KeyView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Badge } from '../blocks/badge.tsx';
import { Button } from '../blocks/button.tsx';
import { Clock, Moment, useNow } from '../blocks/clock.tsx';
import { Confirm } from '../blocks/confirm.tsx';
import { CheckField, Choose, TextField } from '../blocks/field.tsx';
import { Section } from '../blocks/layout.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { ShownOnce } from '../blocks/shown-once.tsx';
import { Refusal } from '../blocks/states.tsx';
import { mayDo, useSession, useWrite } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';

/** What a machine may need. A key never holds more than its maker. */
const SCOPES = {
  'computer:read': 'keys.scope.computer-read',
  'computer:write': 'keys.scope.computer-write',
  'computer:import': 'keys.scope.computer-import',
  'warning:read': 'keys.scope.warning-read',
  'warning:answer': 'keys.scope.warning-answer',
  'notification:read': 'keys.scope.notification-read',
  'feed:read': 'keys.scope.feed-read',
  'feed:import': 'keys.scope.feed-import',
  'vulnerability:read': 'keys.scope.vulnerability-read',
  'report:read': 'keys.scope.report-read',
  'report:submit': 'keys.scope.report-submit',
  'alert:submit': 'keys.scope.alert-submit',
} as const satisfies Record<string, Key>;
type Scope = keyof typeof SCOPES;

const DAY_MS = 86_400_000;

export default function Keys() {
  const { t } = useWords();
  const session = useSession();
  return (
    <ListPage<KeyView>
      title={t('keys.title')}
      lead={t('keys.lead')}
      above={mayDo(session.data, 'key:create') && <Create />}
      path="/keys"
      empty={{ icon: 'key', text: t('keys.none') }}
      cards
    >
      {(keys) => (
        <ul className="grid gap-3">
          {keys.map((key) => (
            <OneKey key={key.id} one={key} mayRevoke={mayDo(session.data, 'key:revoke')} />
          ))}
        </ul>
      )}
    </ListPage>
  );
}

function Create() {
  const { t } = useWords();
  const session = useSession();
  const now = useNow();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const made = useWrite<KeyView>();
  const offered = (Object.keys(SCOPES) as Scope[]).filter((scope) => mayDo(session.data, scope));
  if (made.data?.secret) {
    return (
      <ShownOnce
        title={t('keys.made', { name: made.data.name })}
        lead={t('keys.made.lead')}
        secret={made.data.secret}
        done={() => {
          made.reset();
          setName('');
          setScopes([]);
        }}
      />
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const expires = new Date(now + Number(days) * DAY_MS).toISOString();
    made.mutate({ path: '/keys', body: { name: name.trim(), actions: scopes, expires } });
  };
  return (
    <Section title={t('keys.create')} icon="plus">
      <form onSubmit={submit} className="grid gap-4">
        <div className="grid gap-4 md:grid-cols-[1fr_14rem]">
          <TextField
            label={t('keys.name')}
            hint={t('keys.name.hint')}
            required
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Choose
            label={t('keys.ends')}
            hint={t('keys.ends.hint')}
            value={days}
            onChoose={setDays}
            choices={['30', '90', '180', '365'].map((value) => ({
              value,
              label: t('keys.days', { count: Number(value) }),
            }))}
          />
        </div>
        <fieldset>
          <legend className="font-700">{t('keys.scopes')}</legend>
          <div className="grid gap-x-6 sm:grid-cols-2">
            {offered.map((scope) => (
              <CheckField
                key={scope}
                label={t(SCOPES[scope])}
                checked={scopes.includes(scope)}
                onCheck={(checked) =>
                  setScopes(checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
                }
              />
            ))}
          </div>
        </fieldset>
        <div>
          <Button type="submit" look="main" busy={made.isPending} disabled={scopes.length === 0}>
            {t('keys.create.verb')}
          </Button>
        </div>
        <Refusal error={made.error} />
      </form>
    </Section>
  );
}

function OneKey({ one, mayRevoke }: { one: KeyView; mayRevoke: boolean }) {
  const { t } = useWords();
  const revoke = useWrite();
  const scope = (action: string) =>
    Object.hasOwn(SCOPES, action) ? t(SCOPES[action as Scope]) : action;
  return (
    <li className="card grid gap-2 p-4 md:px-6">
      <div className="flex flex-wrap items-center gap-3">
        <strong>{one.name}</strong>
        <code className="font-mono text-[0.875rem] text-soft">{one.prefix}…</code>
        {one.revoked ? (
          <Badge icon="close">{t('keys.revoked')}</Badge>
        ) : (
          <Badge tone="good" icon="check">
            {t('keys.live')}
          </Badge>
        )}
      </div>
      <p className="text-soft">{one.actions.map(scope).join(t('list.separator'))}</p>
      <p className="flex flex-wrap gap-x-4 text-[0.9375rem] text-faint">
        <span>
          {t('keys.last-used')} <Moment at={one.lastUsed} />
        </span>
        {one.revoked ? (
          <span>
            {t('keys.revoked')} <Moment at={one.revoked} />
          </span>
        ) : (
          one.expires && <Clock due={one.expires} />
        )}
      </p>
      {mayRevoke && !one.revoked && (
        <Confirm
          label={t('keys.revoke')}
          question={t('keys.revoke.confirm', { name: one.name })}
          verb={t('keys.revoke')}
          busy={revoke.isPending}
          act={() =>
            revoke.mutate({ method: 'DELETE', path: `/keys/${encodeURIComponent(one.id)}` })
          }
        />
      )}
      <Refusal error={revoke.error} />
    </li>
  );
}
