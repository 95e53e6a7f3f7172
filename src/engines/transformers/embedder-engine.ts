import { EngineError } from '../../core/model/engine-error.ts';
import type {
  CallOptions,
  Capability,
  LanguageModel,
  LoadProgress,
  ModelIdentity,
  SelfTestCheck,
} from '../../core/model/language-model.ts';
import { check, requirePassed } from '../self-test.ts';
import { Serial, Slices } from '../slices.ts';
import { EmbeddingGraph } from './embedder.ts';
import { loadError } from './failure.ts';
import { identityOf } from './load.ts';
import { type Execution, type OnnxSource, openOnnx } from './loader.ts';
import { loadRuntime } from './runtime.ts';

/** A sentence embedder behind the port of the models, so that it runs in a worker as they do; it embeds and does nothing else. */
export class OnnxEmbedder implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['embed']);
  readonly contextLength: number;
  selfTest: readonly SelfTestCheck[] = [];
  readonly #graph: EmbeddingGraph;
  readonly #serial = new Serial();
  readonly #disposal = new AbortController();

  constructor(graph: EmbeddingGraph, identity: ModelIdentity) {
    this.#graph = graph;
    this.identity = identity;
    // The port counts one token around a text.
    this.contextLength = graph.most - graph.around + 1;
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#run(options, (slices) => slices.map(texts, (text) => this.#graph.tokens(text)));
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]> {
    return this.#run(options, (slices) => this.#graph.embed(texts, slices));
  }

  score(): Promise<never> {
    return this.#refuse();
  }

  generate(): Promise<never> {
    return this.#refuse();
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    // What runs now ends first: a session that is let go in the middle would crash.
    void this.#serial.run(() => this.#graph.dispose(), undefined);
  }

  #refuse(): Promise<never> {
    return Promise.reject(
      new EngineError('no-capability', `${this.identity.id} embeds texts; it neither scores nor writes.`, {
        recoverable: true,
      }),
    );
  }

  #run<T>(options: CallOptions | undefined, job: (slices: Slices) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This embedder was unloaded. Load it again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return this.#serial.run(() => job(new Slices(signal)), signal);
  }
}

export interface EmbedderLoadOptions {
  readonly source: OnnxSource;
  readonly execution: Execution;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Short ones, which any embedder reads. */
const TEXTS = ['A warm film.', 'Paris', 'Rain fell.'];

/** Of components of vectors, which are near one. */
const TOLERANCE = 1e-4;

/** Refuses what is no embedder, or whose vectors do not repeat or are all the same. */
export async function loadOnnxEmbedder({
  source,
  execution,
  signal,
  onProgress,
}: EmbedderLoadOptions): Promise<LanguageModel> {
  onProgress?.({ phase: 'prepare' });
  const runtime = await loadRuntime();
  const { model, tokenizer } = await openOnnx(runtime, 'AutoModel', source, execution, signal);
  const own = new OnnxEmbedder(
    new EmbeddingGraph(runtime, tokenizer, model),
    identityOf(source, `${execution.backend}, mean over the tokens`),
  );
  try {
    onProgress?.({ phase: 'self-test' });
    const options = signal === undefined ? {} : { signal };
    const first = await own.embed(TEXTS, options);
    const again = [...(await own.embed([...TEXTS].reverse(), options))].reverse();
    const gaps = first.map((vector, i) => gap(vector, again[i] as Float32Array));
    const apart = Math.min(gap(first[0], first[1]), gap(first[1], first[2]), gap(first[0], first[2]));
    own.selfTest = requirePassed([
      check('the same texts embedded twice, in another order, agree', Math.max(...gaps), TOLERANCE),
      check('different texts have different vectors', apart > TOLERANCE ? 0 : 1, 0),
    ]);
  } catch (error) {
    own.dispose();
    throw loadError(source.name, source.dtype, error);
  }
  onProgress?.({ phase: 'ready' });
  return own;
}

/** The largest difference of a component; endless where one is no number or the lengths differ. */
function gap(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || a.length !== b?.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, x, i) => {
    const one = Math.abs(x - (b[i] as number));
    return Number.isNaN(one) ? Number.POSITIVE_INFINITY : Math.max(most, one);
  }, 0);
}
