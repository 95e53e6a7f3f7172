import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../../src/core/data/example.ts';
import { cosine, inTurn } from '../../../src/core/demos/rank.ts';
import { selectors } from '../../../src/core/demos/registry.ts';
import type { Selected, SelectorContext } from '../../../src/core/demos/selector.ts';
import { equalParts } from '../../../src/core/demos/vote-k-full.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { example, goldenKnowledge, labels } from '../../support/small-world.ts';

const items = fc.array(
  fc.record({
    vector: fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
    sure: fc.double({ min: 0.5, max: 1, noNaN: true }),
  }),
  { minLength: 2, maxLength: 20 },
);
type Items = typeof items extends fc.Arbitrary<infer T> ? T : never;

interface Asked {
  readonly demos: readonly Selected[];
  readonly read: readonly Example[];
}

async function choose(given: Items, shots: number, first: number, readable = (_: number) => true) {
  const pool = given.map((_, i) => example(`p${i}`, `text ${i}`, i % 2 === 0 ? 'place' : 'tech'));
  const at = new Map(pool.map(({ text }, i) => [text, i]));
  const calls: Asked[] = [];
  const context: SelectorContext = {
    pool,
    targets: [],
    labels,
    shots,
    knowledge: goldenKnowledge(),
    embed: async (texts) => texts.map((text) => Float32Array.from(given[at.get(text) as number]?.vector ?? [])),
    ask: async (demos, read) => {
      calls.push({ demos, read });
      return read.map(({ text }) => {
        const i = at.get(text) as number;
        const { sure } = given[i] as Items[number];
        return readable(i) ? [sure, 1 - sure] : null;
      });
    },
    random: (...name) => stream(1, ...name),
  };
  const options = { embedding: 'model', first, asked: 200 } as const;
  const select = await selectors['vote-k-full'].prepare(context, options);
  const fast = await selectors['vote-k'].prepare(context, { embedding: 'model' });
  const indices = (chosen: readonly Selected[]) => chosen.map((s) => pool.indexOf(s.example));
  return { chosen: indices(select(pool[0] as Example)), fast: indices(fast(pool[0] as Example)), calls };
}

/** Votes by their definition, with all that was chosen before. */
function votesFor(given: Items, u: number, chosen: readonly number[]): number {
  const k = Math.min(150, Math.ceil(given.length / 5));
  const near = (v: number): number[] =>
    given
      .map((_, i) => i)
      .filter((i) => i !== v)
      .map((i) => ({
        i,
        s: cosine(...([v, i].map((x) => Float32Array.from(given[x]?.vector ?? [])) as [never, never])),
      }))
      .sort((a, b) => b.s - a.s || a.i - b.i)
      .slice(0, k)
      .map(({ i }) => i);
  return given
    .map((_, v) => v)
    .filter((v) => !chosen.includes(v) && near(v).includes(u))
    .reduce((sum, v) => sum + 10 ** -chosen.filter((c) => near(v).includes(c)).length, 0);
}

describe('vote-k with both stages', () => {
  it('begins as the fast one, then takes the most votes of each part by confidence', async () => {
    await fc.assert(
      fc.asyncProperty(
        items,
        fc.integer({ min: 2, max: 12 }),
        fc.constantFrom(0.2, 0.5, 0.9),
        async (given, n, first) => {
          const shots = Math.min(n, given.length);
          const { chosen, fast, calls } = await choose(given, shots, first);
          const early = Math.min(shots, Math.max(1, Math.round(first * shots)));
          expect(new Set(chosen).size).toBe(shots);
          expect(chosen.slice(0, early)).toEqual(fast.slice(0, early));
          const left = given
            .map(({ sure }, i) => ({ i, sure }))
            .filter(({ i }) => !chosen.slice(0, early).includes(i))
            .sort((a, b) => a.sure - b.sure || a.i - b.i)
            .map(({ i }) => i);
          equalParts(left, shots - early).forEach((part, p) => {
            const picked = chosen[early + p] as number;
            expect(part).toContain(picked);
            const votes = part.map((u) => votesFor(given, u, chosen.slice(0, early + p)));
            expect(votesFor(given, picked, chosen.slice(0, early + p))).toBeCloseTo(Math.max(...votes), 9);
          });
          expect(calls).toHaveLength(early < shots ? 1 : 0);
          for (const { demos, read } of calls) {
            expect(demos).toHaveLength(early);
            for (const demo of demos) expect(read).not.toContain(demo.example);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('leaves out what the model cannot read', async () => {
    const given = Array.from({ length: 12 }, (_, i): Items[number] => ({ vector: [i, 5 - i], sure: 0.5 + i / 30 }));
    const { chosen } = await choose(given, 6, 0.5, (i) => i % 2 === 0);
    expect(chosen).toHaveLength(6);
    for (const i of chosen.slice(3)) expect(i % 2).toBe(0);
  });
});

describe('equal parts', () => {
  it('hold all items in their order, none two longer than another', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), (list, count) => {
        const parts = equalParts(list, count);
        expect(parts.flat()).toEqual(list);
        const sizes = parts.map((part) => part.length);
        if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(parts).toHaveLength(Math.min(count, list.length));
      }),
    );
  });
});

describe('taking turns', () => {
  it('takes each label equally often as far as it goes, its best first, the best of all first', () => {
    const ranked = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat()), { maxLength: 25 });
    fc.assert(
      fc.property(ranked, fc.nat(12), (list, count) => {
        const taken = inTurn(list, ([label]) => label, count);
        expect(taken).toHaveLength(Math.min(count, list.length));
        if (taken.length > 0) expect(taken[0]).toBe(list[0]);
        const numbers = ['a', 'b', 'c'].map((label) => {
          const own = list.filter((item) => item[0] === label);
          const got = taken.filter((item) => item[0] === label);
          expect(got).toEqual(own.slice(0, got.length));
          return { got: got.length, open: got.length < own.length };
        });
        const most = Math.max(...numbers.map(({ got }) => got));
        for (const { got, open } of numbers) if (open) expect(most - got).toBeLessThanOrEqual(1);
      }),
    );
  });
});
