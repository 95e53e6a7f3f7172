import { stream } from '../../core/random/stream.ts';

export interface SamplingOptions {
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

/** Draws tokens from logits with a random stream of its own: one draw a token, whatever else runs. */
export function sampler({ temperature, topP, seed }: SamplingOptions): (logits: Float32Array) => number {
  if (temperature === 0) return greedy;
  const random = stream('generate', seed);
  return (logits) => nucleus(logits, temperature, topP, random.float());
}

/** The likeliest token; the lower id of equals. */
function greedy(logits: Float32Array): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if ((logits[id] as number) > (logits[best] as number)) best = id;
  return best;
}

/** From the smallest set of likeliest tokens that holds `topP` of the mass (Holtzman et al. 2020), in proportion. */
function nucleus(logits: Float32Array, temperature: number, topP: number, u: number): number {
  const top = logits[greedy(logits)] as number;
  const weights = new Float64Array(logits.length);
  let total = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = Math.exp(((logits[id] as number) - top) / temperature);
    weights[id] = weight;
    total += weight;
  }
  if (topP === 1) return pick(weights, weights.length, (i) => i, u * total);
  // Tokens below this share cannot be in the nucleus: all of them together hold less than 1 - topP.
  const floor = (total * (1 - topP)) / weights.length;
  const ids: number[] = [];
  for (let id = 0; id < weights.length; id++) if ((weights[id] as number) >= floor) ids.push(id);
  ids.sort((a, b) => (weights[b] as number) - (weights[a] as number) || a - b);
  let kept = 0;
  let mass = 0;
  while (kept < ids.length && (kept === 0 || mass < topP * total)) mass += weights[ids[kept++] as number] as number;
  return pick(weights, kept, (i) => ids[i] as number, u * mass);
}

/** The token at which the running sum of the weights passes `left`. */
function pick(weights: Float64Array, count: number, idAt: (i: number) => number, left: number): number {
  let rest = left;
  let last = idAt(0);
  for (let i = 0; i < count; i++) {
    const id = idAt(i);
    const weight = weights[id] as number;
    if (weight === 0) continue;
    last = id;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}
