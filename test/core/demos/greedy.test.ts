import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dppOrder, mmrOrder, voteK } from '../../../src/core/demos/greedy.ts';
import { cosine, topIndices } from '../../../src/core/demos/rank.ts';

/** The points of METHODS 13.5 and the query of 13.6. */
const points = [
  [1, 0],
  [0.98, 0.2],
  [0.95, 0.3],
  [0, 1],
  [0.1, 0.99],
  [0.7, 0.7],
  [-1, 0.1],
  [-0.9, -0.2],
] as const;
const query = [0.9, 0.44] as const;
const between = (i: number, j: number): number =>
  cosine(points[i] as readonly number[], points[j] as readonly number[]);
const relevance = points.map((point) => cosine(point, query));

describe('fast vote-k', () => {
  it('picks 2, 4, 5 of the golden vector 13.5', () => {
    expect(voteK(points.length, between, 3, 3)).toEqual([2, 4, 5]);
  });

  it('picks the item with most voters first and spreads from there', () => {
    const [first] = voteK(points.length, between, 3, 1);
    expect(first).toBe(2);
    expect(new Set(voteK(points.length, between, 3, 8)).size).toBe(8);
  });
});

describe('greedy choice of near and varied items, golden vector 13.6', () => {
  it('TopK is 2, 1, 5', () => {
    expect(topIndices(relevance, 3)).toEqual([2, 1, 5]);
  });

  it('MMR is 2, 3, 5 with lambda .5 and 2, 5, 1 with lambda .7', () => {
    expect(mmrOrder(relevance, between, 0.5, 3)).toEqual([2, 3, 5]);
    expect(mmrOrder(relevance, between, 0.7, 3)).toEqual([2, 5, 1]);
  });

  it('DPP on the five nearest is 2, 5, 4', () => {
    const near = [2, 1, 5, 0, 4];
    const picked = dppOrder(
      near.map((i) => relevance[i] as number),
      (a, b) => between(near[a] as number, near[b] as number),
      0.1,
      3,
    );
    expect(picked.map((i) => near[i])).toEqual([2, 5, 4]);
  });
});

describe('greedy choice', () => {
  const vectors = fc.array(
    fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 }).filter((v) => v.some((x) => x !== 0)),
    { minLength: 1, maxLength: 10 },
  );

  it('by MMR with lambda 1 is TopK', () => {
    fc.assert(
      fc.property(vectors, fc.nat(10), (items, count) => {
        const scores = items.map((item) => cosine(item, [1, 0, 0]));
        const pair = (i: number, j: number): number => cosine(items[i] as number[], items[j] as number[]);
        expect(mmrOrder(scores, pair, 1, count)).toEqual(topIndices(scores, count));
      }),
    );
  });

  it('takes distinct items, at most as many as asked for', () => {
    fc.assert(
      fc.property(vectors, fc.nat(12), (items, count) => {
        const scores = items.map((item) => cosine(item, [1, 0, 0]));
        const pair = (i: number, j: number): number => cosine(items[i] as number[], items[j] as number[]);
        const most = Math.min(count, items.length);
        const found = [
          mmrOrder(scores, pair, 0.5, count),
          dppOrder(scores, pair, 0.1, count),
          voteK(items.length, pair, 3, count),
        ];
        for (const order of found) {
          expect(new Set(order).size).toBe(order.length);
          expect(order.length).toBeLessThanOrEqual(most);
          expect(order.every((i) => i >= 0 && i < items.length)).toBe(true);
        }
        expect(found[0]).toHaveLength(most);
        expect(found[2]).toHaveLength(most);
      }),
    );
  });

  it('by DPP takes one of two equal items', () => {
    const twins = [
      [1, 0],
      [1, 0],
      [0.8, 0.6],
    ];
    const picked = dppOrder([1, 1, 0.8], (i, j) => cosine(twins[i] as number[], twins[j] as number[]), 0.5, 3);
    expect(picked).toEqual([0, 2]);
  });
});
