import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignment } from '../../../src/core/calibration/assignment.ts';
import type { CalibratorContext, Reference } from '../../../src/core/calibration/calibrator.ts';
import { logNormalised, softmax } from '../../../src/core/calibration/logspace.ts';
import { fitMixture, logDensity } from '../../../src/core/calibration/mixture.ts';
import { prototypes } from '../../../src/core/calibration/prototypical.ts';
import { calibrators } from '../../../src/core/calibration/registry.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { expectNear } from '../../support/near.ts';
import { goldenKnowledge } from '../../support/small-world.ts';

const { proca } = calibrators;

/** A standard normal deviate. */
const normal = (random: ReturnType<typeof stream>): number =>
  Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());

/** Answers to queries of all labels in turn: one label stands out, then a bias is added to every answer. */
function biased(count: number, bias: readonly number[], { gap = 2, noise = 0.3, seed = 1 } = {}): number[][] {
  const random = stream('biased', seed);
  return Array.from({ length: count }, (_, i) =>
    logNormalised(bias.map((b, c) => b + (c === i % bias.length ? gap : 0) + noise * normal(random))),
  );
}

const context = (labels: number): CalibratorContext => ({
  knowledge: goldenKnowledge(),
  promptWith: (text) => text,
  demoContext: '',
  cue: 'Label:',
  labels: Array.from({ length: labels }, (_, i) => ({ id: `l${i}` })),
  ownOptions: false,
  demoLabels: [],
  queryTexts: [],
  once: (make) => make(),
  random: (...name) => stream(1, ...name),
});

const reference = (logprobs: readonly (readonly number[])[]): Reference => ({
  logprobs,
  gold: [],
  upTo: logprobs.length,
});

/** The calibrated distribution of each row, the rows being what the mixture is estimated from. */
function calibrated(rows: readonly (readonly number[])[], starts = 5): number[][] {
  const plan = proca.plan(context(rows[0]?.length ?? 0), { starts });
  const given = reference(rows);
  return rows.map((row) => {
    const correction = plan?.combine([], given, row).correction ?? [];
    return softmax(row.map((x, i) => x + (correction[i] as number)));
  });
}
const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

describe('assignment', () => {
  const permutations = (n: number): number[][] =>
    n === 0
      ? [[]]
      : permutations(n - 1).flatMap((rest) => rest.concat(n - 1).map((_, at) => rest.toSpliced(at, 0, n - 1)));

  it('has the largest sum of weights of all one-to-one assignments', () => {
    const square = fc.integer({ min: 1, max: 5 }).chain((n) =>
      fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }), {
        minLength: n,
        maxLength: n,
      }),
    );
    fc.assert(
      fc.property(square, (weights) => {
        const sum = (columns: readonly number[]) =>
          columns.reduce((total, c, r) => total + (weights[r]?.[c] as number), 0);
        const found = assignment(weights);
        expect([...found].sort()).toEqual(weights.map((_, i) => i));
        expect(sum(found)).toBe(Math.max(...permutations(weights.length).map(sum)));
      }),
    );
  });
});

describe('Gaussian mixture', () => {
  it('has the density of a normal distribution', () => {
    // Covariance ((4, 2), (2, 5)), whose determinant is 16, and (1, -1) from the mean: the form is (5 + 4 + 4) / 16.
    const one = {
      weight: 1,
      mean: [1, 2],
      root: [[2], [1, 2]],
    };
    expect(logDensity(one, [2, 1])).toBeCloseTo(-Math.log(2 * Math.PI) - 0.5 * Math.log(16) - 13 / 32, 12);
  });

  it('finds well-separated clusters with their means, spreads and shares', () => {
    const random = stream('clusters', 1);
    const centres = [
      { at: [0, 0], spread: 0.5, count: 150 },
      { at: [8, 0], spread: 1, count: 100 },
      { at: [0, 9], spread: 0.7, count: 50 },
    ];
    const rows = centres.flatMap(({ at, spread, count }) =>
      Array.from({ length: count }, () => at.map((x) => x + spread * normal(random))),
    );
    const found = fitMixture(rows, 3, stream('fit', 1)).toSorted((a, b) => b.weight - a.weight);
    centres.forEach(({ at, spread, count }, k) => {
      expectNear(found[k]?.mean ?? [], at, 0.25);
      expect(found[k]?.weight).toBeCloseTo(count / rows.length, 2);
      expect(Math.abs((found[k]?.root[0]?.[0] ?? 0) - spread)).toBeLessThan(0.25);
    });
  });

  it('stays finite where all rows are one point, or fewer than the clusters', () => {
    for (const rows of [Array.from({ length: 20 }, () => [-1, -2]), [[0, 1]]]) {
      for (const found of fitMixture(rows, 3, stream('fit', 2)))
        expect(Number.isFinite(logDensity(found, [-1, -2]))).toBe(true);
    }
  });
});

