import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { LanguageModel, LoadProgress, ModelIdentity, ScoreBatch } from '../../core/model/language-model.ts';
import { checkScores, requirePassed } from '../self-test.ts';
import { compareBackends, scoreShort } from './compare.ts';
import { Decoder } from './decoder.ts';
import { OnnxLanguageModel } from './engine.ts';
import { loadError } from './failure.ts';
import { type Execution, type OnnxSource, openOnnx } from './loader.ts';
import type { Runtime } from './runtime.ts';
import { loadRuntime } from './runtime.ts';
import { Text } from './text.ts';

export const TRANSFORMERS_ENGINE = 'transformers';

export interface LoadOptions {
  readonly source: OnnxSource;
  readonly execution: Execution;
  /** Gives the same numbers; the model is run there too, on short prompts, and must agree. */
  readonly reference?: Execution | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** ONNX rounds differently in runs of different lengths. */
const TOLERANCE = 1e-3;

export const identityOf = ({ name, dtype, provided }: OnnxSource, backend: string): ModelIdentity => ({
  engine: TRANSFORMERS_ENGINE,
  id: name,
  revision: provided.revision,
  files: provided.files,
  backend,
  precision: dtype,
});

/** A causal language model. */
export async function loadTransformers(options: LoadOptions): Promise<LanguageModel> {
  const { source, execution, signal, onProgress } = options;
  throwIfAborted(signal);
  const runtime = await loadRuntime();
  onProgress?.({ phase: 'prepare' });
  const reference = options.reference && (await scoresOn(options.reference, runtime, source, signal));
  const { model, tokenizer } = await openOnnx(runtime, 'AutoModelForCausalLM', source, execution, signal);
  const own = new OnnxLanguageModel(
    new Decoder(runtime, model),
    new Text(tokenizer),
    identityOf(source, `${execution.backend}${reference === null ? ', compared with no other back end' : ''}`),
  );
  onProgress?.({ phase: 'self-test' });
  own.selfTest = requirePassed([
    ...(await checkScores(own, TOLERANCE)),
    ...(reference
      ? [compareBackends([execution.backend, reference.backend], await scoreShort(own), reference, source.dtype)]
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
  source: OnnxSource,
  signal: AbortSignal | undefined,
): Promise<(ScoreBatch & { readonly backend: string }) | null> {
  try {
    const { model, tokenizer } = await openOnnx(runtime, 'AutoModelForCausalLM', source, execution, signal);
    const other = new OnnxLanguageModel(new Decoder(runtime, model), new Text(tokenizer), identityOf(source, ''));
    try {
      return { ...(await scoreShort(other)), backend: execution.backend };
    } finally {
      await model.dispose();
    }
  } catch (error) {
    throwIfAborted(signal);
    const failure = loadError(source.name, source.dtype, error);
    if (failure.code === 'out-of-memory') return null;
    throw failure;
  }
}
