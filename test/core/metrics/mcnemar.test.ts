import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../../src/core/metrics/mcnemar.ts';

const count = fc.integer({ min: 0, max: 2000 });

describe('exact McNemar test', () => {
  it.each([
    [1, 8, 0.039062],
    [5, 15, 0.041389],
    [0, 6, 0.03125],
    [12, 30, 0.007916],
    [10, 10, 1],
  ])('of %i and %i discordant pairs has p = %f (golden vector 13.7)', (b, c, p) => {
    expect(mcnemar(b, c).p).toBeCloseTo(p, 5);
  });

  it.each([
    [1, 8, 0.021484],
    [5, 15, 0.026604],
    [0, 6, 0.015625],
    [12, 30, 0.005402],
  ])('of %i and %i discordant pairs has mid-p = %f (golden vector 13.7)', (b, c, midP) => {
    expect(mcnemar(b, c).midP).toBeCloseTo(midP, 5);
  });

  it('without discordant pairs finds no difference', () => {
    expect(mcnemar(0, 0)).toEqual({ p: 1, midP: 1 });
  });

  it('does not depend on which method comes first', () => {
    fc.assert(
      fc.property(count, count, (b, c) => {
        expect(mcnemar(b, c)).toEqual(mcnemar(c, b));
      }),
    );
  });

  it('gives probabilities, the mid-p never above the exact one', () => {
    fc.assert(
      fc.property(count, count, (b, c) => {
        const { p, midP } = mcnemar(b, c);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(midP).toBeGreaterThanOrEqual(0);
        expect(midP).toBeLessThanOrEqual(p + 1e-12);
      }),
    );
  });

  it('agrees with the sum of binomial coefficients for small counts', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }), (b, c) => {
        let tail = 0;
        for (let i = 0; i <= Math.min(b, c); i++) tail += choose(b + c, i) / 2 ** (b + c);
        expect(mcnemar(b, c).p).toBeCloseTo(Math.min(1, 2 * tail), 10);
      }),
    );
  });

  it('grows more certain the more lopsided the same number of pairs is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (n) => {
        for (let b = 1; b <= n / 2; b++)
          expect(mcnemar(b, n - b).p).toBeGreaterThanOrEqual(mcnemar(b - 1, n - b + 1).p);
      }),
      { numRuns: 20 },
    );
  });
});
