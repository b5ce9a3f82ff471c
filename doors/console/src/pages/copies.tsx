// SPDX-License-Identifier: Apache-2.0
/** Reports that were delivered to this desk. */
import { CopyDesk } from '../blocks/copy-list.tsx';
import { PageTitle } from '../blocks/layout.tsx';
import { useWords } from '../language/language.ts';

export default function Copies() {
  const { t } = useWords();
  return (
    <>
      <PageTitle title={t('copies.title')} lead={t('copies.lead')} />
      <CopyDesk />
    </>
  );
}
