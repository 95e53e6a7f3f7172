import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement } from '../../../src/core/metrics/agreement.ts';
import { bootstrap, quantile } from '../../../src/core/metrics/bootstrap.ts';
import { holm } from '../../../src/core/metrics/holm.ts';
import { mcnemar } from '../../../src/core/metrics/mcnemar.ts';
import { detectableGap } from '../../../src/core/metrics/power.ts';
import { stream } from '../../../src/core/random/stream.ts';

describe('Holm adjustment', () => {
  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

  it('leaves a single comparison as it is', () => {
    expect(holm([0.03])).toEqual([0.03]);
    expect(holm([])).toEqual([]);
  });

  it('never lowers a p, keeps its order, and is at most Bonferroni', () => {
    fc.assert(
      fc.property(pValues, (p) => {
        const adjusted = holm(p);
        adjusted.forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(p[i] as number);
          expect(value).toBeLessThanOrEqual(Math.min(1, p.length * (p[i] as number)) + 1e-12);
          adjusted.forEach((other, j) => {
            if ((p[i] as number) < (p[j] as number)) expect(value).toBeLessThanOrEqual(other);
          });
        });
      }),
    );
  });
});

describe('agreement of two arms', () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 3 })), {
    minLength: 1,
    maxLength: 60,
  });

  it('is worked by hand on a table of 20, 5, 10 and 15', () => {
    const made = [
      ...Array.from({ length: 20 }, () => [0, 0] as const),
      ...Array.from({ length: 5 }, () => [0, 1] as const),
      ...Array.from({ length: 10 }, () => [1, 0] as const),
      ...Array.from({ length: 15 }, () => [1, 1] as const),
    ];
    expect(agreement(made).kappa).toBeCloseTo(0.4, 12);
    expect(agreement(made).flipRate).toBeCloseTo(0.3, 12);
  });

  it('is symmetric, at most 1, and 1 just where no answer differs', () => {
    fc.assert(
      fc.property(pairs, (made) => {
        const found = agreement(made);
        const turned = agreement(made.map(([a, b]) => [b, a]));
        expect(turned.flipRate).toBe(found.flipRate);
        if (found.kappa === null) {
          expect(new Set(made.flat()).size).toBe(1);
          return;
        }
        expect(turned.kappa).toBeCloseTo(found.kappa, 12);
        expect(found.kappa).toBeLessThanOrEqual(1 + 1e-12);
        expect(Math.abs(found.kappa - 1) < 1e-9).toBe(made.every(([a, b]) => a === b));
      }),
    );
  });
});

describe('gap that can be seen', () => {
  const n = fc.integer({ min: 20, max: 5000 });
  const share = fc.double({ min: 0.01, max: 1, noNaN: true });

  it('is never larger than the share of discordant queries', () => {
    fc.assert(
      fc.property(n, share, (size, discordant) => {
        const gap = detectableGap(size, discordant);
        if (gap !== null) expect(gap).toBeLessThanOrEqual(discordant);
      }),
    );
  });

  it('shrinks with more queries and grows with the share of discordant ones', () => {
    fc.assert(
      fc.property(n, share, share, (size, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const gap = detectableGap(size, less);
        const larger = detectableGap(size, more);
        if (gap === null || larger === null) return;
        expect(larger).toBeGreaterThanOrEqual(gap - 1e-12);
        expect(detectableGap(size * 2, less)).toBeLessThan(gap);
      }),
    );
  });

  it('is found by the mid-p test in about four of five runs, by adding up all outcomes', () => {
    const choose = (total: number, k: number): number => {
      let log = 0;
      for (let i = 1; i <= k; i++) log += Math.log(total - k + i) - Math.log(i);
      return log;
    };
    const binomial = (total: number, k: number, p: number): number =>
      Math.exp(choose(total, k) + k * Math.log(p) + (total - k) * Math.log1p(-p));
    const power = (size: number, discordant: number, gap: number): number => {
      let sum = 0;
      for (let d = 1; d <= size; d++) {
        const weight = binomial(size, d, discordant);
        if (weight < 1e-9) continue;
        for (let b = 0; b <= d; b++) {
          if (mcnemar(b, d - b).midP <= 0.05) sum += weight * binomial(d, b, (discordant + gap) / (2 * discordant));
        }
      }
      return sum;
    };
    for (const [size, discordant] of [
      [120, 0.25],
      [200, 0.4],
      [400, 0.1],
    ] as const) {
      const gap = detectableGap(size, discordant) ?? Number.NaN;
      expect(power(size, discordant, gap)).toBeGreaterThan(0.76);
      expect(power(size, discordant, gap)).toBeLessThan(0.84);
    }
  });

  it('is none where no split of the discordant queries would do', () => {
    expect(detectableGap(6, 0.2)).toBeNull();
    expect(detectableGap(120, 0)).toBeNull();
    expect(detectableGap(0, 0.5)).toBeNull();
  });
});

describe('bootstrap', () => {
  const values = Array.from({ length: 40 }, (_, i) => (i * 37) % 40);
  const mean = (counts: Int32Array): number => counts.reduce((sum, n, i) => sum + n * (values[i] as number), 0) / 40;

  it('draws as many queries and trials as there are', () => {
    bootstrap(
      { queries: 7, trials: 3 },
      stream(1, 'test'),
      ({ queries, trials }) => {
        expect(queries.reduce((a, b) => a + b, 0)).toBe(7);
        expect(trials.reduce((a, b) => a + b, 0)).toBe(3);
        return [];
      },
      50,
    );
  });

  it('gives the normal interval of a mean', () => {
    const [interval] = bootstrap({ queries: 40, trials: 1 }, stream(3, 'test'), ({ queries }) => [mean(queries)]);
    const centre = 19.5;
    const half = 1.96 * Math.sqrt((40 ** 2 - 1) / 12 / 40);
    expect(Math.abs((interval?.low ?? 0) - (centre - half))).toBeLessThan(0.5);
    expect(Math.abs((interval?.high ?? 0) - (centre + half))).toBeLessThan(0.5);
  });

  it('is the same for the same seed and another for another', () => {
    const of = (seed: number) =>
      bootstrap({ queries: 40, trials: 1 }, stream(seed, 'test'), ({ queries }) => [mean(queries)], 200);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('leaves out resamples without a value, and has no interval where none had one', () => {
    const found = bootstrap(
      { queries: 2, trials: 1 },
      stream(1, 'test'),
      ({ queries }) => [Number.NaN, queries[0] === 0 ? Number.NaN : 5],
      100,
    );
    expect(found).toEqual([null, { low: 5, high: 5 }]);
  });

  it('takes quantiles between neighbours', () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
    expect(quantile([7], 0.3)).toBe(7);
  });
});
