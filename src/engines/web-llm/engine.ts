import { EngineError, isAbort } from '../../core/model/engine-error.ts';
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
import { Serial, Slices } from '../slices.ts';
import { generate, type Running, score } from './score.ts';

/** A model on a device, until the device is lost. */
export interface Session extends Running {
  readonly chat: ChatTemplate | undefined;
  /** Settles with the reason when the device is lost. */
  readonly lost: Promise<string>;
  dispose(): void;
}

/** How often one call may find the device lost and start over. */
const MOST_RELOADS = 2;

/** A web-llm model behind the port. Calls run one after another; after a lost device the model is loaded again and the call starts over. */
export class WebLlmModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  readonly contextLength: number;
  readonly chat: ChatTemplate | undefined;
  readonly selfTest: readonly SelfTestCheck[];
  readonly #reopen: () => Promise<Session>;
  readonly #serial = new Serial();
  readonly #disposal = new AbortController();
  #session: Session;
  #lost: string | undefined;
  /** Ends the call that runs. */
  #interrupt: ((error: Error) => void) | undefined;

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
    this.#reopen = reopen;
    this.#session = this.#watch(session);
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
    this.#session.dispose();
  }

  #run<T>(options: CallOptions | undefined, job: (session: Session, slices: Slices) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This model was unloaded. Load it again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return this.#serial.run(() => this.#insist(job, signal), signal);
  }

  async #insist<T>(job: (session: Session, slices: Slices) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let reloads = 0; ; reloads++) {
      if (this.#lost !== undefined) await this.#reload(reloads);
      const slices = new Slices(signal);
      try {
        return await this.#unlessLost(job(this.#session, slices));
      } catch (error) {
        if (isAbort(error)) throw error;
        // A call on a lost device may fail before the loss is told.
        await slices.pause();
        await new Promise((resolve) => setTimeout(resolve));
        if (this.#lost === undefined) throw error;
      }
    }
  }

  /** A call on a lost device may never settle by itself. */
  #unlessLost<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#interrupt = reject;
      work.then(resolve, reject);
    }).finally(() => {
      this.#interrupt = undefined;
    });
  }

  async #reload(reloads: number): Promise<void> {
    const reason = this.#lost;
    if (reloads >= MOST_RELOADS) {
      throw new EngineError(
        'device-lost',
        `The GPU was lost ${reloads + 1} times (${reason}). Close other programs that use it, or choose a smaller model; what is finished is kept.`,
        { recoverable: true },
      );
    }
    this.#session.dispose();
    this.#session = this.#watch(await this.#reopen());
  }

  #watch(session: Session): Session {
    this.#lost = undefined;
    session.lost.then((reason) => {
      if (this.#session !== session) return;
      this.#lost = reason;
      this.#interrupt?.(new Error(reason));
    });
    return session;
  }
}
