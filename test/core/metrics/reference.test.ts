import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agreement } from '../../../src/core/metrics/agreement.ts';
import { type Answer, type Figures, figuresOf } from '../../../src/core/metrics/figures.ts';
import { holm } from '../../../src/core/metrics/holm.ts';
import { mcnemar } from '../../../src/core/metrics/mcnemar.ts';
import { detectableGap } from '../../../src/core/metrics/power.ts';
import { wilson } from '../../../src/core/metrics/wilson.ts';
import { bootstrapArms, type PlacedAnswer } from '../../../src/core/run/intervals.ts';
import { expectNear } from '../../support/near.ts';

type Pair = readonly [number, number];

/** Made by scripts/reference-statistics.py. */
interface Reference {
  readonly gold: readonly number[];
  readonly arms: Readonly<Record<'a' | 'b', readonly (readonly (readonly number[])[])[]>>;
  readonly wilson: readonly { readonly k: number; readonly n: number; readonly interval: Pair }[];
  readonly mcnemar: readonly { readonly b: number; readonly c: number; readonly p: number; readonly midP: number }[];
  readonly holm: { readonly p: readonly number[]; readonly adjusted: readonly number[] };
  readonly figures: Figures;
  readonly intervals: Readonly<Record<keyof Figures, Pair>>;
  readonly difference: Pair;
  readonly twoLevelDifference: Pair;
  readonly agreement: { readonly kappa: number; readonly flipRate: number };
  readonly power: readonly { readonly n: number; readonly discordant: number; readonly gap: number | null }[];
}

const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/statistics.json', import.meta.url), 'utf8'),
) as Reference;

const LABELS = 3;

const answersOf = (arm: 'a' | 'b', trial: number): PlacedAnswer[] =>
  (reference.arms[arm][trial] ?? []).map((distribution, i) => ({
    queryId: `q${String(i).padStart(3, '0')}`,
    trial,
    gold: reference.gold[i] ?? -1,
    predicted: distribution.indexOf(Math.max(...distribution)),
    distribution,
  }));

/** Two bootstraps of 2000 and 20000 resamples differ by about this much in their ends. */
const MONTE_CARLO = 0.015;

describe('figures of SciPy and statsmodels', () => {
  it.each(reference.wilson)('Wilson interval of $k in $n', ({ k, n, interval }) => {
    const { low, high } = wilson(k, n);
    expectNear([low, high], interval, 1e-9);
  });

  it.each(reference.mcnemar)('exact McNemar and mid-p of $b against $c', ({ b, c, p, midP }) => {
    const found = mcnemar(b, c);
    expectNear([found.p, found.midP], [p, midP], 1e-9);
  });

  it('Holm over seven comparisons', () => {
    expectNear(holm(reference.holm.p), reference.holm.adjusted, 1e-9);
  });

  it('accuracy, macro-F1, both calibration errors, Brier score and log loss', () => {
    const figures = figuresOf(answersOf('a', 0), LABELS);
    for (const name of Object.keys(reference.figures) as (keyof Figures)[]) {
      expect(figures[name], name).toBeCloseTo(reference.figures[name], 9);
    }
  });

  it('bootstrap intervals of one trial', () => {
    const [, second] = bootstrapArms([answersOf('b', 0), answersOf('a', 0)], LABELS, 7);
    for (const name of ['macroF1', 'ece', 'eceMass', 'brier', 'nll'] as const) {
      const interval = second?.figures[name];
      expectNear([interval?.low ?? 0, interval?.high ?? 0], reference.intervals[name], MONTE_CARLO);
    }
  });

  it('paired bootstrap of the difference of two arms, over queries and over queries and trials', () => {
    const ends = (trials: readonly number[]) => {
      const arm = (name: 'a' | 'b'): Answer[] => trials.flatMap((trial) => answersOf(name, trial));
      const [, b] = bootstrapArms([arm('a'), arm('b')] as PlacedAnswer[][], LABELS, 7);
      return [b?.difference?.low ?? 0, b?.difference?.high ?? 0];
    };
    // A difference of accuracies goes in steps of one query.
    const step = 1.01 / reference.gold.length;
    expectNear(ends([0]), reference.difference, step);
    expectNear(ends([0, 1, 2]), reference.twoLevelDifference, step);
  });

  it('kappa and flip rate of two arms', () => {
    const [a, b] = [answersOf('a', 0), answersOf('b', 0)];
    const found = agreement(a.map((answer, i) => [answer.predicted, b[i]?.predicted ?? -1]));
    expect(found.kappa).toBeCloseTo(reference.agreement.kappa, 9);
    expect(found.flipRate).toBeCloseTo(reference.agreement.flipRate, 9);
  });

  it.each(reference.power)(
    'gap that $n queries with a discordant share of $discordant show',
    ({ n, discordant, gap }) => {
      const found = detectableGap(n, discordant);
      if (gap === null) expect(found).toBeNull();
      else expect(found).toBeCloseTo(gap, 9);
    },
  );
});
