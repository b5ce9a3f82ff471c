// SPDX-License-Identifier: Apache-2.0
/** Buttons and links. A button does something here; a link goes somewhere. */
import { Link } from '@tanstack/react-router';
import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { readLink } from '../hub/hostile-text.ts';
import { useWords } from '../language/language.ts';
import { Icon, type IconName } from './icon.tsx';

type Look = 'main' | 'plain' | 'quiet' | 'bar' | 'alarm';

const SHAPE =
  'inline-flex items-center justify-center gap-2 rounded-8 font-700 leading-140 ' +
  // A button is as wide as its longest word; only what is wider than the page breaks inside.
  'no-underline transition-colors text-center wrap-break-word';
const LOOKS: Record<Look, string> = {
  main: 'bg-accent text-on-accent border border-transparent hover:bg-accent-strong hover:underline',
  plain: 'bg-surface text-accent border border-accent hover:bg-accent-wash hover:underline',
  quiet: 'bg-transparent text-accent border border-transparent hover:bg-accent-wash underline',
  bar: 'bg-transparent text-ink border border-transparent hover:bg-accent-wash hover:underline',
  alarm: 'bg-surface text-alarm border border-alarm hover:bg-alarm-wash hover:underline',
};
const SIZES = { normal: 'min-h-11 px-4 py-2', small: 'min-h-9 px-3 py-1 text-[0.9375rem]' };

function shape(look: Look, size: keyof typeof SIZES, className: string): string {
  const room = look === 'bar' ? 'min-h-11 min-w-11 px-2 py-2 sm:px-3' : SIZES[size];
  return `${SHAPE} ${LOOKS[look]} ${room} ${className}`;
}

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  readonly look?: Look;
  readonly size?: keyof typeof SIZES;
  readonly icon?: IconName | undefined;
  readonly type?: 'button' | 'submit';
  /** True while the hub is being asked: the button keeps its place and says so. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

export function Button(props: ButtonProps) {
  const {
    look = 'plain',
    size = 'normal',
    icon,
    busy = false,
    children,
    className,
    ...rest
  } = props;
  const { t } = useWords();
  const disabled = rest.disabled === true;
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={busy || undefined}
      onClick={(event: MouseEvent<HTMLButtonElement>) => {
        if (busy) event.preventDefault();
        else rest.onClick?.(event);
      }}
      className={shape(look, size, `${disabled ? 'opacity-60' : ''} ${className ?? ''}`)}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
      {busy && <span className="font-400">{t('button.busy')}</span>}
    </button>
  );
}

interface GoProps {
  /** Address within the console. */
  readonly href: string;
  readonly children: ReactNode;
  readonly className?: string;
}

/** An address of ours as the router takes it: path, search, hash apart. */
function splitAddress(href: string) {
  const url = new URL(href, 'http://console.invalid');
  // An address that leads elsewhere (hostile data) leads home instead.
  const own = url.host === 'console.invalid';
  return {
    to: own ? url.pathname : '/',
    search: own ? Object.fromEntries(url.searchParams) : {},
    hash: own ? url.hash.slice(1) : '',
  };
}

/** A link within the console: can be copied and opened in a new tab. */
export function Go({ href, children, className = 'text-accent underline' }: GoProps) {
  const { to, search, hash } = splitAddress(href);
  return (
    <Link to={to} search={search as never} {...(hash ? { hash } : {})} className={className}>
      {children}
    </Link>
  );
}

/** A link within the console that looks like a button. */
export function GoButton(
  props: GoProps & { look?: Look; size?: keyof typeof SIZES; icon?: IconName; label?: string },
) {
  const { href, look = 'plain', size = 'normal', icon, label, children, className = '' } = props;
  const { to, search, hash } = splitAddress(href);
  return (
    <Link
      to={to}
      search={search as never}
      {...(hash ? { hash } : {})}
      {...(label ? { 'aria-label': label } : {})}
      className={shape(look, size, className)}
    >
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </Link>
  );
}

/** A link out of the console: https only; anything else is shown as text. */
export function OutLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const { t } = useWords();
  const address = readLink(href);
  if (!address) return <span>{children}</span>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline"
    >
      {children}
      <span className="sr-only">{t('button.new-tab')}</span>
    </a>
  );
}

/** A file of the hub to keep. */
export function DownloadLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} download className={shape('plain', 'small', '')}>
      <Icon name="download" />
      <span>{children}</span>
    </a>
  );
}

/** Copies a text and says that it did. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <Button
      size="small"
      icon={copied ? 'check' : 'copy'}
      onClick={async () => {
        await navigator.clipboard?.writeText(text);
        setCopied(true);
        timer.current = setTimeout(() => setCopied(false), 3000);
      }}
    >
      <span aria-live="polite">{copied ? t('button.copied') : (label ?? t('button.copy'))}</span>
    </Button>
  );
}
