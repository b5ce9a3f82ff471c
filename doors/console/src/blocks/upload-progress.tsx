// SPDX-License-Identifier: Apache-2.0
/** How far a file is on its way, and what became of it. */
import type { Uploader } from '../hub/upload.ts';
import { useWords } from '../language/language.ts';
import { Progress } from './progress.tsx';
import { Refusal } from './states.tsx';

export function UploadProgress<T>({ uploader }: { uploader: Uploader<T> }) {
  const { t } = useWords();
  const { upload, cancel } = uploader;
  return (
    <div role="status">
      {upload.state === 'sending' && (
        <Progress
          label={t('file.sending', { name: upload.name ?? '' })}
          part={upload.sent ?? 0}
          whole={upload.total ?? 0}
          cancel={cancel}
        />
      )}
      {upload.state === 'reading' && (
        <Progress label={t('file.reading', { name: upload.name ?? '' })} cancel={cancel} />
      )}
      <Refusal error={upload.error} />
    </div>
  );
}
