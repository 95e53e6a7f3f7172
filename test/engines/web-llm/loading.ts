import type { LanguageModel, LoadProgress } from '../../../src/core/model/language-model.ts';
import { loadWebLlm, type WebLlmOptions } from '../../../src/engines/web-llm/load.ts';
import { webLlmStore } from '../../../src/engines/web-llm/store.ts';
import { fakeHub, MACHINE, memoryCaches } from './hub.ts';
import { standIn } from './stand-in.ts';

/** A model as the page loads it, with stand-ins for the hub, the browser's caches and the GPU. */
export function loading(options: Partial<WebLlmOptions> = {}) {
  const hub = fakeHub(options.modelId);
  const caches = memoryCaches();
  const progress: LoadProgress[] = [];
  const load = (more: Partial<WebLlmOptions> = {}): Promise<LanguageModel> =>
    loadWebLlm({
      modelId: 'Qwen2.5-0.5B-Instruct',
      store: webLlmStore(caches),
      machine: MACHINE,
      fetch: hub.fetch,
      open: () => standIn(),
      onProgress: (step) => progress.push(step),
      sleep: async () => {},
      trained: false,
      ...options,
      ...more,
    });
  return { hub, caches, progress, load, store: webLlmStore(caches) };
}
