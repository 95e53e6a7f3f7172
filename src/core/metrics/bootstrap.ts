import type { Stream } from '../random/stream.ts';
import type { Interval } from '../run/summary.ts';

/** Resamples for an interval (METHODS 7). */
export const RESAMPLES = 2000;

/** One resample of both levels: how often each query and each trial was drawn. The same arrays are filled again for the next. */
export interface Draw {
  readonly queries: Int32Array;
  readonly trials: Int32Array;
}

/**
 * Percentile intervals of statistics by a two-level bootstrap: queries and trials are drawn independently with
 * replacement, and a resample holds every drawn query in every drawn trial, because one trial's demonstrations serve all
 * queries (Owen 2007, the pigeonhole bootstrap). With one trial only the queries are drawn. All statistics see the same
 * draws, so that a difference of two is a paired one.
 * @param statistics their values on one resample; NaN where it has none, which is then left out.
 * @returns 95 % intervals in the order of the statistics; `null` where no resample had a value.
 */
export function bootstrap(
  size: { readonly queries: number; readonly trials: number },
  random: Stream,
  statistics: (draw: Draw) => readonly number[],
  resamples = RESAMPLES,
): (Interval | null)[] {
  const draw: Draw = { queries: new Int32Array(size.queries), trials: new Int32Array(size.trials) };
  const values: number[][] = [];
  for (let r = 0; r < resamples; r++) {
    redraw(draw.queries, random);
    redraw(draw.trials, random);
    statistics(draw).forEach((value, s) => {
      values[s] ??= [];
      if (!Number.isNaN(value)) values[s].push(value);
    });
  }
  return values.map((list) => (list.length === 0 ? null : percentiles(list)));
}

function redraw(counts: Int32Array, random: Stream): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; i++) {
    const at = counts.length === 1 ? 0 : random.below(counts.length);
    counts[at] = (counts[at] as number) + 1;
  }
}

function percentiles(values: number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** Linear between neighbours (type 7, as NumPy's default). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = (sorted[below + 1] ?? low) as number;
  return low + (high - low) * (at - below);
}
