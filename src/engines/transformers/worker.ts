import factory from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import binary from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as v from 'valibot';
import { memoryCaches } from '../assets/memory-caches.ts';
import { type HostLoadOptions, serveModel } from '../worker/host.ts';
import type { WorkerScope } from '../worker/port.ts';
import { scopePort } from '../worker/port.ts';
import { loadOnnxEmbedder } from './embedder-engine.ts';
import { filesOfFolder, filesOfHub, firstDtype } from './files.ts';
import { loadTransformers } from './load.ts';
import { type Source, WorkerLoadOptions } from './load-options.ts';
import type { OnnxSource } from './loader.ts';
import { loadRuntime } from './runtime.ts';
import { onnxStore } from './store.ts';

serveModel(scopePort(globalThis as unknown as WorkerScope), async (options, io) => {
  const { kind, source: asked, device, threads } = v.parse(WorkerLoadOptions, options);
  const { wasm } = (await loadRuntime()).env.backends.onnx;
  if (wasm !== undefined) {
    // The page's own copy: by default it would come from elsewhere.
    wasm.wasmPaths = { mjs: new URL(factory, import.meta.url).href, wasm: new URL(binary, import.meta.url).href };
    wasm.numThreads = threads;
  }
  const source = await sourceOf(asked, io);
  const execution = { backend: `onnxruntime ${device}`, device };
  if (kind === 'embedder') return loadOnnxEmbedder({ source, execution, ...io });
  return loadTransformers({
    source,
    execution,
    ...io,
    reference: device === 'webgpu' ? { backend: 'onnxruntime wasm', device: 'wasm' } : undefined,
  });
});

async function sourceOf(asked: Source, io: HostLoadOptions): Promise<OnnxSource> {
  if (asked.from === 'folder') {
    const { name, files } = asked;
    const dtype =
      asked.dtype ??
      firstDtype(
        name,
        files.map(({ path }) => path),
      );
    return { name, dtype, provided: await filesOfFolder(files, dtype, io.onProgress) };
  }
  const { model, dtype } = asked;
  const provided = await filesOfHub(
    { model, dtype },
    {
      store: onnxStore(typeof caches === 'undefined' ? memoryCaches() : caches),
      fetch: (url, init) => fetch(url, init),
      ...io,
    },
  );
  return { name: `${model}:${dtype}`, dtype, provided };
}
