import { type Contrast, interactions, mainEffects } from '../core/run/contrast.ts';
import { type Factor, factorsOf, levelsOf } from '../core/run/grid.ts';
import type { RunRecord } from '../core/run/record.ts';
import { percent, textTable } from './output.ts';

/** A run whose arms are all combinations of the levels of two factors or more; `null` for other runs. */
function gridOf({ spec, cells }: RunRecord) {
  const factors = factorsOf(spec.arms);
  return factors === null || factors.length < 2 ? null : { arms: spec.arms, factors, cells, seed: spec.seed };
}

const levelName = (factor: Factor, level: number): string => factor.levels[level]?.name ?? '';

const figures = ({ value, interval, n }: Contrast) => ({
  value,
  interval: interval === null ? null : [interval.low, interval.high],
  n,
});

/** Effects of a grid for the JSON document; nothing for other runs. */
export function gridDocument(record: RunRecord) {
  const grid = gridOf(record);
  if (grid === null) return {};
  return {
    grid: {
      factors: grid.factors.map(({ part, levels }) => ({ part, levels: levels.map(({ name }) => name) })),
      effects: mainEffects(grid).map((effect) => ({
        part: effect.factor.part,
        level: levelName(effect.factor, effect.level),
        against: levelName(effect.factor, 0),
        ...figures(effect),
      })),
      interactions: interactions(grid).map(({ factors: [a, b], levels: [i, j], ...rest }) => ({
        parts: [a.part, b.part],
        levels: [levelName(a, i), levelName(b, j)],
        against: [levelName(a, 0), levelName(b, 0)],
        ...figures(rest),
      })),
    },
  };
}

const points = (x: number): string => `${x >= 0 ? '+' : ''}${(100 * x).toFixed(1)}`;

const figureLine = ({ value, interval }: Contrast): string =>
  `${points(value)}${interval === null ? '' : ` (${points(interval.low)} to ${points(interval.high)})`}`;

/** The accuracies of two factors as a table, and the effects of any number; nothing for runs that are no grid. */
export function gridLines(record: RunRecord): string[] {
  const grid = gridOf(record);
  if (grid === null) return [];
  const [rows, columns] = grid.factors;
  const table =
    grid.factors.length > 2 || rows === undefined || columns === undefined
      ? []
      : [
          textTable([
            [`${rows.part}, ${columns.part}`, ...columns.levels.map(({ name }) => name)],
            ...rows.levels.map(({ name }, r) => [
              name,
              ...columns.levels.map((_, c) => {
                const at = record.spec.arms.findIndex((arm) => levelsOf(arm, grid.factors).join() === `${r},${c}`);
                const summary = record.summary[at];
                return summary === undefined
                  ? ''
                  : `${percent(summary.accuracy)} (${percent(summary.interval.low)} to ${percent(summary.interval.high)})`;
              }),
            ]),
          ]),
        ];
  return [
    '',
    ...table,
    '',
    'effects in points, with 95 % intervals (bootstrap over queries and trials):',
    ...mainEffects(grid).map(
      (effect) =>
        `${effect.factor.part} ${levelName(effect.factor, effect.level)} against ${levelName(effect.factor, 0)}: ${figureLine(effect)}`,
    ),
    ...interactions(grid).map(
      ({ factors: [a, b], levels: [i, j], ...rest }) =>
        `${levelName(a, i)} together with ${levelName(b, j)}, beyond the sum of both: ${figureLine(rest)}`,
    ),
  ];
}