describe('prototypical calibration', () => {
  it('finds the labels again that a bias of the model has hidden', () => {
    for (const bias of [
      [3, 0],
      [0, 4, 1],
      [0, 1, 5, 2],
    ]) {
      const rows = biased(40 * bias.length, bias);
      const plain = rows.filter((row, i) => argmax(row) === i % bias.length).length / rows.length;
      const right = calibrated(rows).filter((p, i) => argmax(p) === i % bias.length).length / rows.length;
      expect(plain).toBeLessThan(0.6);
      expect(right).toBeGreaterThan(0.95);
    }
  });

  it('needs no balance of the labels', () => {
    const rows = biased(120, [0, 3]).filter((_, i) => i % 2 === 0 || i % 8 === 1);
    const gold = Array.from({ length: 120 }, (_, i) => i % 2).filter((_, i) => i % 2 === 0 || i % 8 === 1);
    const right = calibrated(rows).filter((p, i) => argmax(p) === gold[i]).length;
    expect(right / rows.length).toBeGreaterThan(0.95);
  });

  it('is the posterior of the clusters at equal weights, and has no prior', () => {
    const rows = biased(90, [0, 2, 1], { gap: 1 });
    const clusters = prototypes(rows, 5, stream(1, 'calibrate/proca'));
    calibrated(rows).forEach((p, i) => {
      expectNear(p, softmax(clusters.map((cluster) => logDensity(cluster, rows[i] as number[]))), 1e-9);
    });
    const { prior } = proca.plan(context(3), { starts: 5 })?.combine([], reference(rows), rows[0]) ?? {};
    expect(prior).toBeNull();
  });

  it('does not mind a constant on the log-probabilities of an answer', () => {
    const rows = biased(60, [0, 2]);
    const shifted = rows.map((row, i) => row.map((x) => x - i / 7));
    const plain = calibrated(rows);
    calibrated(shifted).forEach((p, i) => {
      expectNear(p, plain[i] as number[], 1e-6);
    });
  });

  it('names the clusters anew where the labels come in another order', () => {
    const rows = biased(90, [0, 2, 1]);
    const turned = calibrated(rows.map(([a, b, c]) => [c, a, b] as number[]));
    calibrated(rows).forEach(([a, b, c], i) => {
      expectNear(turned[i] ?? [], [c, a, b] as number[], 1e-3);
    });
  });

  it('is not won by a cluster of one extreme answer', () => {
    const rows = [...biased(40, [0, 1]), logNormalised([30, 0])];
    for (const { weight } of prototypes(rows, 20, stream('few', 1)))
      expect(weight * rows.length).toBeGreaterThanOrEqual(3);
  });

  it('refuses fewer than ten answers a label, and says what to do', () => {
    const plan = proca.plan(context(2), { starts: 1 });
    const few = biased(19, [0, 1]);
    expect(() => plan?.combine([], reference(few), few[0])).toThrow(/20 queries for 2 labels.*19.*batch/u);
    const enough = biased(20, [0, 1]);
    expect(plan?.combine([], reference(enough), enough[0]).correction.every(Number.isFinite)).toBe(true);
  });

  it('says that it reads all queries', () => {
    expect(proca.transductive).toBe(true);
    expect(proca.summary).toMatch(/transductive/u);
  });
});
