import type { TinyModel } from './tiny-model.ts';

/** The model computed plainly, in double precision, one token sequence at a time. */
export class Reference {
  readonly #model: TinyModel;

  constructor(model: TinyModel) {
    this.#model = model;
  }

  /** Log-probabilities over the vocabulary after each token. */
  logprobs(ids: readonly number[]): number[][] {
    const { tied } = this.#model.shape;
    return this.hidden(ids, this.#model.shape.layers).map((x) => {
      const logits = this.#times(tied ? 'model.embed_tokens' : 'lm_head', norm(x, this.#values('model.norm.weight')));
      const top = Math.max(...logits);
      const logSum = top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
      return logits.map((logit) => logit - logSum);
    });
  }

  /** Residual stream of each token after some layers. */
  hidden(ids: readonly number[], layers: number): number[][] {
    const { hidden, inner } = this.#model.shape;
    const table = this.#values('model.embed_tokens.weight');
    let xs = ids.map((id) => [...table.slice(id * hidden, (id + 1) * hidden)]);
    for (let i = 0; i < layers; i++) {
      const layer = `model.layers.${i}`;
      const mixed = this.#attention(
        layer,
        xs.map((x) => norm(x, this.#values(`${layer}.input_layernorm.weight`))),
      );
      xs = xs.map((x, t) => add(x, this.#times(`${layer}.self_attn.o_proj`, mixed[t] as number[])));
      xs = xs.map((x) => {
        const y = norm(x, this.#values(`${layer}.post_attention_layernorm.weight`));
        const gate = this.#times(`${layer}.mlp.gate_proj`, y);
        const up = this.#times(`${layer}.mlp.up_proj`, y);
        const z = Array.from(
          { length: inner },
          (_, j) => ((gate[j] as number) / (1 + Math.exp(-(gate[j] as number)))) * (up[j] as number),
        );
        return add(x, this.#times(`${layer}.mlp.down_proj`, z));
      });
    }
    return xs;
  }

  #attention(layer: string, ys: readonly number[][]): number[][] {
    const { heads, kvHeads, headWidth } = this.#model.shape;
    const project = (name: string, rotate: boolean) =>
      ys.map((y, t) => {
        const all = this.#times(`${layer}.self_attn.${name}_proj`, y);
        const parts = Array.from({ length: all.length / headWidth }, (_, h) =>
          all.slice(h * headWidth, (h + 1) * headWidth),
        );
        return rotate ? parts.map((part) => rope(part, t)) : parts;
      });
    const q = project('q', true);
    const k = project('k', true);
    const v = project('v', false);
    return ys.map((_, t) =>
      Array.from({ length: heads }, (_, h) => {
        const kv = Math.floor(h / (heads / kvHeads));
        const scores = Array.from(
          { length: t + 1 },
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
