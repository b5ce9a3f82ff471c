// SPDX-License-Identifier: Apache-2.0
/** Import of a list: begins here, can be left and come back to under its own address. */
import type { ImportView } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { Button } from '../blocks/button.tsx';
import { TextArea } from '../blocks/field.tsx';
import { FileDrop } from '../blocks/file-drop.tsx';
import { ImportWizard, WizardSteps } from '../blocks/import-wizard.tsx';
import { Disclosure, PageTitle } from '../blocks/layout.tsx';
import { Loaded } from '../blocks/states.tsx';
import { UploadProgress } from '../blocks/upload-progress.tsx';
import { useHub, useSession } from '../hub/queries.ts';
import { useUpload } from '../hub/upload.ts';
import { useWords } from '../language/language.ts';
import { useGo, usePart } from '../shell/address.ts';

export default function Import() {
  const { t } = useWords();
  const id = usePart('id');
  return (
    <>
      <PageTitle
        title={t('import.title')}
        lead={t('import.lead')}
        back={{ href: '/register', label: t('register.title') }}
      />
      {id === '' ? <Begin /> : <Going id={id} />}
    </>
  );
}

function Going({ id }: { id: string }) {
  const view = useHub<ImportView>(`/imports/${encodeURIComponent(id)}`);
  return <Loaded of={view}>{(data) => <ImportWizard view={data} />}</Loaded>;
}

function Begin() {
  const { t } = useWords();
  const session = useSession();
  const go = useGo();
  const uploader = useUpload<ImportView>();
  const [text, setText] = useState('');
  const organisation = session.data?.person?.organisation.id ?? '';
  const send = async (file: Blob, name: string) => {
    const path = `/organisations/${encodeURIComponent(organisation)}/imports`;
    const view = await uploader.send(path, file, name);
    if (view) go(`/imports/${view.id}`);
  };
  return (
    <div className="grid gap-4">
      <WizardSteps current={0} />
      <div className="card grid gap-4 p-4 md:p-6">
        <FileDrop
          label={t('import.choose')}
          hint={t('import.hint')}
          accept=".csv,.tsv,.txt,.xlsx,.gz"
          take={(file) => void send(file, file.name)}
        />
        <UploadProgress uploader={uploader} />
        <Disclosure title={t('import.paste')}>
          <form
            className="grid gap-3"
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() === '') return;
              void send(new Blob([text], { type: 'text/plain' }), 'pasted.tsv');
            }}
          >
            <TextArea
              label={t('import.paste.label')}
              hint={t('import.paste.hint')}
              rows={8}
              value={text}
              onChange={(event) => setText(event.target.value)}
              className="font-mono"
            />
            <div>
              <Button type="submit" look="main" disabled={text.trim() === ''}>
                {t('import.paste.verb')}
              </Button>
            </div>
          </form>
        </Disclosure>
      </div>
    </div>
  );
}
