import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceRanks, embeddingRanks, frequencyRanks, holdOut } from '../../../src/core/knowledge/link-prediction.ts';
import type { IndexTriple } from '../../../src/core/knowledge/transe.ts';
import { stream } from '../../../src/core/random/stream.ts';

describe('held-out triples', () => {
  const index = fc.nat({ max: 9 });
  const graph = fc.array(fc.tuple(index, fc.nat({ max: 2 }), index), { minLength: 1, maxLength: 60 });

  it('are no more than asked for, and all they speak of still occurs in what is left', () => {
    fc.assert(
      fc.property(graph, fc.integer(), (triples, seed) => {
        const { train, test } = holdOut(triples, 0.2, stream('x', seed));
        expect([...train, ...test].map(String).sort()).toEqual(triples.map(String).sort());
        expect(test.length).toBeLessThanOrEqual(Math.ceil(0.2 * triples.length));
        const left = new Set(train.flatMap(([h, r, t]) => [`e${h}`, `r${r}`, `e${t}`]));
        for (const [h, r, t] of test) for (const key of [`e${h}`, `r${r}`, `e${t}`]) expect(left.has(key)).toBe(true);
      }),
    );
  });
});

describe('ranks of missing heads and tails', () => {
  /** On a line: entity i at i, the relation one step to the right. */
  const line = { entities: [0, 1, 2, 3, 4], relations: [1], dimension: 1 };

  it('are 1 where the embedding is exact', () => {
    const triples: IndexTriple[] = [[0, 0, 1]];
    expect(embeddingRanks(line, triples, triples)).toEqual({
      questions: 2,
      meanRank: 1,
      reciprocalRank: 1,
      hitsAt10: 1,
    });
  });

  it('count entities that are nearer, but not those that are right too', () => {
    const asked: IndexTriple[] = [[0, 0, 3]];
    // Tail: 1, 0 and 2 are nearer to 0 + 1 than 3. Head: 2, 1 and 3 are nearer to 3 - 1 than 0 is, 4 is as near.
    expect(embeddingRanks(line, asked, asked).meanRank).toBe((4 + 4.5) / 2);
    expect(embeddingRanks(line, asked, [...asked, [0, 0, 1]]).meanRank).toBe((3 + 4.5) / 2);
  });

  it('of chance are in the middle', () => {
    expect(chanceRanks(5, [[0, 0, 1]], []).meanRank).toBe(3);
  });

  it('of frequency put first what stands there most', () => {
    const train: IndexTriple[] = [
      [0, 0, 3],
      [1, 0, 3],
      [2, 0, 4],
    ];
    const { meanRank } = frequencyRanks(5, train, [[4, 0, 3]], train);
    // Tail 3 comes first. Heads 0, 1 are known for it; 2 stands there once, 3 and 4 never.
    expect(meanRank).toBe((1 + (1 + 1 + 0.5)) / 2);
  });
});
