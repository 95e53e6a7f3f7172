import factory from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import binary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as v from 'valibot';
import { serveModel } from '../worker/host.ts';
import type { WorkerScope } from '../worker/port.ts';
import { scopePort } from '../worker/port.ts';
import { loadTransformers } from './load.ts';
import { WorkerLoadOptions } from './load-options.ts';
import { loadRuntime } from './runtime.ts';

serveModel(scopePort(globalThis as unknown as WorkerScope), async (options, io) => {
  const { device, threads, ...source } = v.parse(WorkerLoadOptions, options);
  const { wasm } = (await loadRuntime()).env.backends.onnx;
  if (wasm !== undefined) {
    // The page's own copy: by default it would come from elsewhere.
    wasm.wasmPaths = { mjs: new URL(factory, import.meta.url).href, wasm: new URL(binary, import.meta.url).href };
    wasm.numThreads = threads;
  }
  return loadTransformers({
    ...source,
    ...io,
    localOnly: false,
    execution: { backend: `onnxruntime ${device}`, device },
    reference: device === 'webgpu' ? { backend: 'onnxruntime wasm', device: 'wasm' } : undefined,
  });
});
