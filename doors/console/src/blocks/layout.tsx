// SPDX-License-Identifier: Apache-2.0
/** How every page is laid out: title, sections, facts. */
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '../language/language.ts';
import { Go } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** True from the first change of page on: then, and only then, the title takes the focus. */
let navigated = false;
export function noteNavigation(): void {
  navigated = true;
}

export interface PageTitleProps {
  readonly title: string;
  /** What kind of thing this is, above the title. */
  readonly kind?: string;
  readonly lead?: ReactNode;
  readonly back?: { readonly href: string; readonly label: string };
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

export function PageTitle({ title, kind, lead, back, actions, children }: PageTitleProps) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('shell.document-title', { title });
  }, [t, title]);
  useEffect(() => {
    if (navigated) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="mb-6">
      {back && (
        <p className="no-print mb-2">
          <Go
            href={back.href}
            className="inline-flex min-h-9 items-center gap-1 text-accent underline"
          >
            <Icon name="back" className="size-4" />
            {back.label}
          </Go>
        </p>
      )}
      {kind && <p className="text-[0.9375rem] font-700 text-faint">{kind}</p>}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <h1
          ref={heading}
          tabIndex={-1}
          className="min-w-0 max-w-[46rem] text-[1.5rem] leading-150 md:text-[1.75rem]"
        >
          {title}
        </h1>
        {actions && <div className="no-print flex flex-wrap gap-2">{actions}</div>}
      </div>
      {lead && <p className="phrase mt-2 max-w-[46rem] text-soft">{lead}</p>}
      {children}
    </header>
  );
}

interface SectionProps {
  readonly title: string;
  readonly icon?: IconName;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Without a frame: for sections that hold their own cards. */
  readonly bare?: boolean;
  readonly id?: string;
  readonly className?: string;
}

export function Section(props: SectionProps) {
  const { title, icon, lead, actions, children, bare = false, id, className = '' } = props;
  const own = useId();
  const heading = `${id ?? own}-title`;
  return (
    <section
      aria-labelledby={heading}
      {...(id ? { id } : {})}
      className={`${bare ? '' : 'card p-4 md:p-6'} ${className}`}
    >
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id={heading} className="flex items-center gap-2 text-[1.25rem]">
          {icon && <Icon name={icon} className="size-5 text-faint" />}
          {title}
        </h2>
        {actions && <div className="no-print flex flex-wrap gap-2">{actions}</div>}
      </div>
      {lead && <p className="phrase mb-4 max-w-[46rem] text-soft">{lead}</p>}
      {children}
    </section>
  );
}

/** Names and values of one thing. Empty values are said in words, not left blank. */
export function Facts({ items }: { items: readonly (readonly [string, ReactNode])[] }) {
  const { t } = useWords();
  return (
    <dl className="grid grid-cols-1 gap-x-8 sm:grid-cols-2">
      {items.map(([name, value]) => (
        <div key={name} className="border-b border-line py-2">
          <dt className="text-[0.875rem] text-faint">{name}</dt>
          <dd className="min-w-0">
            {value === undefined || value === null || value === '' ? (
              <span className="text-faint">{t('facts.none')}</span>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** One figure with its meaning, and where to see what stands behind it. */
export function Figure(props: {
  value: string;
  label: string;
  note?: string;
  href?: string;
  tone?: 'alarm' | 'good' | 'caution' | 'plain';
}) {
  const { value, label, note, href, tone = 'plain' } = props;
  const tones = { alarm: 'text-alarm', good: 'text-good', caution: 'text-caution', plain: '' };
  const inner = (
    <>
      <span className="phrase block text-[0.9375rem] leading-140 text-soft">{label}</span>
      <span className={`figures block text-[1.75rem] font-700 leading-140 ${tones[tone]}`}>
        {value}
      </span>
      {note && <span className="block text-[0.875rem] text-faint">{note}</span>}
    </>
  );
  const frame = 'block rounded-8 bg-sunken px-3 py-3 sm:px-4';
  if (!href) return <div className={frame}>{inner}</div>;
  return (
    <Go href={href} className={`${frame} text-ink no-underline hover:underline`}>
      {inner}
    </Go>
  );
}

/** More, one click deeper. */
export function Disclosure({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <details className="group border-t border-line">
      <summary className="flex min-h-11 list-none items-center gap-2 py-2 font-700 text-accent">
        <Icon name="right" className="size-4 transition-transform group-open:rotate-90" />
        {title}
      </summary>
      <div className="pb-4 pl-6">{children}</div>
    </details>
  );
}
