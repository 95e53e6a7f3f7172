import type { Stream } from '../random/stream.ts';
import type { Interval } from '../run/summary.ts';

/**
 * 95 % percentile bootstrap of a mean over queries, each query given as its mean over the trials, so that trials of one
 * query are never counted as items of their own (METHODS 7).
 */
export function bootstrapMean(perQuery: readonly number[], random: Stream, resamples = 2000): Interval {
  const n = perQuery.length;
  if (n === 0) return { low: 0, high: 1 };
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += perQuery[random.below(n)] as number;
    return sum / n;
  }).sort((a, b) => a - b);
  const at = (q: number) => means[Math.min(resamples - 1, Math.floor(q * resamples))] as number;
  return { low: at(0.025), high: at(0.975) };
}
