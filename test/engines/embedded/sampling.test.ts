import { describe, expect, test } from 'vitest';
import { sampler } from '../../../src/engines/embedded/sampling.ts';

/** Probabilities 0.4, 0.3, 0.2, 0.1 in a mixed order. */
const logits = Float32Array.from([0.1, 0.4, 0.3, 0.2], Math.log);

function shares(topP: number, temperature = 1, from: Float32Array = logits): number[] {
  const counts = from.reduce<number[]>((list) => [...list, 0], []);
  const draw = sampler({ temperature, topP, seed: 5 });
  for (let i = 0; i < 20_000; i++) {
    const id = draw(from);
    counts[id] = (counts[id] as number) + 1 / 20_000;
  }
  return counts;
}

const near = (expected: readonly number[]) => expected.map((value) => (value === 0 ? 0 : expect.closeTo(value, 1)));

describe('drawing tokens', () => {
  test('temperature 0 takes the likeliest, the lower id of equals', () => {
    expect(sampler({ temperature: 0, topP: 1, seed: 1 })(logits)).toBe(1);
    expect(sampler({ temperature: 0, topP: 1, seed: 1 })(Float32Array.of(1, 2, 2))).toBe(1);
  });

  test('draws in proportion to the probabilities', () => {
    expect(shares(1)).toEqual(near([0.1, 0.4, 0.3, 0.2]));
  });

  test('top-p keeps the fewest tokens that hold the mass', () => {
    expect(shares(0.65)).toEqual(near([0, 4 / 7, 3 / 7, 0]));
    expect(shares(0.75)).toEqual(near([0, 4 / 9, 3 / 9, 2 / 9]));
    expect(shares(0.001)).toEqual([0, expect.closeTo(1, 6), 0, 0]);
    expect(shares(0.5, 1, Float32Array.of(0, 0, 0, 0))).toEqual(near([0.5, 0.5, 0, 0]));
  });

  test('a low temperature sharpens', () => {
    const squares = [0.01, 0.16, 0.09, 0.04].map((value) => value / 0.3);
    expect(shares(1, 0.5)).toEqual(near(squares));
  });

  test('the seed decides, and near seeds differ', () => {
    const first = (seed: number) => {
      const draw = sampler({ temperature: 1, topP: 1, seed });
      return Array.from({ length: 20 }, () => draw(logits)).join('');
    };
    expect(first(1)).toBe(first(1));
    expect(new Set([0, 1, 2, 3, 4, 5].map(first)).size).toBe(6);
  });
});
