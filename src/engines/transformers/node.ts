import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import { diskCaches } from '../hub/disk-caches.ts';
import { loadOnnxEmbedder } from './embedder-engine.ts';
import { contentRevision, filesOfHub, firstDtype, neededFiles } from './files.ts';
import { loadTransformers } from './load.ts';
import type { Execution, OnnxSource } from './loader.ts';
import type { Dtype } from './runtime.ts';
import { ONNX_CACHE, onnxStore } from './store.ts';

interface IoOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

export interface NodeOptions extends IoOptions {
  /** A folder with `config.json`, `tokenizer.json` and `onnx/`, or a model id of Hugging Face. */
  readonly model: string;
  /** The first that is there, f32 before the others, if left out; f32 for an id. */
  readonly dtype?: Dtype | undefined;
  /** `cpu` is ONNX Runtime's own library; `wasm` is what browsers run, and can be chosen before any other was. */
  readonly device?: 'cpu' | 'wasm' | undefined;
  /** Where downloads are kept. */
  readonly downloads?: string | undefined;
}

/** Loads an ONNX model into this process. A folder is read without any request to the network. */
export async function loadTransformersInNode(options: NodeOptions): Promise<LanguageModel> {
  return loadTransformers(await partsOf(options));
}

/** Loads a sentence embedder into this process, likewise. */
export async function loadEmbedderInNode(options: NodeOptions): Promise<LanguageModel> {
  return loadOnnxEmbedder(await partsOf(options));
}

async function partsOf(options: NodeOptions) {
  const { signal, onProgress } = options;
  return { source: await sourceOf(options), execution: await executionOf(options), signal, onProgress };
}

const executionOf = async ({ device = 'cpu' }: NodeOptions): Promise<Execution> =>
  device === 'wasm' ? wasmExecution() : { backend: 'onnxruntime cpu', device: 'cpu' };

async function sourceOf(options: NodeOptions): Promise<OnnxSource> {
  const { model } = options;
  if (existsSync(join(model, 'config.json'))) return folderSource(resolve(model), options.dtype);
  return hubSource(options);
}

async function folderSource(folder: string, asked: Dtype | undefined): Promise<OnnxSource> {
  const graphs = await readdir(join(folder, 'onnx')).catch(() => []);
  const names = [...(await readdir(folder)), ...graphs.map((name) => `onnx/${name}`)];
  const dtype = asked ?? firstDtype(folder, names);
  const files = await Promise.all(
    neededFiles(names, dtype).map(async (name) => ({ name, sha256: await sha256(join(folder, name)) })),
  );
  return { name: basename(folder), dtype, folder, provided: { revision: contentRevision(files), files } };
}

/** Downloads what is missing to a folder, and checks all of it. */
async function hubSource({ model, dtype = 'fp32', downloads = downloadFolder(), ...io }: NodeOptions) {
  const caches = diskCaches(downloads);
  const store = onnxStore(caches);
  const provided = await filesOfHub({ model, dtype }, { store, fetch: hubFetch, ...io });
  const config = provided.plan.files.find(({ name }) => name === 'config.json');
  const folder = config && dirname(caches.pathOf(ONNX_CACHE, config.url));
  return { name: `${model}:${dtype}`, dtype, folder, provided };
}

const downloadFolder = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'knowshot');

/** The hub, or the mirror that HF_ENDPOINT names; a token for it is read from HF_TOKEN. */
function hubFetch(url: string, init: RequestInit): Promise<Response> {
  const { HF_ENDPOINT, HF_TOKEN } = process.env;
  const { origin } = new URL(url);
  const address = HF_ENDPOINT ? HF_ENDPOINT.replace(/\/+$/u, '') + url.slice(origin.length) : url;
  const token = HF_TOKEN ? { authorization: `Bearer ${HF_TOKEN}` } : {};
  return fetch(address, { ...init, headers: { ...(init.headers as Record<string, string>), ...token } });
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
