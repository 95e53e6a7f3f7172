import { EngineError } from '../../core/model/engine-error.ts';
import type {
  CallOptions,
  Capability,
  GenerateBatch,
  GenerateRequest,
  LanguageModel,
  ModelIdentity,
  ScoreBatch,
  ScoreRequest,
  SelfTestCheck,
} from '../../core/model/language-model.ts';
import { Serial, Slices } from '../slices.ts';
import type { Core } from './core.ts';
import { embed } from './embed.ts';
import { generate } from './generate.ts';
import { score } from './score.ts';

/** The embedded model behind the port. Calls run one after another. */
export class EmbeddedModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability> = new Set(['logprobs', 'generate', 'embed', 'prefixCache']);
  readonly contextLength: number;
  selfTest: readonly SelfTestCheck[] = [];
  readonly #core: Core;
  readonly #embedLayer: number;
  readonly #serial = new Serial();
  readonly #disposal = new AbortController();

  constructor(core: Core, identity: ModelIdentity, embedLayer: number) {
    this.identity = identity;
    this.contextLength = core.config.contextLength;
    this.#core = core;
    this.#embedLayer = embedLayer;
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#run(options, (slices) => slices.map(texts, (text) => this.#core.codec.encode(text)));
  }

  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch> {
    return this.#run(options, (slices) => score(this.#core, requests, slices));
  }

  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch> {
    return this.#run(options, (slices) => generate(this.#core, requests, slices));
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]> {
    return this.#run(options, (slices) => embed(this.#core, texts, this.#embedLayer, slices));
  }

  dispose(): void {
    this.#disposal.abort();
  }

  /** Frees all of the prefix cache. */
  clearCache(): void {
    this.#core.tree.evict(this.#core.tree.size);
  }

  #run<T>(options: CallOptions | undefined, job: (slices: Slices) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This model was unloaded. Load it again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return this.#serial.run(async () => {
      const { tree, keptSlots } = this.#core;
      try {
        return await job(new Slices(signal));
      } finally {
        tree.evict(tree.size - keptSlots);
      }
    }, signal);
  }
}
