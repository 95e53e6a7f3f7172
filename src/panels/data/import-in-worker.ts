import type { Imported } from '../../core/data/import/import-file.ts';
import { dataError } from '../../core/errors.ts';
import { abortError } from '../../core/model/engine-error.ts';

export interface ImportRequest {
  readonly blob: Blob;
  readonly name: string;
}

export type ImportAnswer =
  | { readonly kind: 'progress'; readonly share: number; readonly rows: number }
  | { readonly kind: 'done'; readonly imported: Imported }
  | { readonly kind: 'failed'; readonly message: string };

export type ImportProgress = (share: number, rows: number) => void;

/** The part of a worker that is used. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
  terminate(): void;
}

const newWorker = (): Port => new Worker(new URL('./import-worker.ts', import.meta.url), { type: 'module' });

/** Reads a file in a worker of its own, so that the page stays quick. Settles once, whatever happens to the worker. */
export function importInWorker(
  request: ImportRequest,
  signal: AbortSignal,
  onProgress: ImportProgress,
  open: () => Port = newWorker,
): Promise<Imported> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError());
      return;
    }
    const worker = open();
    const settle = (act: () => void) => {
      worker.terminate();
      signal.removeEventListener('abort', stop);
      act();
    };
    const stop = () => settle(() => reject(abortError()));
    signal.addEventListener('abort', stop);
    worker.addEventListener('message', (event) => {
      const { data } = event as MessageEvent<ImportAnswer>;
      if (data.kind === 'progress') onProgress(data.share, data.rows);
      else if (data.kind === 'done') settle(() => resolve(data.imported));
      else settle(() => reject(dataError(data.message)));
    });
    const broken = (event: Event) => {
      const why = (event as ErrorEvent).message || 'the worker stopped';
      settle(() => reject(dataError(`${request.name} could not be read: ${why}. Try again, or a smaller file.`)));
    };
    worker.addEventListener('error', broken);
    worker.addEventListener('messageerror', broken);
    worker.postMessage(request);
  });
}
