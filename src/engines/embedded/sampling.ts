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
  // Tokens below this share are outside the nucleus: all of them together hold less than 1 - topP.
  if (topP < 1) cut(weights, topP * total, (total * (1 - topP)) / weights.length);
  return pick(weights, u);
}

/** Keeps the fewest largest weights that sum to `mass`, the lower ids of equals, and zeroes the others; those below `floor` are known to be among these. */
function cut(weights: Float64Array, mass: number, floor: number): void {
  const sorted = weights.filter((weight) => weight >= floor).sort();
  let sum = 0;
  let kept = 0;
  while (kept < sorted.length && (kept === 0 || sum < mass)) sum += sorted[sorted.length - 1 - kept++] as number;
  const least = sorted[sorted.length - kept] as number;
  let equals = 0;
  for (let i = sorted.length - kept; sorted[i] === least; i++) equals++;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] as number;
    if (weight < least || (weight === least && equals-- <= 0)) weights[id] = 0;
  }
}

/** The token at which the running sum of the weights passes the share `u` of the whole. */
function pick(weights: Float64Array, u: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let left = u * total;
  let last = 0;
  for (let id = 0; id < weights.length; id++) {
    const weight = weights[id] as number;
    if (weight === 0) continue;
    last = id;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}
