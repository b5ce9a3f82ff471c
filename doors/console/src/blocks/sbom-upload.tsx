// SPDX-License-Identifier: Apache-2.0
/** Attaches a software bill of materials to a computer. */
import type { ComputerDetail } from '@sakimori/vocabulary/wire';
import { useUpload } from '../hub/upload.ts';
import { useWords } from '../language/language.ts';
import { FileDrop } from './file-drop.tsx';
import { UploadProgress } from './upload-progress.tsx';

export function SbomUpload({ computer }: { computer: string }) {
  const { t } = useWords();
  const uploader = useUpload<ComputerDetail>();
  return (
    <div className="grid gap-3">
      <FileDrop
        label={t('sbom.choose')}
        hint={t('sbom.hint')}
        accept=".json,.xml,.cdx,.spdx,.gz"
        take={(file) =>
          void uploader.send(`/computers/${encodeURIComponent(computer)}/sbom`, file, file.name)
        }
      />
      <UploadProgress uploader={uploader} />
      {uploader.upload.state === 'done' && <p role="status">{t('sbom.done')}</p>}
    </div>
  );
}
