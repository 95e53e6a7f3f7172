import { bootstrap } from '../metrics/bootstrap.ts';
import { stream } from '../random/stream.ts';
import { type Factor, levelsOf } from './grid.ts';
import type { CellRecord } from './record.ts';
import type { Arm } from './spec.ts';
import type { Interval } from './summary.ts';

/** A weighted sum of the accuracies of arms, on the queries and trials that all of them have answered. */
export interface Contrast {
  readonly value: number;
  /** 95 %, percentile bootstrap over queries and trials, all arms on the same draws. */
  readonly interval: Interval | null;
  readonly n: number;
}

const isRight = ({ prediction, gold }: CellRecord): number =>
  prediction.kind === 'label' && prediction.label === gold ? 1 : 0;

/** @param weights by the id of an arm; unscored answers count as wrong. */
export function contrast(
  cells: readonly CellRecord[],
  weights: ReadonlyMap<string, number>,
  seed: number,
): Contrast | null {
  const slots = new Map<string, { queryId: string; trial: number; value: number; arms: number }>();
  for (const cell of cells) {
    const weight = weights.get(cell.armId);
    if (weight === undefined) continue;
    const key = `${cell.trial} ${cell.queryId}`;
    const slot = slots.get(key) ?? { queryId: cell.queryId, trial: cell.trial, value: 0, arms: 0 };
    slots.set(key, { ...slot, value: slot.value + weight * isRight(cell), arms: slot.arms + 1 });
  }
  const full = [...slots.entries()]
    .filter(([, slot]) => slot.arms === weights.size)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, slot]) => slot);
  if (full.length === 0) return null;
  const queries = [...new Set(full.map((slot) => slot.queryId))].sort();
  const trials = [...new Set(full.map((slot) => slot.trial))].sort((a, b) => a - b);
  const at = full.map((slot) => ({
    value: slot.value,
    query: queries.indexOf(slot.queryId),
    trial: trials.indexOf(slot.trial),
  }));
  const [interval = null] = bootstrap(
    { queries: queries.length, trials: trials.length },
    stream(seed, 'bootstrap/contrast'),
    (draw) => {
      let sum = 0;
      let n = 0;
      for (const { value, query, trial } of at) {
        const times = (draw.queries[query] as number) * (draw.trials[trial] as number);
        sum += times * value;
        n += times;
      }
      return [n === 0 ? Number.NaN : sum / n];
    },
  );
  return { value: at.reduce((sum, slot) => sum + slot.value, 0) / at.length, interval, n: queries.length };
}

/** A level against the first one of its factor, averaged over all levels of the other factors. */
export interface MainEffect extends Contrast {
  readonly factor: Factor;
  readonly level: number;
}

/** How much more a level of one factor gains when a level of another is set, each against the first of its own. */
export interface Interaction extends Contrast {
  readonly factors: readonly [Factor, Factor];
  readonly levels: readonly [number, number];
}

interface GridResult {
  readonly arms: readonly Arm[];
  readonly factors: readonly Factor[];
  readonly cells: readonly CellRecord[];
  readonly seed: number;
}

/** Adds up what each arm counts, and leaves out arms that count nothing. */
function weightsOf({ arms, factors }: GridResult, weight: (levels: readonly number[]) => number): Map<string, number> {
  const weights = arms.map((arm): [string, number] => [arm.id, weight(levelsOf(arm, factors))]);
  return new Map(weights.filter(([, w]) => w !== 0));
}

/** 1 at the level, -1 at the first one, 0 elsewhere. */
const sign = (own: number | undefined, level: number): number => (own === level ? 1 : own === 0 ? -1 : 0);

export function mainEffects(grid: GridResult): MainEffect[] {
  return grid.factors.flatMap((factor, f) =>
    factor.levels.slice(1).flatMap((_, i) => {
      const share = factor.levels.length / grid.arms.length;
      const found = contrast(
        grid.cells,
        weightsOf(grid, (levels) => share * sign(levels[f], i + 1)),
        grid.seed,
      );
      return found === null ? [] : [{ ...found, factor, level: i + 1 }];
    }),
  );
}

/**
 * The interaction of two factors, for every pair of levels beside the first: (both - only the second) - (only the first -
 * neither), averaged over the levels of any other factor.
 */
export function interactions(grid: GridResult): Interaction[] {
  const { factors, arms, cells, seed } = grid;
  return factors.flatMap((first, f) =>
    factors.slice(f + 1).flatMap((second, k) => {
      const s = f + 1 + k;
      const share = (first.levels.length * second.levels.length) / arms.length;
      return first.levels.slice(1).flatMap((_, i) =>
        second.levels.slice(1).flatMap((_level, j): Interaction[] => {
          const found = contrast(
            cells,
            weightsOf(grid, (levels) => share * sign(levels[f], i + 1) * sign(levels[s], j + 1)),
            seed,
          );
          return found === null ? [] : [{ ...found, factors: [first, second], levels: [i + 1, j + 1] }];
        }),
      );
    }),
  );
}
