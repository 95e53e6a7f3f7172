import type { Caches } from '../assets/parts.ts';
import { ModelStore } from '../hub/store.ts';

/** Name of the cache that holds the files. */
export const ONNX_CACHE = 'knowshot/onnx';

export const onnxStore = (caches: Caches): ModelStore => new ModelStore(caches, 'knowshot/onnx-entries');
