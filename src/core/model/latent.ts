import type { CallOptions, ScoreBatch, ScoreRequest, TokenUsage } from './language-model.ts';

/**
 * The inside of a model, for engines that can open it: what a pass is changed by, and what is read on the way. All states
 * are rows of `hidden` numbers of the residual stream, before any norm.
 */
export interface LatentShape {
  readonly layers: number;
  readonly hidden: number;
  /** Numbers of one token's keys in one layer, all heads; of its values too. */
  readonly keyWidth: number;
}

/** Rows added to a layer's feed-forward: FFN(x) + act(x keys') values, with the model's own activation (METHODS 2.2). */
export interface FfnRows {
  /** From 0. */
  readonly layer: number;
  /** [row][hidden]. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** Keys and values that stand before the start token, as a cache holds them: keys already rotated for their place. */
export interface PrefixStates {
  /** [layer][place][keyWidth]. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** What a pass is changed by. Each place of a prefix and each soft token takes a place in the context. */
export interface Injection {
  readonly ffn?: FfnRows | undefined;
  readonly prefix?: PrefixStates | undefined;
  /** Embeddings right after the start token, [place][hidden]. */
  readonly soft?: Float32Array | undefined;
}

export interface InjectedRequest extends ScoreRequest {
  readonly injection: Injection;
}

export interface InspectRequest {
  readonly prompt: string;
  readonly injection?: Injection | undefined;
  /** Tokens to report, counted from the end of the prompt. */
  readonly last: number;
  /** States after these many layers are wanted; 0 is the embedding. */
  readonly layers: readonly number[];
  /** The logit lens at the last token, or none. */
  readonly lens?: LensRequest | undefined;
}

export interface LensRequest {
  /** How many of the likeliest tokens. */
  readonly top: number;
  /** Texts after the prompt; the lens gives the probability of the first token of each. */
  readonly continuations: readonly string[];
}

/** What the model would say if it stopped after some layers: final norm and output matrix on that layer's state. */
export interface LensLayer {
  readonly top: readonly { readonly token: string; readonly logprob: number }[];
  readonly logprobs: readonly number[];
}

export interface Inspection {
  /** Tokens of the prompt, the start token counted. */
  readonly promptTokens: number;
  /** The reported tokens. */
  readonly tokens: readonly string[];
  /** For each wanted layer, [token][hidden]. */
  readonly states: readonly Float32Array[];
  /** After 0, 1, ... all layers; empty where no lens was asked for. */
  readonly lens: readonly LensLayer[];
  /** act(x keys') of the added rows, [token][row]; empty without added rows. */
  readonly activations: Float32Array;
  /** Mean length of each layer's own feed-forward output over the reported tokens. */
  readonly ffnNorms: readonly number[];
}

/** One solved example to learn from. */
export interface SolvedExample {
  readonly prompt: string;
  /** One or more texts a label; a label's probability is the sum of theirs. */
  readonly continuations: readonly string[];
  /** The label of each continuation, from 0. */
  readonly labels: readonly number[];
  readonly gold: number;
}

/** One solved example for `trainRows`. */
export interface RowsExample extends SolvedExample {
  /** What the rows are made from, [row][hidden]. */
  readonly states: Float32Array;
}

/** Learns W_k and W_v with the model frozen: keys = states W_k, values = states W_v in the last layer (METHODS 2.4 B). */
export interface TrainRowsRequest {
  readonly examples: readonly RowsExample[];
  /** Passes over the examples, in a random order each. */
  readonly epochs: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** W_k and W_v, [hidden][hidden], rows in. */
export interface RowsMap {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

export interface TrainedRows extends RowsMap {
  readonly layer: number;
  /** Mean cross-entropy over the labels as met in each epoch, then after the last, in nats. */
  readonly losses: readonly number[];
  /** Of the one pass of the frozen model. */
  readonly usage: TokenUsage;
}

export interface PrefixGradientRequest {
  readonly examples: readonly SolvedExample[];
  readonly prefix: PrefixStates;
}

/** The mean loss of some examples behind a prefix, by the prefix; the model itself stays as it is. */
export interface PrefixGradient {
  /** Cross-entropy of each example's gold label among its labels, in nats. */
  readonly losses: readonly number[];
  /** Gradient of their mean, laid out as the prefix. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
  /** Tokens of the pass forward; each is gone through once more on the way back. */
  readonly usage: TokenUsage;
}

export interface Latent {
  readonly shape: LatentShape;
  /** As `LanguageModel.score`, each request with its own change. */
  score(requests: readonly InjectedRequest[], options?: CallOptions): Promise<ScoreBatch>;
  inspect(requests: readonly InspectRequest[], options?: CallOptions): Promise<readonly Inspection[]>;
  trainRows(request: TrainRowsRequest, options?: CallOptions): Promise<TrainedRows>;
  prefixGradient(request: PrefixGradientRequest, options?: CallOptions): Promise<PrefixGradient>;
}
