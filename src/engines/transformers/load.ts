import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { LanguageModel, LoadProgress, ModelIdentity, ScoreBatch } from '../../core/model/language-model.ts';
import { checkScores, requirePassed } from '../self-test.ts';
import { compareBackends, scoreShort } from './compare.ts';
import { Decoder } from './decoder.ts';
import { Embedder } from './embedder.ts';
import { OnnxLanguageModel } from './engine.ts';
import { loadError } from './failure.ts';
import type { Dtype, OnnxModel, Runtime, Tokenizer } from './runtime.ts';
import { loadRuntime } from './runtime.ts';
import { Text } from './text.ts';

export const TRANSFORMERS_ENGINE = 'transformers';

/** Where the graph runs. */
export interface Execution {
  /** As the record names it, for example `onnxruntime wasm`. */
  readonly backend: string;
  readonly device: 'webgpu' | 'wasm' | 'cpu' | 'auto';
  /** Execution providers, where the device alone does not say. */
  readonly providers?: readonly string[] | undefined;
}

export interface OnnxSource {
  /** A model id of Hugging Face, or a folder's absolute path in Node. */
  readonly model: string;
  readonly dtype: Dtype;
  readonly revision?: string | undefined;
  /** As the record names it; its id and number type otherwise. */
  readonly name?: string | undefined;
}

export interface LoadOptions extends OnnxSource {
  readonly execution: Execution;
  /** Gives the same numbers; the model is run there too, on short prompts, and must agree. */
  readonly reference?: Execution | undefined;
  /** Nothing is asked of the network. */
  readonly localOnly: boolean;
  /** Also gives embeddings. */
  readonly embedder?: OnnxSource | undefined;
  /** Files with their hashes, where they are known. */
  readonly files?: ModelIdentity['files'] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** ONNX rounds differently in runs of different lengths. */
const TOLERANCE = 1e-3;

export async function loadTransformers(options: LoadOptions): Promise<LanguageModel> {
  const { signal, onProgress, execution } = options;
  throwIfAborted(signal);
  const runtime = await loadRuntime();
  stopWith(runtime, signal);
  const loader = new Loader(runtime, options);
  const reference = options.reference && (await scoresOn(options.reference, runtime, loader, options));
  const { model, tokenizer } = await loader.load('AutoModelForCausalLM', options);
  // Where the model itself must prove that it is right, the small embedder runs in the place that proves it.
  const embedder =
    options.embedder && (await loader.load('AutoModel', options.embedder, options.reference ?? execution));
  throwIfAborted(signal);
  onProgress?.({ phase: 'prepare' });
  const own = new OnnxLanguageModel(
    new Decoder(runtime, model),
    new Text(tokenizer),
    embedder && new Embedder(runtime, embedder.tokenizer, embedder.model),
    {
      engine: TRANSFORMERS_ENGINE,
      // As a spec names it (onnx-id.ts).
      id: options.name ?? [options, options.embedder].flatMap((s) => (s ? [`${s.model}:${s.dtype}`] : [])).join('+'),
      revision: options.revision ?? 'main',
      files: options.files ?? [],
      backend: `${execution.backend}${reference === null ? ', compared with no other back end' : ''}${embedder ? `, embeddings of ${options.embedder?.name ?? options.embedder?.model}` : ''}`,
      precision: options.dtype,
    },
  );
  onProgress?.({ phase: 'self-test' });
  own.selfTest = requirePassed([
    ...(await checkScores(own, TOLERANCE)),
    ...(reference
      ? [compareBackends([execution.backend, reference.backend], await scoreShort(own), reference, options.dtype)]
      : []),
  ]);
  throwIfAborted(signal);
  onProgress?.({ phase: 'ready' });
  return own;
}

/** The short prompts' scores on another back end; `null` where the model does not fit there, which the record then says. */
async function scoresOn(
  execution: Execution,
  runtime: Runtime,
  loader: Loader,
  options: LoadOptions,
): Promise<(ScoreBatch & { readonly backend: string }) | null> {
  const { signal } = options;
  try {
    const { model, tokenizer } = await loader.load('AutoModelForCausalLM', options, execution);
    const identity = {
      engine: TRANSFORMERS_ENGINE,
      id: options.model,
      revision: '',
      files: [],
      backend: '',
      precision: '',
    };
    const other = new OnnxLanguageModel(new Decoder(runtime, model), new Text(tokenizer), undefined, identity);
    try {
      return { ...(await scoreShort(other)), backend: execution.backend };
    } finally {
      await model.dispose();
    }
  } catch (error) {
    throwIfAborted(signal);
    const failure = loadError(options.model, options.dtype, error);
    if (failure.code === 'out-of-memory') return null;
    throw failure;
  }
}

/** Downloads end when the loading is stopped. */
function stopWith(runtime: Runtime, signal: AbortSignal | undefined): void {
  runtime.env.fetch = (input: string | URL, init?: RequestInit) => fetch(input, signal ? { ...init, signal } : init);
}

class Loader {
  readonly #runtime: Runtime;
  readonly #options: LoadOptions;
  readonly #done = new Map<string, { readonly loaded: number; readonly total: number }>();

  constructor(runtime: Runtime, options: LoadOptions) {
    this.#runtime = runtime;
    this.#options = options;
  }

  async load(
    kind: 'AutoModelForCausalLM' | 'AutoModel',
    { model, dtype, revision }: OnnxSource,
    execution = this.#options.execution,
  ): Promise<{ model: OnnxModel; tokenizer: Tokenizer }> {
    const { localOnly, signal } = this.#options;
    const common = {
      local_files_only: localOnly,
      progress_callback: (event: unknown) => this.#progress(event),
      ...(revision === undefined ? {} : { revision }),
    };
    try {
      const tokenizer = await this.#runtime.AutoTokenizer.from_pretrained(model, common);
      const session =
        execution.providers === undefined ? {} : { session_options: { executionProviders: execution.providers } };
      const loaded = await this.#runtime[kind].from_pretrained(model, {
        ...common,
        ...(session as object),
        dtype,
        device: execution.device,
      });
      return { tokenizer, model: loaded as OnnxModel };
    } catch (cause) {
      throwIfAborted(signal);
      throw loadError(model, dtype, cause);
    }
  }

  #progress(event: unknown): void {
    const { status, name, file, loaded, total } = event as Record<string, unknown>;
    if (status !== 'progress' || typeof loaded !== 'number' || typeof total !== 'number') return;
    this.#done.set(`${name}/${file}`, { loaded, total });
    const sum = (part: 'loaded' | 'total') => [...this.#done.values()].reduce((all, one) => all + one[part], 0);
    this.#options.onProgress?.({ phase: 'download', done: sum('loaded'), total: sum('total') });
  }
}
