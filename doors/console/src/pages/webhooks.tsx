// SPDX-License-Identifier: Apache-2.0
/** Webhooks: where notices go by machine, signed, and whether they arrive. */
import type { WebhookView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { Badge, type Tone } from '../blocks/badge.tsx';
import { Button } from '../blocks/button.tsx';
import { Moment } from '../blocks/clock.tsx';
import { Confirm } from '../blocks/confirm.tsx';
import { CheckField, TextField } from '../blocks/field.tsx';
import type { IconName } from '../blocks/icon.tsx';
import { Section } from '../blocks/layout.tsx';
import { ListPage } from '../blocks/list-page.tsx';
import { ShownOnce } from '../blocks/shown-once.tsx';
import { Refusal } from '../blocks/states.tsx';
import { mayDo, useSession, useWrite } from '../hub/queries.ts';
import { type Key, useWords } from '../language/language.ts';

const EVENTS = {
  'warning.issued': 'webhooks.event.issued',
  'warning.updated': 'webhooks.event.updated',
  'warning.withdrawn': 'webhooks.event.withdrawn',
} as const satisfies Record<string, Key>;
type EventName = keyof typeof EVENTS;

const STATES = {
  working: ['good', 'done', 'webhooks.state.working'],
  failing: ['alarm', 'alarm', 'webhooks.state.failing'],
  stopped: ['plain', 'close', 'webhooks.state.stopped'],
} as const satisfies Record<WebhookView['state'], readonly [Tone, IconName, Key]>;

export default function Webhooks() {
  const { t } = useWords();
  const session = useSession();
  const mayWrite = mayDo(session.data, 'webhook:write');
  return (
    <ListPage<WebhookView>
      title={t('webhooks.title')}
      lead={t('webhooks.lead')}
      above={mayWrite && <Create />}
      path="/webhooks"
      empty={{ icon: 'webhook', text: t('webhooks.none') }}
      cards
    >
      {(webhooks) => (
        <ul className="grid gap-3">
          {webhooks.map((one) => (
            <Webhook key={one.id} one={one} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
    </ListPage>
  );
}

function Create() {
  const { t } = useWords();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<readonly EventName[]>(['warning.issued', 'warning.updated']);
  const made = useWrite<WebhookView>();
  if (made.data?.secret) {
    return (
      <ShownOnce
        title={t('webhooks.made')}
        lead={t('webhooks.made.lead')}
        secret={made.data.secret}
        done={() => {
          made.reset();
          setUrl('');
        }}
      />
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    made.mutate({ path: '/webhooks', body: { url, events } });
  };
  return (
    <Section title={t('webhooks.create')} icon="plus">
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={t('webhooks.url')}
          hint={t('webhooks.url.hint')}
          type="url"
          required
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <fieldset>
          <legend className="font-700">{t('webhooks.events')}</legend>
          {(Object.keys(EVENTS) as EventName[]).map((name) => (
            <CheckField
              key={name}
              label={t(EVENTS[name])}
              checked={events.includes(name)}
              onCheck={(checked) =>
                setEvents(checked ? [...events, name] : events.filter((one) => one !== name))
              }
            />
          ))}
        </fieldset>
        <div>
          <Button type="submit" look="main" busy={made.isPending} disabled={events.length === 0}>
            {t('webhooks.create.verb')}
          </Button>
        </div>
        <Refusal error={made.error} />
      </form>
    </Section>
  );
}

function Webhook({ one, mayWrite }: { one: WebhookView; mayWrite: boolean }) {
  const { t, pick } = useWords();
  const remove = useWrite();
  const [tone, icon, word] = STATES[one.state];
  const event = (name: string) =>
    Object.hasOwn(EVENTS, name) ? t(EVENTS[name as EventName]) : name;
  return (
    <li className="card grid gap-2 p-4 md:px-6">
      <p className="flex flex-wrap items-center gap-3">
        <Badge tone={tone} icon={icon}>
          {t(word)}
        </Badge>
        <span className="break-all font-700">{one.url}</span>
      </p>
      {one.problem && <p className="phrase text-alarm">{pick(one.problem)}</p>}
      <p className="text-soft">{one.events.map(event).join(t('list.separator'))}</p>
      <p className="text-[0.9375rem] text-faint">
        {t('webhooks.last')} <Moment at={one.lastDelivered} />
      </p>
      {mayWrite && (
        <Confirm
          label={t('webhooks.remove')}
          question={t('webhooks.remove.confirm')}
          verb={t('webhooks.remove')}
          busy={remove.isPending}
          act={() =>
            remove.mutate({ method: 'DELETE', path: `/webhooks/${encodeURIComponent(one.id)}` })
          }
        />
      )}
      <Refusal error={remove.error} />
    </li>
  );
}
