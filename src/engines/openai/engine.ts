import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
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
import { requireSane } from '../generate-options.ts';
import { allOrNone } from './all.ts';
import type { Client } from './client.ts';
import { problem } from './failure.ts';
import { generateOne } from './generate.ts';
import { Embeddings } from './replies.ts';
import { type Scoring, score, tooLong } from './score.ts';
import type { Target } from './scorers/scorer.ts';
import type { Token } from './tokens.ts';
import { trial } from './trial.ts';

/** Prompts whose tokens are remembered: each is read for its length, its boundary and its score. */
const REMEMBERED = 4000;

export interface ServerModelParts {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  readonly contextLength: number;
  readonly target: Target;
  readonly start: number;
  /** Tokens of a text, start included; `undefined` where the server tells none. */
  readonly read: ((text: string, signal: AbortSignal | undefined) => Promise<readonly Token[]>) | undefined;
  /** `undefined` where the server cannot be scored. */
  readonly scorer: Scoring['scorer'] | undefined;
  /** Whether it names the tokens that it writes by their ids, if asked. */
  readonly tokensById: boolean;
  /** Why it cannot be scored. */
  readonly whyNot: EngineError | undefined;
}

const SENTINEL: readonly ScoreRequest[] = [
  { prompt: 'The capital of France is', continuations: [' Paris', ' London', ' a'] },
  { prompt: 'one two three', continuations: [' four'] },
];

/** What says that a server's figures are wrong, not that it is away. */
const UNTRUSTWORTHY: ReadonlySet<string> = new Set(['self-test-failed', 'no-capability', 'bad-model']);

const figures = (server: string, { name, maxDifference, tolerance }: SelfTestCheck): EngineError =>
  problem(
    'self-test-failed',
    `${server} gives numbers that cannot be right, so that it cannot be used for scoring. Failed: ${name}; difference ${maxDifference.toPrecision(2)}, allowed ${tolerance}.`,
  );

