import { bootstrap, type Draw } from '../metrics/bootstrap.ts';
import { type Answer, figuresFor, isCorrect } from '../metrics/figures.ts';
import { stream } from '../random/stream.ts';
import type { BootstrapIntervals, Interval } from './summary.ts';

/** An answer with its place in the design. */
export interface PlacedAnswer extends Answer {
  readonly queryId: string;
  readonly trial: number;
}

export interface ArmIntervals {
  readonly figures: BootstrapIntervals;
  /** Of its accuracy minus that of the first arm, on the queries and trials that both have. */
  readonly difference: Interval | null;
}

const FIGURES = ['macroF1', 'ece', 'eceMass', 'brier', 'nll'] as const;

/**
 * Bootstrap intervals for all arms at once, so that every arm sees the same draws of queries and trials. The draws depend
 * on the seed and on the ids of what was answered, not on the order in which answers came.
 */
export function bootstrapArms(
  arms: readonly (readonly PlacedAnswer[])[],
  labels: number,
  seed: number,
): ArmIntervals[] {
  const answered = arms.flat();
  const queryAt = places(answered.map((a) => a.queryId).sort());
  const trialAt = places(answered.map((a) => a.trial).sort((a, b) => a - b));
  const size = { queries: queryAt.size, trials: trialAt.size };
  if (answered.length === 0) return arms.map(() => NONE);
  const columns = arms.map((answers) => ({
    query: Int32Array.from(answers, (a) => queryAt.get(a.queryId) as number),
    trial: Int32Array.from(answers, (a) => trialAt.get(a.trial) as number),
    counts: new Int32Array(answers.length),
    figures: figuresFor(answers, labels),
    difference: differenceFrom(arms[0] ?? [], answers),
  }));
  const statistics = ({ queries, trials }: Draw): number[] =>
    columns.flatMap(({ query, trial, counts, figures, difference }) => {
      let n = 0;
      for (let i = 0; i < counts.length; i++) {
        const times = (queries[query[i] as number] as number) * (trials[trial[i] as number] as number);
        counts[i] = times;
        n += times;
      }
      if (n === 0) return NO_VALUES;
      const found = figures(counts);
      return [...FIGURES.map((name) => found[name]), difference(counts)];
    });
  const found = bootstrap(size, stream(seed, 'bootstrap'), statistics);
  const width = FIGURES.length + 1;
  return arms.map((_, i) => {
    const at = (s: number) => found[i * width + s] ?? null;
    return {
      figures: { macroF1: at(0), ece: at(1), eceMass: at(2), brier: at(3), nll: at(4) },
      difference: at(FIGURES.length),
    };
  });
}

const NO_VALUES = new Array<number>(FIGURES.length + 1).fill(Number.NaN);

const NONE: ArmIntervals = {
  figures: { macroF1: null, ece: null, eceMass: null, brier: null, nll: null },
  difference: null,
};

const places = <T>(sorted: readonly T[]): Map<T, number> => new Map([...new Set(sorted)].map((value, i) => [value, i]));

/** Mean of right here minus right there over the queries and trials that both arms have; NaN without any. */
function differenceFrom(first: readonly PlacedAnswer[], own: readonly PlacedAnswer[]) {
  const there = new Map(first.map((a) => [`${a.trial} ${a.queryId}`, a]));
  const gains = own.map((here) => {
    const reference = there.get(`${here.trial} ${here.queryId}`);
    return reference === undefined ? null : Number(isCorrect(here)) - Number(isCorrect(reference));
  });
  return (counts: Int32Array): number => {
    let sum = 0;
    let n = 0;
    for (let i = 0; i < gains.length; i++) {
      const gain = gains[i];
      if (gain == null) continue;
      sum += gain * (counts[i] as number);
      n += counts[i] as number;
    }
    return n === 0 ? Number.NaN : sum / n;
  };
}
