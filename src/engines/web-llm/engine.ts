import { EngineError } from '../../core/model/engine-error.ts';
import type {
  CallOptions,
  Capability,
  ChatTemplate,
  GenerateBatch,
  GenerateRequest,
  LanguageModel,
  ModelIdentity,
  ScoreBatch,
  ScoreRequest,
  SelfTestCheck,
} from '../../core/model/language-model.ts';
import { DeviceSession, type OnDevice } from '../device-session.ts';
import { Serial, Slices } from '../slices.ts';
import { generate, type Running, score } from './score.ts';

export interface Session extends Running, OnDevice {
  readonly chat: ChatTemplate | undefined;
}

/** A web-llm model behind the port. Calls run one after another; after a lost device the model is loaded again and the call starts over. */
export class WebLlmModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  readonly contextLength: number;
  readonly chat: ChatTemplate | undefined;
  readonly selfTest: readonly SelfTestCheck[];
  readonly #device: DeviceSession<Session>;
  readonly #serial = new Serial();
  readonly #disposal = new AbortController();

  /** @param reopen loads the model again after its device was lost. */
  constructor(
    session: Session,
    reopen: () => Promise<Session>,
    identity: ModelIdentity,
    selfTest: readonly SelfTestCheck[],
  ) {
    this.identity = identity;
    this.selfTest = selfTest;
    this.capabilities = new Set(['logprobs', 'generate', ...(session.cache.keeps ? (['prefixCache'] as const) : [])]);
    this.contextLength = session.reader.contextLength;
    this.chat = session.chat;
    this.#device = new DeviceSession(session, reopen, 'choose a smaller model');
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#run(options, ({ reader }, slices) => slices.map(texts, (text) => reader.encode(text)));
  }

  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch> {
    return this.#run(options, (session, slices) => score(session, requests, slices));
  }

  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch> {
    return this.#run(options, (session, slices) => generate(session, requests, slices));
  }

  embed(): Promise<never> {
    return Promise.reject(
      new EngineError(
        'no-capability',
        `The model ${this.identity.id} gives no text embeddings. Choose tf-idf as the embedding, or another model.`,
        { recoverable: true },
      ),
    );
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort();
    this.#device.dispose();
  }

  #run<T>(options: CallOptions | undefined, job: (session: Session, slices: Slices) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This model was unloaded. Load it again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return this.#serial.run(() => {
      const slices = new Slices(signal);
      return this.#device.run((session) => job(session, slices), slices);
    }, signal);
  }
}
