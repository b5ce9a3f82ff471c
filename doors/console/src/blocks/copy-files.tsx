// SPDX-License-Identifier: Apache-2.0
/** Files of a delivered report: never opened here; handed out from an origin of its own, once asked. */
import type { AttachmentView } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { ask, HubProblem } from '../hub/client.ts';
import { useWords } from '../language/language.ts';
import { Button } from './button.tsx';
import { Moment } from './clock.tsx';
import { Icon } from './icon.tsx';
import { Refusal } from './states.tsx';

interface FileLink {
  readonly url: string;
  readonly expires: string;
}

interface LinkState {
  readonly busy?: boolean;
  readonly link?: FileLink;
  readonly error?: HubProblem;
}

/** Only a web address of the hub's own making is followed. */
export function readFileAddress(url: string): string | undefined {
  const address = URL.parse(url);
  return address?.protocol === 'https:' || address?.protocol === 'http:' ? address.href : undefined;
}

export function CopyFiles({ files }: { files: readonly AttachmentView[] }) {
  const { t } = useWords();
  if (files.length === 0) return <p className="text-soft">{t('copy.files.none')}</p>;
  return (
    <div className="grid grid-cols-1 gap-3">
      <p className="flex items-start gap-2 rounded-8 border border-caution bg-caution-wash p-3">
        <Icon name="caution" className="mt-1 size-5 text-caution" />
        <span className="phrase">{t('copy.files.warning')}</span>
      </p>
      <ul className="grid grid-cols-1 gap-1">
        {files.map((file) => (
          <OneFile key={file.id} file={file} />
        ))}
      </ul>
    </div>
  );
}

function OneFile({ file }: { file: AttachmentView }) {
  const { t, number, time } = useWords();
  const [state, setState] = useState<LinkState>({});
  const address = state.link && readFileAddress(state.link.url);
  const askForIt = async () => {
    setState({ busy: true });
    try {
      const path = `/attachments/${encodeURIComponent(file.id)}/link`;
      setState({ link: await ask<FileLink>('GET', path) });
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      setState({ error });
    }
  };
  return (
    <li className="grid grid-cols-1 gap-1 border-b border-line py-2">
      <p className="flex flex-wrap items-center gap-x-3">
        <span className="min-w-0 font-700 wrap-anywhere">{file.name}</span>
        <span className="figures text-soft">
          {t('report.files.bytes', { bytes: number(file.bytes) })}
        </span>
        <span className="text-[0.9375rem] text-faint">
          {file.type} · <Moment at={file.at} />
        </span>
      </p>
      <p className="break-all font-mono text-[0.8125rem] text-faint">
        {t('copy.files.digest', { digest: file.sha256 })}
      </p>
      <div className="no-print flex flex-wrap items-center gap-3">
        {address ? (
          <a
            href={address}
            rel="noopener noreferrer"
            className="inline-flex min-h-9 items-center gap-2 text-accent underline"
          >
            <Icon name="download" />
            {t('copy.files.save', { time: time(state.link?.expires ?? '') })}
          </a>
        ) : (
          <Button
            size="small"
            icon="download"
            busy={state.busy === true}
            onClick={() => void askForIt()}
          >
            {t('copy.files.ask')}
            <span className="sr-only"> {file.name}</span>
          </Button>
        )}
      </div>
      <Refusal error={state.error} />
    </li>
  );
}
