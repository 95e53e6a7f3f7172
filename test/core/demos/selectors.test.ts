import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../../src/core/data/example.ts';
import { guardPool } from '../../../src/core/data/leak.ts';
import { isEntropyOrder, ORDERS, ordered, type PlainOrder } from '../../../src/core/demos/order.ts';
import { cosine, topIndices } from '../../../src/core/demos/rank.ts';
import { selectors } from '../../../src/core/demos/registry.ts';
import type { SelectFor, Selector, SelectorContext } from '../../../src/core/demos/selector.ts';
import { defaultsOf, type Fields } from '../../../src/core/options.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { variantsOf } from '../../support/options.ts';
import { example, goldenKnowledge, labels, smallDataset } from '../../support/small-world.ts';

const { demoPool, evalSet } = smallDataset();
const knowledge = goldenKnowledge();
const model = fakeModel();

const context = (changes: Partial<SelectorContext> & { seed?: number } = {}): SelectorContext => ({
  pool: demoPool,
  targets: evalSet,
  labels,
  shots: 4,
  knowledge,
  embed: (texts) => model.embed(texts),
  ask: async (_, items) => items.map(({ text }) => [1 / (2 + (text.length % 7)), 1 - 1 / (2 + (text.length % 7))]),
  random: (...name) => stream(changes.seed ?? 1, ...name),
  ...changes,
});

type Prepare = (c: SelectorContext) => Promise<SelectFor>;

/** Each selector with its defaults, and with each other choice of an option. */
const variants = Object.entries(selectors).flatMap(([type, typed]) => {
  const selector = typed as unknown as Selector<Fields>;
  const defaults: Readonly<Record<string, unknown>> = defaultsOf(selector.fields);
  return variantsOf(selector.fields).map((options): [string, Prepare] => {
    const changed = Object.entries(options).filter(([name, value]) => defaults[name] !== value);
    const name = [type, ...changed.map(([option, value]) => `with ${option} ${value}`)].join(' ');
    return [name, (c) => selector.prepare(c, options as never)];
  });
});

/** These may find fewer demos than asked for: by label, or when variety is used up. */
const mayFallShort = (name: string): boolean => /^(?:oracle|dpp)/u.test(name);

const idsOf = (select: SelectFor, query: Example): string[] => select(query).map((s) => s.example.id);

describe.each(variants)('selector %s', (name, prepare) => {
  it('returns as many distinct pool items as shots, or all there are, never the query', async () => {
    for (const shots of [1, 4, 10, 30]) {
      const select = await prepare(context({ shots }));
      for (const query of evalSet) {
        const chosen = select(query);
        expect(new Set(chosen.map((s) => s.example.id)).size).toBe(chosen.length);
        expect(chosen.length).toBeGreaterThan(0);
        expect(chosen.length).toBeLessThanOrEqual(Math.min(shots, demoPool.length));
        if (!mayFallShort(name)) expect(chosen).toHaveLength(Math.min(shots, demoPool.length));
        for (const { example: item } of chosen) {
          expect(demoPool).toContain(item);
          expect(item.text).not.toBe(query.text);
        }
      }
    }
  });

  it('is determined by the seed', async () => {
    const select = await prepare(context());
    const again = await prepare(context());
    for (const query of evalSet) expect(again(query)).toEqual(select(query));
  });

  it('does not depend on the order in which queries come or are asked', async () => {
    const forward = await prepare(context());
    const backward = await prepare(context({ targets: [...evalSet].reverse() }));
    const chosen = evalSet.map((query) => idsOf(forward, query));
    const later = [...evalSet].reverse().map((query) => idsOf(backward, query));
    expect(later.reverse()).toEqual(chosen);
  });

  it('says why, in finite figures', async () => {
    const select = await prepare(context());
    for (const { why } of select(evalSet[0] as Example)) {
      expect(why.reason.length).toBeGreaterThan(3);
      for (const [figure, value] of Object.entries(why.figures)) expect(value, figure).toSatisfy(Number.isFinite);
      for (const id of why.shared) expect(knowledge.entities.has(id)).toBe(true);
    }
  });

  it('works on a pool without a single entity and with words that nobody shares', async () => {
    const bare = ['alpha', 'beta', 'gamma'].map((text, i) => example(`x${i}`, text, 'tech'));
    const select = await prepare(context({ pool: bare, targets: [example('q', 'omega', 'tech')], shots: 2 }));
    const chosen = select(example('q', 'omega', 'tech'));
    expect(chosen).toHaveLength(name.startsWith('oracle with') ? 0 : 2);
  });

  it('never gives a query its own answer once the pool is guarded', async () => {
    const query = evalSet[0] as Example;
    const twin = example('twin', `${query.text.toUpperCase()}!`, query.label);
    const { pool, leaked } = guardPool([...demoPool, twin], evalSet);
    expect(leaked.map((e) => e.id)).toEqual(['twin']);
    const select = await prepare(context({ pool, shots: 30 }));
    for (const asked of evalSet) expect(idsOf(select, asked)).not.toContain('twin');
  });
});

