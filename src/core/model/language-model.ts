import type { Latent } from './latent.ts';

/**
 * The port that every engine implements. The core asks; an engine answers from the full vocabulary or refuses.
 * Nothing in here knows how a model is run.
 */

export type Capability = 'logprobs' | 'generate' | 'embed' | 'prefixCache' | 'latent' | 'train';

/** What exactly gave a number: goes into every run record. */
export interface ModelIdentity {
  readonly engine: string;
  readonly id: string;
  readonly revision: string;
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** For example `wasm-simd` or `webgpu`. */
  readonly backend: string;
  /** For example `int8 weights, f32 arithmetic`. */
  readonly precision: string;
  /** Threads that share the work, for example `2 threads`. They change no number, so they are no part of what results are kept by. */
  readonly threads?: string | undefined;
}

export interface SelfTestCheck {
  readonly name: string;
  readonly passed: boolean;
  /** The largest difference seen, in nats. */
  readonly maxDifference: number;
  readonly tolerance: number;
}

/** One prompt and the texts whose probability after it is asked, each with its own leading space. */
export interface ScoreRequest {
  readonly prompt: string;
  readonly continuations: readonly string[];
  /** Only the first token of each continuation is read, so that an engine may leave out the others. */
  readonly firstToken?: boolean;
}

export interface ContinuationScore {
  readonly tokenIds: readonly number[];
  /** The text of each token. */
  readonly tokens: readonly string[];
  /** Natural-log probability of each token given all before it, over the full vocabulary. */
  readonly tokenLogprobs: readonly number[];
  readonly sumLogprob: number;
}

export interface ScoreResult {
  /** Tokens of the prompt as the model reads it, the start token counted. */
  readonly promptTokens: number;
  readonly scores: readonly ContinuationScore[];
}

/** `asked`: tokens if every prompt with every continuation ran alone. `computed`: tokens that really ran. */
export interface TokenUsage {
  readonly asked: number;
  readonly computed: number;
}

export interface ScoreBatch {
  readonly results: readonly ScoreResult[];
  readonly usage: TokenUsage;
}

export interface GenerateRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Nucleus mass in (0, 1]; 1 keeps all. */
  readonly topP: number;
  /** Generation ends before the first of these; they are not part of the text. */
  readonly stop: readonly string[];
  /** 32-bit seed of this request's own stream. */
  readonly seed: number;
}

export interface GenerateResult {
  readonly text: string;
  readonly tokenIds: readonly number[];
  readonly tokenLogprobs: readonly number[];
  readonly finish: 'stop' | 'length' | 'end';
}

export interface GenerateBatch {
  readonly results: readonly GenerateResult[];
  readonly usage: TokenUsage;
}

/** What a chat model is used to around a user's turn. What follows `after` is the model's own turn. */
export interface ChatTemplate {
  readonly before: string;
  readonly after: string;
  /** In place of `after` where the model is to think before it answers; only for models that do. */
  readonly afterThinking?: string | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * A loaded model. Every promise settles exactly once: with a result or with an `EngineError`.
 * A prompt that does not fit is refused (`context-too-long`), never cut.
 */
export interface LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability>;
  /** The most tokens a prompt with its continuation can have, the start token counted. */
  readonly contextLength: number;
  readonly selfTest: readonly SelfTestCheck[];
  /** The model's inside; there with the capability `latent`. */
  readonly latent?: Latent | undefined;
  /** There for models that were trained to chat. */
  readonly chat?: ChatTemplate | undefined;
  /** Token ids of each text, the start token not counted. */
  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]>;
  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch>;
  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch>;
  /** One vector a text; the length is the same for all. Not normalised. */
  embed(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]>;
  dispose(): void;
}

export type LoadPhase = 'download' | 'verify' | 'prepare' | 'self-test' | 'ready';

export interface LoadProgress {
  readonly phase: LoadPhase;
  /** Bytes, where the phase counts bytes. */
  readonly done?: number;
  readonly total?: number;
}
