import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import { describeLoss, type OnDevice } from '../device-session.ts';
import { addresses, type Chosen } from './catalog.ts';
import { cachedModel, requirePipeline } from './pipeline.ts';
import type { CachedModel } from './prefix-cache.ts';

/** A model on the GPU: what the engine needs of it, and nothing of how web-llm is built. */
export interface Opened extends OnDevice {
  readonly model: CachedModel;
  readonly encode: (text: string) => readonly number[];
  readonly decode: (ids: readonly number[]) => string;
}

export interface OpenOptions {
  readonly chosen: Chosen;
  /** Commit whose files are in the browser's caches. */
  readonly revision: string;
  readonly signal?: AbortSignal | undefined;
  /** Share of the weights that is on the GPU. */
  readonly onShare?: ((share: number) => void) | undefined;
}

/** Tokens of a context: as web-llm's own list has it for these models, within the memory that the list reckons. */
const CONTEXT = 4096;

/**
 * Loads a model from the browser's caches onto the GPU through web-llm. All its files must be there, so that web-llm asks the
 * network for none.
 */
export async function openModel({ chosen, revision, signal, onShare }: OpenOptions): Promise<Opened> {
  const { MLCEngine } = await import('@mlc-ai/web-llm');
  const at = addresses(chosen);
  const { id } = chosen.variant;
  const engine = new MLCEngine({
    appConfig: {
      model_list: [
        {
          model: at.file(revision, ''),
          model_id: id,
          model_lib: at.library,
          overrides: { context_window_size: CONTEXT },
        },
      ],
    },
    initProgressCallback: ({ progress }) => onShare?.(progress),
    logLevel: 'WARN',
  });
  const stop = () => void engine.unload();
  signal?.addEventListener('abort', stop);
  try {
    await engine.reload(id);
  } catch (error) {
    throwIfAborted(signal);
    throw failed(error);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  const pipeline = await insideOf(engine, id, signal);
  const device = pipeline.tvm.lib.webGPUContext?.device;
  return {
    model: cachedModel(pipeline),
    encode: (text) => [...pipeline.tokenizer.encode(text)],
    decode: (ids) => (ids.length === 0 ? '' : pipeline.tokenizer.decode(Int32Array.from(ids))),
    lost: (device?.lost ?? new Promise<never>(() => {})).then(describeLoss),
    dispose: stop,
  };
}

/** What web-llm keeps to itself. A model that cannot be used does not stay on the GPU. */
async function insideOf(engine: { unload(): Promise<void> }, id: string, signal: AbortSignal | undefined) {
  const { loadedModelIdToPipeline } = engine as { readonly loadedModelIdToPipeline?: ReadonlyMap<string, unknown> };
  try {
    throwIfAborted(signal);
    return requirePipeline(loadedModelIdToPipeline?.get(id));
  } catch (error) {
    await engine.unload();
    throw error;
  }
}

/** web-llm's errors are told apart by their names. */
function failed(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'DeviceLostError' || /out of memory|allocat/iu.test(message)) {
    return new EngineError(
      'out-of-memory',
      `The GPU gave up while the model was loaded (${message}). Close other programs that use it, or choose a smaller model.`,
      { recoverable: true, cause: error },
    );
  }
  return new EngineError(
    'bad-model',
    `web-llm could not start this model: ${message}. Choose another model, or delete and load it again.`,
    {
      cause: error,
    },
  );
}
