import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import { connectModel } from '../worker/client.ts';
import { workerPort } from '../worker/port.ts';
import type { Source, WorkerLoadOptions } from './load-options.ts';
import type { Dtype } from './runtime.ts';

interface IoOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

export interface BrowserOptions extends IoOptions {
  /** A model id of Hugging Face with an ONNX export, for example `onnx-community/Qwen2.5-0.5B`. */
  readonly model: string;
  readonly dtype: Dtype;
  /** WebGPU where there is an adapter, if left out. */
  readonly device?: 'webgpu' | 'wasm' | undefined;
}

export interface EmbedderOptions extends IoOptions {
  readonly source: Source;
}

const MOST_THREADS = 8;

/** Loads an ONNX model in a worker of its own. The first request to the network is made here, not before. */
export async function loadTransformersInWorker(options: BrowserOptions): Promise<LanguageModel> {
  const { model, dtype, ...io } = options;
  const device = options.device ?? ((await hasWebGpu()) ? 'webgpu' : 'wasm');
  return connect(model, { kind: 'language-model', source: { from: 'hub', model, dtype }, device }, io);
}

/** Loads a sentence embedder in a worker of its own, on the processor: it is small, and there it needs no proof. */
export function loadEmbedderInWorker({ source, ...io }: EmbedderOptions): Promise<LanguageModel> {
  const name = source.from === 'hub' ? source.model : source.name;
  return connect(name, { kind: 'embedder', source, device: 'wasm' }, io);
}

function connect(
  name: string,
  options: Omit<WorkerLoadOptions, 'threads'>,
  { signal, onProgress }: IoOptions,
): Promise<LanguageModel> {
  // Some browsers ask the user; the loading does not wait for that. One that refuses keeps the files until it needs the room.
  void navigator.storage?.persist?.().catch(() => false);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `knowshot ${name}` });
  const threads = globalThis.crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1;
  return connectModel(workerPort(worker), { ...options, threads }, { signal, onProgress });
}

async function hasWebGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  return (await gpu?.requestAdapter().catch(() => null)) != null;
}
