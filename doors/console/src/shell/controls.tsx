// SPDX-License-Identifier: Apache-2.0
/** Language, theme and the person's own menu. */
import type { SessionView } from '@sakimori/vocabulary/wire';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Button, Go, GoButton } from '../blocks/button.tsx';
import { Icon } from '../blocks/icon.tsx';
import { ask } from '../hub/client.ts';
import { changeLanguage, type Key, useWords } from '../language/language.ts';
import { useGo } from './address.ts';
import { chooseTheme, currentTheme, type Theme } from './theme.ts';

export function LanguageSwitch({ signedIn }: { signedIn: boolean }) {
  const { t, language } = useWords();
  const other = language === 'ja' ? 'en' : 'ja';
  const change = async () => {
    await changeLanguage(other);
    // Mails come in this language from now on; that it fails now does not matter for the page.
    if (signedIn) {
      await ask('POST', '/session/language', { body: { language: other } }).catch(() => undefined);
    }
  };
  return (
    <Button look="bar" icon="language" onClick={() => void change()}>
      <span lang={other} className="max-md:sr-only">
        {t('shell.other-language')}
      </span>
    </Button>
  );
}

const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const NAMES: Record<Theme, Key> = {
  system: 'shell.theme.system',
  light: 'shell.theme.light',
  dark: 'shell.theme.dark',
};

export function ThemeSwitch() {
  const { t } = useWords();
  const [theme, setTheme] = useState<Theme>(currentTheme);
  return (
    <Button
      look="bar"
      icon={theme}
      onClick={() => {
        chooseTheme(NEXT[theme]);
        setTheme(NEXT[theme]);
      }}
    >
      <span className="sr-only">{t('shell.theme', { theme: t(NAMES[theme]) })}</span>
    </Button>
  );
}

export function PersonMenu({ session }: { session: SessionView | undefined }) {
  const { t, pick } = useWords();
  const client = useQueryClient();
  const go = useGo();
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !inside(frame.current, event)) {
        setOpen(false);
      }
    };
    document.addEventListener('keydown', close);
    document.addEventListener('click', close);
    return () => {
      document.removeEventListener('keydown', close);
      document.removeEventListener('click', close);
    };
  }, [open]);
  if (!session) return null;
  const { person } = session;
  if (!person) {
    return (
      <GoButton href="/sign-in" size="small" className="whitespace-nowrap">
        {t('sign-in.title')}
      </GoButton>
    );
  }
  const leave = async () => {
    await ask('DELETE', '/session').catch(() => undefined);
    client.clear();
    go('/sign-in');
  };
  return (
    <div ref={frame} className="relative">
      <Button look="bar" icon="account" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="max-lg:sr-only">{person.name}</span>
      </Button>
      {open && (
        <div className="card absolute right-0 top-full z-30 mt-1 grid w-72 gap-2 p-4">
          <p className="font-700">{person.name}</p>
          <p className="text-[0.9375rem] text-soft">{pick(person.organisation.name)}</p>
          <ul className="text-[0.9375rem] text-soft">
            {person.roles.map((role) => (
              <li key={role}>{t(`role.${role}`)}</li>
            ))}
          </ul>
          <Go href="/account" className="flex min-h-11 items-center gap-2 text-accent underline">
            <Icon name="key" />
            {t('account.title')}
          </Go>
          <Button icon="leave" onClick={() => void leave()}>
            {t('shell.sign-out')}
          </Button>
        </div>
      )}
    </div>
  );
}

function inside(frame: HTMLElement | null, event: Event): boolean {
  return event.target instanceof Node && (frame?.contains(event.target) ?? false);
}
