import * as v from 'valibot';
import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type {
  CallOptions,
  Capability,
  ChatTemplate,
  GenerateBatch,
  GenerateRequest,
  LanguageModel,
  LoadProgress,
  ModelIdentity,
  ScoreBatch,
  ScoreRequest,
  SelfTestCheck,
} from '../../core/model/language-model.ts';
import type { Latent } from '../../core/model/latent.ts';
import { Connection } from './connection.ts';
import type { Port } from './port.ts';
import type { Description, Method, Result } from './protocol.ts';
import { METHODS } from './protocol.ts';

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** How long a stopped call may take to stop before its worker is ended. */
  readonly graceMs?: number | undefined;
}

/** Loads a model behind a port and gives it to the page. `options` go to the engine in the worker. */
export async function connectModel(
  port: Port,
  options: unknown,
  { signal, onProgress, graceMs }: ConnectOptions = {},
): Promise<LanguageModel> {
  throwIfAborted(signal);
  const connection = new Connection(port, graceMs);
  try {
    return new RemoteModel(connection, await connection.load(options, signal, onProgress));
  } catch (error) {
    connection.end(new EngineError('bad-request', 'The model was not loaded.'));
    throw error;
  }
}

const NEEDS: Partial<Record<Method, Capability>> = {
  score: 'logprobs',
  generate: 'generate',
  embed: 'embed',
  scoreInjected: 'latent',
  inspect: 'latent',
  trainRows: 'train',
  prefixGradient: 'train',
};

class RemoteModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  readonly contextLength: number;
  readonly chat: ChatTemplate | undefined;
  readonly selfTest: readonly SelfTestCheck[];
  readonly latent: Latent | undefined;
  readonly #connection: Connection;

  constructor(connection: Connection, description: Description) {
    this.#connection = connection;
    this.identity = description.identity;
    this.capabilities = new Set(description.capabilities);
    this.contextLength = description.contextLength;
    this.chat = description.chat;
    this.selfTest = description.selfTest;
    this.latent = description.latent && {
      shape: description.latent,
      score: (requests, options) => this.#call('scoreInjected', requests, options),
      inspect: (requests, options) => this.#call('inspect', requests, options),
      trainRows: (request, options) => this.#call('trainRows', request, options),
      prefixGradient: (request, options) => this.#call('prefixGradient', request, options),
    };
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#call('tokenize', texts, options);
  }

  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch> {
    return this.#call('score', requests, options);
  }

  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch> {
    return this.#call('generate', requests, options);
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]> {
    return this.#call('embed', texts, options);
  }

  dispose(): void {
    this.#connection.dispose();
  }

  async #call<M extends Method>(method: M, args: unknown, options: CallOptions | undefined): Promise<Result<M>> {
    const needed = NEEDS[method];
    if (needed && !this.capabilities.has(needed)) {
      throw new EngineError(
        'no-capability',
        `The model ${this.identity.id} cannot do "${needed}". Choose a model that can.`,
        { recoverable: true },
      );
    }
    const value = await this.#connection.call(method, args, options?.signal);
    const result = v.safeParse(METHODS[method].result, value);
    if (result.success) return result.output as Result<M>;
    throw new EngineError(
      'internal',
      `The worker answered ${method} with something else: ${result.issues[0].message}. Reload the page.`,
    );
  }
}
