// SPDX-License-Identifier: Apache-2.0
import { PageTitle } from '../blocks/layout.tsx';
import { useWords } from '../language/language.ts';

export default function Stub() {
  const { t } = useWords();
  return <PageTitle title={t('copies.title')} />;
}
