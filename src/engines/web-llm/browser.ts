import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import { connectModel } from '../worker/client.ts';
import { workerPort } from '../worker/port.ts';
import { webLlmCatalog } from './catalog.ts';
import type { WorkerLoadOptions } from './load-options.ts';

export interface BrowserLoadOptions {
  readonly modelId: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Loads a model through web-llm in a worker of its own. What is downloaded for it is to stay when the disk fills up. */
export async function loadWebLlmInWorker({ modelId, signal, onProgress }: BrowserLoadOptions): Promise<LanguageModel> {
  // Some browsers ask the user; the loading does not wait for that. One that refuses keeps the files until it needs the room.
  void navigator.storage?.persist?.().catch(() => false);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: `web-llm ${modelId}` });
  const options: WorkerLoadOptions = { modelId };
  return connectModel(workerPort(worker), options, { signal, onProgress });
}

export { webLlmCatalog };
