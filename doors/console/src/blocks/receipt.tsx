// SPDX-License-Identifier: Apache-2.0
/** Proof in one click: fetches the receipt, checks it in this browser, says what that proves. */
import type { ReceiptReference } from '@sakimori/vocabulary/wire';
import { useState } from 'react';
import { API } from '../hub/client.ts';
import type { ProofFinding } from '../hub/proof.ts';
import { useWords } from '../language/language.ts';
import { Button, Go } from './button.tsx';
import { Icon } from './icon.tsx';

type State = { step: 'idle' | 'checking' } | { step: 'checked'; finding: ProofFinding };

export function Receipt({ receipt }: { receipt: ReceiptReference }) {
  const { t } = useWords();
  const [state, setState] = useState<State>({ step: 'idle' });
  const check = async () => {
    setState({ step: 'checking' });
    const { checkReceipt } = await import('../hub/proof.ts');
    setState({ step: 'checked', finding: await checkReceipt(receipt) });
  };
  return (
    <div className="no-print mt-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.9375rem]">
        <span className="text-faint">
          {t('receipt.number', { log: receipt.log, index: receipt.index })}
        </span>
        <Button
          look="quiet"
          size="small"
          icon="proof"
          busy={state.step === 'checking'}
          onClick={() => void check()}
        >
          {t('receipt.verify')}
        </Button>
        <a
          className="text-accent underline"
          href={`${API}/receipts/${encodeURIComponent(receipt.log)}/${receipt.index}`}
          download={`${receipt.log}-${receipt.index}.tlog-proof`}
        >
          {t('receipt.download')}
        </a>
      </div>
      <div role="status">{state.step === 'checked' && <ProofResult finding={state.finding} />}</div>
    </div>
  );
}

/** What a check came to, in plain words; the details one click deeper. */
export function ProofResult({ finding }: { finding: ProofFinding }) {
  const { t, number } = useWords();
  const tone = finding.ok ? 'border-good bg-good-wash' : 'border-alarm bg-alarm-wash';
  return (
    <div className={`mt-2 rounded-8 border px-4 py-3 text-[0.9375rem] ${tone}`}>
      <p className="flex items-start gap-2 font-700">
        <Icon
          name={finding.ok ? 'proven' : 'refused'}
          className={`mt-1 size-5 ${finding.ok ? 'text-good' : 'text-alarm'}`}
        />
        {finding.ok ? t('receipt.good') : t('receipt.bad')}
      </p>
      <p className="phrase mt-1">
        {finding.ok
          ? t('receipt.good.meaning', { index: finding.index ?? 0, size: finding.size ?? 0 })
          : t(`receipt.problem.${finding.problem ?? 'unreadable'}`)}
      </p>
      {finding.ok && <p className="phrase mt-1 text-soft">{t('receipt.good.limits')}</p>}
      {finding.signatures.length > 0 && (
        <ul className="mt-2 grid gap-1 text-soft">
          {finding.signatures.map((signature) => (
            <li
              key={`${signature.name} ${signature.algorithm}`}
              className="flex items-center gap-2"
            >
              <Icon name={signature.ok ? 'check' : 'close'} className="size-4" />
              <span>
                {t(signature.ok ? 'receipt.signature.good' : 'receipt.signature.bad', {
                  algorithm: signature.algorithm,
                  name: signature.name,
                })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {finding.root && (
        <p className="mt-2 break-all font-mono text-[0.8125rem] text-soft">
          {t('receipt.root', { size: number(finding.size ?? 0), root: finding.root })}
        </p>
      )}
      <p className="mt-2">
        <Go href="/verify">{t('receipt.explain')}</Go>
      </p>
    </div>
  );
}
