import type { ModelConfig } from './config.ts';
import type { Arena, Kernels } from './kernels.ts';
import type { OnLogprobs, TokenHead } from './token-head.ts';
import type { Weights } from './weights.ts';
import { paddedVocabulary } from './weights.ts';

/** Hidden states whose logits are taken together: the output matrix is the model's largest and is read once for all of them. */
const ROWS = 16;

/** Logits over the whole vocabulary, and the logarithm of their summed exponentials. Valid during the callback only. */
export type OnLogits = (logits: Float32Array, logSum: number) => void;

export class Head implements TokenHead {
  readonly #config: ModelConfig;
  readonly #weights: Weights;
  readonly #kernels: Kernels;
  readonly #hidden: Float32Array;
  readonly #x: number;
  readonly #xs: Float32Array;
  readonly #normed: number;
  readonly #logits: number;
  readonly #sums: Float32Array;
  readonly #sumsAt: number;
  readonly #arena: Arena;
  #waiting: OnLogits[] = [];

  constructor(config: ModelConfig, weights: Weights, arena: Arena, kernels: Kernels, hidden: Float32Array) {
    this.#config = config;
    this.#weights = weights;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#hidden = hidden;
    this.#x = arena.take(ROWS * config.hidden * 4);
    this.#xs = arena.f32(this.#x, ROWS * config.hidden);
    this.#normed = arena.take(ROWS * config.hidden * 4);
    this.#logits = arena.take(ROWS * paddedVocabulary(config) * 4);
    this.#sumsAt = arena.take(ROWS * 8);
    this.#sums = arena.f32(this.#sumsAt, ROWS * 2);
  }

  static bytes(config: ModelConfig): number {
    return ROWS * (2 * config.hidden + paddedVocabulary(config) + 2) * 4 + 4 * 64;
  }

  /** Takes the hidden state of a slot now; the answer comes with this or a later call, at the latest with `flush`. */
  push(slot: number, onLogits: OnLogits): void {
    const { hidden } = this.#config;
    this.pushState(this.#hidden.subarray(slot * hidden, (slot + 1) * hidden), onLogits);
  }

  want(slot: number, ids: readonly number[], onLogprobs: OnLogprobs): void {
    this.push(slot, (logits, logSum) => {
      for (const [i, id] of ids.entries()) onLogprobs(i, (logits[id] as number) - logSum);
    });
  }

  async settle(): Promise<void> {
    this.flush();
  }

  /** As `push`, for a state that is in no slot. */
  pushState(state: Float32Array, onLogits: OnLogits): void {
    this.#xs.set(state, this.#waiting.length * this.#config.hidden);
    this.#waiting.push(onLogits);
    if (this.#waiting.length === ROWS) this.flush();
  }

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const { hidden, normEps, vocabulary } = this.#config;
    const stride = paddedVocabulary(this.#config);
    const kernels = this.#kernels;
    kernels.rmsNorm(this.#x, this.#weights.norm, this.#normed, waiting.length, hidden, normEps);
    kernels.matmul(this.#normed, this.#weights.head, this.#logits, waiting.length, hidden, stride, stride, 0);
    kernels.logSumExp(this.#logits, stride, waiting.length, vocabulary, this.#sumsAt);
    waiting.forEach((onLogits, row) => {
      const logSum = (this.#sums[2 * row] as number) + Math.log(this.#sums[2 * row + 1] as number);
      onLogits(this.#arena.f32(this.#logits + row * stride * 4, vocabulary), logSum);
    });
  }

  /**
   * The gradient with respect to a state of a function of its logits.
   * @param byLogits the function's gradient with respect to the logits of this state.
   */
  backward(state: Float32Array, byLogits: Float32Array): Float64Array {
    const { hidden, normEps } = this.#config;
    const matrix = this.#arena.f32(this.#weights.head, paddedVocabulary(this.#config) * hidden);
    const byNormed = new Float64Array(hidden);
    for (let id = 0; id < byLogits.length; id++) {
      const slope = byLogits[id] as number;
      if (slope === 0) continue;
      // Panels of eight tokens, [hidden][8] each (kernels/matmul.ts).
      let at = (id >> 3) * hidden * 8 + (id & 7);
      for (let i = 0; i < hidden; i++, at += 8) byNormed[i] = (byNormed[i] as number) + slope * (matrix[at] as number);
    }
    const weight = this.#arena.f32(this.#weights.norm, hidden);
    let squares = 0;
    let along = 0;
    for (let i = 0; i < hidden; i++) {
      byNormed[i] = (byNormed[i] as number) * (weight[i] as number);
      squares += (state[i] as number) ** 2;
      along += (byNormed[i] as number) * (state[i] as number);
    }
    const scale = 1 / Math.sqrt(squares / hidden + normEps);
    return byNormed.map((value, i) => scale * (value - ((state[i] as number) * along * scale * scale) / hidden));
  }

  /** Forgets what was pushed and not answered. */
  drop(): void {
    this.#waiting = [];
  }
}
