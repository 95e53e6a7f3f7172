import { importFile } from '../../core/data/import/import-file.ts';
import { blobSource } from '../../core/data/import/source.ts';
import type { ImportAnswer, ImportRequest } from './import-in-worker.ts';

/** Reads one file beside the page; the worker ends with it. */
addEventListener('message', ({ data: { blob, name } }: MessageEvent<ImportRequest>) => {
  const answer = (message: ImportAnswer) => postMessage(message);
  importFile(blobSource(blob, name), {
    onProgress: (bytes, rows) => answer({ kind: 'progress', share: bytes / Math.max(1, blob.size), rows }),
  }).then(
    (imported) => answer({ kind: 'done', imported }),
    (error: unknown) => answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
