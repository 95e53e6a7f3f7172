import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../../src/core/metrics/wilson.ts';
import { expectNear } from '../../support/near.ts';

const counts = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe('Wilson interval', () => {
  it.each([
    [0, 10, 0, 0.277533],
    [8, 10, 0.490162, 0.943318],
    [45, 50, 0.786398, 0.956524],
    [547, 1221, 0.420307, 0.476006],
    [742, 1221, 0.580015, 0.634707],
  ])('of %i in %i is [%f, %f] (golden vector 13.7)', (k, n, low, high) => {
    const interval = wilson(k, n);
    expectNear([interval.low, interval.high], [low, high]);
  });

  it('says nothing about no items', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('lies in [0, 1] and contains the proportion', () => {
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const { low, high } = wilson(k, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(k / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(k / n - 1e-12);
      }),
    );
  });

  it('shrinks when the same proportion is seen on more items', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 10 }), ([k, n], times) => {
        const few = wilson(k, n);
        const many = wilson(k * times, n * times);
        expect(many.high - many.low).toBeLessThan(few.high - few.low);
      }),
    );
  });

  it('is mirrored for misses', () => {
    fc.assert(
      fc.property(counts, ([k, n]) => {
        expect(wilson(n - k, n).low).toBeCloseTo(1 - wilson(k, n).high, 10);
      }),
    );
  });
});
