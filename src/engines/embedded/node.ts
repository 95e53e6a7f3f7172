import { readFile } from 'node:fs/promises';
import { fsAssets } from '../assets/fs-assets.ts';
import type { EmbeddedModel } from './engine.ts';
import { loadEmbedded } from './load.ts';
import type { LoadOptions } from './model-files.ts';

export async function readKernels(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL('./kernels.wasm', import.meta.url)));
}

/** Loads a model of `publicDir`/models into this thread. */
export function loadEmbeddedInNode({
  publicDir,
  ...options
}: LoadOptions & {
  readonly modelId: string;
  readonly publicDir: string;
  readonly cacheBytes?: number;
}): Promise<EmbeddedModel> {
  return loadEmbedded({ ...options, assets: fsAssets(publicDir), wasm: readKernels });
}
