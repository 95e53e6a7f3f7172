import { expect } from 'vitest';

/** Every number is as expected within the tolerance of the golden vectors (METHODS 13). */
export function expectNear(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    const distance = Math.abs((actual[i] as number) - value);
    expect(distance, `number ${i}: ${actual[i]} for ${value}`).toBeLessThanOrEqual(tolerance);
  });
}
