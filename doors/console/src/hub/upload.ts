// SPDX-License-Identifier: Apache-2.0
/** A file on its way to the hub: how far it is, and a way to stop it. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { HubProblem, sendFile } from './client.ts';

export interface Upload<T> {
  readonly state: 'idle' | 'sending' | 'reading' | 'done' | 'refused';
  readonly name?: string;
  readonly sent?: number;
  readonly total?: number;
  readonly answer?: T;
  readonly error?: HubProblem;
}

export interface Uploader<T> {
  readonly upload: Upload<T>;
  send(path: string, file: Blob, name: string): Promise<T | undefined>;
  cancel(): void;
}

/** `reading`: everything has arrived, the hub works on it. Leaving the page stops the sending. */
export function useUpload<T>(): Uploader<T> {
  const client = useQueryClient();
  const [upload, setUpload] = useState<Upload<T>>({ state: 'idle' });
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const send = async (path: string, file: Blob, name: string) => {
    control.current?.abort();
    const own = new AbortController();
    control.current = own;
    setUpload({ state: 'sending', name, sent: 0, total: file.size });
    try {
      const answer = await sendFile<T>(path, file, name, {
        signal: own.signal,
        onProgress: (sent, total) =>
          setUpload({ state: sent < total ? 'sending' : 'reading', name, sent, total }),
      });
      setUpload({ state: 'done', name, answer });
      void client.invalidateQueries();
      return answer;
    } catch (error) {
      if (!(error instanceof HubProblem)) throw error;
      setUpload({ state: 'refused', name, error });
      return undefined;
    }
  };
  return { upload, send, cancel: () => control.current?.abort() };
}
