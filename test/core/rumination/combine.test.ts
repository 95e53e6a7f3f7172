import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combined, shifts } from '../../../src/core/rumination/combine.ts';

const near = (a: readonly number[], b: readonly number[]) => {
  expect(a).toHaveLength(b.length);
  b.forEach((value, i) => {
    expect(a[i]).toBeCloseTo(value, 9);
  });
};
const row = (labels: number) =>
  fc.array(fc.double({ min: -20, max: 0, noNaN: true }), { minLength: labels, maxLength: labels });
const rows = fc.integer({ min: 2, max: 5 }).chain((labels) => fc.array(row(labels), { minLength: 1, maxLength: 5 }));
const probabilities = (logprobs: readonly number[]) => {
  const total = logprobs.reduce((sum, x) => sum + Math.exp(x), 0);
  return logprobs.map((x) => Math.exp(x) / total);
};

describe('answers to several prompts become one', () => {
  test('by hand', () => {
    const two = [
      [Math.log(0.8), Math.log(0.2)],
      [Math.log(0.3), Math.log(0.3)],
    ];
    near(combined('mixture', two).map(Math.exp), [0.65, 0.35]);
    near(combined('product', two).map(Math.exp), [0.8, 0.2]);
    near(combined('best', two), two[0] as number[]);
    near(combined('single', two), two[0] as number[]);
    near(combined('own', two), [Math.log(0.8), Math.log(0.3)]);
  });

  test('several equal answers stay what they are, but for the product, which grows surer', () => {
    fc.assert(
      fc.property(row(3), fc.integer({ min: 1, max: 4 }), (one, times) => {
        const equal = Array.from({ length: times }, () => one);
        near(probabilities(combined('mixture', equal)), probabilities(one));
        near(combined('best', equal), one);
        near(probabilities(combined('product', equal)), probabilities(one.map((x) => times * x)));
      }),
    );
  });

  test('mixture and product are distributions and do not depend on the order', () => {
    fc.assert(
      fc.property(rows, (all) => {
        for (const how of ['mixture', 'product'] as const) {
          const result = combined(how, all);
          expect(result.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 9);
          near(combined(how, [...all].reverse()), result);
        }
      }),
    );
  });

  test('best is one of them, and none is surer', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const best = combined('best', all);
        expect(all).toContainEqual(best);
        const surest = Math.max(...probabilities(best));
        for (const other of all) expect(Math.max(...probabilities(other))).toBeLessThanOrEqual(surest + 1e-12);
      }),
    );
  });
});

describe('what a piece does to each label', () => {
  test('is nothing where nothing changed, and raises one label only by lowering others', () => {
    fc.assert(
      fc.property(row(4), row(4), (before, after) => {
        near(shifts(before, before), [0, 0, 0, 0]);
        const change = shifts(after, before);
        const mass = probabilities(before).reduce((sum, p, i) => sum + p * Math.exp(change[i] as number), 0);
        expect(mass).toBeCloseTo(1, 9);
      }),
    );
  });
});
