import { silu } from '../../../src/core/model/ffn-rows.ts';
import type { Injection } from '../../../src/core/model/latent.ts';
import type { TinyModel } from './tiny-model.ts';

/** What a layer's feed-forward of a token reads and gives. */
export interface FeedForward {
  readonly input: readonly number[];
  readonly output: readonly number[];
}

/** The model computed plainly, in double precision, one token sequence at a time. */
export class Reference {
  readonly #model: TinyModel;

  constructor(model: TinyModel) {
    this.#model = model;
  }

  /** Log-probabilities over the vocabulary after each token. */
  logprobs(ids: readonly number[], injection: Injection = {}): number[][] {
    return this.hidden(ids, this.#model.shape.layers, injection).map((x) => this.unembed(x));
  }

  /** Log-probabilities over the vocabulary for a state. */
  unembed(x: readonly number[]): number[] {
    const { tied } = this.#model.shape;
    const logits = this.#times(tied ? 'model.embed_tokens' : 'lm_head', norm(x, this.#values('model.norm.weight')));
    const top = Math.max(...logits);
    const logSum = top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
    return logits.map((logit) => logit - logSum);
  }

  /**
   * Residual stream of each token after some layers, soft tokens among the tokens.
   * @param onFeedForward told of every layer's own feed-forward.
   */
  hidden(
    ids: readonly number[],
    layers: number,
    { ffn, prefix, soft }: Injection = {},
    onFeedForward: (layer: number, token: number, feedForward: FeedForward) => void = () => {},
  ): number[][] {
    const { hidden, inner } = this.#model.shape;
    const table = this.#values('model.embed_tokens.weight');
    let xs = ids.map((id) => [...table.slice(id * hidden, (id + 1) * hidden)]);
    xs.splice(1, 0, ...rowsOf(soft ?? [], hidden));
    for (let i = 0; i < layers; i++) {
      const layer = `model.layers.${i}`;
      const mixed = this.#attention(
        layer,
        xs.map((x) => norm(x, this.#values(`${layer}.input_layernorm.weight`))),
        prefix === undefined ? undefined : this.#prefixAt(prefix, i),
      );
      xs = xs.map((x, t) => add(x, this.#times(`${layer}.self_attn.o_proj`, mixed[t] as number[])));
      xs = xs.map((x, t) => {
        const y = norm(x, this.#values(`${layer}.post_attention_layernorm.weight`));
        const gate = this.#times(`${layer}.mlp.gate_proj`, y);
        const up = this.#times(`${layer}.mlp.up_proj`, y);
        const z = Array.from(
          { length: inner },
          (_, j) => ((gate[j] as number) / (1 + Math.exp(-(gate[j] as number)))) * (up[j] as number),
        );
        const output = this.#times(`${layer}.mlp.down_proj`, z);
        onFeedForward(i, t, { input: y, output });
        return add(add(x, output), ffn?.layer === i ? added(y, ffn.keys, ffn.values) : y.map(() => 0));
      });
    }
    return xs;
  }

  /** Keys and values of a prefix in one layer: [place][head][width]. */
  #prefixAt(
    { keys, values }: NonNullable<Injection['prefix']>,
    layer: number,
  ): { keys: number[][][]; values: number[][][] } {
    const { layers, kvHeads, headWidth } = this.#model.shape;
    const width = kvHeads * headWidth;
    const places = keys.length / (layers * width);
    const heads = (all: Float32Array) =>
      rowsOf(all.subarray(layer * places * width, (layer + 1) * places * width), width).map((row) =>
        rowsOf(row, headWidth),
      );
    return { keys: heads(keys), values: heads(values) };
  }

  #attention(
    layer: string,
    ys: readonly number[][],
    prefix: { keys: number[][][]; values: number[][][] } = { keys: [], values: [] },
  ): number[][] {
    const { heads, kvHeads, headWidth } = this.#model.shape;
    const places = prefix.keys.length;
    const project = (name: string, rotate: boolean) =>
      ys.map((y, t) => {
        const all = this.#times(`${layer}.self_attn.${name}_proj`, y);
        const parts = Array.from({ length: all.length / headWidth }, (_, h) =>
          all.slice(h * headWidth, (h + 1) * headWidth),
        );
        return rotate ? parts.map((part) => rope(part, places + t)) : parts;
      });
    const q = project('q', true);
    const k = [...prefix.keys, ...project('k', true)];
    const v = [...prefix.values, ...project('v', false)];
    return ys.map((_, t) =>
      Array.from({ length: heads }, (_, h) => {
        const kv = Math.floor(h / (heads / kvHeads));
        const scores = Array.from(
          { length: places + t + 1 },
          (_, s) => dot(q[t]?.[h] as number[], k[s]?.[kv] as number[]) / Math.sqrt(headWidth),
        );
        const top = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - top));
        const total = weights.reduce((a, b) => a + b, 0);
        return Array.from({ length: headWidth }, (_, i) =>
          weights.reduce((sum, w, s) => sum + (w / total) * (v[s]?.[kv]?.[i] as number), 0),
        );
      }).flat(),
    );
  }

  #values(name: string): Float64Array {
    return (this.#model.tensors.get(name) as { values: Float64Array }).values;
  }

  #times(name: string, x: readonly number[]): number[] {
    const weight = this.#values(`${name}.weight`);
    return Array.from({ length: weight.length / x.length }, (_, row) =>
      x.reduce((sum, value, i) => sum + value * (weight[row * x.length + i] as number), 0),
    );
  }
}

/** act(x keys') values. */
function added(x: readonly number[], keys: Float32Array, values: Float32Array): number[] {
  const vs = rowsOf(values, x.length);
  return rowsOf(keys, x.length)
    .map((key, r) => (vs[r] as number[]).map((value) => silu(dot(x, key)) * value))
    .reduce(
      add,
      x.map(() => 0),
    );
}

export function rowsOf(all: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: all.length / width }, (_, r) =>
    Array.from({ length: width }, (_, i) => all[r * width + i] as number),
  );
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const add = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + (b[i] as number));

function norm(x: readonly number[], weight: Float64Array): number[] {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + 1e-5);
  return x.map((value, i) => value * scale * (weight[i] as number));
}

function rope(x: readonly number[], position: number): number[] {
  const half = x.length / 2;
  return x.map((value, i) => {
    const angle = position * 10000 ** ((-2 * (i % half)) / x.length);
    const other = i < half ? -(x[i + half] as number) : (x[i - half] as number);
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}
