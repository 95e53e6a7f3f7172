import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topIndices } from '../../../src/core/demos/rank.ts';
import {
  type KerOptions,
  type LinkedText,
  linkedText,
  overlap,
  poolWeights,
  relevanceRows,
} from '../../../src/core/knowledge/relevance.ts';
import { RelevanceIndex } from '../../../src/core/knowledge/relevance-best.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { expectNear } from '../../support/near.ts';
import { goldenKnowledge } from '../../support/small-world.ts';

const knowledge = goldenKnowledge();
const linked = (...ids: string[]): LinkedText => linkedText(ids, (id) => knowledge.vector(id));

const pool = [linked('paris', 'france'), linked('python', 'guido'), linked('seine', 'paris', 'louvre')];
const targets = [linked('paris', 'eiffel'), linked('guido', 'java')];
const defaults: KerOptions = { alpha: 0.5, gamma: 0.001, squared: true, maximum: 'target' };

const ENTITIES = ['paris', 'france', 'seine', 'louvre', 'eiffel', 'python', 'guido', 'java', 'without-vector'];
const someText = fc.uniqueArray(fc.constantFrom(...ENTITIES), { maxLength: 4 }).map((ids) => linked(...ids));
const options = fc.record({
  alpha: fc.double({ min: 0, max: 1, noNaN: true }),
  gamma: fc.constantFrom(0, 0.001, 0.01, 0.1),
  squared: fc.boolean(),
  maximum: fc.constantFrom('target' as const, 'all' as const),
});
const worlds = fc.tuple(
  fc.array(someText, { minLength: 1, maxLength: 12 }),
  fc.array(someText, { minLength: 1, maxLength: 6 }),
);

describe('knowledge relevance (KER), golden vector 13.1', () => {
  const rows = relevanceRows(pool, targets, defaults);

  it('has the overlaps J', () => {
    expectNear(rows(0).overlap, [1 / 3, 0, 1 / 4]);
    expectNear(rows(1).overlap, [0, 1 / 3, 0]);
  });

  it('has the squared distances of mean entity vectors', () => {
    expectNear(rows(0).distance, [0.0025, 1.7125, 0.023611]);
    expectNear(rows(1).distance, [1.575625, 0.000625, 1.294236]);
  });

  it('has the relevances d', () => {
    expectNear(rows(0).relevance, [0.99927, 0.001496, 0.86848]);
    expectNear(rows(1).relevance, [0.001496, 0.999802, 0.09079]);
  });

  it('has the pool means s and the weights s prime', () => {
    const { mean, weight } = poolWeights(rows, pool.length, targets.length);
    expectNear(mean, [0.500383, 0.500649, 0.479635]);
    expectNear(weight, [0.337944, 0.338124, 0.323932]);
  });

  it('takes the root of the distances when they are not squared', () => {
    const plain = relevanceRows(pool, targets, { ...defaults, squared: false })(0);
    expectNear(plain.distance, [0.0025, 1.7125, 0.023611].map(Math.sqrt));
  });
});

