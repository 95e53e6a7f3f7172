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
import type { Decoder } from './decoder.ts';
import { generate } from './generate.ts';
import { score } from './score.ts';
import type { Text } from './text.ts';

/** A causal language model in ONNX. Calls run one after another. */
export class OnnxLanguageModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability> = new Set<Capability>(['logprobs', 'generate', 'prefixCache']);
  readonly contextLength: number;
  selfTest: readonly SelfTestCheck[] = [];
  readonly #decoder: Decoder;
  readonly #text: Text;
  readonly #serial = new Serial();
  readonly #disposal = new AbortController();

  constructor(decoder: Decoder, text: Text, identity: ModelIdentity) {
    this.identity = identity;
    this.contextLength = decoder.contextLength;
    this.#decoder = decoder;
    this.#text = text;
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#run(options, (slices) => slices.map(texts, (text) => this.#text.encode(text)));
  }

  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch> {
    return this.#run(options, (slices) => score(this.#decoder, this.#text, requests, slices));
  }

  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch> {
    return this.#run(options, (slices) => generate(this.#decoder, this.#text, requests, slices));
  }

  embed(): Promise<never> {
    return Promise.reject(
      new EngineError(
        'no-capability',
        'This model gives no text embeddings. Compare texts by a sentence embedder or by tf-idf.',
        { recoverable: true },
      ),
    );
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    // What runs now ends first: a session that is let go in the middle would crash.
    void this.#serial.run(() => this.#decoder.dispose(), undefined);
  }

  #run<T>(options: CallOptions | undefined, job: (slices: Slices) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This model was unloaded. Load it again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return this.#serial.run(() => job(new Slices(signal)), signal);
  }
}
