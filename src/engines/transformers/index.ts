/**
 * Causal language models in ONNX, through transformers.js.
 *
 *     const model = await loadTransformersInWorker({ model: 'onnx-community/Qwen2.5-0.5B', dtype: 'q4', signal, onProgress });
 *
 * gives a `LanguageModel` in a worker of its own: WebGPU where there is an adapter, else WASM; on WebGPU it is
 * first compared with itself on WASM, and refused where they disagree. With `embedder` (a MiniLM-class model) it also gives
 * embeddings. Nothing is requested before the call. A spec names the model as
 * `{ engine: TRANSFORMERS_ENGINE, id }` with the id of onnx-id.ts. For the terminal see `node.ts`, which also takes a folder.
 */
export type { BrowserOptions } from './browser.ts';
export { loadTransformersInWorker } from './browser.ts';
export { TRANSFORMERS_ENGINE } from './load.ts';
export type { Dtype } from './runtime.ts';
export { DTYPES } from './runtime.ts';
