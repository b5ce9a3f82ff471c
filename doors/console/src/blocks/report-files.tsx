// SPDX-License-Identifier: Apache-2.0
/** Files of a report: chosen, dropped, or taken with the camera. We keep them and never open them. */
import type { AttachmentView } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { useUpload } from '../hub/upload.ts';
import { useWords } from '../language/language.ts';
import { FileDrop } from './file-drop.tsx';
import { Icon } from './icon.tsx';
import { UploadProgress } from './upload-progress.tsx';

interface FilesProps {
  /** Where they are sent: of a draft or of a report. */
  readonly path: string | undefined;
  readonly files: readonly AttachmentView[];
  /** Nothing more is taken, rather than not yet. */
  readonly closed?: boolean;
}

export function ReportFiles({ path, files, closed = false }: FilesProps) {
  const { t } = useWords();
  const uploader = useUpload<AttachmentView>();
  const [added, setAdded] = useState<readonly AttachmentView[]>([]);
  const known = new Set(files.map(({ id }) => id));
  const shown = [...files, ...added.filter(({ id }) => !known.has(id))];
  return (
    <div className="grid grid-cols-1 gap-3">
      <AttachmentList files={shown} />
      {path === undefined && !closed && (
        <p className="phrase text-caution">{t('report.files.later')}</p>
      )}
      {path === undefined && closed && shown.length === 0 && (
        <p className="text-soft">{t('report.files.none')}</p>
      )}
      {path !== undefined && (
        <>
          <FileDrop
            label={t('report.files.choose')}
            hint={t('report.files.hint')}
            take={(file) => {
              void uploader.send(path, file, file.name).then((one) => {
                if (one) setAdded((before) => [...before, one]);
              });
            }}
          />
          <UploadProgress uploader={uploader} />
        </>
      )}
    </div>
  );
}

export function AttachmentList({ files }: { files: readonly AttachmentView[] }) {
  const { t, number } = useWords();
  if (files.length === 0) return null;
  return (
    <ul className="grid grid-cols-1 gap-1">
      {files.map(({ id, name, bytes, sha256 }) => (
        <li key={id} className="border-b border-line py-2">
          <p className="flex items-center gap-2">
            <Icon name="clipboard" className="size-5 text-faint" />
            <span className="min-w-0 wrap-anywhere">{name}</span>
            <span className="figures whitespace-nowrap text-soft">
              {t('report.files.bytes', { bytes: number(bytes) })}
            </span>
          </p>
          <p className="break-all font-mono text-[0.8125rem] text-faint">{sha256}</p>
        </li>
      ))}
    </ul>
  );
}
