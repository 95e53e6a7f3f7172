import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../../src/core/data/example.ts';
import { kMeans, type SparseRow } from '../../../src/core/demos/cluster.ts';
import { complexityFirst } from '../../../src/core/demos/instag.ts';
import { selectors } from '../../../src/core/demos/registry.ts';
import type { SelectorContext } from '../../../src/core/demos/selector.ts';
import { defaultsOf } from '../../../src/core/options.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { example, goldenKnowledge, labels, smallDataset } from '../../support/small-world.ts';

const { demoPool, evalSet } = smallDataset();
const context = (changes: Partial<SelectorContext> = {}): SelectorContext => ({
  pool: demoPool,
  targets: evalSet,
  labels,
  shots: 4,
  knowledge: goldenKnowledge(),
  embed: async (texts) => texts.map((text) => Float32Array.from([text.length % 7, text.length % 5, 1])),
  ask: () => Promise.reject(new Error('not asked')),
  random: (...name) => stream(1, ...name),
  ...changes,
});
const rowsOf = (points: readonly (readonly number[])[]): SparseRow[] =>
  points.map((value) => ({ index: value.map((_, i) => i), value }));
const distance2 = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0);

describe('k-means', () => {
  const points = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 1,
    maxLength: 25,
  });

  it('ends with every point in the cluster whose mean is nearest', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 5 }), fc.integer(), (given, k, seed) => {
        const { of } = kMeans(rowsOf(given), 2, k, stream(seed));
        const used = [...new Set(of)];
        const means = used.map((c) => {
          const own = given.filter((_, i) => of[i] === c);
          return [0, 1].map((axis) => own.reduce((sum, p) => sum + (p[axis] as number), 0) / own.length);
        });
        given.forEach((point, i) => {
          const here = distance2(point, means[used.indexOf(of[i] as number)] as number[]);
          for (const mean of means) expect(here).toBeLessThanOrEqual(distance2(point, mean) + 1e-9);
        });
      }),
    );
  });

  it('finds groups that lie far apart, and chooses the middle of each', async () => {
    const blob = (x: number, y: number) => [-1, 0, 1].map((d) => [x + d / 100, y]);
    const vectors = [...blob(10, 0.1), ...blob(-10, 5), ...blob(-10, -5), ...blob(0.1, 10)];
    const pool = vectors.map((_, i) => example(`x${i}`, `text ${i}`, 'tech'));
    for (const seed of [1, 2, 3, 4, 5]) {
      const select = await selectors['k-means'].prepare(
        context({
          pool,
          embed: async () => vectors.map((v) => Float32Array.from(v)),
          random: (...name) => stream(seed, ...name),
        }),
        { embedding: 'model' },
      );
      const chosen = select(evalSet[0] as Example).map((s) => Number(s.example.id.slice(1)));
      expect(chosen.map((i) => Math.floor(i / 3)).sort()).toEqual([0, 1, 2, 3]);
      expect(chosen.map((i) => i % 3)).toEqual([1, 1, 1, 1]);
    }
  });
});

describe('complexity first with tag diversity', () => {
  const pools = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefg'), { maxLength: 5 }), { maxLength: 15 });

  it('takes the item with most tags first, then those that add a tag, and begins anew when none does', () => {
    const tags = ['abc', 'ab', 'c', 'de', '', 'f'].map((t) => new Set(t));
    expect(complexityFirst(tags, 3)).toEqual([0, 3, 5]);
    expect(complexityFirst(tags, 6)).toEqual([0, 3, 5, 1, 2, 4]);
  });

  it('covers every tag before it takes an item that adds none', () => {
    fc.assert(
      fc.property(pools, (lists) => {
        const tags = lists.map((list) => new Set(list));
        const order = complexityFirst(tags, tags.length);
        expect([...order].sort((a, b) => a - b)).toEqual(tags.map((_, i) => i));
        const all = new Set(lists.flat());
        const seen = new Set<string>();
        for (const i of order) {
          const own = [...(tags[i] as Set<string>)];
          if (seen.size < all.size) expect(own.some((tag) => !seen.has(tag))).toBe(true);
          for (const tag of own) seen.add(tag);
        }
      }),
    );
  });

  it('says what stands in for the tags', async () => {
    expect(selectors.instag.summary).toMatch(/no tagging model.*words.*entities/u);
    const select = await selectors.instag.prepare(context({ shots: 1 }), { tags: 'entities' });
    expect(select(evalSet[0] as Example)[0]?.example.id).toBe('p3');
  });
});

describe('entity overlap', () => {
  it('ranks as KER with alpha 1, whatever the vectors are', async () => {
    const { overlap: _o, ...vectorless } = { overlap: 0, ...goldenKnowledge() };
    const blind = { ...vectorless, vector: () => undefined };
    const select = await selectors['entity-overlap'].prepare(context(), {});
    const unseeing = await selectors['entity-overlap'].prepare(context({ knowledge: blind }), {});
    const ker = await selectors['ker-query'].prepare(context(), {
      ...defaultsOf(selectors['ker-query'].fields),
      alpha: 1,
    });
    for (const query of evalSet) {
      const ids = select(query).map((s) => s.example.id);
      expect(ids).toEqual(ker(query).map((s) => s.example.id));
      expect(ids).toEqual(unseeing(query).map((s) => s.example.id));
    }
  });
});

describe('MDL', () => {
  it('offers the nearest demos first, then drawn sets of near ones, all of one size', async () => {
    const options = { ...defaultsOf(selectors.mdl.fields), candidates: 6, embedding: 'tfidf' as const };
    const select = await selectors.mdl.prepare(context(), options);
    const near = await selectors.topk.prepare(context({ shots: 6 }), { embedding: 'tfidf' });
    for (const query of evalSet) {
      const [first, ...drawn] = (select.sets?.(query) ?? []).map((set) => set.map((s) => s.example.id));
      const nearest = near(query).map((s) => s.example.id);
      expect(first).toEqual(nearest.slice(0, 4));
      expect(drawn).toHaveLength(options.sets - 1);
      for (const set of drawn) {
        expect(new Set(set).size).toBe(4);
        for (const id of set) expect(nearest).toContain(id);
      }
      expect(new Set(drawn.map((set) => set.join())).size).toBeGreaterThan(1);
    }
  });
});
