// SPDX-License-Identifier: Apache-2.0
/** Form fields: a label always seen, what is expected below it, and the error beside it. */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type TextareaHTMLAttributes,
  useEffect,
  useId,
  useState,
} from 'react';
import { useWords } from '../language/language.ts';
import { Icon } from './icon.tsx';

interface Frame {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly required?: boolean;
}

function FieldFrame(props: Frame & { id: string; children: ReactNode }) {
  const { label, hint, error, required, id, children } = props;
  const { t } = useWords();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="font-700">
        {label}
        {required && <span className="ml-2 text-[0.875rem] text-alarm">{t('field.required')}</span>}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="phrase text-[0.875rem] text-soft">
          {hint}
        </p>
      )}
      {children}
      {error && (
        <p id={`${id}-error`} className="flex items-center gap-1 text-[0.9375rem] text-alarm">
          <Icon name="error" className="size-4" />
          {error}
        </p>
      )}
    </div>
  );
}

function describe(id: string, hint?: string, error?: string) {
  const ids = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return {
    ...(ids ? { 'aria-describedby': ids } : {}),
    ...(error ? { 'aria-invalid': true as const } : {}),
  };
}

export function TextField(props: Frame & Omit<InputHTMLAttributes<HTMLInputElement>, 'id'>) {
  const { label, hint, error, required, className = '', ...rest } = props;
  const id = useId();
  const frame = { label, ...(hint ? { hint } : {}), error, required: required === true };
  return (
    <FieldFrame {...frame} id={id}>
      <input
        {...rest}
        id={id}
        required={required}
        {...describe(id, hint, error)}
        className={`field ${className}`}
      />
    </FieldFrame>
  );
}

export function TextArea(props: Frame & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id'>) {
  const { label, hint, error, required, className = '', ...rest } = props;
  const id = useId();
  const frame = { label, ...(hint ? { hint } : {}), error, required: required === true };
  return (
    <FieldFrame {...frame} id={id}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        required={required}
        {...describe(id, hint, error)}
        className={`field ${className}`}
      />
    </FieldFrame>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function Choose(
  props: Frame & {
    readonly value: string;
    readonly choices: readonly Choice[];
    onChoose(value: string): void;
  },
) {
  const { label, hint, error, value, choices, onChoose } = props;
  const id = useId();
  return (
    <FieldFrame label={label} {...(hint ? { hint } : {})} error={error} id={id}>
      <select
        id={id}
        value={value}
        onChange={(event) => onChoose(event.target.value)}
        {...describe(id, hint, error)}
        className="field"
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}

export function CheckField(props: {
  label: string;
  hint?: string;
  checked: boolean;
  onCheck(checked: boolean): void;
}) {
  const { label, hint, checked, onCheck } = props;
  const id = useId();
  return (
    <div className="flex items-start gap-3 py-1">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        onChange={(event) => onCheck(event.target.checked)}
        {...(hint ? { 'aria-describedby': `${id}-hint` } : {})}
        className="mt-1 size-5 shrink-0 accent-(--c-accent)"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="text-[0.875rem] text-soft">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** A search field that asks after a short pause in typing; the filter lives in the address. */
export function SearchField(props: {
  label: string;
  value: string;
  onSearch(text: string): void;
  /** Takes the whole row where filters share one. */
  wide?: boolean;
}) {
  const { label, value, onSearch, wide = false } = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onSearch(text), 300);
    return () => clearTimeout(timer);
  }, [text, value, onSearch]);
  return (
    <div className={wide ? 'col-span-full md:col-span-1' : ''}>
      <TextField
        type="search"
        label={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
