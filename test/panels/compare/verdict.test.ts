import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../../src/core/metrics/mcnemar.ts';
import { detectableGap } from '../../../src/core/metrics/power.ts';
import type { PairedTest } from '../../../src/core/run/summary.ts';
import { powerLine, verdict } from '../../../src/panels/compare/verdict.ts';

function test(gained: number, lost: number, changes: Partial<PairedTest> = {}): PairedTest {
  const n = 120;
  const { p, midP } = mcnemar(gained, lost);
  return {
    n,
    difference: (gained - lost) / n,
    interval: null,
    gained,
    lost,
    p,
    midP,
    primary: false,
    adjustedP: p,
    family: 1,
    kappa: 0.5,
    flipRate: 0.3,
    detectable: detectableGap(n, (gained + lost) / n),
    ...changes,
  };
}

describe('verdict on a comparison', () => {
  it('calls a difference by the corrected p only, and says what it was corrected for', () => {
    expect(verdict(test(15, 4), false)).toBe('15 more right, 4 fewer: better on these items (p = 0.019).');
    expect(verdict(test(4, 15), false)).toMatch(/worse on these items/u);
    expect(verdict(test(15, 4, { adjustedP: 0.058, family: 3 }), false)).toBe(
      '15 more right, 4 fewer: the data cannot tell these apart (p = 0.058, Holm over 3).',
    );
  });

  it('gives no verdict before the run is done', () => {
    expect(verdict(test(15, 4), true)).toBe('15 more right, 4 fewer so far.');
  });
});

describe('power line', () => {
  it('is of the primary comparison where one is named, else of the first', () => {
    const few = test(6, 6);
    const many = test(30, 18, { primary: true });
    expect(powerLine([null, few, many])).toBe(
      'With n = 120 you can see a gap of 17 points, in four of five such runs, if the share of queries that only one of the two arms gets right is 40 %, as here.',
    );
    expect(powerLine([null, few])).toMatch(/a gap of 9 points.* is 10 %/u);
  });

  it('says so where nothing could be seen, and nothing where no query differs', () => {
    expect(powerLine([null, test(1, 1)])).toMatch(/no gap can be seen/u);
    expect(powerLine([null, test(0, 0)])).toBeNull();
    expect(powerLine([null])).toBeNull();
  });
});