describe('knowledge relevance', () => {
  it('gives every candidate the same overlap term where none overlaps the target', () => {
    const rows = relevanceRows([linked('paris'), linked('java')], [linked('guido')], { ...defaults, alpha: 1 });
    expectNear(rows(0).relevance, [1, 1]);
  });

  it('gives nearly no overlap term there when the maximum is over all pairs', () => {
    const all = relevanceRows(pool, [...targets, linked('without-vector')], { ...defaults, alpha: 1, maximum: 'all' });
    for (const value of all(2).relevance) expect(value).toBeLessThan(0.01);
  });

  it('counts a text without a vector as far as the farthest', () => {
    const { relevance, distance } = relevanceRows([linked(), ...pool], targets, { ...defaults, alpha: 0 })(0);
    expect(distance[0]).toBeNaN();
    expect(relevance[0]).toBe(0);
    expect(Math.min(...relevance)).toBe(0);
  });

  it('averages only the entities that have a vector', () => {
    expect(linked('paris', 'without-vector').mean).toEqual(Float64Array.of(1, 0));
    expect(linked('without-vector').mean).toBeUndefined();
  });

  it('is a finite number in [0, 1] for every pair, whatever the options', () => {
    fc.assert(
      fc.property(worlds, options, ([items, asked], chosen) => {
        const rows = relevanceRows(items, asked, chosen);
        for (let j = 0; j < asked.length; j++) {
          for (const value of rows(j).relevance) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1 + 1e-9);
          }
        }
      }),
    );
  });

  it('of an item does not depend on the order of the pool', () => {
    fc.assert(
      fc.property(worlds, options, ([items, asked], chosen) => {
        const forward = relevanceRows(items, asked, chosen);
        const backward = relevanceRows([...items].reverse(), asked, chosen);
        for (let j = 0; j < asked.length; j++) {
          expect([...backward(j).relevance].reverse()).toEqual([...forward(j).relevance]);
        }
      }),
    );
  });

  it('of a target does not depend on the order of the targets', () => {
    fc.assert(
      fc.property(worlds, options, ([items, asked], chosen) => {
        const forward = relevanceRows(items, asked, chosen);
        const backward = relevanceRows(items, [...asked].reverse(), chosen);
        asked.forEach((_, j) => {
          expect(backward(asked.length - 1 - j).relevance).toEqual(forward(j).relevance);
        });
      }),
    );
  });

  it('with alpha 1 ranks by overlap', () => {
    fc.assert(
      fc.property(worlds, options, ([items, asked], chosen) => {
        const { overlap: shared, relevance } = relevanceRows(items, asked, { ...chosen, alpha: 1 })(0);
        for (let a = 0; a < items.length; a++) {
          for (let b = 0; b < items.length; b++) {
            if ((shared[a] as number) > (shared[b] as number)) {
              expect(relevance[a] as number).toBeGreaterThan(relevance[b] as number);
            }
          }
        }
      }),
    );
  });

  it('with alpha 0 ranks by nearness', () => {
    fc.assert(
      fc.property(worlds, options, ([items, asked], chosen) => {
        const { distance, relevance } = relevanceRows(items, asked, { ...chosen, alpha: 0 })(0);
        for (let a = 0; a < items.length; a++) {
          for (let b = 0; b < items.length; b++) {
            if ((distance[a] as number) < (distance[b] as number)) {
              expect(relevance[a] as number).toBeGreaterThanOrEqual(relevance[b] as number);
            }
          }
        }
      }),
    );
  });

  it('makes weights that sum to one and are never negative', () => {
    fc.assert(
      fc.property(worlds, options, ([items, asked], chosen) => {
        const { weight } = poolWeights(relevanceRows(items, asked, chosen), items.length, asked.length);
        expect(weight.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        for (const w of weight) expect(w).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('has an overlap that is symmetric, 1 for equal sets and 0 for empty ones', () => {
    const set = fc.array(fc.constantFrom(...ENTITIES)).map((ids) => new Set(ids));
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(overlap(a, b)).toBe(overlap(b, a));
        expect(overlap(a, a)).toBe(a.size === 0 ? 0 : 1);
      }),
    );
  });
});

describe('many targets against one pool', () => {
  /** Pair by pair, as METHODS 1.2 writes it. */
  function plainRow(pool: readonly LinkedText[], targets: readonly LinkedText[], j: number, o: KerOptions) {
    const pairsWith = (target: LinkedText) => ({
      overlap: pool.map((item) => overlap(item.entities, target.entities)),
      distance: pool.map(({ mean }) => {
        if (mean === undefined || target.mean === undefined) return Number.NaN;
        let sum = 0;
        for (let k = 0; k < mean.length; k++) {
          const difference = (mean[k] as number) - (target.mean[k] as number);
          sum += difference * difference;
        }
        return o.squared ? sum : Math.sqrt(sum);
      }),
    });
    const most = (values: readonly number[]) => values.reduce((m, x) => (Number.isNaN(x) ? m : Math.max(m, x)), 0);
    const { overlap: overlaps, distance } = pairsWith(targets[j] as LinkedText);
    const all = o.maximum === 'all' ? targets.map(pairsWith) : [{ overlap: overlaps, distance }];
    const top = { overlap: most(all.flatMap((p) => p.overlap)), distance: most(all.flatMap((p) => p.distance)) };
    const relevance = overlaps.map((value, i) => {
      const near = top.overlap + o.gamma === 0 ? 1 : (value + o.gamma) / (top.overlap + o.gamma);
      const d = distance[i] as number;
      const far = Number.isNaN(d) ? 1 : top.distance === 0 ? 0 : d / top.distance;
      return o.alpha * near + (1 - o.alpha) * (1 - far);
    });
    return { overlap: overlaps, distance, relevance };
  }

  it('gives each number of the plain double loop, to the last bit', () => {
    fc.assert(
      fc.property(worlds, options, ([pool, targets], o) => {
        const rows = relevanceRows(pool, targets, o);
        targets.forEach((_, j) => {
          const row = rows(j);
          const plain = plainRow(pool, targets, j, o);
          for (const part of ['overlap', 'distance', 'relevance'] as const) expect([...row[part]]).toEqual(plain[part]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('also where texts have the same entities and other vectors', () => {
    const vectorsOf = (scale: number) => (id: string) => knowledge.vector(id)?.map((x) => x * scale);
    const pool = [1, 2, 1].map((scale) => linkedText(['paris', 'seine'], vectorsOf(scale)));
    const { distance } = relevanceRows(pool, [linked('paris')], defaults)(0);
    expect(distance[0]).toBe(distance[2]);
    expect(distance[1]).not.toBe(distance[0]);
  });

  it('gives the best of the plain double loop, in its order and to the last bit, without making all of it', () => {
    const wide = fc.tuple(fc.array(someText, { minLength: 1, maxLength: 40 }), someText);
    fc.assert(
      fc.property(wide, options, fc.integer({ min: 0, max: 45 }), ([pool, target], o, count) => {
        const best = new RelevanceIndex(pool, (id) => knowledge.vector(id)).best(target, count, o);
        const plain = plainRow(pool, [target], 0, { ...o, maximum: 'target' });
        const order = pool
          .map((_, i) => i)
          .sort((a, b) => (plain.relevance[b] as number) - (plain.relevance[a] as number) || a - b);
        expect(best).toEqual(
          order.slice(0, count).map((index) => ({
            index,
            relevance: plain.relevance[index],
            overlap: plain.overlap[index],
            distance: plain.distance[index],
          })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('does so in many dimensions too', () => {
    const random = stream(3, 'relevance');
    const vectors = new Map(
      Array.from({ length: 60 }, (_, i) => [`e${i}`, Float32Array.from({ length: 48 }, () => random.float() - 0.5)]),
    );
    const draw = () =>
      linkedText(
        Array.from({ length: random.below(5) }, () => `e${random.below(63)}`),
        (id) => vectors.get(id),
      );
    const pool = Array.from({ length: 400 }, draw);
    const index = new RelevanceIndex(pool, (id) => vectors.get(id));
    for (let j = 0; j < 90; j++) {
      const target = draw();
      const o = { ...defaults, alpha: [0, 1, random.float()][j % 3] as number, squared: j % 2 === 0 };
      const best = index.best(target, 8, o);
      const { relevance } = plainRow(pool, [target], 0, o);
      expect(best.map(({ index }) => index)).toEqual(topIndices(relevance, 8));
      expect(best.map((item) => item.relevance)).toEqual(topIndices(relevance, 8).map((i) => relevance[i]));
    }
  });
});
