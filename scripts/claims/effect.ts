import { dataError } from '../../src/core/errors.ts';
import { bootstrap, quantile } from '../../src/core/metrics/bootstrap.ts';
import { majorityOf } from '../../src/core/metrics/majority.ts';
import { mcnemar } from '../../src/core/metrics/mcnemar.ts';
import { stream } from '../../src/core/random/stream.ts';
import type { Interval } from '../../src/core/run/summary.ts';
import { SEED } from './plan.ts';
import type { ClaimRecord } from './record.ts';

/** Signs of arms in a sum of accuracies. */
export type Weights = ReadonlyMap<string, number>;

/** The weighted sum of accuracies on one set. */
export interface SetEffect {
  readonly record: ClaimRecord;
  readonly n: number;
  /** Mean over queries and trials, in [-1, 1] for two arms. */
  readonly value: number;
  /** The same on each resample of queries and trials. */
  readonly resampled: readonly number[];
  /** Queries for which the sum over the arms' majority answers is above 0, and below it. */
  readonly gained: number;
  readonly lost: number;
}

export interface Effect {
  readonly n: number;
  readonly value: number;
  readonly interval: Interval;
  readonly gained: number;
  readonly lost: number;
  readonly p: number;
}

const RIGHT = '0';

/** 1 where most trials gave the right answer. */
const rightByVote = (votes: readonly string[]): number =>
  majorityOf(votes.filter((vote) => vote !== '-')) === RIGHT ? 1 : 0;

/** Effects of several sums on one set, all on the same resamples; draws hang on the run and the set alone. */
export function setEffects(record: ClaimRecord, sums: readonly Weights[]): SetEffect[] {
  const trials = Object.values(record.answers)[0]?.length ?? 0;
  const n = Object.values(record.answers)[0]?.[0]?.length ?? 0;
  const tables = sums.map((weights) => table(record, weights, { n, trials }));
  const resampled = sums.map((): number[] => []);
  bootstrap({ queries: n, trials }, stream(SEED, 'bootstrap/claims', record.run, record.set), (draw) => {
    tables.forEach(({ sum }, i) => {
      resampled[i]?.push(mean(sum, draw.queries, draw.trials));
    });
    return [];
  });
  const once = { queries: new Int32Array(n).fill(1), trials: new Int32Array(trials).fill(1) };
  return tables.map(({ sum, gained, lost }, i) => ({
    ...{ record, n, gained, lost },
    value: mean(sum, once.queries, once.trials),
    resampled: resampled[i] ?? [],
  }));
}

/** Shape of `sum`: [trials][queries]. */
function table({ answers, run, set }: ClaimRecord, weights: Weights, { n, trials }: { n: number; trials: number }) {
  const arms = [...weights].map(([arm, weight]) => {
    const own = answers[arm];
    if (own?.length !== trials || own.some((trial) => trial.length !== n))
      throw dataError(`The record of ${run} on ${set} has no full answers of "${arm}". Delete it and run again.`);
    return { own, weight };
  });
  const total = (of: (own: readonly string[]) => number) =>
    arms.reduce((sum, { own, weight }) => sum + weight * of(own), 0);
  const queries = Array.from({ length: n }, (_, q) => q);
  const sum = Array.from({ length: trials }, (_, t) =>
    Float64Array.from(queries, (q) => total((own) => Number(own[t]?.[q] === RIGHT))),
  );
  const votes = queries.map((q) => total((own) => rightByVote(own.map((trial) => trial[q] as string))));
  return { sum, gained: votes.filter((x) => x > 0).length, lost: votes.filter((x) => x < 0).length };
}

function mean(sum: readonly Float64Array[], queries: Int32Array, trials: Int32Array): number {
  let total = 0;
  let n = 0;
  sum.forEach((row, t) => {
    const often = trials[t] as number;
    if (often === 0) return;
    for (let q = 0; q < row.length; q++) {
      const times = often * (queries[q] as number);
      total += times * (row[q] as number);
      n += times;
    }
  });
  return total / n;
}

const intervalOf = (values: readonly number[]): Interval => {
  const sorted = Float64Array.from(values).sort();
  return { low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
};

/** Each query counts once, whatever its set. */
function weighted(parts: readonly SetEffect[], of: (part: SetEffect) => number): number {
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  return parts.reduce((sum, part) => sum + part.n * of(part), 0) / n;
}

function together(parts: readonly SetEffect[]) {
  const values = parts[0]?.resampled.map((_, r) => weighted(parts, (part) => part.resampled[r] as number)) ?? [];
  const count = (of: (part: SetEffect) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  return {
    n: count((part) => part.n),
    value: weighted(parts, (part) => part.value),
    values,
    gained: count((part) => part.gained),
    lost: count((part) => part.lost),
  };
}

/** Sets pooled; they are not drawn, so that the interval speaks of these sets. `p` is McNemar's mid-p. */
export function pooled(parts: readonly SetEffect[]): Effect {
  const { values, ...rest } = together(parts);
  return { ...rest, interval: intervalOf(values), p: mcnemar(rest.gained, rest.lost).midP };
}

/** How much greater the effect is in some sets than in others; no pairs between them, so that `p` is the bootstrap's. */
export function excess(parts: readonly SetEffect[], than: readonly SetEffect[]): Effect {
  const [here, there] = [together(parts), together(than)];
  const values = here.values.map((value, r) => value - (there.values[r] as number));
  const tail = (beyond: (value: number) => boolean) => (1 + values.filter(beyond).length) / (1 + values.length);
  return {
    n: here.n + there.n,
    value: here.value - there.value,
    interval: intervalOf(values),
    gained: here.gained + there.lost,
    lost: here.lost + there.gained,
    p: Math.min(
      1,
      2 *
        Math.min(
          tail((x) => x <= 0),
          tail((x) => x >= 0),
        ),
    ),
  };
}
