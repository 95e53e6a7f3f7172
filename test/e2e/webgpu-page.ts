import type { LanguageModel, ScoreBatch, ScoreRequest } from '../../src/core/model/language-model.ts';
import { loadEmbeddedInWorker } from '../../src/engines/embedded/browser.ts';
import { loadEmbedded } from '../../src/engines/embedded/load.ts';
import { tinyModel } from '../engines/embedded/tiny-model.ts';

const models = new Map<string, Promise<LanguageModel>>();

function load(backend: 'wasm' | 'webgpu'): Promise<LanguageModel> {
  let model = models.get(backend);
  if (model === undefined) {
    model = loadEmbeddedInWorker({ modelId: 'knowshot-mini', baseUrl: '/', backend });
    models.set(backend, model);
  }
  return model;
}

/** The device that was given last. */
let device: GPUDevice | undefined;
/** Whether the device is destroyed with the next work that it gets. */
let doomed = false;
/** What befalls a device after this one. */
let fate: 'none' | 'lost' | 'refused' = 'none';

const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (options) {
  device = await requestDevice.call(this, options);
  doomed = fate === 'lost';
  return device;
};
const { requestAdapter } = GPU.prototype;
GPU.prototype.requestAdapter = function (options) {
  return fate === 'refused' ? Promise.resolve(null) : requestAdapter.call(this, options);
};
const { submit } = GPUQueue.prototype;
GPUQueue.prototype.submit = function (buffers) {
  submit.call(this, buffers);
  if (doomed) device?.destroy();
  doomed = false;
};

const tiny = async (backend: 'wasm' | 'webgpu') =>
  loadEmbedded({
    modelId: 'tiny',
    assets: (await tinyModel()).assets,
    wasm: async (_, relaxed) => {
      const response = await fetch(`/src/engines/embedded/kernels${relaxed ? '-relaxed' : ''}.wasm`);
      return new Uint8Array(await response.arrayBuffer());
    },
    backend,
    cacheBytes: 1 << 16,
  });

const TINY_REQUESTS: readonly ScoreRequest[] = [
  { prompt: 'good and bad: hello', continuations: [' good', ' bad and good'] },
  { prompt: 'hello world', continuations: [' and hello'] },
];

const settle = (batch: Promise<ScoreBatch>) =>
  batch.then(
    ({ results }) => ({
      code: 'finished',
      message: '',
      logprobs: results.map((r) => r.scores.map((s) => s.sumLogprob)),
    }),
    (error) => ({ code: String(error.code), message: String(error.message), logprobs: [] }),
  );

/** What the test calls from outside. */
export const api = {
  /**
   * Loses the device of a tiny model in the page itself: what became of the call that ran and of the next one, and what WASM
   * says.
   */
  lose: async (when: 'before' | 'during', next: typeof fate) => {
    const [model, wasm] = [await tiny('webgpu'), await tiny('wasm')];
    fate = next;
    if (when === 'before') device?.destroy();
    else doomed = true;
    const lost = device;
    const first = await settle(model.score(TINY_REQUESTS));
    fate = 'none';
    const second = await settle(model.score(TINY_REQUESTS));
    model.dispose();
    return { first, second, wasm: await settle(wasm.score(TINY_REQUESTS)), reloaded: device !== lost };
  },
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
