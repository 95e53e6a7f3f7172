import {
  type Contrast,
  contrast,
  type Interaction,
  interactions,
  type MainEffect,
  mainEffects,
} from '../../core/run/contrast.ts';
import { type Factor, levelsOf } from '../../core/run/grid.ts';
import type { CellRecord } from '../../core/run/record.ts';
import type { Arm } from '../../core/run/spec.ts';

/** A grid with its answers. */
export interface Grid {
  readonly arms: readonly Arm[];
  readonly factors: readonly Factor[];
  readonly cells: readonly CellRecord[];
  readonly seed: number;
}

export interface Effects {
  readonly main: readonly MainEffect[];
  readonly together: readonly Interaction[];
}

export const effectsOf = (grid: Grid): Effects => ({ main: mainEffects(grid), together: interactions(grid) });

/** A knowledge-relevance selector with the knowledge prior: what a grid that has both is about (METHODS, KICT grid). */
const isKerKpc = ({ factors: [a, b], levels: [i, j] }: Interaction): boolean => {
  const [select, calibrate] = [a.levels[i]?.value, b.levels[j]?.value];
  return (
    a.part === 'select' &&
    b.part === 'calibrate' &&
    typeof select === 'object' &&
    'type' in select &&
    (select.type === 'ker' || select.type === 'ker-query') &&
    typeof calibrate === 'object' &&
    'type' in calibrate &&
    calibrate.type === 'kpc'
  );
};

/** The interaction of KER and KPC, that of the paper's selector first; `null` where a grid has not both. */
export const headlineOf = ({ together }: Effects): Interaction | null => together.find(isKerKpc) ?? null;

/** Two levels of two factors taken apart. Differences are from neither; all on the same answers, other factors averaged. */
export interface Apart {
  /** Accuracy with the first level of both. */
  readonly neither: Contrast;
  readonly first: Contrast;
  readonly second: Contrast;
  readonly both: Contrast;
}

export function apart({ arms, factors, cells, seed }: Grid, { factors: [a, b], levels }: Interaction): Apart | null {
  const [f, s] = [factors.indexOf(a), factors.indexOf(b)];
  const share = (a.levels.length * b.levels.length) / arms.length;
  const weights = (plus: readonly [number, number], minus: readonly [number, number] | null) =>
    new Map(
      arms.flatMap((arm): [string, number][] => {
        const own = levelsOf(arm, factors);
        const is = (place: readonly [number, number] | null) => place?.[0] === own[f] && place?.[1] === own[s];
        return is(plus) ? [[arm.id, share]] : is(minus) ? [[arm.id, -share]] : [];
      }),
    );
  const of = (plus: readonly [number, number], minus: readonly [number, number] | null) =>
    contrast(cells, weights(plus, minus), seed);
  const [i, j] = levels;
  const neither = of([0, 0], null);
  const first = of([i, 0], [0, 0]);
  const second = of([0, j], [0, 0]);
  const both = of([i, j], [0, 0]);
  return neither === null || first === null || second === null || both === null
    ? null
    : { neither, first, second, both };
}

/** What an interaction says, and how surely. */
export function interactionVerdict({ value, interval }: Contrast): string {
  if (interval === null) return 'Too few answers for an interval.';
  if (interval.low > 0) return 'Together they do better than the effects of each alone, added up.';
  if (interval.high < 0) return 'Together they do worse than the effects of each alone, added up.';
  return value === 0
    ? 'Together they do just what the effects of each alone add up to, as far as these answers can tell.'
    : 'The interval holds zero: these answers cannot tell whether they help or hinder each other.';
}
