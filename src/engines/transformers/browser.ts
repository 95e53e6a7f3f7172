import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import { connectModel } from '../worker/client.ts';
import { workerPort } from '../worker/port.ts';
import type { WorkerLoadOptions } from './load-options.ts';
import type { Dtype } from './runtime.ts';

export interface BrowserOptions {
  /** A model id of Hugging Face with an ONNX export, for example `onnx-community/Qwen2.5-0.5B`. */
  readonly model: string;
  readonly dtype: Dtype;
  readonly revision?: string | undefined;
  /** A sentence embedder, for example `Xenova/all-MiniLM-L6-v2`; the model then also gives embeddings. */
  readonly embedder?: { readonly model: string; readonly dtype: Dtype } | undefined;
  /** WebGPU where there is an adapter, if left out. */
  readonly device?: 'webgpu' | 'wasm' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

const MOST_THREADS = 8;

/** Loads an ONNX model in a worker of its own. The first request to the network is made here, not before. */
export async function loadTransformersInWorker(options: BrowserOptions): Promise<LanguageModel> {
  const { model, dtype, revision, embedder, signal, onProgress } = options;
  const device = options.device ?? ((await hasWebGpu()) ? 'webgpu' : 'wasm');
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `knowshot ${model}` });
  const load: WorkerLoadOptions = {
    model,
    dtype,
    device,
    threads: globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1,
    ...(revision === undefined ? {} : { revision }),
    ...(embedder === undefined ? {} : { embedder }),
  };
  return connectModel(workerPort(worker), load, { signal, onProgress });
}

async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  return (await gpu?.requestAdapter().catch(() => null)) != null;
}
