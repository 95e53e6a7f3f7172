import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LanguageModel, LoadProgress, ModelIdentity } from '../../core/model/language-model.ts';
import { bad } from './decoder.ts';
import { type Execution, loadTransformers } from './load.ts';
import type { Dtype } from './runtime.ts';
import { DTYPES, SUFFIXES } from './runtime.ts';

export interface NodeOptions {
  /** A folder with `config.json`, `tokenizer.json` and `onnx/`, or a model id of Hugging Face. */
  readonly model: string;
  /** The first that is there, f32 before the others, if left out; f32 for an id. */
  readonly dtype?: Dtype | undefined;
  /** A sentence embedder's folder or id, with its number type as for the model. */
  readonly embedder?: { readonly model: string; readonly dtype?: Dtype | undefined } | undefined;
  /** `cpu` is ONNX Runtime's own library; `wasm` is what browsers run, and can be chosen before any other was. */
  readonly device?: 'cpu' | 'wasm' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Loads an ONNX model into this process. A folder is read without any request to the network. */
export async function loadTransformersInNode(options: NodeOptions): Promise<LanguageModel> {
  const { model, embedder, device = 'cpu', signal, onProgress } = options;
  const folder = folderOf(model);
  const dtype = options.dtype ?? (folder === undefined ? 'fp32' : await firstDtype(folder));
  const execution: Execution =
    device === 'wasm' ? await wasmExecution() : { backend: 'onnxruntime cpu', device: 'cpu' };
  const embedderFolder = embedder && folderOf(embedder.model);
  return loadTransformers({
    model: folder ?? model,
    name: folder === undefined ? embedderFolder && `${model}:${dtype}` : basename(folder),
    dtype,
    execution,
    localOnly: folder !== undefined && (embedder === undefined || embedderFolder !== undefined),
    files: folder === undefined ? [] : await hashes(folder, dtype),
    signal,
    onProgress,
    ...(embedder === undefined
      ? {}
      : {
          embedder: {
            model: embedderFolder ?? embedder.model,
            dtype: embedder.dtype ?? (embedderFolder === undefined ? 'fp32' : await firstDtype(embedderFolder)),
            name: embedderFolder && basename(embedderFolder),
          },
        }),
  });
}

const folderOf = (model: string): string | undefined =>
  existsSync(join(model, 'config.json')) ? resolve(model) : undefined;

async function firstDtype(folder: string): Promise<Dtype> {
  const found = DTYPES.find((dtype) => existsSync(join(folder, 'onnx', `model${SUFFIXES[dtype]}.onnx`)));
  if (found === undefined) throw bad(`${folder} holds no onnx/model*.onnx`);
  return found;
}

async function hashes(folder: string, dtype: Dtype): Promise<ModelIdentity['files']> {
  const graph = `model${SUFFIXES[dtype]}.onnx`;
  // Large graphs keep their weights in files beside them.
  const graphs = (await readdir(join(folder, 'onnx'))).filter(
    (name) => name === graph || name.startsWith(`${graph}_data`),
  );
  const names = ['config.json', ...graphs.sort().map((name) => `onnx/${name}`), 'tokenizer.json'];
  return Promise.all(names.map(async (name) => ({ name, sha256: await sha256(join(folder, name)) })));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part as Buffer);
  return hash.digest('hex');
}

/** ONNX Runtime as WebAssembly in place of the library: transformers.js takes a runtime that it finds here. */
async function wasmExecution(): Promise<Execution> {
  const key = Symbol.for('onnxruntime');
  const place = globalThis as unknown as Record<symbol, unknown>;
  if (place[key] === undefined) {
    const ort = await import('onnxruntime-web');
    const own = createRequire(import.meta.url).resolve('onnxruntime-web');
    ort.env.wasm.wasmPaths = new URL('./', pathToFileURL(own)).href;
    ort.env.wasm.numThreads = 1;
    place[key] = ort;
  }
  return { backend: 'onnxruntime wasm', device: 'auto', providers: ['wasm'] };
}
