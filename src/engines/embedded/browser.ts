import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import { connectModel } from '../worker/client.ts';
import { workerPort } from '../worker/port.ts';
import type { Backend } from './load.ts';
import type { WorkerLoadOptions } from './load-options.ts';

export interface BrowserLoadOptions {
  readonly modelId: string;
  /** Address of the page's folder; relative ones are resolved against the page. */
  readonly baseUrl: string;
  /** Where prompts are scored; WASM if not said. */
  readonly backend?: Backend | undefined;
  /** Threads that compute, where the page is cross-origin isolated (elsewhere one does); `threadsFor` its cores, if not said. */
  readonly threads?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Loads an embedded model in a worker of its own. */
export function loadEmbeddedInWorker({
  modelId,
  baseUrl,
  backend,
  threads,
  signal,
  onProgress,
}: BrowserLoadOptions): Promise<LanguageModel> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `knowshot ${modelId}` });
  const options: WorkerLoadOptions = { modelId, baseUrl: new URL(baseUrl, document.baseURI).href, backend, threads };
  return connectModel(workerPort(worker), options, { signal, onProgress });
}
