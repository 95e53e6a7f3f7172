import { bootstrap, type Draw } from '../metrics/bootstrap.ts';
import { type Answer, figuresOf } from '../metrics/figures.ts';
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
  const queries = [...new Set(arms.flat().map((a) => a.queryId))].sort();
  const trials = [...new Set(arms.flat().map((a) => a.trial))].sort((a, b) => a - b);
  const queryAt = new Map(queries.map((id, i) => [id, i]));
  const trialAt = new Map(trials.map((trial, i) => [trial, i]));
  const tables = arms.map((answers) => {
    const table = new Array<PlacedAnswer | undefined>(queries.length * trials.length);
    for (const a of answers)
      table[(queryAt.get(a.queryId) as number) * trials.length + (trialAt.get(a.trial) as number)] = a;
    return table;
  });
  const statistics = (draw: Draw): number[] => {
    const drawn = tables.map((table) => take(table, draw, trials.length));
    return drawn.flatMap((answers) => {
      const present = answers.filter((a) => a !== undefined);
      const figures = present.length === 0 ? null : figuresOf(present, labels);
      const own = FIGURES.map((name) => figures?.[name] ?? Number.NaN);
      return [...own, meanDifference(drawn[0] ?? [], answers)];
    });
  };
  const size = { queries: queries.length, trials: trials.length };
  const found = queries.length === 0 ? [] : bootstrap(size, stream(seed, 'bootstrap'), statistics);
  const width = FIGURES.length + 1;
  return arms.map((_, i) => {
    const at = (s: number) => found[i * width + s] ?? null;
    return {
      figures: { macroF1: at(0), ece: at(1), eceMass: at(2), brier: at(3), nll: at(4) },
      difference: at(FIGURES.length),
    };
  });
}

function take<T>(table: readonly T[], { queries, trials }: Draw, columns: number): T[] {
  const taken: T[] = [];
  for (const q of queries) for (const t of trials) taken.push(table[q * columns + t] as T);
  return taken;
}

type Slot = PlacedAnswer | undefined;

/** Mean of right here minus right there over the places that both have; NaN without any. */
function meanDifference(first: readonly Slot[], other: readonly Slot[]): number {
  let sum = 0;
  let n = 0;
  other.forEach((b, i) => {
    const a = first[i];
    if (a === undefined || b === undefined) return;
    sum += (b.predicted === b.gold ? 1 : 0) - (a.predicted === a.gold ? 1 : 0);
    n++;
  });
  return n === 0 ? Number.NaN : sum / n;
}
