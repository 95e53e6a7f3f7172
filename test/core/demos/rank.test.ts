import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topIndices } from '../../../src/core/demos/rank.ts';

it('the largest scores are those of a full sort, ties by lower index', () => {
  const scores = fc.array(fc.constantFrom(-Infinity, -1, 0, 0.25, 0.5, 1, 2, Infinity), { maxLength: 30 });
  fc.assert(
    fc.property(scores, fc.integer({ min: 0, max: 35 }), (values, count) => {
      const sorted = values
        .map((_, i) => i)
        .sort((a, b) => {
          const [x, y] = [values[a] as number, values[b] as number];
          return x === y ? a - b : x > y ? -1 : 1;
        });
      expect(topIndices(values, count)).toEqual(sorted.slice(0, count));
    }),
  );
});
