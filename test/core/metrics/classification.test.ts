import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusion, macroF1 } from '../../../src/core/metrics/classification.ts';

const UNSCORED = -1;
const answers = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -1, max: 3 })), { maxLength: 60 });

describe('confusion matrix', () => {
  it('counts gold by row and predictions by column', () => {
    expect(confusion([0, 0, 1, 2], [0, 1, 1, 0], 3)).toEqual([
      [1, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  it('counts every scored answer once and no unscored one', () => {
    fc.assert(
      fc.property(answers, (pairs) => {
        const counts = confusion(
          pairs.map(([gold]) => gold),
          pairs.map(([, predicted]) => predicted),
          4,
        );
        expect(counts.flat().reduce((a, b) => a + b, 0)).toBe(pairs.filter(([, p]) => p !== UNSCORED).length);
      }),
    );
  });
});

describe('macro F1', () => {
  it('is the mean of the F1 of each label, worked by hand', () => {
    // label 0: precision 2/3, recall 1, F1 .8; label 1: precision 1, recall 1/2, F1 2/3
    expect(macroF1([0, 0, 1, 1], [0, 0, 0, 1], 2).value).toBeCloseTo((0.8 + 2 / 3) / 2, 10);
  });

  it('gives zero to a label that is never predicted', () => {
    expect(macroF1([0, 1], [0, 0], 2).value).toBeCloseTo((2 / 3 + 0) / 2, 10);
  });

  it('names labels without gold items instead of averaging over them', () => {
    expect(macroF1([0, 0], [0, 0], 3)).toEqual({ value: 1, absent: [1, 2] });
  });

  it('counts an unscored answer as a miss', () => {
    expect(macroF1([0, 0], [0, UNSCORED], 1).value).toBeCloseTo(2 / 3, 10);
  });

  it('is in [0, 1], 1 for right answers only', () => {
    fc.assert(
      fc.property(answers, (pairs) => {
        const gold = pairs.map(([g]) => g);
        const predicted = pairs.map(([, p]) => p);
        const { value } = macroF1(gold, predicted, 4);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        if (pairs.length > 0) expect(value === 1).toBe(pairs.every(([g, p]) => g === p));
      }),
    );
  });
});
