import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Confidence,
  equalMassBins,
  equalWidthBins,
  expectedCalibrationError,
} from '../../../src/core/metrics/calibration-error.ts';

const golden: Confidence[] = [0.95, 0.9, 0.85, 0.8, 0.7, 0.65, 0.6, 0.55].map((confidence, i) => ({
  confidence,
  correct: [1, 1, 0, 1, 1, 0, 0, 1][i] === 1,
}));

const confidences = fc.array(
  fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), correct: fc.boolean() }),
  { minLength: 1, maxLength: 60 },
);

describe('expected calibration error', () => {
  it('of the golden vector 13.7 is .125 with 5 bins and .1875 with 10', () => {
    expect(expectedCalibrationError(equalWidthBins(golden, 5))).toBeCloseTo(0.125, 5);
    expect(expectedCalibrationError(equalWidthBins(golden, 10))).toBeCloseTo(0.1875, 5);
  });

  it('of the golden vector 13.7 is .1625 with 4 bins of equal mass', () => {
    expect(expectedCalibrationError(equalMassBins(golden, 4))).toBeCloseTo(0.1625, 5);
  });

  it('puts a value on an edge into the bin below it, also where rounding moved it up', () => {
    const at = (confidence: number): number =>
      equalWidthBins([{ confidence, correct: true }], 10).findIndex((bin) => bin.n === 1);
    expect(at(0.6)).toBe(5);
    expect(at(0.1 + 0.2)).toBe(2);
    expect(at(0)).toBe(0);
    expect(at(1)).toBe(9);
  });

  it('keeps every item, whatever the bins', () => {
    fc.assert(
      fc.property(confidences, fc.integer({ min: 1, max: 20 }), (items, bins) => {
        for (const made of [equalWidthBins(items, bins), equalMassBins(items, bins)]) {
          expect(made).toHaveLength(bins);
          expect(made.reduce((sum, bin) => sum + bin.n, 0)).toBe(items.length);
          const error = expectedCalibrationError(made);
          expect(error).toBeGreaterThanOrEqual(0);
          expect(error).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('makes bins of equal mass that differ by one item at most', () => {
    fc.assert(
      fc.property(confidences, fc.integer({ min: 1, max: 20 }), (items, bins) => {
        const sizes = equalMassBins(items, bins).map((bin) => bin.n);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is zero without items and for certain right answers', () => {
    expect(expectedCalibrationError(equalWidthBins([], 10))).toBe(0);
    expect(expectedCalibrationError(equalWidthBins([{ confidence: 1, correct: true }], 10))).toBe(0);
  });
});
