// SPDX-License-Identifier: Apache-2.0
/** Sign-in: one-time link, passkey, the organisation's own sign-in. No password exists. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Button, GoButton } from '../blocks/button.tsx';
import { TextField } from '../blocks/field.tsx';
import { PageTitle, Section } from '../blocks/layout.tsx';
import { EmptyState, ErrorState, Refusal, Skeleton } from '../blocks/states.tsx';
import {
  askForLink,
  enterCode,
  findSingleSignOn,
  knowsPasskeys,
  signInWithLink,
  signInWithPasskey,
} from '../hub/authentication.ts';
import { HubProblem } from '../hub/client.ts';
import { useSession } from '../hub/queries.ts';
import { useWords } from '../language/language.ts';
import { useFilters, useGo } from '../shell/address.ts';

/** The token behind #, taken out of the address at once: it must not stay in the history. */
function takeToken(): string | undefined {
  const token = window.location.hash.slice(1);
  if (token === '') return undefined;
  window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}

/** Only addresses of ours may be returned to. */
function readReturn(from: string | undefined): string {
  return from?.startsWith('/') && !from.startsWith('//') ? from : '/';
}

type LinkState =
  | { step: 'none' | 'checking' }
  | { step: 'ready'; token: string }
  | { step: 'refused'; error: HubProblem };

export default function SignIn() {
  const { t } = useWords();
  const session = useSession();
  const client = useQueryClient();
  const go = useGo();
  const [{ from }] = useFilters();
  const [link, setLink] = useState<LinkState>({ step: 'none' });
  const taken = useRef(false);

  const enter = async () => {
    await client.invalidateQueries();
    go(readReturn(from));
  };
  useEffect(() => {
    if (taken.current) return;
    taken.current = true;
    const token = takeToken();
    if (token) setLink({ step: 'ready', token });
  }, []);
  const enterWithLink = async (token: string) => {
    setLink({ step: 'checking' });
    try {
      const { needs } = await signInWithLink(token);
      if (needs === 'totp') {
        await client.invalidateQueries();
        setLink({ step: 'none' });
      } else await enter();
    } catch (error) {
      if (error instanceof HubProblem) setLink({ step: 'refused', error });
      else throw error;
    }
  };

  if (link.step === 'checking') {
    return (
      <>
        <PageTitle title={t('sign-in.checking')} />
        <Skeleton lines={2} />
      </>
    );
  }
  if (link.step === 'ready') {
    return (
      <div className="mx-auto max-w-[34rem]">
        <PageTitle title={t('sign-in.ready.title')} lead={t('sign-in.ready.lead')} />
        <Button look="main" icon="forward" onClick={() => void enterWithLink(link.token)}>
          {t('sign-in.ready.verb')}
        </Button>
      </div>
    );
  }
  const used = link.step === 'refused' && [400, 401, 404, 410].includes(link.error.problem.status);
  return (
    <div className="mx-auto max-w-[34rem]">
      <PageTitle
        title={used ? t('sign-in.used.title') : t('sign-in.title')}
        lead={used ? t('sign-in.used.lead') : t('sign-in.lead')}
      />
      {link.step === 'refused' && !used && <ErrorState problem={link.error.problem} />}
      {session.data?.waitsFor === 'totp' ? (
        <CodeWay enter={enter} />
      ) : session.data?.person && !from ? (
        <EmptyState icon="done" text={t('sign-in.already', { name: session.data.person.name })}>
          <GoButton href="/" look="main">
            {t('missing.home')}
          </GoButton>
        </EmptyState>
      ) : (
        <Ways
          ways={session.data?.instance.signIn ?? []}
          fresh={session.data?.person !== undefined}
          from={readReturn(from)}
          enter={enter}
        />
      )}
    </div>
  );
}

interface WaysProps {
  readonly ways: readonly string[];
  /** Already signed in: a sensitive act asks for a second look. */
  readonly fresh: boolean;
  readonly from: string;
  readonly enter: () => Promise<void>;
}

function Ways({ ways, fresh, from, enter }: WaysProps) {
  return (
    <div className="grid gap-4">
      {fresh && <CodeWay enter={enter} />}
      {ways.includes('passkey') && <PasskeyWay enter={enter} />}
      {ways.includes('sso') && <SingleSignOnWay from={from} />}
      {!fresh && <LinkWay />}
    </div>
  );
}

function CodeWay({ enter }: { enter: () => Promise<void> }) {
  const { t } = useWords();
  const [code, setCode] = useState('');
  const tried = useMutation<void, HubProblem, string>({ mutationFn: enterCode, onSuccess: enter });
  return (
    <Section title={t('sign-in.code.title')} icon="proof" lead={t('sign-in.code.lead')}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          tried.mutate(code.trim());
        }}
      >
        <TextField
          label={t('account.codes.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <div>
          <Button type="submit" look="main" busy={tried.isPending}>
            {t('account.codes.verb')}
          </Button>
        </div>
        <Refusal error={tried.error} />
      </form>
    </Section>
  );
}

function LinkWay() {
  const { t } = useWords();
  const [email, setEmail] = useState('');
  const asked = useMutation<void, HubProblem, string>({ mutationFn: askForLink });
  return (
    <Section title={t('sign-in.link.title')} icon="link" lead={t('sign-in.link.lead')}>
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          asked.mutate(email.trim());
        }}
      >
        <TextField
          label={t('sign-in.email')}
          type="email"
          autoComplete="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <div>
          <Button type="submit" busy={asked.isPending}>
            {t('sign-in.link.verb')}
          </Button>
        </div>
        <p role="status">{asked.isSuccess && t('sign-in.link.sent')}</p>
        <Refusal error={asked.error} />
      </form>
    </Section>
  );
}

function PasskeyWay({ enter }: { enter: () => Promise<void> }) {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const [error, setError] = useState<HubProblem>();
  const sign = async () => {
    setBusy(true);
    setFailed(false);
    setError(undefined);
    try {
      await signInWithPasskey();
      await enter();
    } catch (problem) {
      if (problem instanceof HubProblem) setError(problem);
      else setFailed(true);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Section title={t('sign-in.passkey.title')} icon="key" lead={t('sign-in.passkey.lead')}>
      {knowsPasskeys() ? (
        <Button look="main" busy={busy} onClick={() => void sign()}>
          {t('sign-in.passkey.verb')}
        </Button>
      ) : (
        <p>{t('sign-in.passkey.unknown')}</p>
      )}
      <div role="status" className="mt-3">
        {failed && <p className="text-alarm">{t('sign-in.passkey.failed')}</p>}
      </div>
      <Refusal error={error} />
    </Section>
  );
}

function SingleSignOnWay({ from }: { from: string }) {
  const { t } = useWords();
  const leave = useMutation<string, HubProblem, string>({
    mutationFn: findSingleSignOn,
    onSuccess: (url) => window.location.assign(url),
  });
  return (
    <Section title={t('sign-in.sso.title')} icon="building" lead={t('sign-in.sso.lead')}>
      <Button busy={leave.isPending} onClick={() => leave.mutate(from)}>
        {t('sign-in.sso.verb')}
      </Button>
      <Refusal error={leave.error} />
    </Section>
  );
}
