import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidateOrders, globalEntropy, localEntropy } from '../../../src/core/demos/entropy.ts';
import { stream } from '../../../src/core/random/stream.ts';

describe('entropy of orders, golden vector 13.7', () => {
  it('GlobalE of the predictions 0, 0, 1, 0 over 3 classes', () => {
    expect(globalEntropy([0, 0, 1, 0], 3)).toBeCloseTo(0.562335, 6);
  });

  it('LocalE of the rows of 13.2', () => {
    const rows = [
      [0.7, 0.2, 0.1],
      [0.55, 0.4, 0.05],
      [0.5, 0.15, 0.35],
      [0.62, 0.3, 0.08],
    ];
    expect(localEntropy(rows)).toBeCloseTo(0.876286, 6);
  });

  it('is largest where every label is predicted equally often, and 0 where one always is', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 30 }), (predictions) => {
        const value = globalEntropy(predictions, 3);
        expect(value).toBeLessThanOrEqual(Math.log(3) + 1e-12);
        expect(value === 0).toBe(new Set(predictions).size === 1);
      }),
    );
    expect(globalEntropy([0, 1, 2, 2, 1, 0], 3)).toBeCloseTo(Math.log(3), 12);
  });
});

describe('candidate orders', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 6],
    [4, 24],
    [5, 24],
    [12, 24],
  ])('of %i items are %i distinct ones, the given one first', (count, expected) => {
    const orders = candidateOrders(count, stream('orders'));
    expect(new Set(orders.map((o) => o.join())).size).toBe(expected);
    expect(orders).toHaveLength(expected);
    const identity = Array.from({ length: count }, (_, i) => i);
    expect(orders[0]).toEqual(identity);
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(identity);
  });
});
