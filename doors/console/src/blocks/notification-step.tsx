// SPDX-License-Identifier: Apache-2.0
/** The next step of a notification, for whoever holds it now. */
import type { NotificationView, SessionView } from '@sakimori/vocabulary/wire';
import { type FormEvent, useState } from 'react';
import { mayDo, useSession, useWrite } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { TextArea, TextField } from './field.tsx';
import { Refusal } from './states.tsx';

function stepsOf(session: SessionView | undefined, { state }: NotificationView) {
  const mayRelay = state === 'submitted' && mayDo(session, 'notification:relay');
  const mayReceive = state === 'relayed' && mayDo(session, 'notification:receive');
  const mayCorrect = (mayRelay || mayReceive) && mayDo(session, 'notification:correct');
  return { mayRelay, mayReceive, mayCorrect };
}

/** True when the notification waits for this person. */
export function waitsFor(session: SessionView | undefined, one: NotificationView): boolean {
  const { mayRelay, mayReceive } = stepsOf(session, one);
  return mayRelay || mayReceive;
}

/** What this person can do with a notification now: relay it, mark it as received, ask back. */
export function NextStep({ notification }: { notification: NotificationView }) {
  const { t } = useWords();
  const session = useSession();
  const write = useWrite<NotificationView>();
  const [correcting, setCorrecting] = useState(false);
  const path = `/notifications/${encodeURIComponent(notification.id)}`;
  const { mayRelay, mayReceive, mayCorrect } = stepsOf(session.data, notification);
  if (!mayRelay && !mayReceive && !mayCorrect) return null;
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap gap-3">
        {mayRelay && (
          <Button
            look="main"
            busy={write.isPending}
            onClick={() => write.mutate({ path: `${path}/relay`, body: {} })}
          >
            {t('desk.relay')}
          </Button>
        )}
        {mayReceive && (
          <Button
            look="main"
            busy={write.isPending}
            onClick={() => write.mutate({ path: `${path}/receive`, body: {} })}
          >
            {t('desk.receive')}
          </Button>
        )}
        {mayCorrect && (
          <Button aria-expanded={correcting} onClick={() => setCorrecting(!correcting)}>
            {t('desk.correct')}
          </Button>
        )}
      </div>
      {correcting && <Correction path={path} close={() => setCorrecting(false)} />}
      <Refusal error={write.error} />
    </div>
  );
}

function Correction({ path, close }: { path: string; close(): void }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [due, setDue] = useState('');
  const write = useWrite<NotificationView>(close);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    write.mutate({ path: `${path}/correction`, body: { text: text.trim(), due } });
  };
  return (
    <form onSubmit={submit} className="grid gap-3 rounded-8 bg-sunken p-4">
      <TextArea
        label={t('desk.correct.text')}
        hint={t('desk.correct.hint')}
        required
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="max-w-[16rem]">
        <TextField
          label={t('desk.correct.due')}
          type="date"
          required
          value={due}
          onChange={(event) => setDue(event.target.value)}
        />
      </div>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" look="main" busy={write.isPending}>
          {t('desk.correct.verb')}
        </Button>
        <Button look="quiet" onClick={close}>
          {t('form.cancel')}
        </Button>
      </div>
      <Refusal error={write.error} />
    </form>
  );
}
