import * as v from 'valibot';
import { threadsFor } from '../../core/model/threads.ts';
import { fetchAssets } from '../assets/fetch-assets.ts';
import { browserParts } from '../assets/parts.ts';
import { serveModel } from '../worker/host.ts';
import type { WorkerScope } from '../worker/port.ts';
import { scopePort } from '../worker/port.ts';
import { loadEmbedded } from './load.ts';
import { WorkerLoadOptions } from './load-options.ts';
import type { Helper, HelperTask } from './threads.ts';

/** By threaded, then relaxed. The bundler wants each address written out. */
const KERNELS = [
  [new URL('./kernels.wasm', import.meta.url), new URL('./kernels-relaxed.wasm', import.meta.url)],
  [new URL('./kernels-threaded.wasm', import.meta.url), new URL('./kernels-threaded-relaxed.wasm', import.meta.url)],
] as const;

async function fetchKernels(threaded: boolean, relaxed: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const url = KERNELS[threaded ? 1 : 0][relaxed ? 1 : 0];
  const folder = new URL('.', url).href;
  return fetchAssets(folder).read(url.href.slice(folder.length));
}

function startHelper(task: HelperTask): Helper {
  const worker = new Worker(new URL('./helper.ts', import.meta.url), { type: 'module', name: 'knowshot helper' });
  const ready = new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', () => resolve(), { once: true });
    worker.addEventListener('error', ({ message }) => reject(new Error(message || 'its script could not be loaded')));
  });
  worker.postMessage(task);
  return { ready, end: () => worker.terminate() };
}

/** Memory is shared between threads only where the page is cross-origin isolated. */
const threads = (asked: number | undefined) =>
  globalThis.crossOriginIsolated
    ? { count: asked ?? threadsFor(navigator.hardwareConcurrency), start: startHelper }
    : undefined;

serveModel(scopePort(globalThis as unknown as WorkerScope), (options, io) => {
  const { modelId, baseUrl, backend, threads: asked } = v.parse(WorkerLoadOptions, options);
  const assets = fetchAssets(baseUrl, browserParts());
  return loadEmbedded({ modelId, assets, wasm: fetchKernels, backend, threads: threads(asked), ...io });
});
