import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { AssetSource, ReadOptions } from './asset-source.ts';

/** Files of a folder on disk; a path that leaves the folder is refused. */
export function fsAssets(directory: string): AssetSource {
  const root = resolve(directory);
  return { read: (path, options) => readInside(root, path, options) };
}

async function readInside(
  root: string,
  path: string,
  { signal, onProgress }: ReadOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  throwIfAborted(signal);
  const full = resolve(root, path);
  if (relative(root, full).startsWith('..')) {
    throw new EngineError('bad-request', `The path ${path} leaves the folder ${root}. Name a file inside it.`);
  }
  try {
    const buffer = await readFile(full, signal ? { signal } : {});
    const bytes = new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
    onProgress?.(bytes.length, bytes.length);
    return bytes;
  } catch (error) {
    throwIfAborted(signal);
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new EngineError('network', `Could not read ${full}: ${reason}. Check the folder and try again.`, {
      cause: error,
    });
  }
}
