import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addFfnRows, silu, siluSlope } from '../../../src/core/model/ffn-rows.ts';

/** x Phi(x), with the error function by its Taylor series: exact for the small numbers here. */
function gelu(x: number): number {
  const z = x / Math.SQRT2;
  let term = z;
  let sum = z;
  for (let n = 1; n < 60; n++) {
    term *= (-z * z) / n;
    sum += term / (2 * n + 1);
  }
  return 0.5 * x * (1 + (2 / Math.sqrt(Math.PI)) * sum);
}

const near = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 5);
  });
};

describe('rows added to a feed-forward', () => {
  test('golden vector 13.9: beside the feed-forward and appended to its matrices they give the same', () => {
    const input = [1, 0, 0.5, 0.5];
    const own = { keys: [1, -1, 0.5, 0.5, 0, 1], values: [0.2, 0.1, -0.3, 0.4, 0.1, 0.1] };
    const added = { keys: [0.4, 0.2], values: [0.4, 0.2] };
    const base = [0, 0, 0, 0];
    addFfnRows(input, base, 2, own, gelu);
    near(base, [0.06455, 0.222427, -0.069146, 0.172866]);
    const know = [0, 0, 0, 0];
    addFfnRows(input, know, 2, added, gelu);
    near(know, [0.104867, 0.052434, 0.074149, 0.037075]);
    const sum = [...base];
    addFfnRows(input, sum, 2, added, gelu);
    near(sum, [0.169417, 0.274861, 0.005003, 0.20994]);
    const whole = [0, 0, 0, 0];
    const both = { keys: [...own.keys, ...added.keys], values: [...own.values, ...added.values] };
    addFfnRows(input, whole, 2, both, gelu);
    near(whole, sum);
  });

  const numbers = (length: number) =>
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: length, maxLength: length });

  test('in any number of parts give the same, and tell their activations', () => {
    fc.assert(
      fc.property(numbers(6), numbers(12), numbers(12), fc.nat({ max: 4 }), (input, keys, values, cut) => {
        const whole = new Float64Array(6);
        const activations = addFfnRows(input, whole, 3, { keys, values }, silu);
        const parts = new Float64Array(6);
        const at = cut * 3;
        addFfnRows(input, parts, 3, { keys: keys.slice(0, at), values: values.slice(0, at) }, silu);
        addFfnRows(input, parts, 3, { keys: keys.slice(at), values: values.slice(at) }, silu);
        near(parts, [...whole]);
        near(
          activations,
          [0, 1].flatMap((t) =>
            [0, 1, 2, 3].map((r) =>
              silu([0, 1, 2].reduce((sum, i) => sum + (input[3 * t + i] as number) * (keys[3 * r + i] as number), 0)),
            ),
          ),
        );
      }),
    );
  });

  test('the slope of the activation is that of its curve', () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 20, noNaN: true }), (x) => {
        expect(siluSlope(x)).toBeCloseTo((silu(x + 1e-5) - silu(x - 1e-5)) / 2e-5, 6);
      }),
    );
  });
});