describe('random selector', () => {
  const redraw = (on: boolean, seed = 1): Promise<SelectFor> =>
    selectors.random.prepare(context({ seed }), { redraw: on });

  it('gives every query the same demos, or each its own when asked to', async () => {
    const once = await redraw(false);
    expect(new Set(evalSet.map((q) => idsOf(once, q).join())).size).toBe(1);
    const each = await redraw(true);
    expect(new Set(evalSet.map((q) => idsOf(each, q).join())).size).toBeGreaterThan(1);
  });

  it('draws other demos under another seed', async () => {
    const query = evalSet[0] as Example;
    const drawn = await Promise.all(
      [1, 2, 3, 4, 5].map(async (seed) => idsOf(await redraw(false, seed), query).join()),
    );
    expect(new Set(drawn).size).toBeGreaterThan(2);
  });

  it('draws fewer demos as a part of more', async () => {
    const few = await selectors.random.prepare(context({ shots: 3 }), { redraw: false });
    const many = await selectors.random.prepare(context({ shots: 6 }), { redraw: false });
    const query = evalSet[0] as Example;
    expect(idsOf(many, query).slice(0, 3)).toEqual(idsOf(few, query));
  });
});

describe('balanced selector', () => {
  it('takes equally many of each label, the remainder spread one by one, as far as the pool has them', async () => {
    const pools = fc.array(fc.constantFrom('place', 'tech', 'third'), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(pools, fc.integer({ min: 1, max: 12 }), async (poolLabels, shots) => {
        const pool = poolLabels.map((label, i) => example(`p${i}`, `text ${i}`, label));
        const all = [...labels, { id: 'third', words: ['third'] }];
        const select = await selectors.balanced.prepare(context({ pool, labels: all, shots }), {});
        const chosen = select(evalSet[0] as Example);
        expect(chosen).toHaveLength(Math.min(shots, pool.length));
        const has = (label: string): number => poolLabels.filter((l) => l === label).length;
        const got = (label: string): number => chosen.filter((s) => s.example.label === label).length;
        const open = all.filter(({ id }) => got(id) < has(id)).map(({ id }) => got(id));
        const most = Math.max(...all.map(({ id }) => got(id)));
        for (const n of open) expect(most - n).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('does not always favour the same label with the odd shot', async () => {
    const odd = await Promise.all(
      Array.from({ length: 20 }, async (_, seed) => {
        const select = await selectors.balanced.prepare(context({ shots: 1, seed }), {});
        return select(evalSet[0] as Example)[0]?.example.label;
      }),
    );
    expect(new Set(odd)).toEqual(new Set(['place', 'tech']));
  });
});

describe('retrieving selectors', () => {
  const query = example('q', 'Guido talks about Java and Python.', 'tech');
  const asked = { targets: [query], shots: 3 };

  it('TopK by tf-idf puts the text with the rarest shared words first', async () => {
    const select = await selectors.topk.prepare(context(asked), { embedding: 'tfidf' });
    expect(idsOf(select, query)[0]).toBe('p10');
  });

  it('BM25 names the shared words', async () => {
    const select = await selectors.bm25.prepare(context(asked), { variant: 'lucene' });
    expect(select(query)[0]?.example.id).toBe('p10');
    expect(select(query)[0]?.why.reason).toMatch(/guido/u);
  });

  it('KER per query puts the texts that share entities first and names them', async () => {
    const select = await selectors['ker-query'].prepare(context(asked), defaultsOf(selectors['ker-query'].fields));
    const [first, second] = select(query);
    expect(first?.example.id).toBe('p10');
    expect([...(first?.why.shared ?? [])].sort()).toEqual(['guido', 'java', 'python']);
    expect(second?.example.id).toBe('p2');
  });

  it('KER with pool weights gives all queries one draw, and the heaviest items at a low temperature', async () => {
    const options = { ...defaultsOf(selectors.ker.fields), temperature: 0.01 };
    const cold = await selectors.ker.prepare(context({ shots: 3 }), options);
    const sets = evalSet.map((q) => idsOf(cold, q));
    expect(new Set(sets.map((s) => s.join())).size).toBe(1);
    const every = await selectors.ker.prepare(context({ shots: 10 }), options);
    const weights = every(evalSet[0] as Example).map((s) => s.why.figures['pool weight'] as number);
    expect([...weights].sort((a, b) => b - a)).toEqual(weights);
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  it.each([
    ['by pool weights', selectors.ker],
    ['per query', selectors['ker-query']],
  ] as const)('KER %s, stratified, lets the labels take turns', async (_what, ker) => {
    const lopsided = demoPool.filter(({ label }, i) => label === 'tech' || i < 2);
    const few = lopsided.filter(({ label }) => label === 'place').length;
    expect(few).toBeLessThan(lopsided.length - few);
    for (const shots of [1, 2 * few, 2 * few + 1]) {
      const options = { ...defaultsOf(ker.fields), stratified: true };
      const select = await ker.prepare(context({ pool: lopsided, shots }), options as never);
      for (const asked of evalSet) {
        const places = select(asked).filter((s) => s.example.label === 'place').length;
        expect(select(asked)).toHaveLength(Math.min(shots, lopsided.length));
        expect(Math.abs(places - (Math.min(shots, lopsided.length) - places))).toBeLessThanOrEqual(1);
      }
    }
  });

  it('KER per query, stratified, begins with the most relevant demo of all and takes the best of each label', async () => {
    const fields = defaultsOf(selectors['ker-query'].fields);
    const all = (await selectors['ker-query'].prepare(context({ shots: 30 }), fields))(evalSet[0] as Example);
    const select = await selectors['ker-query'].prepare(context({ shots: 4 }), { ...fields, stratified: true });
    const turns = select(evalSet[0] as Example);
    expect(turns[0]?.example).toBe(all[0]?.example);
    for (const label of ['place', 'tech']) {
      const own = (list: typeof all) => list.filter((s) => s.example.label === label).map((s) => s.example.id);
      expect(own(turns)).toEqual(own(all).slice(0, 2));
    }
  });

  it('refuse a query that is not of the run rather than guess', async () => {
    const select = await selectors['ker-query'].prepare(context(), defaultsOf(selectors['ker-query'].fields));
    expect(() => select(example('stranger', 'Paris', 'place'))).toThrow(/stranger/u);
  });
});

describe('order of demonstrations', () => {
  const stream1 = () => stream('order', 1);

  const place = <T>(order: PlainOrder, items: readonly T[], random = stream1, labelAt: (item: T) => number = () => 0) =>
    ordered(items, order, random, labelAt);
  const plain = ORDERS.map((o) => o.value).filter((o): o is PlainOrder => !isEntropyOrder(o));

  it.each(plain)('%s is a permutation', (order) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), (items) => {
        expect([...place(order, items, stream1, (x) => x % 3)].sort()).toEqual([...items].sort());
      }),
    );
  });

  it('puts the most relevant last, first, or by the stream', () => {
    const ranked = ['best', 'good', 'fair', 'poor', 'bad', 'worst'];
    expect(place('nearest-last', ranked)).toEqual([...ranked].reverse());
    expect(place('nearest-first', ranked)).toEqual(ranked);
    const mixed = place('shuffled', ranked);
    expect(place('shuffled', ranked)).toEqual(mixed);
    const others = [2, 3, 4].map((i) => place('shuffled', ranked, () => stream('order', i)).join());
    expect(new Set([mixed.join(), ...others]).size).toBeGreaterThan(1);
  });

  it('puts label after label, within each the most relevant last', () => {
    const ranked = ['b1', 'a1', 'a2', 'b2', 'a3'];
    expect(place('by-label', ranked, stream1, (item) => item.charCodeAt(0))).toEqual(['a3', 'a2', 'a1', 'b2', 'b1']);
  });
});

describe('ranking', () => {
  it('sorts by falling score, ties by lower index', () => {
    expect(topIndices([1, 3, 3, 2], 3)).toEqual([1, 2, 3]);
    expect(topIndices([], 3)).toEqual([]);
    expect(topIndices([0, 0, 0], 5)).toEqual([0, 1, 2]);
  });

  it('has a cosine in [-1, 1] that ignores length, 0 for a zero vector', () => {
    const vector = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(vector, vector, (a, b) => {
        const c = cosine(a, b);
        expect(Math.abs(c)).toBeLessThanOrEqual(1 + 1e-9);
        expect(cosine(b, a)).toBe(c);
      }),
    );
    expect(cosine([1, 2], [2, 4])).toBeCloseTo(1, 12);
    expect(cosine([0, 0], [1, 2])).toBe(0);
  });
});
