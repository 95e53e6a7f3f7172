/**
 * Causal language models and sentence embedders in ONNX, through transformers.js.
 *
 *     const model = await loadTransformersInWorker({ model: 'onnx-community/Qwen2.5-0.5B', dtype: 'q4', signal, onProgress });
 *
 * gives a `LanguageModel` in a worker of its own: WebGPU where there is an adapter, else WASM; on WebGPU it is
 * first compared with itself on WASM, and refused where they disagree. `loadEmbedderInWorker` gives an embedder, to stand beside
 * any model. Nothing is requested before the call; files are downloaded by engines/hub, each found right by its hash. A spec names
 * them with the ids of onnx-id.ts. For the terminal see `node.ts`.
 */
export type { BrowserOptions, EmbedderOptions } from './browser.ts';
export { loadEmbedderInWorker, loadTransformersInWorker } from './browser.ts';
export { TRANSFORMERS_ENGINE } from './load.ts';
export type { Dtype } from './runtime.ts';
export { DTYPES } from './runtime.ts';
