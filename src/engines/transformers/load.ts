import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { LanguageModel, LoadProgress, ModelIdentity } from '../../core/model/language-model.ts';
import { checkScores, requirePassed } from '../self-test.ts';
import { bad, Decoder } from './decoder.ts';
import { Embedder } from './embedder.ts';
import { OnnxLanguageModel } from './engine.ts';
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
}

export interface LoadOptions extends OnnxSource {
  readonly execution: Execution;
  /** Nothing is asked of the network. */
  readonly localOnly: boolean;
  /** Also gives embeddings. */
  readonly embedder?: OnnxSource | undefined;
  /** Files with their hashes, where they are known. */
  readonly files?: ModelIdentity['files'] | undefined;
  /** As the record names the model; its id and number type otherwise. */
  readonly name?: string | undefined;
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
  const { model, tokenizer } = await loader.load('AutoModelForCausalLM', options);
  const embedder = options.embedder === undefined ? undefined : await loader.load('AutoModel', options.embedder);
  throwIfAborted(signal);
  onProgress?.({ phase: 'prepare' });
  const own = new OnnxLanguageModel(
    new Decoder(runtime, model),
    new Text(tokenizer),
    embedder && new Embedder(runtime, embedder.tokenizer, embedder.model),
    {
      engine: TRANSFORMERS_ENGINE,
      // As a spec names it (choice.ts): another number type gives other numbers.
      id: options.name ?? `${options.model}:${options.dtype}`,
      revision: options.revision ?? 'main',
      files: options.files ?? [],
      backend: `${execution.backend}${embedder ? `, embeddings of ${options.embedder?.model}` : ''}`,
      precision: options.dtype,
    },
  );
  onProgress?.({ phase: 'self-test' });
  own.selfTest = requirePassed(await checkScores(own, TOLERANCE));
  throwIfAborted(signal);
  onProgress?.({ phase: 'ready' });
  return own;
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
  ): Promise<{ model: OnnxModel; tokenizer: Tokenizer }> {
    const { execution, localOnly, signal } = this.#options;
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

function loadError(model: string, dtype: Dtype, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/not found|could not locate|404/iu.test(reason))
    return bad(
      `${model} lacks a file for the number type ${dtype}: ${reason.replace(/\.$/u, '')}. Choose another type or model`,
      cause,
    );
  if (/fetch|network|ENOTFOUND|ECONN/iu.test(reason))
    return new EngineError(
      'network',
      `${model} could not be downloaded: ${reason}. Check the connection and try again.`,
      { recoverable: true, cause },
    );
  if (/out of memory|bad_alloc|allocat/iu.test(reason))
    return new EngineError(
      'out-of-memory',
      `${model} does not fit into memory as ${dtype}: ${reason}. Choose a smaller number type or model.`,
      { cause },
    );
  return bad(`${model} as ${dtype}: ${reason}`, cause);
}
