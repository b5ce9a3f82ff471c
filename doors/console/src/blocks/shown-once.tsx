// SPDX-License-Identifier: Apache-2.0
/** A secret that is shown this one time, and how to keep it. */
import { useWords } from '../language/language.ts';
import { Button, CopyButton } from './button.tsx';
import { Section } from './layout.tsx';

export function ShownOnce(props: { title: string; lead: string; secret: string; done(): void }) {
  const { title, lead, secret, done } = props;
  const { t } = useWords();
  return (
    <Section title={title} icon="key" lead={lead} className="border-l-8 border-l-caution">
      <code role="status" className="block break-all rounded-8 bg-sunken p-4 font-mono">
        {secret}
      </code>
      <div className="mt-4 flex flex-wrap gap-3">
        <CopyButton text={secret} />
        <Button size="small" onClick={done}>
          {t('secret.kept')}
        </Button>
      </div>
    </Section>
  );
}
