import type { Tokens } from './tokens.ts';

/** Queries and keys rotated, queries scaled by 1 / sqrt(width). */
export interface Heads {
  readonly heads: number;
  readonly kvHeads: number;
  readonly width: number;
  /** [token][head][width]. */
  readonly queries: Float32Array;
  /** [key/value head][key][width], the places of the prefix first. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

export interface Attended {
  /** [token][head][width]. */
  readonly mixed: Float32Array;
  /** Logarithm of the summed exponentials of the scores: [token][head]. */
  readonly logSums: Float64Array;
}

const planeLength = ({ keys, kvHeads }: Heads): number => keys.length / kvHeads;

/** Causal attention along each token's own text. */
export function attend(all: Heads, { spans }: Tokens): Attended {
  const { heads, kvHeads, width, queries, keys, values } = all;
  const mixed = new Float32Array(queries.length);
  const logSums = new Float64Array(spans.length * heads);
  const scores = new Float64Array(planeLength(all) / width);
  const sum = new Float64Array(width);
  for (let head = 0; head < heads; head++) {
    const plane = Math.floor((head * kvHeads) / heads) * planeLength(all);
    for (let token = 0; token < spans.length; token++) {
      const own = spans[token] as Int32Array;
      const at = (token * heads + head) * width;
      let top = Number.NEGATIVE_INFINITY;
      for (let s = 0; s < own.length; s += 2) {
        for (let key = own[s] as number; key < (own[s + 1] as number); key++) {
          const score = dot(queries, at, keys, plane + key * width, width);
          scores[key] = score;
          if (score > top) top = score;
        }
      }
      let total = 0;
      sum.fill(0);
      for (let s = 0; s < own.length; s += 2) {
        for (let key = own[s] as number; key < (own[s + 1] as number); key++) {
          const weight = Math.exp((scores[key] as number) - top);
          total += weight;
          const from = plane + key * width;
          for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + weight * (values[from + i] as number);
        }
      }
      for (let i = 0; i < width; i++) mixed[at + i] = (sum[i] as number) / total;
      logSums[token * heads + head] = top + Math.log(total);
    }
  }
  return { mixed, logSums };
}

/** Gradients with respect to what `attend` took, in the same layout. */
export function attendBackward(
  byMixed: Float32Array,
  all: Heads,
  { mixed, logSums }: Attended,
  { spans }: Tokens,
): Pick<Heads, 'queries' | 'keys' | 'values'> {
  const { heads, kvHeads, width, queries, keys, values } = all;
  const byQueries = new Float32Array(queries.length);
  const byKeys = new Float32Array(keys.length);
  const byValues = new Float32Array(values.length);
  const byQuery = new Float64Array(width);
  for (let head = 0; head < heads; head++) {
    const plane = Math.floor((head * kvHeads) / heads) * planeLength(all);
    for (let token = 0; token < spans.length; token++) {
      const own = spans[token] as Int32Array;
      const at = (token * heads + head) * width;
      if (isZero(byMixed, at, width)) continue;
      const logSum = logSums[token * heads + head] as number;
      const mean = dot(byMixed, at, mixed, at, width);
      byQuery.fill(0);
      for (let s = 0; s < own.length; s += 2) {
        for (let key = own[s] as number; key < (own[s + 1] as number); key++) {
          const from = plane + key * width;
          const weight = Math.exp(dot(queries, at, keys, from, width) - logSum);
          const byScore = weight * (dot(byMixed, at, values, from, width) - mean);
          for (let i = 0; i < width; i++) {
            byQuery[i] = (byQuery[i] as number) + byScore * (keys[from + i] as number);
            byKeys[from + i] = (byKeys[from + i] as number) + byScore * (queries[at + i] as number);
            byValues[from + i] = (byValues[from + i] as number) + weight * (byMixed[at + i] as number);
          }
        }
      }
      byQueries.set(byQuery, at);
    }
  }
  return { queries: byQueries, keys: byKeys, values: byValues };
}

function dot(a: Float32Array, atA: number, b: Float32Array, atB: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += (a[atA + i] as number) * (b[atB + i] as number);
  return sum;
}

function isZero(x: Float32Array, at: number, width: number): boolean {
  for (let i = at; i < at + width; i++) if (x[i] !== 0) return false;
  return true;
}
