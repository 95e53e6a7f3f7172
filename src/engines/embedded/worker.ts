import * as v from 'valibot';
import { fetchAssets } from '../assets/fetch-assets.ts';
import { serveModel } from '../worker/host.ts';
import type { WorkerScope } from '../worker/port.ts';
import { scopePort } from '../worker/port.ts';
import { loadEmbedded } from './load.ts';
import { WorkerLoadOptions } from './load-options.ts';

async function fetchKernels(): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL('./kernels.wasm', import.meta.url);
  const folder = new URL('.', url).href;
  return fetchAssets(folder).read(url.href.slice(folder.length));
}

serveModel(scopePort(globalThis as unknown as WorkerScope), (options, { signal, onProgress }) => {
  const { modelId, baseUrl, backend } = v.parse(WorkerLoadOptions, options);
  return loadEmbedded({ modelId, assets: fetchAssets(baseUrl), wasm: fetchKernels, backend, signal, onProgress });
});