/** A model on a server, behind the port. */
export class ServerModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly contextLength: number;
  selfTest: readonly SelfTestCheck[] = [];
  #whyNot: EngineError | undefined;
  readonly #parts: ServerModelParts;
  readonly #client: Client;
  readonly #disposal = new AbortController();
  readonly #read = new Map<string, Promise<readonly Token[]>>();

  constructor(parts: ServerModelParts) {
    this.identity = parts.identity;
    this.contextLength = parts.contextLength;
    this.#parts = parts;
    this.#whyNot = parts.whyNot;
    this.#client = parts.target.client;
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#call(options, async (signal) => {
      if (this.#parts.read === undefined)
        throw problem(
          'no-capability',
          `${this.#client.server} does not tell its tokens. Choose another server for this.`,
        );
      return allOrNone(
        texts,
        async (text, stop) =>
          text === '' ? [] : (await this.#tokensOf(text, stop)).slice(this.#parts.start).map((token) => token.id),
        signal,
      );
    });
  }

  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch> {
    return this.#call(options, async (signal) => {
      const batch = await score(this.#scoring(), requests, signal);
      await this.#parts.target.watch.confirm(this.#client.interruptions, signal);
      return batch;
    });
  }

  get capabilities(): ReadonlySet<Capability> {
    if (this.#whyNot === undefined) return this.#parts.capabilities;
    return new Set([...this.#parts.capabilities].filter((capability) => capability !== 'logprobs'));
  }

  /** The self-test. Where it fails, the model goes on without scoring. */
  async test(signal: AbortSignal | undefined): Promise<void> {
    if (this.#whyNot !== undefined) return;
    try {
      this.selfTest = await trial({ score: (requests) => this.score(requests, signal ? { signal } : {}) });
      const failed = this.selfTest.find((item) => !item.passed);
      if (failed !== undefined) throw figures(this.#client.server, failed);
      // Fresh each time: a new tokenizer is another model, too.
      const scoring = { ...this.#scoring(), read: this.#parts.scorer?.read ?? (async () => []) };
      const sums = async (stop: AbortSignal | undefined) =>
        (await score(scoring, SENTINEL, stop)).results.flatMap((result) => result.scores.map((s) => s.sumLogprob));
      await this.#parts.target.watch.start(sums, this.#client.interruptions, signal);
    } catch (error) {
      if (!(error instanceof EngineError) || !UNTRUSTWORTHY.has(error.code)) throw error;
      this.#whyNot = problem('no-capability', error.message, error);
    }
  }

  #scoring(): Scoring {
    const { scorer, start } = this.#parts;
    if (scorer === undefined || this.#whyNot !== undefined)
      throw this.#whyNot ?? problem('no-capability', `${this.#client.server} cannot be scored.`);
    const read: Scoring['read'] = (text, use) => this.#tokensOf(text, use);
    return { server: this.#client.server, scorer, contextLength: this.contextLength, start, read };
  }

  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch> {
    return this.#call(options, async (signal) => {
      requests.forEach(requireSane);
      const { target, read, tokensById } = this.#parts;
      const written = await allOrNone(
        requests,
        async (request, stop) => {
          const prompt = read === undefined ? 0 : (await this.#tokensOf(request.prompt, stop)).length;
          if (prompt + request.maxTokens > this.contextLength)
            throw tooLong(prompt + request.maxTokens, this.contextLength);
          const { result, tokens } = await generateOne(target, request, tokensById, stop);
          return { result, tokens: Math.max(1, prompt + tokens) };
        },
        signal,
      );
      await target.watch.confirm(this.#client.interruptions, signal);
      const tokens = written.reduce((sum, one) => sum + one.tokens, 0);
      return { results: written.map((one) => one.result), usage: { asked: tokens, computed: tokens } };
    });
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]> {
    return this.#call(options, async (signal) => {
      if (!this.capabilities.has('embed'))
        throw problem(
          'no-capability',
          `${this.#client.server} gives no embeddings of this model. Choose another selector or model.`,
        );
      const empty = texts.indexOf('');
      if (empty >= 0) throw problem('bad-request', `Text ${empty + 1} is empty and has no embedding. Leave it out.`);
      if (texts.length === 0) return [];
      const body = { model: this.#parts.target.model, input: texts, encoding_format: 'float' };
      const { data } = await this.#client.json('/v1/embeddings', Embeddings, { body, signal });
      const vectors = [...data]
        .sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
        .map((entry) => Float32Array.from(entry.embedding));
      const length = vectors[0]?.length ?? 0;
      if (
        vectors.length !== texts.length ||
        length === 0 ||
        !vectors.every((vector) => vector.length === length && vector.every(Number.isFinite))
      )
        throw problem(
          'bad-model',
          `${this.#client.server} gave embeddings that are not ${texts.length} vectors of one length.`,
        );
      return vectors;
    });
  }

  dispose(): void {
    this.#disposal.abort();
    this.#read.clear();
  }

  /** Remembers what was read. One call that stops takes nothing from another that waits for the same text. */
  async #tokensOf(text: string, signal: AbortSignal | undefined): Promise<readonly Token[]> {
    const { read } = this.#parts;
    if (read === undefined) throw new Error('the server tells no tokens');
    const known = this.#read.get(text);
    if (known !== undefined) {
      try {
        return await known;
      } catch {
        throwIfAborted(signal);
      }
    }
    const reading = read(text, signal);
    this.#read.set(text, reading);
    if (this.#read.size > REMEMBERED) this.#read.delete(this.#read.keys().next().value as string);
    reading.catch(() => this.#read.get(text) === reading && this.#read.delete(text));
    return reading;
  }

  #call<T>(options: CallOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This model was disconnected. Connect again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return (async () => {
      throwIfAborted(signal);
      return work(signal);
    })();
  }
}
