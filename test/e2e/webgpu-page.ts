import type { LanguageModel, ScoreRequest } from '../../src/core/model/language-model.ts';
import { loadEmbeddedInWorker } from '../../src/engines/embedded/browser.ts';

const models = new Map<string, Promise<LanguageModel>>();

function load(backend: 'wasm' | 'webgpu'): Promise<LanguageModel> {
  let model = models.get(backend);
  if (model === undefined) {
    model = loadEmbeddedInWorker({ modelId: 'knowshot-mini', baseUrl: '/', backend });
    models.set(backend, model);
  }
  return model;
}

/** What the test calls from outside. */
export const api = {
  identity: async (backend: 'wasm' | 'webgpu') => {
    const { identity, selfTest, capabilities } = await load(backend);
    return { identity, selfTest, capabilities: [...capabilities] };
  },
  score: async (backend: 'wasm' | 'webgpu', requests: readonly ScoreRequest[]) => {
    const started = performance.now();
    const { results, usage } = await (await load(backend)).score(requests);
    const logprobs = results.map((r) => r.scores.map((s) => s.sumLogprob));
    return { logprobs, usage, seconds: (performance.now() - started) / 1000 };
  },
  abort: async (backend: 'wasm' | 'webgpu', requests: readonly ScoreRequest[]): Promise<string> => {
    const model = await load(backend);
    const controller = new AbortController();
    const scored = model.score(requests, { signal: controller.signal });
    controller.abort();
    return scored.then(
      () => 'finished',
      (error) => String(error.code),
    );
  },
};

Object.assign(globalThis, { api });
